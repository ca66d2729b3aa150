//! What people write about a patient: notes, co-signatures, orders, advice, programmes, hand-overs.

use super::{Answer, Shell, input};
use wl_desk::view::{
    AdviceInput, HandOverDraft, HandOverInput, HandOversView, NoteInput, NotesView, OrderInput,
    ProgrammeEndInput, ProgrammeInput, StepInput,
};

#[tauri::command]
pub(super) async fn notes(shell: Shell<'_>, id: String) -> Answer<NotesView> {
    shell.desk().await?.notes(input::short("the patient", id)?).await
}

#[tauri::command]
pub(super) async fn write_note(shell: Shell<'_>, id: String, input: NoteInput) -> Answer<NotesView> {
    shell.desk().await?.write_note(input::short("the patient", id)?, input).await
}

#[tauri::command]
pub(super) async fn co_sign(shell: Shell<'_>, id: String, record_id: String) -> Answer<NotesView> {
    let (id, record) = (input::short("the patient", id)?, input::short("the record", record_id)?);
    shell.desk().await?.co_sign(id, record).await
}

#[tauri::command]
pub(super) async fn write_order(shell: Shell<'_>, id: String, input: OrderInput) -> Answer<NotesView> {
    shell.desk().await?.write_order(input::short("the patient", id)?, input).await
}

#[tauri::command]
pub(super) async fn answer_order(
    shell: Shell<'_>,
    id: String,
    record_id: String,
    input: StepInput,
) -> Answer<NotesView> {
    let (id, record) = (input::short("the patient", id)?, input::short("the record", record_id)?);
    shell.desk().await?.answer_order(id, record, input).await
}

#[tauri::command]
pub(super) async fn write_advice(shell: Shell<'_>, id: String, input: AdviceInput) -> Answer<NotesView> {
    shell.desk().await?.write_advice(input::short("the patient", id)?, input).await
}

#[tauri::command]
pub(super) async fn withdraw_advice(
    shell: Shell<'_>,
    id: String,
    record_id: String,
    text: String,
) -> Answer<NotesView> {
    let (id, record) = (input::short("the patient", id)?, input::short("the record", record_id)?);
    shell.desk().await?.withdraw_advice(id, record, input::text(text)?).await
}

#[tauri::command]
pub(super) async fn note_reply(shell: Shell<'_>, id: String, record_id: String) -> Answer<NotesView> {
    let (id, record) = (input::short("the patient", id)?, input::short("the record", record_id)?);
    shell.desk().await?.note_reply(id, record).await
}

#[tauri::command]
pub(super) async fn write_programme(
    shell: Shell<'_>,
    id: String,
    input: ProgrammeInput,
) -> Answer<NotesView> {
    shell.desk().await?.write_programme(input::short("the patient", id)?, input).await
}

#[tauri::command]
pub(super) async fn end_programme(
    shell: Shell<'_>,
    id: String,
    record_id: String,
    input: ProgrammeEndInput,
) -> Answer<NotesView> {
    let (id, record) = (input::short("the patient", id)?, input::short("the record", record_id)?);
    shell.desk().await?.end_programme(id, record, input).await
}

#[tauri::command]
pub(super) async fn hand_overs(shell: Shell<'_>) -> Answer<HandOversView> {
    shell.desk().await?.hand_overs().await
}

#[tauri::command]
pub(super) async fn hand_over_draft(shell: Shell<'_>, id: String) -> Answer<HandOverDraft> {
    shell.desk().await?.hand_over_draft(input::short("the patient", id)?).await
}

#[tauri::command]
pub(super) async fn hand_over(shell: Shell<'_>, id: String, input: HandOverInput) -> Answer<NotesView> {
    shell.desk().await?.hand_over(input::short("the patient", id)?, input).await
}

#[tauri::command]
pub(super) async fn accept_hand_over(
    shell: Shell<'_>,
    id: String,
    record_id: String,
    synthesis: String,
) -> Answer<NotesView> {
    let (id, record) = (input::short("the patient", id)?, input::short("the record", record_id)?);
    shell.desk().await?.accept_hand_over(id, record, input::text(synthesis)?).await
}
