//! The access log and the security events: what privacy officers and administrators oversee.

use super::{Answer, Desk, Shared};
use crate::edge;
use crate::view::{
    AccessFormat, AccessLogView, AccessQuery, ChangeView, EraseAsk, ErasuresView, ErrorCode, SavedView,
    SecurityView, UiError,
};
use crate::{access_log, erasures, security_log};
use wl_ledger::EraseId;
use wl_wire::security::{SecurityEvent, SecurityKind};

impl Desk {
    /// Who opened which patient's record. Privacy officers only.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn access_log(&self, query: AccessQuery) -> Answer<AccessLogView> {
        let session = self.shared.open_session().await?;
        let mut core = session.core().await;
        let viewed = access_log::view(&mut core, &query, edge::now()).await;
        drop(core);
        self.shared.told(viewed).await
    }

    /// Writes the access log to a file. Privacy officers only.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn export_access_log(&self, query: AccessQuery, format: AccessFormat) -> Answer<SavedView> {
        let (text, entries) = self.access_log_text(query, format).await?;
        let now = edge::now();
        let name = match format {
            AccessFormat::Fhir => format!("wardlight-access-{}.json", now.0),
            AccessFormat::Csv => format!("wardlight-access-{}.csv", now.0),
        };
        let saved_as = self.shared.hand_out(&name, text.as_bytes());
        if saved_as.is_empty() {
            return Err(UiError::not_saved());
        }
        Ok(SavedView { saved_as, entries: u32::try_from(entries).unwrap_or(u32::MAX) })
    }

    /// The access log as the text of a file, with the number of openings in it. Privacy officers only.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn access_log_text(&self, query: AccessQuery, format: AccessFormat) -> Answer<(String, usize)> {
        let session = self.shared.open_session().await?;
        let mut core = session.core().await;
        let written = access_log::export(&mut core, &query, format, edge::now()).await;
        drop(core);
        self.shared.told(written).await
    }

    /// Security events of all workstations. Administrators only.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn security_events(&self) -> Answer<SecurityView> {
        let session = self.shared.open_session().await?;
        let viewed = security_log::view(&*session.core().await).await;
        self.shared.told(viewed).await
    }

    /// Marks a security event as dealt with on this workstation. Administrators only.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn finish_security_event(&self, id: String) -> Answer<SecurityView> {
        let session = self.shared.open_session().await?;
        let finished = security_log::finish(&*session.core().await, &id).await;
        self.shared.told(finished).await?;
        self.security_events().await
    }
}

impl Desk {
    /// Proposes an order to erase; it is carried out once the second person approves. Privacy officers and
    /// administrators only.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn propose_erasure(&self, ask: EraseAsk) -> Answer<ChangeView> {
        let (session, client) = (self.shared.open_session().await?, self.shared.client().await?);
        let id = EraseId::from_bytes(edge::random()?);
        self.shared.told(erasures::propose(&session, &client, &ask, id).await).await
    }

    /// Orders to erase, and what came of them. Privacy officers and administrators only.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn erasures(&self) -> Answer<ErasuresView> {
        let session = self.shared.open_session().await?;
        let viewed = erasures::view(&*session.core().await);
        self.shared.told(viewed).await
    }
}

impl Shared {
    /// Passes an answer on. A command that the role may not give is a security event.
    pub(super) async fn told<T>(&self, answer: Answer<T>) -> Answer<T> {
        if answer.as_ref().err().is_some_and(|error| error.code == ErrorCode::NotAllowed)
            && let Some(session) = self.session().await
        {
            let event = SecurityEvent::once(SecurityKind::RefusedCommand, edge::now());
            if let Err(error) = session.core().await.notice(event).await {
                tracing::error!(%error, "a refused command was not counted");
            }
            session.outgoing.notify_one();
        }
        answer
    }
}
