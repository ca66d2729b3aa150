//! What people write: one encoding that reads well, and every other form refused.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use wl_ledger::keys::SigningKey;
use wl_ledger::{ChainId, Hash, KeyId, PatientId, UnixMillis};
use wl_vitals::writing::*;
use wl_vitals::{Decimal, Parameter};

const AT: UnixMillis = UnixMillis(1_768_005_061_007);

fn note(text: &str) -> Note {
    Note { at: AT, kind: NoteKind::Nursing, amends: None, text: text.into() }
}

fn hand_over() -> HandOver {
    HandOver {
        at: AT,
        to: KeyId::from_bytes([0xab; 16]),
        illness: Illness::Watcher,
        verified: "NEWS2 5, medium risk, 7 of 7 inputs known\nNo open alarm.".into(),
        summary: "Pneumonia, day 3.".into(),
        actions: "Blood gas at 06:00\n\nCall the family".into(),
        situation: "If SpO₂ < 88 %: call the physician.".into(),
    }
}

fn medicine() -> Ordered {
    Ordered::Medicine {
        medicine: "Paracetamol".into(),
        dose: "1 g".into(),
        route: Route::Oral,
        times: "every 6 h, at most 4 g a day".into(),
    }
}

fn oxygen(low: u8, high: u8) -> Ordered {
    Ordered::Oxygen { target: (low, high), device: "nasal cannula, 2 l/min".into() }
}

fn observation(minutes: u16) -> Ordered {
    Ordered::Observation { minutes, observe: "NEWS2".into() }
}

const CHAIN: ChainId = ChainId::from_bytes([0x11; 32]);
const PATIENT: PatientId = PatientId::from_bytes([0x22; 16]);

fn patients_key() -> SigningKey {
    SigningKey::from_seed(&[0x33; 32])
}

fn advice() -> Advice {
    Advice { at: AT, follows: None, kind: AdviceKind::Advice, until: None, text: "Drink 2 l a day.".into() }
}

fn proposal(minutes: Option<i64>) -> Advice {
    let until = minutes.map(|minutes| AT.plus(minutes * 60_000));
    Advice {
        kind: AdviceKind::Proposal,
        until,
        text: "Home on Friday?\nWith a nurse twice a day.".into(),
        ..advice()
    }
}

fn answer(word: AnswerWord, text: Option<&str>) -> Answer {
    Answer { at: AT, record: Hash::from_bytes([0x5f; 32]), word, text: text.map(str::to_owned) }
}

fn signed(answer: Answer) -> Reply {
    Reply::sign(answer, &CHAIN, &PATIENT, &patients_key())
}

fn goal(parameter: Parameter, low: Option<Decimal>, high: Option<Decimal>) -> Goal {
    Goal { parameter, low, high, by: AT.plus(14 * 86_400_000) }
}

fn programme() -> Programme {
    let weight = goal(Parameter::Weight, None, Some(Decimal::tenths(805)));
    let spo2 = goal(Parameter::Spo2, Some(Decimal::whole(92)), Some(Decimal::whole(98)));
    Programme {
        at: AT,
        replaces: None,
        kind: ProgrammeKind::Rehabilitation,
        title: "Back on your feet".into(),
        from: AT,
        until: AT.plus(28 * 86_400_000),
        goals: vec![weight, spo2],
        text: Some("Walk twice a day.".into()),
    }
}

fn all() -> Vec<Writing> {
    let record = Hash::from_bytes([0x5f; 32]);
    vec![
        Writing::Note(note("Slept well.")),
        Writing::Note(Note {
            amends: Some(record),
            ..note("Slept badly.\n\n  Indented; and an empty line.")
        }),
        Writing::CoSignature(CoSignature { at: AT, record }),
        Writing::HandOver(hand_over()),
        Writing::Acceptance(Acceptance {
            at: AT, record, synthesis: "Watch SpO₂, blood gas at six.".into()
        }),
        Writing::Order(Order { at: AT, ordered: medicine(), note: None }),
        Writing::Order(Order { at: AT, ordered: oxygen(88, 92), note: Some("COPD.".into()) }),
        Writing::Order(Order { at: AT, ordered: observation(60), note: None }),
        Writing::OrderStep(OrderStep { at: AT, record, step: Step::Given, text: None }),
        Writing::OrderStep(OrderStep { at: AT, record, step: Step::Declined, text: Some("Asleep.".into()) }),
        Writing::Advice(advice()),
        Writing::Advice(Advice { follows: Some(record), ..proposal(Some(90)) }),
        Writing::Advice(proposal(None)),
        Writing::Withdrawal(Withdrawal { at: AT, record, text: "The bed at home is not there yet.".into() }),
        Writing::Delivery(Delivery { at: AT, record, arrival: Arrival::Delivered, by: None }),
        Writing::Delivery(Delivery { at: AT, record, arrival: Arrival::Read, by: Some(patients_key().id()) }),
        Writing::Reply(signed(answer(AnswerWord::Accepted, None))),
        Writing::Reply(signed(answer(AnswerWord::Asked, Some("And the stairs?\n  Who carries me?")))),
        Writing::Noted(Noted { at: AT, record }),
        Writing::Programme(programme()),
        Writing::Programme(Programme { replaces: Some(record), text: None, ..programme() }),
        Writing::ProgrammeEnd(ProgrammeEnd {
            at: AT,
            record,
            outcome: Outcome::Reached,
            text: "Walks alone.".into(),
        }),
    ]
}

