//! What people write: kept before it is sent, put together from what everybody signed, and never replaced.

use crate::gateway::TestGateway;
use crate::station::*;
use crate::ward;
use crate::ward::{TestWard, spo2_alarm};
use std::path::Path;
use wl_desk::view::*;
use wl_desk::{Desk, Settings};
use wl_ledger::block::Entry;
use wl_ledger::control::{Action, Categories, EraseBasis, EraseOrder, EraseScope};
use wl_ledger::record::{RecordKind, SignedRecord};
use wl_ledger::{AgreementId, Category, EraseId, Hash, Role, UnixMillis};
use wl_vitals::alarm::AlarmEvent;
use wl_vitals::writing::{CoSignature, Note, NoteKind, Writing};
use wl_wire::enrolment;

/// What a team needs to take a patient over.
const SHARED: [Category; 5] =
    [Category::Vitals, Category::Alarms, Category::Identity, Category::Waveforms, Category::Notes];

/// A nurse's and a physician's workstation on one ward, and a physician whose records the test signs.
struct Ward {
    nurse: Desk,
    physician: Desk,
    gateway: TestGateway,
    patient: String,
    agreement: AgreementId,
    folder: tempfile::TempDir,
}

async fn requests(desk: &Desk) -> wl_ledger::control::ProvenEnrolment {
    enrolment::read_request(&ok(desk.enrolment_request().await).text).unwrap()
}

impl Ward {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (nurse, gateway) = enrolled(&folder.path().join("nurse"), RoleView::Nurse).await;
        let physician =
            colleague(&folder.path().join("physician"), "Omar Haddad", RoleView::Physician, &gateway).await;
        let people = [requests(&nurse).await, requests(&physician).await];
        let (patient, agreement) = gateway.with(|ward| {
            ward.now = wl_desk::edge::now();
            let doctor = ward::request("doctor", Role::Physician);
            ward.control("admin", Action::Enrol(doctor.clone()));
            for person in [&people[1], &doctor] {
                ward.control("admin", Action::JoinTeam(ward.team, person.enrolment.sign.id()));
            }
            let agreement = ward.agree_on(&SHARED, None);
            ward.cut();
            ward.grant(&[&people[0], &people[1], &doctor], &SHARED);
            ward.identity(CANARY, "12");
            (ward.patient.to_string(), agreement)
        });
        let ward = Self { nurse, physician, gateway, patient, agreement, folder };
        for desk in [&ward.nurse, &ward.physician] {
            until("the notes are shared", || async { desk.notes(ward.patient.clone()).await.ok() }).await;
        }
        ward
    }

    async fn rows(&self, desk: &Desk, what: &str, check: impl Fn(&[WrittenRow]) -> bool) -> Vec<WrittenRow> {
        rows_of(desk, &self.patient, what, check).await
    }

    async fn sealed_note(&self, text: &str) -> String {
        ok(self.nurse.write_note(self.patient.clone(), input(text)).await);
        let sealed = |rows: &[WrittenRow]| rows.iter().any(|row| text_of(row) == text && is_sealed(row));
        self.rows(&self.physician, "the note is there", sealed).await;
        let rows = self.rows(&self.nurse, "the note is sealed", sealed).await;
        rows.iter().find(|row| text_of(row) == text).unwrap().id.clone()
    }

    async fn close(self) {
        ok(self.nurse.close().await);
        ok(self.physician.close().await);
    }
}

/// The timeline of a desk once it is as wanted.
async fn rows_of(
    desk: &Desk,
    patient: &str,
    what: &str,
    check: impl Fn(&[WrittenRow]) -> bool,
) -> Vec<WrittenRow> {
    until(what, || async {
        let rows = ok(desk.notes(patient.to_owned()).await).rows;
        check(&rows).then_some(rows)
    })
    .await
}

fn input(text: &str) -> NoteInput {
    NoteInput { kind: NoteWord::Nursing, text: text.into(), amends: None }
}

