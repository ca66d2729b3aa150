//! Advice to the patient: physicians give it and take it back, and what a hub says became of it is judged again here. An
//! answer counts under the patient's own key, once, in time and while the proposal stands.

use crate::gateway::TestGateway;
use crate::station::*;
use crate::ward;
use crate::ward::{TestWard, key};
use wl_desk::Desk;
use wl_desk::view::*;
use wl_ledger::control::{Action, Guardian, NO_CHAIN};
use wl_ledger::{Category, Hash, PatientId, Role, UnixMillis};
use wl_vitals::writing::{
    Advice, AdviceKind, Answer, AnswerWord, Arrival, Delivery, Noted, Reply, Withdrawal, Writing,
};
use wl_wire::enrolment;

const SHARED: [Category; 5] =
    [Category::Vitals, Category::Alarms, Category::Identity, Category::Waveforms, Category::Notes];
const HOUR: i64 = 3_600_000;

/// A nurse's and a physician's workstation, and a physician and a hub whose records the test signs.
struct Ward {
    nurse: Desk,
    physician: Desk,
    gateway: TestGateway,
    patient: String,
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
            people.push(ward::request("doctor", Role::Physician));
            ward.control("admin", Action::Enrol(people[2].clone()));
            for person in &people[1..] {
                ward.control("admin", Action::JoinTeam(ward.team, person.enrolment.sign.id()));
            }
            ward.agree_on(&SHARED, None);
            ward.cut();
            ward.grant(&people.iter().collect::<Vec<_>>(), &SHARED);
            ward.identity(CANARY, "12");
            ward.patient.to_string()
        });
        let ward = Self { nurse, physician, gateway, patient, _folder: folder };
        for desk in [&ward.nurse, &ward.physician] {
            until("the notes are shared", || async { desk.notes(ward.patient.clone()).await.ok() }).await;
        }
        ward
    }

    /// Somebody signs; answers the record's name.
    fn says(&self, author: &str, writing: &Writing) -> Hash {
        self.gateway.with(|ward| {
            ward.now = wl_desk::edge::now();
            ward.write(author, writing)
        })
    }

    fn delivered(&self, record: Hash) {
        let delivery = Delivery { at: now(), record, arrival: Arrival::Delivered, by: None };
        self.says("hub", &Writing::Delivery(delivery));
    }

    /// An answer by the patient's key, as the patient's hub would seal it.
    fn answers(&self, answer: Answer) -> Hash {
        let reply = self.gateway.with(|ward| signed(ward, "patient", answer));
        self.says("hub", &Writing::Reply(reply))
    }

    /// The advice of a record as a desk shows it, once it is as wanted.
    async fn advice(
        &self,
        desk: &Desk,
        record: Hash,
        what: &str,
        check: impl Fn(&AdviceView) -> bool,
    ) -> AdviceView {
        until(what, || async {
            let rows = ok(desk.notes(self.patient.clone()).await).rows;
            let row = rows.into_iter().find(|row| row.id == record.to_string())?;
            match row.entry {
                EntryView::Advice { advice } if check(&advice) => Some(advice),
                _ => None,
            }
        })
        .await
    }

    async fn unread(&self, desk: &Desk) -> u32 {
        let tiles = ok(desk.ward().await).tiles;
        tiles.iter().find(|tile| tile.patient_id == self.patient).unwrap().unread_answers
    }

    async fn failures(&self) -> u64 {
        self.nurse.report().await.unwrap().verification_failures
    }

    async fn close(self) {
        ok(self.nurse.close().await);
        ok(self.physician.close().await);
    }
}

fn now() -> UnixMillis {
    wl_desk::edge::now()
}

fn proposal(until: Option<UnixMillis>) -> Advice {
    let text = "Home on Friday?".to_owned();
    Advice { at: now().plus(-2 * HOUR), follows: None, kind: AdviceKind::Proposal, until, text }
}

fn answer(record: Hash, word: AnswerWord) -> Answer {
    Answer {
        at: now(),
        record,
        word,
        text: (word == AnswerWord::Asked).then(|| "And the stairs?".to_owned()),
    }
}

fn signed(ward: &TestWard, signer: &str, answer: Answer) -> Reply {
    Reply::sign(answer, &ward.chain, &ward.patient, &key(signer))
}

fn input(text: &str, proposal: bool, until_ms: Option<i64>) -> AdviceInput {
    AdviceInput { text: text.into(), proposal, until_ms, follows: None }
}