#[test]
fn a_note_reads_as_text() {
    let bytes = Writing::Note(note("Slept well.\nDrank 300 ml.")).to_bytes();
    let text = std::str::from_utf8(&bytes).unwrap();
    assert_eq!(
        text.trim_end_matches('\n'),
        "wardlight writing 1 note\nwritten: 2026-01-10T00:31:01.007Z\nkind: nursing\ntext: Slept well.\n  Drank 300 ml."
    );
    assert_eq!(bytes.len(), 256, "sizes are multiples of 256");
}

#[test]
fn every_sort_comes_back_from_its_bytes() {
    for writing in all() {
        let bytes = writing.to_bytes();
        assert!(bytes.len().is_multiple_of(256));
        assert!(Writing::from_bytes(&bytes).is_ok_and(|back| back == writing && back.at() == AT));
    }
}

#[test]
fn every_other_form_is_refused() {
    let good = String::from_utf8(Writing::Note(note("Slept well.\nDrank.")).to_bytes()).unwrap();
    let padded = |text: &str| {
        let text = text.trim_end_matches('\n');
        format!("{text}{}", "\n".repeat((text.len() + 1).next_multiple_of(256) - text.len()))
    };
    assert_eq!(padded(&good), good);
    let shape = Err(WritingError::Shape);
    let form = Err(WritingError::NotCanonical);
    let table = [
        ("", shape),
        ("wardlight writing 1 note", shape),
        (&good[..good.len() - 1], form),
        (&padded(&good.replace("writing 1", "writing 2")), shape),
        (&padded(&good.replace(" note\n", " poem\n")), shape),
        (&padded(&good.replace("kind: nursing\n", "")), shape),
        (&padded(&good.replace("nursing", "Nursing")), shape),
        (&padded(&good.replace("written: 2026-01-10", "written: 2026-02-30")), shape),
        (&padded(&good.replace("text: ", "text:  ")), form),
        (&padded(&good.replace("text: ", "extra: 1\ntext: ")), shape),
        (&padded(&good.replace("Drank.", "Drank.\nextra: 1")), form),
        (&padded(&good.replace("  Drank.", " Drank.")), form),
        (&padded(&good.replace("kind: nursing\n", "kind: nursing\namends: 5f\n")), form),
        (&padded(&good.replace("kind: nursing\n", "kind: nursing\nkind: nursing\n")), shape),
        (&padded(&good.replace("Drank.", "Drank. ")), form),
        (&format!("{good}{}", "\n".repeat(256)), form),
    ];
    for (text, expected) in table {
        assert_eq!(Writing::from_bytes(text.as_bytes()).map(drop), expected, "{text:?}");
    }
    assert_eq!(Writing::from_bytes(&[0xff; 300]).map(drop), shape);
    let long = vec![b'\n'; MAX_WRITING_BYTES + 1];
    assert_eq!(Writing::from_bytes(&long).map(drop), Err(WritingError::TooLong(long.len())));
}