fn note(row: &WrittenRow) -> &NoteView {
    match &row.entry {
        EntryView::Note { note } => note,
        _ => panic!("no note"),
    }
}

fn text_of(row: &WrittenRow) -> &str {
    match &row.entry {
        EntryView::Note { note } => &note.text,
        _ => "",
    }
}

fn is_sealed(row: &WrittenRow) -> bool {
    row.state == WrittenState::Sealed && row.sealed_ms.is_some() && row.record_ref.is_some()
}

fn code<T>(answer: Result<T, UiError>) -> Option<ErrorCode> {
    answer.err().map(|error| error.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_of_several_people_are_co_signed_and_amended_and_nothing_is_replaced() {
    let ward = Ward::new().await;
    let id = ward.sealed_note("Slept badly.\n10 mg of nothing given.").await;
    let seen = ok(ward.physician.notes(ward.patient.clone()).await);
    let row = &seen.rows[0];
    assert!(seen.may_write && !row.mine && row.by == "Ines Calder" && row.role == Some(RoleView::Nurse));
    assert!(note(row).may_co_sign && !note(row).may_amend && note(row).kind == NoteWord::Nursing);

    // Its author amends it and does not sign under it; others do the reverse.
    assert_eq!(code(ward.nurse.co_sign(ward.patient.clone(), id.clone()).await), Some(ErrorCode::Refused));
    let theirs = NoteInput { amends: Some(id.clone()), ..input("Not mine.") };
    let refused = ward.physician.write_note(ward.patient.clone(), theirs).await;
    assert_eq!(code(refused), Some(ErrorCode::NotAllowed));
    ok(ward.physician.co_sign(ward.patient.clone(), id.clone()).await);
    let again = ward.physician.co_sign(ward.patient.clone(), id.clone()).await;
    assert!(matches!(code(again), Some(ErrorCode::Busy | ErrorCode::Refused)), "signed once");
    let signed = |rows: &[WrittenRow]| rows.len() == 1 && !note(&rows[0]).co_signed.is_empty();
    let rows = ward.rows(&ward.nurse, "the co-signature is there", signed).await;
    assert_eq!(note(&rows[0]).co_signed[0].by, "Omar Haddad");
    ward.rows(&ward.physician, "and here", |rows| signed(rows) && !note(&rows[0]).may_co_sign).await;
    let third = ward.physician.co_sign(ward.patient.clone(), id.clone()).await;
    assert_eq!(code(third), Some(ErrorCode::Refused));

    let newer = NoteInput { amends: Some(id.clone()), ..input("Slept badly.\n5 mg of nothing given.") };
    ok(ward.nurse.write_note(ward.patient.clone(), newer).await);
    let amended = |rows: &[WrittenRow]| rows.len() == 1 && note(&rows[0]).earlier.len() == 1;
    let rows = ward.rows(&ward.physician, "both wordings are there", amended).await;
    let shown = note(&rows[0]);
    assert_eq!(shown.text, "Slept badly.\n5 mg of nothing given.");
    assert_eq!(shown.earlier[0].text, "Slept badly.\n10 mg of nothing given.");
    assert!(shown.co_signed.is_empty(), "nobody has signed under the newer wording");
    assert_eq!(shown.earlier[0].co_signed[0].by, "Omar Haddad");
    assert_ne!(rows[0].record_ref.as_ref(), Some(&shown.earlier[0].record_ref), "each has its own proof");

    // What says nothing, misleads or names nothing is never signed.
    for (text, amends) in [
        ("", None),
        (" \r\n\t ", None),
        ("10\u{202e} mg", None),
        (&*"x".repeat(8193), None),
        ("Named by nothing.", Some("5f".to_owned())),
    ] {
        let bad = NoteInput { amends, ..input(text) };
        assert_eq!(code(ward.nurse.write_note(ward.patient.clone(), bad).await), Some(ErrorCode::BadInput));
    }
    let of_nothing = NoteInput { amends: Some("5f".repeat(32)), ..input("Of nothing.") };
    let refused = ward.nurse.write_note(ward.patient.clone(), of_nothing).await;
    assert_eq!(code(refused), Some(ErrorCode::NotAllowed));
    let refused = ward.nurse.co_sign(ward.patient.clone(), "5f".repeat(32)).await;
    assert_eq!(code(refused), Some(ErrorCode::NotFound));
    let refused = ward.nurse.write_note("0".repeat(32), input("Of nobody.")).await;
    assert_eq!(code(refused), Some(ErrorCode::NotFound));
    assert_eq!(ok(ward.nurse.notes(ward.patient.clone()).await).rows.len(), 1);
    ward.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_written_offline_waits_here_and_is_sent_later_as_an_age_file() {
    let ward = Ward::new().await;
    ok(ward.nurse.close().await);
    let folder = ward.folder.path().join("nurse");
    let offline = || Settings { online: false, ..settings() };
    let desk = ok(Desk::open(&folder, offline()));
    ok(desk.unlock(secret(PASSPHRASE)).await);
    let before = ward.gateway.with(|ward| ward.tip());
    let rows = ok(desk.write_note(ward.patient.clone(), input("Written in the lift.")).await).rows;
    assert!(rows[0].state == WrittenState::Waiting && rows[0].mine && rows[0].sealed_ms.is_none());
    assert!(!note(&rows[0]).may_amend && !note(&rows[0]).may_co_sign);
    let twice = desk.write_note(ward.patient.clone(), input("Written in the lift.")).await;
    assert_eq!(code(twice), Some(ErrorCode::Busy), "a key pressed twice");
    ok(desk.lock().await);
    assert_eq!(code(desk.notes(ward.patient.clone()).await), Some(ErrorCode::Locked));
    ok(desk.close().await);

    // It is there after a restart, and goes out once the gateway is reached.
    let desk = ok(Desk::open(&folder, offline()));
    ok(desk.unlock(secret(PASSPHRASE)).await);
    let rows = ok(desk.notes(ward.patient.clone()).await).rows;
    assert!(rows.len() == 1 && rows[0].state == WrittenState::Waiting);
    let written = rows[0].written_ms;
    assert_eq!(ward.gateway.with(|ward| ward.tip()), before, "nothing was sent");
    ok(desk.close().await);
    let desk = ok(Desk::open(&folder, settings()));
    ok(desk.unlock(secret(PASSPHRASE)).await);
    let sealed = |rows: &[WrittenRow]| rows.len() == 1 && is_sealed(&rows[0]);
    let rows = rows_of(&desk, &ward.patient, "it is sealed", sealed).await;
    assert_eq!(rows[0].written_ms, written, "it keeps the time at which it was written");
    rows_of(&ward.physician, &ward.patient, "others see it", sealed).await;
    let body = ward.gateway.with(|ward| note_body(ward));
    assert!(body.starts_with(b"age-encryption.org/v1\n"), "any age tool opens it");
    assert!(!body.windows(4).any(|window| window == b"lift"));
    ok(desk.close().await);
    ok(ward.physician.close().await);
}

/// The ciphertext of the newest note on the chain.
fn note_body(ward: &TestWard) -> Vec<u8> {
    let served = ward.blocks.iter().rev().flat_map(|(_, items)| items.iter().rev());
    served
        .filter_map(|served| {
            let Entry::Record(bytes) = &served.item.entry else { return None };
            let kind = SignedRecord::parse(bytes).unwrap().header().kind;
            (kind == RecordKind::Note).then(|| served.item.body.clone().unwrap().ciphertext)
        })
        .next()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_let_through_is_judged_again() {
    let ward = Ward::new().await;
    let id = ward.sealed_note("The nurse's own.").await;
    let record = Hash::from_hex(&id).unwrap();
    let before = ward.nurse.report().await.unwrap().verification_failures;
    ward.gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        let at = ward.now;
        let note = |text: &str, amends| Note { at, kind: NoteKind::Round, amends, text: text.into() };
        // Who wrote it may not sign under it; somebody else's name counts once; an amendment of another's is a note.
        let own = ward.write("doctor", &Writing::Note(note("The physician's own.", None)));
        ward.write("doctor", &Writing::CoSignature(CoSignature { at, record: own }));
        ward.write("doctor", &Writing::CoSignature(CoSignature { at, record }));
        ward.write("doctor", &Writing::CoSignature(CoSignature { at, record }));
        ward.write("doctor", &Writing::Note(note("Against the nurse.", Some(record))));
        // A clock that is ahead does not move a note into the future.
        let ahead = Note { at: at.plus(86_400_000), ..note("From tomorrow.", None) };
        ward.write("doctor", &Writing::Note(ahead));
        // What is no writing, and who writes none.
        ward.write_bytes("doctor", b"not a writing");
        let carer = ward::request("carer", Role::Caregiver);
        ward.control("admin", Action::Enrol(carer.clone()));
        ward.control("admin", Action::JoinTeam(ward.team, carer.enrolment.sign.id()));
        ward.cut();
        ward.write("carer", &Writing::Note(note("By a caregiver.", None)));
    });
    let rows = ward.rows(&ward.nurse, "all of it is there", |rows| rows.len() == 4).await;
    let of = |text: &str| rows.iter().find(|row| text_of(row) == text).unwrap();
    assert!(note(of("The physician's own.")).co_signed.is_empty());
    assert_eq!(note(of("The nurse's own.")).co_signed.len(), 1);
    assert!(
        note(of("The nurse's own.")).earlier.is_empty() && note(of("Against the nurse.")).earlier.is_empty()
    );
    let tomorrow = of("From tomorrow.");
    assert_eq!(Some(tomorrow.written_ms), tomorrow.sealed_ms);
    until("both are counted", || async {
        (ward.nurse.report().await.unwrap().verification_failures == before + 2).then_some(())
    })
    .await;
    assert!(rows.iter().all(|row| text_of(row) != "By a caregiver."));
    ward.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_close_when_sharing_ends_and_hold_nothing_else_back() {
    let ward = Ward::new().await;
    ward.sealed_note("Known to the team.").await;
    ok(ward.nurse.close().await);
    let folder = ward.folder.path().join("nurse");
    let desk = ok(Desk::open(&folder, Settings { online: false, ..settings() }));
    ok(desk.unlock(secret(PASSPHRASE)).await);
    ok(desk.write_note(ward.patient.clone(), input("Too late.")).await);
    ok(desk.close().await);
    let alarm = ward.gateway.with(|ward_| {
        ward_.now = wl_desk::edge::now();
        ward_.control("patient", Action::RevokeAgreement(ward.agreement));
        let alarm = spo2_alarm(ward_.patient, ward_.now);
        ward_.alarm(&AlarmEvent::Raised(alarm.clone()));
        alarm.id.to_string()
    });
    let desk = ok(Desk::open(&folder, settings()));
    ok(desk.unlock(secret(PASSPHRASE)).await);
    for desk in [&ward.physician, &desk] {
        until("the notes are closed", || async {
            (code(desk.notes(ward.patient.clone()).await) == Some(ErrorCode::NotFound)).then_some(())
        })
        .await;
        let refused = desk.write_note(ward.patient.clone(), input("Nobody reads.")).await;
        assert_eq!(code(refused), Some(ErrorCode::NotFound));
        assert!(ok(desk.hand_overs().await).others.is_empty());
    }
    // The team's other agreement still shares alarms: an acknowledgement goes out although the note before it cannot.
    let work = async || {
        let rows = ok(desk.inbox(InboxTab::Active).await).rows;
        rows.into_iter().find(|row| row.alarm_id == alarm).map(|row| row.work)
    };
    until("the alarm", || async { work().await }).await;
    ok(desk.acknowledge(alarm.clone()).await);
    until("the acknowledgement is sealed", || async {
        matches!(work().await, Some(AlarmWork::Acknowledged { .. })).then_some(())
    })
    .await;
    let acknowledged = ward.gateway.with(|ward| count(ward, RecordKind::Acknowledgement));
    assert_eq!(acknowledged, 1, "by the nurse, behind a note that waits");
    assert_eq!(ward.gateway.with(|ward| count(ward, RecordKind::Note)), 1);
    ok(desk.close().await);
    ok(ward.physician.close().await);
}

fn count(ward: &TestWard, kind: RecordKind) -> usize {
    let entries = ward.blocks.iter().flat_map(|(_, items)| items);
    entries
        .filter(|served| match &served.item.entry {
            Entry::Record(bytes) => SignedRecord::parse(bytes).unwrap().header().kind == kind,
            Entry::Control(_) => false,
        })
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn erased_notes_go_from_screen_and_disk() {
    let ward = Ward::new().await;
    ward.sealed_note("To be forgotten.").await;
    ward.gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        let order = EraseOrder {
            id: EraseId::from_bytes([9; 16]),
            patient: ward.patient,
            scope: EraseScope::Categories(Categories::of(&[Category::Notes])),
            basis: EraseBasis::PatientRequest,
            up_to: ward.tip(),
        };
        ward.control("patient", Action::Erase(order));
    });
    ward.rows(&ward.nurse, "nothing is left", |rows| rows.is_empty()).await;
    let id = ward.sealed_note("What came after.").await;
    let folder = ward.folder.path().join("nurse");
    let patient = ward.patient.clone();
    let keep = ward.folder.path().to_owned();
    ok(ward.nurse.close().await);
    let desk = ok(Desk::open(&folder, Settings { online: false, ..settings() }));
    ok(desk.unlock(secret(PASSPHRASE)).await);
    let rows = ok(desk.notes(patient).await).rows;
    assert!(rows.len() == 1 && rows[0].id == id && text_of(&rows[0]) == "What came after.");
    ok(desk.close().await);
    ok(ward.physician.close().await);
    drop(keep);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_the_version_before_opens_its_notes_now() {
    let ward = Ward::new().await;
    ward.sealed_note("Kept closed by the version before.").await;
    let folder = ward.folder.path().join("nurse");
    ok(ward.nurse.close().await);
    as_before(&folder).await;
    let desk = ok(Desk::open(&folder, Settings { online: false, ..settings() }));
    ok(desk.unlock(secret(PASSPHRASE)).await);
    let rows = until("the note is opened", || async {
        let rows = ok(desk.notes(ward.patient.clone()).await).rows;
        (!rows.is_empty()).then_some(rows)
    })
    .await;
    assert_eq!(text_of(&rows[0]), "Kept closed by the version before.");
    ok(desk.close().await);
    ok(ward.physician.close().await);
}

/// Makes a database what version 1 had left: no table of writings, notes marked as opened.
async fn as_before(folder: &Path) {
    use sqlx::Connection as _;
    let mut database = database(folder).await;
    let (opened,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM records WHERE kind = 6 AND state = 1")
        .fetch_one(&mut database)
        .await
        .unwrap();
    assert_eq!(opened, 1);
    sqlx::raw_sql(
        "DROP TRIGGER alarms_lose; DROP TABLE alarms; DROP TABLE writings; PRAGMA user_version = 1;",
    )
    .execute(&mut database)
    .await
    .unwrap();
    database.close().await.unwrap();
}

fn hand_over(to: &str) -> HandOverInput {
    HandOverInput {
        to: to.into(),
        illness: IllnessWord::Watcher,
        summary: "Pneumonia, day 3. Better since noon.".into(),
        actions: "Blood gas at 06:00.".into(),
        situation: "If SpO₂ stays below 88 %: call.".into(),
    }
}

fn handed(rows: &[WrittenRow]) -> Option<&HandOverView> {
    rows.iter().find_map(|row| match &row.entry {
        EntryView::HandOver { hand_over } => Some(hand_over),
        _ => None,
    })
}

fn open_row(rows: &[HandOverRow]) -> &HandOverView {
    match &rows[0].row.entry {
        EntryView::HandOver { hand_over } => hand_over,
        _ => panic!("no hand-over"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_handed_over_and_accepted_by_the_receiver_alone() {
    let ward = Ward::new().await;
    let id = ward.patient.clone();
    ward.sealed_note("Coughs less.").await;
    ward.gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        ward.alarm(&AlarmEvent::Raised(spo2_alarm(ward.patient, ward.now)));
    });
    let draft = until("the alarm is in the draft", || async {
        let draft = ok(ward.nurse.hand_over_draft(id.clone()).await);
        draft.verified.contains("alarm").then_some(()).filter(|()| !draft.actions.is_empty())?;
        Some(draft)
    })
    .await;
    for expected in [
        "HR 72 /min",
        "SpO₂ 97 %",
        "High alarm",
        "nobody has answered",
        "Note by Ines Calder",
        "Coughs less.",
    ] {
        assert!(draft.verified.contains(expected), "{expected} in {}", draft.verified);
    }
    assert!(draft.actions.starts_with("Answer the alarm SpO₂") && draft.summary.is_empty());
    let to = draft.receivers.iter().find(|one| one.name == "Omar Haddad").unwrap();
    assert!(to.may_read && draft.receivers.iter().all(|one| one.name != "Ines Calder"));

    // To nobody, to oneself, to who may not read, and with a part left out: nothing is signed.
    let outsider =
        colleague(&ward.folder.path().join("outsider"), "Pia Outside", RoleView::Nurse, &ward.gateway).await;
    let outside = requests(&outsider).await.enrolment.sign.id().to_string();
    let me = requests(&ward.nurse).await.enrolment.sign.id().to_string();
    until("the outsider is known", || async {
        let draft = ok(ward.nurse.hand_over_draft(id.clone()).await);
        draft.receivers.iter().any(|one| one.person_id == outside && !one.may_read).then_some(())
    })
    .await;
    let admin = ward::key("admin").id().to_string();
    for (input, expected) in [
        (hand_over("x"), ErrorCode::BadInput),
        (hand_over(&me), ErrorCode::BadInput),
        (hand_over(&admin), ErrorCode::BadInput),
        (hand_over(&outside), ErrorCode::Refused),
        (HandOverInput { summary: " ".into(), ..hand_over(&to.person_id) }, ErrorCode::BadInput),
        (HandOverInput { actions: String::new(), ..hand_over(&to.person_id) }, ErrorCode::BadInput),
        (HandOverInput { situation: String::new(), ..hand_over(&to.person_id) }, ErrorCode::BadInput),
    ] {
        assert_eq!(code(ward.nurse.hand_over(id.clone(), input).await), Some(expected));
    }
    // A workstation that has not heard of its own enrolment yet knows no role.
    until("the outsider hands nobody over", || async {
        let refused = code(outsider.hand_over(id.clone(), hand_over(&me)).await);
        (refused == Some(ErrorCode::NotFound)).then_some(())
    })
    .await;
    assert!(ok(ward.nurse.hand_overs().await).by_me.is_empty());

    ok(ward.nurse.hand_over(id.clone(), hand_over(&to.person_id)).await);
    let mine = until("it is open here", || async {
        let view = ok(ward.nurse.hand_overs().await);
        (view.by_me.len() == 1).then_some(view)
    })
    .await;
    assert!(!open_row(&mine.by_me).may_accept && mine.to_me.is_empty());
    let theirs = until("it is open there", || async {
        let view = ok(ward.physician.hand_overs().await);
        (view.to_me.len() == 1).then_some(view)
    })
    .await;
    let one = open_row(&theirs.to_me);
    assert!(one.may_accept && one.to_me && one.illness == IllnessWord::Watcher);
    assert!(one.verified.contains("SpO₂ 97 %") && one.actions == "Blood gas at 06:00.");
    assert_eq!((theirs.to_me[0].bed.as_str(), theirs.to_me[0].name.text.as_str()), ("12", CANARY));
    let record = theirs.to_me[0].row.id.clone();

    // The giver accepts nothing, and nothing is accepted without a synthesis.
    let accept = |text: &str| (id.clone(), record.clone(), text.to_owned());
    let (p, r, t) = accept("I accept my own.");
    assert_eq!(code(ward.nurse.accept_hand_over(p, r, t).await), Some(ErrorCode::NotAllowed));
    let (p, r, t) = accept("  ");
    assert_eq!(code(ward.physician.accept_hand_over(p, r, t).await), Some(ErrorCode::BadInput));
    let unknown = ward.physician.accept_hand_over(id.clone(), "5f".repeat(32), "Yes".into()).await;
    assert_eq!(code(unknown), Some(ErrorCode::NotFound));
    let (p, r, t) = accept("Pneumonia, better. Gas at six, call below 88.");
    ok(ward.physician.accept_hand_over(p, r, t).await);
    let rows = ward
        .rows(&ward.nurse, "it is accepted", |rows| handed(rows).is_some_and(|one| one.accepted.is_some()))
        .await;
    let accepted = handed(&rows).unwrap().accepted.as_ref().unwrap();
    assert_eq!(accepted.signed.by, "Omar Haddad");
    assert_eq!(accepted.synthesis, "Pneumonia, better. Gas at six, call below 88.");
    for desk in [&ward.nurse, &ward.physician] {
        until("nothing is open", || async {
            let view = ok(desk.hand_overs().await);
            (view.to_me.is_empty() && view.by_me.is_empty()).then_some(())
        })
        .await;
    }
    let (p, r, t) = accept("Once more.");
    assert_eq!(code(ward.physician.accept_hand_over(p, r, t).await), Some(ErrorCode::Refused));
    // The next form begins with what was accepted.
    let next = ok(ward.physician.hand_over_draft(id.clone()).await);
    assert_eq!(next.summary, "Pneumonia, day 3. Better since noon.");
    ok(outsider.close().await);
    ward.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_hand_over_of_the_same_giver_ends_the_one_before() {
    let ward = Ward::new().await;
    let id = ward.patient.clone();
    let physician = requests(&ward.physician).await.enrolment.sign.id();
    let doctor = ward::key("doctor").id();
    ok(ward.nurse.hand_over(id.clone(), hand_over(&doctor.to_string())).await);
    let first = until("the first is open", || async {
        ok(ward.nurse.hand_overs().await)
            .by_me
            .first()
            .map(|row| row.row.id.clone())
            .filter(|id| id.len() == 64)
    })
    .await;
    ok(ward.nurse.hand_over(id.clone(), hand_over(&physician.to_string())).await);
    until("only the second is open", || async {
        let view = ok(ward.physician.hand_overs().await);
        (view.to_me.len() == 1 && view.others.is_empty()).then_some(())
    })
    .await;
    // The one to whom the first was handed over accepts too late, and nobody else can.
    ward.gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        let acceptance = wl_vitals::writing::Acceptance {
            at: UnixMillis(ward.now.0),
            record: Hash::from_hex(&first).unwrap(),
            synthesis: "Too late.".into(),
        };
        ward.write("doctor", &Writing::Acceptance(acceptance.clone()));
    });
    let note = ward.sealed_note("After all of it.").await;
    let rows =
        ward.rows(&ward.physician, "the note after it", |rows| rows.iter().any(|row| row.id == note)).await;
    let replaced: Vec<bool> = rows
        .iter()
        .filter_map(|row| match &row.entry {
            EntryView::HandOver { hand_over } => Some(hand_over.replaced && hand_over.accepted.is_none()),
            _ => None,
        })
        .collect();
    assert_eq!(replaced, [false, true], "the newest first");
    ward.close().await;
}
