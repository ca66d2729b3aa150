//! Which records of one patient are missing, from when to when.

use super::Core;
use crate::present::category_name;
use crate::store::{Store, StoreError};
use crate::sync::Missing;
use crate::view::MissingView;
use wl_ledger::control::Subject;
use wl_ledger::{Height, PatientId, StreamId};

impl Core {
    /// The stretches of a patient's streams that are missing although everything that is served is held: a hub has
    /// signed records there, and nobody serves them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn missing_of(&self, patient: &PatientId) -> Result<Vec<MissingView>, StoreError> {
        let Some(store) = self.store() else { return Ok(Vec::new()) };
        let state = self.engine.verifier().shared_state();
        let mut views = Vec::new();
        for (id, stream) in state.streams() {
            let Subject::Patient(of, category) = stream.subject else { continue };
            if of != *patient {
                continue;
            }
            for missing in self.engine.missing_of(*id) {
                let (from_ms, to_ms) = self.times_of(&store, *id, stream.since, missing).await?;
                views.push(MissingView { category: category_name(category).to_owned(), from_ms, to_ms });
            }
        }
        views.sort_by_key(|view| view.from_ms);
        Ok(views)
    }

    async fn times_of(
        &self,
        store: &Store,
        stream: StreamId,
        opened: Height,
        missing: Missing,
    ) -> Result<(Option<i64>, Option<i64>), StoreError> {
        let from = match missing.after {
            Some(seq) => store.taken_at(stream, seq).await?,
            // Nothing was ever heard of it: it is missing since it was opened.
            None => self.engine.verifier().header(opened).map(|header| header.time()),
        };
        let to = match missing.before {
            Some(seq) => store.taken_at(stream, seq).await?,
            None => None,
        };
        Ok((from.map(|time| time.0), to.map(|time| time.0)))
    }
}