fn code<T>(answer: Result<T, UiError>) -> Option<ErrorCode> {
    answer.err().map(|error| error.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn advice_goes_from_sent_to_delivered_read_answered_and_noted() {
    let ward = Ward::new().await;
    let input = input("Home on Friday?", true, Some(now().0 + HOUR));
    let rows = ok(ward.physician.write_advice(ward.patient.clone(), input).await).rows;
    assert!(rows[0].state == WrittenState::Waiting && rows[0].mine);
    let sealed = |row: &WrittenRow| row.state == WrittenState::Sealed;
    let row = until("the nurse sees it", || async {
        ok(ward.nurse.notes(ward.patient.clone()).await).rows.into_iter().find(sealed)
    })
    .await;
    let record = Hash::from_hex(&row.id).unwrap();
    let new = ward.advice(&ward.nurse, record, "it is there", |_| true).await;
    assert!(new.delivery == DeliveryView::NotDelivered && new.decision == DecisionState::Open);
    assert!(!new.may_withdraw && !new.may_follow, "a nurse does neither");
    let draft = ok(ward.nurse.hand_over_draft(ward.patient.clone()).await).verified;
    assert!(draft.contains("Proposal to the patient") && draft.contains("not delivered"), "{draft}");

    ward.delivered(record);
    let delivered = |one: &AdviceView| matches!(one.delivery, DeliveryView::Delivered { .. });
    ward.advice(&ward.nurse, record, "it is delivered", delivered).await;
    let draft = ok(ward.nurse.hand_over_draft(ward.patient.clone()).await).verified;
    assert!(draft.contains("not read by the patient"), "{draft}");
    let by = Some(key("patient").id());
    let read = Delivery { at: now(), record, arrival: Arrival::Read, by };
    ward.says("hub", &Writing::Delivery(read));
    let is_read =
        |one: &AdviceView| matches!(one.delivery, DeliveryView::Read { by: SignerWord::Patient, .. });
    ward.advice(&ward.physician, record, "it is read", is_read).await;

    let reply = ward.answers(answer(record, AnswerWord::Accepted));
    let accepted = |one: &AdviceView| one.decision == DecisionState::Accepted;
    for desk in [&ward.nurse, &ward.physician] {
        let one = ward.advice(desk, record, "it is accepted", accepted).await;
        assert!(one.replies[0].by == SignerWord::Patient && one.replies[0].may_note);
        assert_eq!(ward.unread(desk).await, 1);
    }
    let draft = ok(ward.nurse.hand_over_draft(ward.patient.clone()).await);
    assert!(draft.verified.contains("accepted, nobody has read it"), "{}", draft.verified);
    assert!(draft.actions.contains("Read the patient's answer"), "{}", draft.actions);
    ok(ward.nurse.note_reply(ward.patient.clone(), reply.to_string()).await);
    let noted = |one: &AdviceView| one.replies[0].noted.is_some() && !one.replies[0].may_note;
    let one = ward.advice(&ward.physician, record, "it was read by the nurse", noted).await;
    assert_eq!(one.replies[0].noted.as_ref().unwrap().by, "Ines Calder");
    assert_eq!(ward.unread(&ward.physician).await, 0);
    let again = ward.physician.note_reply(ward.patient.clone(), reply.to_string()).await;
    assert_eq!(code(again), Some(ErrorCode::Refused));
    ward.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_advised_is_not_signed() {
    let ward = Ward::new().await;
    let later = now().0 + HOUR;
    for bad in [
        input("", false, None),
        input(" \r\n", true, None),
        input("10\u{202e} mg", false, None),
        input(&"x".repeat(8193), false, None),
        input("It ends, and asks for nothing.", false, Some(later)),
        input("It has ended.", true, Some(now().0 - 1)),
        input("It never ends.", true, Some(now().0 + 91 * 24 * HOUR)),
        input("It ends nowhere.", true, Some(i64::MAX)),
        AdviceInput { follows: Some("5f".into()), ..input("It follows nothing.", false, None) },
    ] {
        let refused = ward.physician.write_advice(ward.patient.clone(), bad).await;
        assert_eq!(code(refused), Some(ErrorCode::BadInput));
    }
    let good = || input("Drink enough.", false, None);
    let after = AdviceInput { follows: Some("5f".repeat(32)), ..good() };
    let (patient, nobody) = (|| ward.patient.clone(), || "0".repeat(32));
    for (refused, expected) in [
        (code(ward.nurse.write_advice(patient(), good()).await), ErrorCode::NotAllowed),
        (code(ward.physician.write_advice(patient(), after).await), ErrorCode::NotFound),
        (code(ward.physician.write_advice(nobody(), good()).await), ErrorCode::NotFound),
        (
            code(ward.physician.withdraw_advice(patient(), "5f".repeat(32), "Why.".into()).await),
            ErrorCode::NotFound,
        ),
        (
            code(ward.nurse.withdraw_advice(patient(), "5f".repeat(32), "Why.".into()).await),
            ErrorCode::NotAllowed,
        ),
        (code(ward.nurse.note_reply(patient(), "5f".repeat(32)).await), ErrorCode::NotFound),
        (code(ward.nurse.note_reply(patient(), "5f".into()).await), ErrorCode::BadInput),
    ] {
        assert_eq!(refused, Some(expected));
    }
    assert!(ok(ward.physician.notes(ward.patient.clone()).await).rows.is_empty());
    ward.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_answer_in_time_decides_and_every_other_is_shown_as_what_it_is() {
    use AnswerWord::{Accepted, Asked, Declined};
    let ward = Ward::new().await;
    let says = |advice: Advice| ward.says("doctor", &Writing::Advice(advice));
    let plain = says(Advice { kind: AdviceKind::Advice, text: "Drink.".into(), ..proposal(None) });
    let (twice, late, gone) =
        (says(proposal(None)), says(proposal(Some(now().plus(-HOUR)))), says(proposal(None)));
    ward.answers(answer(plain, Accepted));
    ward.answers(answer(plain, Asked));
    ward.answers(answer(twice, Declined));
    ward.answers(answer(twice, Accepted));
    ward.answers(answer(late, Accepted));
    let withdrawal = Withdrawal { at: now(), record: gone, text: "The bed is not there.".into() };
    ward.says("doctor", &Writing::Withdrawal(withdrawal.clone()));
    ward.answers(answer(gone, Accepted));
    ward.says("doctor", &Writing::Withdrawal(Withdrawal { text: "Once more.".into(), ..withdrawal }));

    let words = |one: &AdviceView| {
        one.replies.iter().rev().map(|reply| (reply.answer, reply.void)).collect::<Vec<_>>()
    };
    let desk = &ward.physician;
    let one = ward.advice(desk, plain, "advice is answered", |one| one.replies.len() == 2).await;
    assert_eq!(one.decision, DecisionState::None);
    assert_eq!(words(&one), [(AnswerKind::Accepted, Some(VoidWord::NotAsked)), (AnswerKind::Asked, None)]);
    let one = ward.advice(desk, twice, "it is answered twice", |one| one.replies.len() == 2).await;
    assert_eq!(one.decision, DecisionState::Declined);
    assert_eq!(words(&one), [(AnswerKind::Declined, None), (AnswerKind::Accepted, Some(VoidWord::Answered))]);
    let one = ward.advice(desk, late, "it is answered late", |one| one.replies.len() == 1).await;
    assert_eq!(one.decision, DecisionState::Expired);
    assert_eq!(words(&one), [(AnswerKind::Accepted, Some(VoidWord::Late))]);
    let one = ward.advice(desk, gone, "it is withdrawn", |one| one.replies.len() == 1).await;
    assert_eq!(words(&one), [(AnswerKind::Accepted, Some(VoidWord::Withdrawn))]);
    let withdrawn = one.withdrawn.unwrap();
    assert_eq!((withdrawn.by.as_str(), withdrawn.text.as_str()), ("doctor", "The bed is not there."));
    let again = desk.withdraw_advice(ward.patient.clone(), gone.to_string(), "Why.".into()).await;
    assert_eq!(code(again), Some(ErrorCode::Refused));
    assert_eq!(ward.unread(desk).await, 6, "void answers are read too");

    // Any physician takes it back, with a reason, and it can be gone on from.
    let silent = desk.withdraw_advice(ward.patient.clone(), twice.to_string(), " ".into()).await;
    assert_eq!(code(silent), Some(ErrorCode::BadInput));
    ok(desk.withdraw_advice(ward.patient.clone(), twice.to_string(), "Better: Monday.".into()).await);
    let withdrawn = |one: &AdviceView| one.withdrawn.is_some() && !one.may_withdraw && one.may_follow;
    ward.advice(desk, twice, "it is withdrawn too", withdrawn).await;
    let after = AdviceInput { follows: Some(twice.to_string()), ..input("Home on Monday?", true, None) };
    ok(desk.write_advice(ward.patient.clone(), after).await);
    until("what follows is there", || async {
        let rows = ok(ward.nurse.notes(ward.patient.clone()).await).rows;
        let follows = |row: &WrittenRow| matches!(&row.entry, EntryView::Advice { advice } if advice.follows == Some(twice.to_string()));
        rows.iter().any(follows).then_some(())
    })
    .await;
    ward.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_up_delivery_or_the_patients_answer() {
    let ward = Ward::new().await;
    let before = ward.failures().await;
    let record = ward.says("doctor", &Writing::Advice(proposal(None)));
    let other = Hash::from_bytes([0x77; 32]);
    let yes = || answer(record, AnswerWord::Accepted);
    let (chain, patient) = ward.gateway.with(|ward| (ward.chain, ward.patient));
    let elsewhere = PatientId::from_bytes([9; 16]);
    let good = Reply::sign(yes(), &chain, &patient, &key("patient"));
    let refused: Vec<(&str, Writing)> = vec![
        // Under no key that may sign for this patient, of another patient, another chain, or changed afterwards.
        ("hub", Writing::Reply(Reply::sign(yes(), &chain, &patient, &key("hub")))),
        ("hub", Writing::Reply(Reply::sign(yes(), &chain, &patient, &key("doctor")))),
        ("hub", Writing::Reply(Reply::sign(yes(), &chain, &elsewhere, &key("patient")))),
        ("hub", Writing::Reply(Reply::sign(yes(), &NO_CHAIN, &patient, &key("patient")))),
        ("hub", Writing::Reply(Reply { answer: answer(record, AnswerWord::Declined), ..good.clone() })),
        // By somebody who is not the patient's hub.
        ("doctor", Writing::Reply(good.clone())),
        ("doctor", Writing::Delivery(Delivery { at: now(), record, arrival: Arrival::Delivered, by: None })),
        // A hub advises nobody and reads no answer.
        ("hub", Writing::Advice(proposal(None))),
        ("hub", Writing::Withdrawal(Withdrawal { at: now(), record, text: "Gone.".into() })),
        ("hub", Writing::Noted(Noted { at: now(), record: other })),
    ];
    let count = u64::try_from(refused.len()).unwrap();
    for (author, writing) in &refused {
        ward.says(author, writing);
    }
    // What names advice that is not there says nothing, and a nurse's advice is none.
    ward.says(
        "hub",
        &Writing::Delivery(Delivery { at: now(), record: other, arrival: Arrival::Delivered, by: None }),
    );
    ward.answers(answer(other, AnswerWord::Accepted));
    until("each is counted", || async { (ward.failures().await == before + count).then_some(()) }).await;
    let one = ward.advice(&ward.nurse, record, "it is there", |_| true).await;
    assert!(one.delivery == DeliveryView::NotDelivered && one.replies.is_empty() && one.withdrawn.is_none());
    assert_eq!(one.decision, DecisionState::Open);
    assert_eq!(ok(ward.nurse.notes(ward.patient.clone()).await).rows.len(), 1);

    // The patient's own answer counts, and its copy in another record is the same answer.
    ward.says("hub", &Writing::Reply(good.clone()));
    ward.says("hub", &Writing::Reply(good));
    ward.delivered(record);
    let settled = |one: &AdviceView| one.delivery != DeliveryView::NotDelivered && !one.replies.is_empty();
    let one = ward.advice(&ward.nurse, record, "it is answered", settled).await;
    assert!(one.decision == DecisionState::Accepted && one.replies.len() == 1);
    ward.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_answers_as_a_guardian_also_after_being_dismissed() {
    let ward = Ward::new().await;
    let record = ward.says("doctor", &Writing::Advice(proposal(None)));
    ward.gateway.with(|ward| {
        let guardian = Guardian::prove(&ward.chain, &ward.patient, &key("guardian"));
        ward.control("patient", Action::AppointGuardian(ward.patient, guardian));
        ward.cut();
    });
    let reply = ward.gateway.with(|ward| signed(ward, "guardian", answer(record, AnswerWord::Declined)));
    ward.says("hub", &Writing::Reply(reply));
    let by =
        |word: SignerWord| move |one: &AdviceView| one.replies.first().is_some_and(|reply| reply.by == word);
    let one = ward.advice(&ward.nurse, record, "the guardian answered", by(SignerWord::Guardian)).await;
    assert_eq!(one.decision, DecisionState::Declined);
    ward.gateway.with(|ward| {
        ward.control("patient", Action::DismissGuardian(ward.patient, key("guardian").id()));
        ward.cut();
    });
    ward.advice(&ward.nurse, record, "it stays", by(SignerWord::FormerGuardian)).await;
    ward.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn advice_of_anybody_but_a_physician_is_none() {
    let ward = Ward::new().await;
    let record = ward.gateway.with(|ward| {
        ward.now = now();
        let nurse = ward::request("night nurse", Role::Nurse);
        ward.control("admin", Action::Enrol(nurse.clone()));
        ward.control("admin", Action::JoinTeam(ward.team, nurse.enrolment.sign.id()));
        ward.cut();
        ward.write("night nurse", &Writing::Advice(proposal(None)))
    });
    let real = ward.says("doctor", &Writing::Advice(proposal(None)));
    ward.says(
        "night nurse",
        &Writing::Withdrawal(Withdrawal { at: now(), record: real, text: "No.".into() }),
    );
    ward.delivered(real);
    let delivered = |one: &AdviceView| one.delivery != DeliveryView::NotDelivered;
    let one = ward.advice(&ward.physician, real, "it is delivered", delivered).await;
    assert!(one.withdrawn.is_none(), "a nurse takes nothing back");
    let rows = ok(ward.physician.notes(ward.patient.clone()).await).rows;
    assert!(rows.iter().all(|row| row.id != record.to_string()));
    ward.close().await;
}
