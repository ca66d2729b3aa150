//! Security events as an administrator reads them: from verified and opened reports of all workstations.

use crate::session::Core;
use crate::store::StoredEvent;
use crate::view::{SecurityRow, SecurityView, SecurityWord, UiError};
use wl_ledger::{Seq, StreamId};
use wl_wire::security::SecurityKind;

/// Most rows on the screen.
const SHOWN: u32 = 500;

/// The screen.
///
/// # Errors
/// [`UiError`]; administrators only.
pub(crate) async fn view(core: &Core) -> Result<SecurityView, UiError> {
    judge(core)?;
    let store = core.store().ok_or_else(UiError::locked)?;
    let mut events = store.security_events(SHOWN + 1).await?;
    let most = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let more = events.len() > most;
    events.truncate(most);
    let open = events.iter().filter(|event| !event.done).count();
    let rows = events.iter().map(|event| row(core, event)).collect();
    Ok(SecurityView { rows, open: u32::try_from(open).unwrap_or(u32::MAX), more })
}

/// Marks an event as dealt with on this workstation.
///
/// # Errors
/// [`UiError`]; administrators only.
pub(crate) async fn finish(core: &Core, id: &str) -> Result<(), UiError> {
    judge(core)?;
    let store = core.store().ok_or_else(UiError::locked)?;
    let (stream, seq, place) =
        place_of(id).ok_or_else(|| UiError::bad_input("The event is not named as stream.number.place."))?;
    if store.finish_event(stream, seq, place).await? { Ok(()) } else { Err(UiError::not_found("event")) }
}

fn place_of(id: &str) -> Option<(StreamId, Seq, u32)> {
    let mut parts = id.split('.');
    let read = (
        StreamId(parts.next()?.parse().ok()?),
        Seq(parts.next()?.parse().ok()?),
        parts.next()?.parse().ok()?,
    );
    parts.next().is_none().then_some(read)
}

fn judge(core: &Core) -> Result<(), UiError> {
    if core.state().is_admin(&core.me) {
        Ok(())
    } else {
        Err(UiError::not_allowed("Only an administrator reads security events."))
    }
}

fn row(core: &Core, stored: &StoredEvent) -> SecurityRow {
    let event = &stored.event;
    SecurityRow {
        id: format!("{}.{}.{}", stored.stream, stored.seq, stored.place),
        what: word_of(event.kind),
        count: event.count,
        first_ms: event.first.0,
        last_ms: event.last.0,
        person: core
            .state()
            .member(&stored.author)
            .map_or_else(String::new, |member| member.enrolment.name.clone()),
        workstation: stored.author.to_string(),
        key_id: event.key.map_or_else(String::new, |key| key.to_string()),
        height: event.height.map(|height| height.0),
        stream: event.stream.map(|stream| stream.0),
        done: stored.done,
    }
}

fn word_of(kind: SecurityKind) -> SecurityWord {
    match kind {
        SecurityKind::FailedUnlock => SecurityWord::FailedUnlock,
        SecurityKind::RefusedCommand => SecurityWord::RefusedCommand,
        SecurityKind::Fork => SecurityWord::Fork,
        SecurityKind::Gap => SecurityWord::Gap,
        SecurityKind::Rollback => SecurityWord::Rollback,
        SecurityKind::RevokedKey => SecurityWord::RevokedKey,
        SecurityKind::ReplacedBody => SecurityWord::ReplacedBody,
        SecurityKind::Omission => SecurityWord::Omission,
        SecurityKind::ClockBack => SecurityWord::ClockBack,
        SecurityKind::Unverified => SecurityWord::Unverified,
        SecurityKind::ChangedFile => SecurityWord::ChangedFile,
    }
}
