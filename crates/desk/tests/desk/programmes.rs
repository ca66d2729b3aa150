//! Programmes: physicians plan, change and end them; each goal stands beside the value that was measured, and what is not
//! known meets none.

use crate::station::*;
use crate::{gateway, ward};
use wl_desk::Desk;
use wl_desk::view::*;
use wl_ledger::control::Action;
use wl_ledger::{Category, Hash, Role};
use wl_vitals::Parameter as Measured;
use wl_vitals::writing::{Goal, Outcome, Programme, ProgrammeEnd, ProgrammeKind, Writing};
use wl_wire::enrolment;

const SHARED: [Category; 5] =
    [Category::Vitals, Category::Alarms, Category::Identity, Category::Waveforms, Category::Notes];
const DAY: i64 = 86_400_000;

/// The workstations of a nurse and a physician on one ward.
struct Ward {
    nurse: Desk,
    physician: Desk,
    patient: String,
    gateway: gateway::TestGateway,
    _folder: tempfile::TempDir,
}

impl Ward {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let (nurse, gateway) = enrolled(&place("nurse"), RoleView::Nurse).await;
        let physician = colleague(&place("physician"), "Omar Haddad", RoleView::Physician, &gateway).await;
        let mut people = Vec::new();
        for desk in [&nurse, &physician] {
            people.push(enrolment::read_request(&ok(desk.enrolment_request().await).text).unwrap());
        }
        let patient = gateway.with(|ward| {
            ward.now = wl_desk::edge::now();
            ward.control("admin", Action::JoinTeam(ward.team, people[1].enrolment.sign.id()));
            ward.agree_on(&SHARED, None);
            ward.cut();
            ward.grant(&people.iter().collect::<Vec<_>>(), &SHARED);
            ward.identity(CANARY, "12");
            let now = ward.now;
            ward.frame(vec![
                ward::measured(Measured::HeartRate, 72, 0, now),
                ward::measured(Measured::Spo2, 91, 0, now),
            ]);
            ward.patient.to_string()
        });
        let ward = Self { nurse, physician, patient, gateway, _folder: folder };
        for desk in [&ward.nurse, &ward.physician] {
            until("the notes are shared", || async { desk.notes(ward.patient.clone()).await.ok() }).await;
        }
        ward
    }

    /// The programmes that are in the record, once they are as wanted.
    async fn programmes(
        &self,
        desk: &Desk,
        what: &str,
        check: impl Fn(&[(String, ProgrammeView)]) -> bool,
    ) -> Vec<(String, ProgrammeView)> {
        until(what, || async {
            let rows = ok(desk.notes(self.patient.clone()).await).rows;
            let sealed = rows.into_iter().filter(|row| row.state == WrittenState::Sealed);
            let all: Vec<_> = sealed
                .filter_map(|row| match row.entry {
                    EntryView::Programme { programme } => Some((row.id, programme)),
                    _ => None,
                })
                .collect();
            check(&all).then_some(all)
        })
        .await
    }

    async fn plan(&self, input: ProgrammeInput) -> Result<NotesView, UiError> {
        self.physician.write_programme(self.patient.clone(), input).await
    }

    async fn close(self) {
        ok(self.nurse.close().await);
        ok(self.physician.close().await);
    }
}

fn now() -> i64 {
    wl_desk::edge::now().0
}

fn goal(measure: GoalMeasure, low: &str, high: &str) -> GoalInput {
    GoalInput { measure, low: low.into(), high: high.into(), by_ms: now() + 7 * DAY }
}

fn input(goals: Vec<GoalInput>) -> ProgrammeInput {
    ProgrammeInput {
        kind: ProgrammeWord::Rehabilitation,
        title: "Back on your feet".into(),
        from_ms: now() - DAY,
        until_ms: now() + 28 * DAY,
        goals,
        text: String::new(),
        replaces: None,
    }
}

