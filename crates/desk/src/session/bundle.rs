//! Evidence for others: what was signed against what was verified here, in one file that anybody can judge
//! (`docs/spec/evidence.md`).

use super::Core;
use crate::store::{Store, StoreError};
use wl_ledger::Height;
use wl_ledger::checkpoint::Checkpoint;
use wl_ledger::codec;
use wl_ledger::evidence::{Evidence, MAX_EVIDENCE_BYTES, MAX_RUN, Run, Statement, Verdict, judge};
use wl_ledger::merkle::{Frontier, leaf_hash};

/// A bundle and what it proves.
pub struct Bundle {
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// What whoever judges it will find.
    pub verdict: Verdict,
}

impl Core {
    /// The bundle of one kept piece of evidence. None where nobody signed anything that contradicts what is held here: a
    /// rollback or a gap is seen, but proves nothing to others.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn evidence_bundle(&self, id: i64) -> Result<Option<Bundle>, StoreError> {
        let Some(store) = self.store() else { return Ok(None) };
        let data = store.evidence_data(id).await?.unwrap_or_default();
        let Ok(theirs) = codec::decode::<Statement>(&data, MAX_EVIDENCE_BYTES) else { return Ok(None) };
        let Some(genesis) =
            store.lane_item(Height(0)).await?.and_then(|item| item.controls.into_iter().next())
        else {
            return Ok(None);
        };
        let Some(ours) = self.own_statement(&store, &theirs).await? else { return Ok(None) };
        let bytes = Evidence::of(&genesis, ours, theirs).to_bytes();
        Ok(judge(&bytes).ok().map(|verdict| Bundle { bytes, verdict }))
    }

    /// The own headers at the point that their statement is about.
    async fn own_statement(
        &self,
        store: &Store,
        theirs: &Statement,
    ) -> Result<Option<Statement>, StoreError> {
        let verifier = self.engine.verifier();
        let (from, with_frontier) = match theirs {
            Statement::Headers(run) => {
                let header =
                    run.headers.first().and_then(|bytes| wl_ledger::header::Header::parse(bytes).ok());
                let Some(header) = header else { return Ok(None) };
                (header.height, false)
            }
            Statement::Heartbeat(bytes) => {
                let key_of = |author: &wl_ledger::KeyId| verifier.validators().get(author).copied();
                let heard = wl_ledger::heartbeat::verify_heartbeat(bytes, &verifier.chain(), key_of);
                let Ok(heard) = heard else { return Ok(None) };
                (heard.get().height, false)
            }
            Statement::Checkpoint(note) => {
                let said = Checkpoint::verify(note, &verifier.chain(), verifier.validators());
                let Some(size) = said.ok().map(|said| said.get().size) else { return Ok(None) };
                // The header after the last one holds the root itself; where there is none yet, it is reckoned.
                match verifier.header(Height(size)) {
                    Some(_) => (Height(size), false),
                    None => (Height(size.saturating_sub(1)), true),
                }
            }
        };
        let frontier = with_frontier.then(|| {
            let mut frontier = Frontier::new();
            let before = verifier.headers_from(Height(0)).take_while(|header| header.height() < from);
            before.for_each(|header| frontier.append(leaf_hash(header.id().as_bytes())));
            frontier
        });
        run_from(store, from, frontier).await
    }
}

/// The stored headers from a height up to the next certified one.
async fn run_from(
    store: &Store,
    from: Height,
    frontier: Option<Frontier>,
) -> Result<Option<Statement>, StoreError> {
    let Some((last, item)) = store.certified_from(from).await? else { return Ok(None) };
    let Some(certificate) = item.certificate else { return Ok(None) };
    if last.0 - from.0 >= u64::try_from(MAX_RUN).unwrap_or(0) {
        return Ok(None);
    }
    let mut headers = Vec::new();
    for height in from.0..=last.0 {
        let Some(item) = store.lane_item(Height(height)).await? else { return Ok(None) };
        headers.push(item.header.into());
    }
    Ok(Some(Statement::Headers(Run { headers, certificate, frontier })))
}