#[test]
fn texts_that_say_nothing_or_mislead_are_refused_by_writer_and_reader_alike() {
    let too_long = "x".repeat(MAX_TEXT_BYTES + 1);
    for (text, expected) in [
        ("", WritingError::Empty("text")),
        (" \n ", WritingError::Empty("text")),
        (" Slept.", WritingError::NotCanonical),
        ("Slept.\n", WritingError::NotCanonical),
        ("10\u{202e} mg", WritingError::Character("text")),
        ("10\u{2066} mg", WritingError::Character("text")),
        ("a\tb", WritingError::Character("text")),
        ("a\rb", WritingError::Character("text")),
        ("a\u{0}b", WritingError::Character("text")),
        ("a\u{2028}b", WritingError::Character("text")),
        (too_long.as_str(), WritingError::TextTooLong("text")),
    ] {
        let writing = Writing::Note(note(text));
        assert_eq!(writing.check(), Err(expected), "{text:?}");
        assert!(Writing::from_bytes(&writing.to_bytes()).is_err(), "{text:?}");
    }
    for (name, spoil) in [
        ("verified", (|one| one.verified.clear()) as fn(&mut HandOver)),
        ("summary", |one| one.summary.clear()),
        ("actions", |one| one.actions.clear()),
        ("situation", |one| one.situation.clear()),
    ] {
        let mut one = hand_over();
        spoil(&mut one);
        assert_eq!(Writing::HandOver(one).check(), Err(WritingError::Empty(name)));
    }
    let acceptance = Acceptance { at: AT, record: Hash::from_bytes([1; 32]), synthesis: String::new() };
    assert_eq!(Writing::Acceptance(acceptance).check(), Err(WritingError::Empty("synthesis")));
}

#[test]
fn an_order_reads_as_text_and_holds_numbers_that_can_be_ordered() {
    let order = |ordered| Writing::Order(Order { at: AT, ordered, note: None });
    let text = String::from_utf8(order(oxygen(88, 92)).to_bytes()).unwrap();
    assert!(text.contains("\noxygen: 88-92 %\ndevice: nasal cannula, 2 l/min\n"), "{text}");
    for (low, high) in [(92, 88), (90, 90), (69, 92), (88, 101)] {
        assert_eq!(order(oxygen(low, high)).check(), Err(WritingError::Range("target")), "{low} {high}");
    }
    for minutes in [0, 4, 1441] {
        assert_eq!(order(observation(minutes)).check(), Err(WritingError::Range("minutes")));
    }
    for to in ["088-92 %", "88–92 %", "88-92%", "+88-92 %", "88-92 % %"] {
        let changed = text.trim_end_matches('\n').replace("88-92 %", to);
        let feeds = (changed.len() + 1).next_multiple_of(256) - changed.len();
        assert!(Writing::from_bytes(format!("{changed}{}", "\n".repeat(feeds)).as_bytes()).is_err(), "{to}");
    }
    let record = Hash::from_bytes([1; 32]);
    for (step, needs) in [
        (Step::Checked, false),
        (Step::Given, false),
        (Step::Queried, true),
        (Step::Declined, true),
        (Step::Stopped, true),
    ] {
        let silent = Writing::OrderStep(OrderStep { at: AT, record, step, text: None });
        assert_eq!(silent.check().is_err(), needs, "{}", step.word());
    }
}

#[test]
fn advice_reads_as_text_and_only_a_proposal_has_an_end_that_lies_ahead() {
    let text = String::from_utf8(Writing::Advice(proposal(Some(90))).to_bytes()).unwrap();
    assert_eq!(
        text.trim_end_matches('\n'),
        "wardlight writing 1 advice\nwritten: 2026-01-10T00:31:01.007Z\nkind: proposal\nuntil: 2026-01-10T02:01:01.007Z\ntext: Home on Friday?\n  With a nurse twice a day."
    );
    let range = Err(WritingError::Range("until"));
    let of = |advice: Advice| Writing::Advice(advice).check();
    assert_eq!(of(proposal(Some(0))), range);
    assert_eq!(of(proposal(Some(-5))), range);
    assert_eq!(of(Advice { until: Some(AT.plus(60_000)), ..advice() }), range);
    assert_eq!(of(Advice { text: " ".into(), ..advice() }), Err(WritingError::Empty("text")));
    let record = Hash::from_bytes([1; 32]);
    for (arrival, by) in [(Arrival::Delivered, Some(patients_key().id())), (Arrival::Read, None)] {
        let odd = Writing::Delivery(Delivery { at: AT, record, arrival, by });
        assert_eq!(odd.check(), Err(WritingError::Shape));
        assert!(Writing::from_bytes(&odd.to_bytes()).is_err());
    }
    let silent = Writing::Withdrawal(Withdrawal { at: AT, record, text: String::new() });
    assert_eq!(silent.check(), Err(WritingError::Empty("text")));
}

