//! What people write, with a real hub that makes the keys and a real gateway that seals: two workstations on one stay.

use crate::common::system::System;
use crate::common::{Station, ok, until};
use std::time::Duration;
use wl_desk::Desk;
use wl_desk::view::{EntryView, HandOverInput, IllnessWord, NoteInput, NoteWord, WrittenRow, WrittenState};
use wl_hub::custody::HUB_CATEGORIES;
use wl_ledger::Role;

const PATIENCE: Duration = Duration::from_secs(30);

async fn rows(desk: &Desk, patient: &str) -> Vec<WrittenRow> {
    desk.notes(patient.to_owned()).await.map(|page| page.rows).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_and_a_hand_over_reach_the_colleague_under_keys_of_the_patients_own_hub() {
    let directory = tempfile::tempdir().unwrap();
    let nurse = Station::new(directory.path(), "nurse", Role::Nurse);
    let physician = Station::new(directory.path(), "physician", Role::Physician);
    let people = vec![nurse.request(), physician.request()];
    let receiver = people[1].enrolment.sign.id().to_string();
    let mut system = System::found(directory.path().to_owned(), people).await;
    let hub = system.start_hub().await;
    let patient = system.admit(&hub, "MRN-1", "02DE30FFFE00EE51", &HUB_CATEGORIES).await.to_string();
    let (nurse, physician) = (nurse.enter(&system.answer).await, physician.enter(&system.answer).await);
    for desk in [&nurse, &physician] {
        until(PATIENCE, "the notes are shared", || async { desk.notes(patient.clone()).await.is_ok() }).await;
    }
    let note = NoteInput { kind: NoteWord::Nursing, text: "Slept well.".into(), amends: None };
    ok(nurse.write_note(patient.clone(), note).await);
    until(PATIENCE, "the colleague reads the note", || async {
        rows(&physician, &patient).await.iter().any(|row| {
            row.state == WrittenState::Sealed
                && matches!(&row.entry, EntryView::Note { note } if note.text == "Slept well.")
        })
    })
    .await;
    let input = HandOverInput {
        to: receiver,
        illness: IllnessWord::Stable,
        summary: "Day 2 after the operation.".into(),
        actions: "Nothing open.".into(),
        situation: "Fever above 38.5: call.".into(),
    };
    ok(nurse.hand_over(patient.clone(), input).await);
    until(PATIENCE, "the hand-over is open", || async {
        physician.hand_overs().await.is_ok_and(|open| open.to_me.len() == 1)
    })
    .await;
    let record = ok(physician.hand_overs().await).to_me[0].row.id.clone();
    let synthesis = "Day 2, nothing open, call above 38.5.".to_owned();
    ok(physician.accept_hand_over(patient.clone(), record, synthesis.clone()).await);
    until(PATIENCE, "the giver sees the acceptance", || async {
        rows(&nurse, &patient).await.iter().any(|row| {
            matches!(&row.entry, EntryView::HandOver { hand_over }
                if hand_over.accepted.as_ref().is_some_and(|accepted| accepted.synthesis == synthesis))
        })
    })
    .await;
    ok(nurse.close().await);
    ok(physician.close().await);
    hub.stop().await;
    system.stop().await;
}