fn code<T>(answer: Result<T, UiError>) -> Option<ErrorCode> {
    answer.err().map(|error| error.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goal_stands_beside_the_value_and_what_is_not_known_meets_none() {
    let ward = Ward::new().await;
    let goals = vec![
        goal(GoalMeasure::HeartRate, "50", "90"),
        goal(GoalMeasure::Spo2, "92", ""),
        goal(GoalMeasure::Weight, "", "80.5"),
    ];
    ok(ward.plan(input(goals)).await);
    let stands = |all: &[(String, ProgrammeView)]| {
        all.len() == 1 && all[0].1.goals.iter().filter(|goal| goal.state != GoalState::Unknown).count() == 2
    };
    let (id, one) = ward.programmes(&ward.nurse, "the programme is there", stands).await.remove(0);
    assert!(one.state == ProgrammeState::Running && !one.may_change, "a nurse changes none");
    let states: Vec<_> = one.goals.iter().map(|goal| (goal.state, goal.value.text.as_str())).collect();
    assert_eq!(states, [(GoalState::Met, "72"), (GoalState::NotMet, "91"), (GoalState::Unknown, "")]);
    assert_eq!((one.goals[2].high.as_str(), one.goals[2].unit.as_str()), ("80.5", "kg"));
    let draft = ok(ward.nurse.hand_over_draft(ward.patient.clone()).await).verified;
    assert!(draft.contains("Programme Back on your feet: 1 goals met, 1 not, 1 not known"), "{draft}");

    // A later one comes in its place, and is ended with a word; both stay to be read.
    let changed =
        ProgrammeInput { replaces: Some(id.clone()), ..input(vec![goal(GoalMeasure::Spo2, "90", "")]) };
    ok(ward.plan(changed.clone()).await);
    let two = |all: &[(String, ProgrammeView)]| {
        all.len() == 2 && all.iter().any(|(_, one)| one.state == ProgrammeState::Replaced)
    };
    let all = ward.programmes(&ward.physician, "another one is in its place", two).await;
    let (newer, one) = all.iter().find(|(_, one)| one.state == ProgrammeState::Running).unwrap();
    assert!(one.may_change && one.goals[0].state == GoalState::Met && *newer != id);
    assert_eq!(code(ward.plan(changed).await), Some(ErrorCode::Refused), "it was changed already");
    let end = |text: &str| ProgrammeEndInput { outcome: OutcomeWord::Partly, text: text.into() };
    let ending =
        |id: &str, text: &str| ward.physician.end_programme(ward.patient.clone(), id.to_owned(), end(text));
    assert_eq!(code(ending(newer, " ").await), Some(ErrorCode::BadInput));
    assert_eq!(code(ending(&id, "Too late.").await), Some(ErrorCode::Refused));
    ok(ending(newer, "Walks alone.").await);
    let ended = |all: &[(String, ProgrammeView)]| {
        all.iter().any(|(_, one)| one.state == ProgrammeState::Ended && one.end.is_some())
    };
    let all = ward.programmes(&ward.nurse, "it is ended", ended).await;
    let end = all.iter().find_map(|(_, one)| one.end.as_ref()).unwrap();
    assert_eq!(
        (end.outcome, end.text.as_str(), end.by.as_str()),
        (OutcomeWord::Partly, "Walks alone.", "Omar Haddad")
    );
    assert_eq!(code(ending(newer, "Again.").await), Some(ErrorCode::Refused));
    ward.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_planned_is_not_signed() {
    let ward = Ward::new().await;
    let spo2 = |low: &str, high: &str| vec![goal(GoalMeasure::Spo2, low, high)];
    let good = || spo2("92", "");
    let late = GoalInput { by_ms: now() + 60 * DAY, ..goal(GoalMeasure::Spo2, "92", "") };
    let early = GoalInput { by_ms: now() - 2 * DAY, ..goal(GoalMeasure::Spo2, "92", "") };
    for bad in [
        input(Vec::new()),
        input(spo2("", "")),
        input(spo2("96", "92")),
        input(spo2("101", "")),
        input(spo2("-5", "")),
        input(spo2("high", "")),
        input(spo2("92", "99999999999")),
        input(vec![late]),
        input(vec![early]),
        input([good(), good()].concat()),
        input(vec![goal(GoalMeasure::Spo2, "92", ""); 4000]),
        ProgrammeInput { title: " ".into(), ..input(good()) },
        ProgrammeInput { title: "x".repeat(9_000), ..input(good()) },
        ProgrammeInput { text: "a\u{202e}b".into(), ..input(good()) },
        ProgrammeInput { until_ms: now() - 2 * DAY, ..input(good()) },
        ProgrammeInput { from_ms: i64::MIN, until_ms: i64::MAX, ..input(Vec::new()) },
        ProgrammeInput { replaces: Some("5f".into()), ..input(good()) },
    ] {
        assert_eq!(code(ward.plan(bad).await), Some(ErrorCode::BadInput));
    }
    let of_nothing = ProgrammeInput { replaces: Some("5f".repeat(32)), ..input(good()) };
    assert_eq!(code(ward.plan(of_nothing).await), Some(ErrorCode::NotFound));
    let by_nurse = ward.nurse.write_programme(ward.patient.clone(), input(good())).await;
    assert_eq!(code(by_nurse), Some(ErrorCode::NotAllowed));
    let nobody = ward.physician.write_programme("0".repeat(32), input(good())).await;
    assert_eq!(code(nobody), Some(ErrorCode::NotFound));
    assert!(ok(ward.physician.notes(ward.patient.clone()).await).rows.is_empty());
    ward.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_let_through_is_judged_again() {
    let ward = Ward::new().await;
    let (real, over) = ward.gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        for (name, role) in [("doctor", Role::Physician), ("night nurse", Role::Nurse)] {
            let person = ward::request(name, role);
            ward.control("admin", Action::Enrol(person.clone()));
            ward.control("admin", Action::JoinTeam(ward.team, person.enrolment.sign.id()));
        }
        ward.cut();
        let at = ward.now;
        let goal = Goal {
            parameter: Measured::Spo2,
            low: Some(wl_vitals::Decimal::whole(92)),
            high: None,
            by: at.plus(-DAY),
        };
        let programme = |title: &str, replaces| Programme {
            at,
            replaces,
            kind: ProgrammeKind::Prevention,
            title: title.into(),
            from: at.plus(-9 * DAY),
            until: at.plus(-DAY),
            goals: vec![goal],
            text: None,
        };
        let end = |record| ProgrammeEnd { at, record, outcome: Outcome::Stopped, text: "No.".into() };
        ward.write("night nurse", &Writing::Programme(programme("By a nurse", None)));
        let over = ward.write("doctor", &Writing::Programme(programme("Over", None)));
        ward.write("night nurse", &Writing::ProgrammeEnd(end(over)));
        ward.write("doctor", &Writing::ProgrammeEnd(end(Hash::from_bytes([0x77; 32]))));
        let first = ward.write("doctor", &Writing::Programme(programme("First", None)));
        ward.write("doctor", &Writing::ProgrammeEnd(end(first)));
        // It names one that is ended: it is a programme of its own, and ends nothing twice.
        ward.write("doctor", &Writing::Programme(programme("After the end", Some(first))));
        (first, over)
    });
    let all = ward.programmes(&ward.physician, "all of it is there", |all| all.len() == 3).await;
    let of = |record: Hash| all.iter().find(|(id, _)| *id == record.to_string()).unwrap().1.state;
    assert_eq!((of(real), of(over)), (ProgrammeState::Ended, ProgrammeState::Over));
    assert!(all.iter().all(|(_, one)| one.title != "By a nurse"));
    ward.close().await;
}