#[test]
fn an_answer_says_what_it_must_and_no_more_than_it_may() {
    let long = "x".repeat(MAX_ANSWER_BYTES + 1);
    let most = "x".repeat(MAX_ANSWER_BYTES);
    for (word, text, expected) in [
        (AnswerWord::Accepted, None, Ok(())),
        (AnswerWord::Declined, Some("I would rather stay."), Ok(())),
        (AnswerWord::Asked, Some(most.as_str()), Ok(())),
        (AnswerWord::Asked, None, Err(WritingError::Empty("text"))),
        (AnswerWord::Asked, Some(" "), Err(WritingError::Empty("text"))),
        (AnswerWord::Accepted, Some(""), Err(WritingError::Empty("text"))),
        (AnswerWord::Accepted, Some(long.as_str()), Err(WritingError::TextTooLong("text"))),
        (AnswerWord::Accepted, Some("yes\u{202e}"), Err(WritingError::Character("text"))),
    ] {
        let reply = signed(answer(word, text));
        assert_eq!(reply.answer.check(), expected, "{}", word.word());
        let back = Writing::from_bytes(&Writing::Reply(reply).to_bytes());
        assert_eq!(back.is_ok(), expected.is_ok(), "{}", word.word());
    }
}

#[test]
fn an_answer_counts_under_the_key_that_signed_it_and_for_nothing_else() {
    let reply = signed(answer(AnswerWord::Accepted, Some("Yes.")));
    let key = patients_key().public();
    assert_eq!(reply.verify(&CHAIN, &PATIENT, &key), Ok(()));
    // What anybody recomputes: the domain, the chain, the patient, and the lines above the signature.
    let bytes = Writing::Reply(reply.clone()).to_bytes();
    let text = std::str::from_utf8(&bytes).unwrap();
    let lines = &text[..text.find("signature: ").unwrap()];
    let message =
        [b"wardlight/reply/1".as_slice(), CHAIN.as_bytes(), PATIENT.as_bytes(), lines.as_bytes()].concat();
    assert_eq!(key.verify(&message, &reply.signature), Ok(()));

    // The specification's vector, made by another implementation of the signature.
    let page = include_str!("../../../docs/spec/writing.md");
    let vector = page.rsplit("```text\n").next().and_then(|rest| rest.split("\n```").next()).unwrap();
    let asked = signed(answer(AnswerWord::Asked, Some("And the stairs?\nWho carries me?")));
    let bytes = Writing::Reply(asked).to_bytes();
    assert_eq!(std::str::from_utf8(&bytes).unwrap().trim_end_matches('\n'), vector);

    let stranger = SigningKey::from_seed(&[0x44; 32]);
    assert!(reply.verify(&CHAIN, &PATIENT, &stranger.public()).is_err(), "another key");
    assert!(reply.verify(&ChainId::from_bytes([9; 32]), &PATIENT, &key).is_err(), "another chain");
    assert!(reply.verify(&CHAIN, &PatientId::from_bytes([9; 16]), &key).is_err(), "another patient");
    for (name, spoil) in [
        ("time", (|reply: &mut Reply| reply.answer.at = AT.plus(1)) as fn(&mut Reply)),
        ("advice", |reply| reply.answer.record = Hash::from_bytes([0x60; 32])),
        ("word", |reply| reply.answer.word = AnswerWord::Declined),
        ("text", |reply| reply.answer.text = Some("No.".into())),
        ("no text", |reply| reply.answer.text = None),
        ("signer", |reply| reply.by = SigningKey::from_seed(&[0x44; 32]).id()),
    ] {
        let mut other = reply.clone();
        spoil(&mut other);
        assert!(other.verify(&CHAIN, &PATIENT, &key).is_err(), "{name}");
        assert!(other.verify(&CHAIN, &PATIENT, &stranger.public()).is_err(), "{name}");
    }
}

#[test]
fn the_first_answer_to_a_standing_proposal_in_time_decides() {
    use AnswerWord::{Accepted, Asked, Declined};
    let (open, ended, plain) = (proposal(None), proposal(Some(10)), advice());
    let at = |minutes: i64| AT.plus(minutes * 60_000);
    for (advice, word, minutes, answered, withdrawn, expected) in [
        (&open, Accepted, 5, false, false, None),
        (&open, Declined, 1_000_000, false, false, None),
        (&ended, Accepted, 10, false, false, None),
        (&ended, Accepted, 11, false, false, Some(Void::Late)),
        (&open, Accepted, 5, true, false, Some(Void::Answered)),
        (&open, Declined, 5, false, true, Some(Void::Withdrawn)),
        (&ended, Declined, 11, true, true, Some(Void::Withdrawn)),
        (&plain, Accepted, 5, false, false, Some(Void::NotAsked)),
        (&plain, Asked, 5, false, false, None),
        (&ended, Asked, 11, true, true, None),
    ] {
        assert_eq!(void_of(advice, word, at(minutes), answered, withdrawn), expected, "{}", word.word());
    }
}

