//! Who is told: the readers of a notice, by the verified state.

use wl_ledger::Role;
use wl_ledger::control::Subject;
use wl_ledger::state::{Member, State};
use wl_seal::Recipient;
use wl_seal::notice::MAX_NOTICE_READERS;

/// The patient's hub and every privacy officer are told of an opening, every administrator of a security event.
///
/// The hub comes first: whatever the hospital's size, the patient is told.
pub(super) fn readers(state: &State, subject: &Subject) -> Vec<Recipient> {
    let hub = match subject {
        Subject::Access(patient) => state.patient(patient).and_then(|known| state.member(&known.hub)),
        Subject::Security | Subject::Patient(..) | Subject::Mailbox(_) => None,
    };
    let role = match subject {
        Subject::Access(_) => Some(Role::PrivacyOfficer),
        Subject::Security => Some(Role::Admin),
        Subject::Patient(..) | Subject::Mailbox(_) => None,
    };
    let officers = state
        .members()
        .map(|(_, member)| member)
        .filter(|member| member.is_active() && Some(member.enrolment.role) == role);
    let all = hub.into_iter().filter(|hub| hub.is_active()).chain(officers);
    let mut readers: Vec<Recipient> = all.filter_map(recipient).collect();
    if readers.len() > MAX_NOTICE_READERS {
        tracing::error!(readers = readers.len(), "a notice reaches only the first of its readers");
        readers.truncate(MAX_NOTICE_READERS);
    }
    readers
}

fn recipient(member: &Member) -> Option<Recipient> {
    Recipient::parse(&member.enrolment.reading).ok()
}
