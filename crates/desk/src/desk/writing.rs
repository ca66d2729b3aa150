//! Notes and co-signatures: what people write about a patient.

use super::commands::patient_of;
use super::{Answer, Desk};
use crate::edge;
use crate::opener::writes_notes;
use crate::present::{self, Moment};
use crate::session::{Core, Session};
use crate::view::{NoteInput, NotesView, UiError};
use crate::written::{is_same, may_co_sign};
use wl_ledger::control::Subject;
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, Hash, PatientId};
use wl_vitals::writing::{CoSignature, Note, Writing, WritingError, tidy};
use wl_wire::access::Screen;

impl Desk {
    /// What was written about a patient, as a timeline.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn notes(&self, id: String) -> Answer<NotesView> {
        let patient = patient_of(&id)?;
        let session = self.shared.open_session().await?;
        let now = edge::now();
        let store = {
            let mut core = session.core().await;
            check_shared(&mut core, &patient)?;
            core.log_opening_of(&patient, Screen::Document, &[Category::Notes], None, now).await?;
            core.store().ok_or_else(UiError::locked)?
        };
        let outbox = store.outbox().await?;
        drop(store);
        let mut core = session.core().await;
        // It may have been locked, or its sharing may have ended, meanwhile.
        check_shared(&mut core, &patient)?;
        Ok(present::notes_view(&Moment::new(&mut core, now), &patient, &outbox))
    }

    /// Signs a note, or the newer wording of an own one; both wordings stay. It is durable here first, and sent as soon
    /// as the gateway is reached.
    ///
    /// # Errors
    /// [`UiError`]; nothing is then signed.
    pub async fn write_note(&self, id: String, input: NoteInput) -> Answer<NotesView> {
        let patient = patient_of(&id)?;
        let amends = input.amends.as_deref().map(record_of).transpose()?;
        let session = self.shared.open_session().await?;
        check_writer(&*session.core().await)?;
        if let Some(record) = amends {
            let core = session.core().await;
            let own =
                core.written.get(&patient).and_then(|folder| folder.get(&record)).is_some_and(|written| {
                    matches!(written.writing, Writing::Note(_))
                        && is_same(core.state(), &written.by, &core.me)
                });
            if !own {
                return Err(UiError::not_allowed(
                    "Only who wrote a note amends it. Write a note of your own.",
                ));
            }
        }
        let kind = present::kind_of(input.kind);
        let note = Note { at: edge::now(), kind, amends, text: tidy(&input.text) };
        sign_writing(&session, &patient, &Writing::Note(note)).await?;
        self.notes(id).await
    }

    /// Signs under somebody else's note.
    ///
    /// # Errors
    /// [`UiError`]: there is no such note, it is this person's own, or this person has signed it.
    pub async fn co_sign(&self, id: String, record_id: String) -> Answer<NotesView> {
        let patient = patient_of(&id)?;
        let record = record_of(&record_id)?;
        let session = self.shared.open_session().await?;
        {
            let core = session.core().await;
            check_writer(&core)?;
            let folder = core.written.get(&patient).ok_or_else(|| UiError::not_found("note"))?;
            let notes = folder.notes(core.state());
            let version = notes.iter().flatten().find(|version| version.written.record == record);
            let version = version.ok_or_else(|| UiError::not_found("note"))?;
            if !may_co_sign(core.state(), version, &core.me) {
                return Err(UiError::refused(
                    "A note is co-signed by somebody else than its author, and once.",
                ));
            }
        }
        let signature = Writing::CoSignature(CoSignature { at: edge::now(), record });
        sign_writing(&session, &patient, &signature).await?;
        self.notes(id).await
    }
}

/// Queues what this person wrote, durably; it is sealed, signed and sent from the outbox.
pub(super) async fn sign_writing(session: &Session, patient: &PatientId, writing: &Writing) -> Answer<()> {
    writing.check().map_err(refusal)?;
    let mut core = session.core().await;
    check_shared(&mut core, patient)?;
    let store = core.store().ok_or_else(UiError::locked)?;
    // A key pressed twice signs nothing twice.
    if present::is_on_its_way(&core, patient, &store.outbox().await?, writing) {
        return Err(UiError::busy("The same of yours is on its way."));
    }
    let subject = Subject::Patient(*patient, Category::Notes);
    store.queue(&subject, RecordKind::Note, None, &writing.to_bytes()).await?;
    core.changes.touch(*patient);
    drop(core);
    session.outgoing.notify_one();
    session.stepped();
    Ok(())
}

fn refusal(error: WritingError) -> UiError {
    match error {
        WritingError::Empty(_) => UiError::bad_input("Something must be written in every part."),
        WritingError::Range("target") => {
            UiError::bad_input("The target is two numbers from 70 to 100 %, the lower one first.")
        }
        WritingError::Range(_) => UiError::bad_input("Observations are made every 5 to 1,440 minutes."),
        WritingError::TextTooLong(_) => UiError::bad_input("A text has at most 8,192 bytes."),
        WritingError::Character(_) => UiError::bad_input(
            "The text holds a character that cannot be shown, or that turns the direction of reading around.",
        ),
        WritingError::TooLong(_) | WritingError::Shape | WritingError::NotCanonical => {
            UiError::internal("What was written could not be made ready for signing.")
        }
    }
}

/// Refuses a patient whose notes are not shared with this reader.
pub(super) fn check_shared(core: &mut Core, patient: &PatientId) -> Answer<()> {
    if core.keys().is_none() {
        return Err(UiError::locked());
    }
    let shares = Moment::new(core, edge::now()).shares(patient, Category::Notes);
    shares.then_some(()).ok_or_else(|| UiError::not_found("patient's notes"))
}

fn check_writer(core: &Core) -> Answer<()> {
    let may = core.state().member(&core.me).is_some_and(|member| member.is_active());
    (may && writes_notes(core.state(), &core.me)).then_some(()).ok_or_else(|| {
        UiError::not_allowed("Physicians, nurses, pharmacists and diagnosticians write notes.")
    })
}

/// The record that a row of the window names.
pub(super) fn record_of(text: &str) -> Answer<Hash> {
    Hash::from_hex(text)
        .ok_or_else(|| UiError::bad_input("The record is not named by 64 hexadecimal digits."))
}