#[test]
fn a_programme_reads_as_text_and_holds_goals_that_can_be_reached() {
    let text = String::from_utf8(Writing::Programme(programme()).to_bytes()).unwrap();
    let goals = "\ngoals: 188740 - to 80.5 by 2026-01-24T00:31:01.007Z\n  150456 92 to 98 by 2026-01-24T00:31:01.007Z\ntext: ";
    let code = Parameter::Weight.info().code.0.to_string();
    assert!(text.contains(&goals.replace("188740", &code)), "{text}");
    let whole = |value: i32| Some(Decimal::whole(value));
    let range = Err(WritingError::Range("goals"));
    let spo2 = |low, high| goal(Parameter::Spo2, low, high);
    let by = |by| Goal { by, ..spo2(whole(92), None) };
    let many = |count| vec![spo2(whole(92), None); count];
    for goals in [
        many(0),
        many(2),
        many(MAX_GOALS + 1),
        vec![spo2(None, None)],
        vec![spo2(whole(96), whole(92))],
        vec![spo2(whole(101), None)],
        vec![spo2(None, whole(-1))],
        vec![goal(Parameter::Consciousness, whole(0), None)],
        vec![goal(Parameter::Pleth, whole(0), None)],
        vec![by(AT.plus(-1))],
        vec![by(AT.plus(29 * 86_400_000))],
    ] {
        assert_eq!(Writing::Programme(Programme { goals, ..programme() }).check(), range);
    }
    let backwards = Writing::Programme(Programme { until: AT, ..programme() });
    assert_eq!(backwards.check(), Err(WritingError::Range("until")));
    for (from, to) in [
        ("- to 80.5", "- to +80.5"),
        ("- to 80.5", "- to 080.5"),
        ("- to 80.5", "-- to 80.5"),
        ("92 to 98", "92 to 98 "),
        ("92 to 98", "92  to 98"),
        ("150456 92", "0150456 92"),
        ("150456 92", "150457 92"),
    ] {
        let changed = text.trim_end_matches('\n').replace(from, to);
        let feeds = (changed.len() + 1).next_multiple_of(256) - changed.len();
        assert!(Writing::from_bytes(format!("{changed}{}", "\n".repeat(feeds)).as_bytes()).is_err(), "{to}");
    }
}

#[test]
fn a_goal_is_met_at_its_ends_and_by_nothing_beyond() {
    let between = goal(Parameter::Spo2, Some(Decimal::whole(92)), Some(Decimal::whole(98)));
    let most = goal(Parameter::Weight, None, Some(Decimal::tenths(805)));
    for (goal, tenths, met) in [
        (between, 919, false),
        (between, 920, true),
        (between, 980, true),
        (between, 981, false),
        (most, 0, true),
        (most, 805, true),
        (most, 806, false),
    ] {
        assert_eq!(goal.is_met_by(Decimal::tenths(tenths)), met, "{tenths}");
    }
}

#[test]
fn every_script_may_be_written() {
    for text in ["ينام جيدا", "睡得很好", "Спал хорошо", "نام\u{200f} 10 mg", "👩🏽‍⚕️"]
    {
        assert_eq!(Writing::Note(note(text)).check(), Ok(()), "{text}");
    }
}

#[test]
fn what_was_typed_is_made_tidy_and_nothing_else() {
    for (typed, signed) in [
        ("  Slept well.\r\nDrank\t300 ml.\r\n\r\n", "Slept well.\nDrank 300 ml."),
        ("a\rb\u{85}c\u{2028}d", "a\nb\nc\nd"),
        ("   ", ""),
        ("two  blanks stay", "two  blanks stay"),
    ] {
        assert_eq!(tidy(typed), signed);
    }
}

proptest! {
    #[test]
    fn any_tidy_text_comes_back(typed in "(?s).{1,400}") {
        let writing = Writing::Note(note(&tidy(&typed)));
        let bytes = writing.to_bytes();
        match writing.check() {
            Ok(()) => prop_assert!(Writing::from_bytes(&bytes).is_ok_and(|back| back == writing)),
            Err(_) => prop_assert!(Writing::from_bytes(&bytes).is_err()),
        }
    }

    #[test]
    fn a_changed_byte_is_another_writing_or_refused(which in 0usize..22, place in any::<prop::sample::Index>(), bit in 0u8..8) {
        let bytes = all().remove(which).to_bytes();
        let mut changed = bytes.clone();
        let at = place.index(bytes.len());
        changed[at] ^= 1 << bit;
        if let Ok(back) = Writing::from_bytes(&changed) {
            prop_assert!(back.to_bytes() == changed);
        }
    }
}
