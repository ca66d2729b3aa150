//! Asking witnesses for their word: each is sent the newest checkpoint with the proof that it only grew, and answers
//! with a cosignature (C2SP tlog-witness).

use crate::checkpoints::Checkpoints;
use crate::feed::Feed;
use crate::store::Store;
use core::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use wl_ledger::checkpoint::{Note, SignatureLine, Witness, WitnessError};
use wl_wire::client::ClientLimits;
use wl_wire::messages::public::write_lines;
use wl_wire::public::{PublicClient, PublicError};

/// Most lines of one witness's answer.
const MAX_LINES: usize = 16;

/// A witness and where it is reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WitnessAt {
    /// Its key.
    pub witness: Witness,
    /// Its submission prefix.
    pub address: String,
}

impl FromStr for WitnessAt {
    type Err = WitnessError;

    /// Reads `VERIFIER-KEY@ADDRESS`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (key, address) = text.rsplit_once('@').ok_or(WitnessError::Key)?;
        Ok(Self { witness: Witness::parse(key)?, address: address.to_owned() })
    }
}

/// What asking needs.
pub(crate) struct Asking {
    pub(crate) store: Arc<Store>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) checkpoints: Arc<Checkpoints>,
    pub(crate) every: Duration,
}

impl Asking {
    /// Asks one witness again and again until stopped. A witness that fails is asked again with the next turn; nobody
    /// waits for it.
    pub(crate) async fn run(self, at: WitnessAt, stop: CancellationToken) {
        let Ok(client) = PublicClient::new(&at.address, ClientLimits::default()) else {
            return tracing::error!(witness = at.witness.name, "the witness's address cannot be used");
        };
        let mut known = 0;
        let mut turns = interval(self.every);
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = turns.tick() => {}
            }
            let asked = tokio::select! {
                () = stop.cancelled() => return,
                asked = self.ask(&client, &mut known) => asked,
            };
            if let Err(error) = asked {
                tracing::warn!(%error, witness = at.witness.name, "the witness gave no word");
            }
        }
    }

    /// One question, and one more where the witness knows another size than we thought.
    async fn ask(&self, client: &PublicClient, known: &mut u64) -> Result<(), PublicError> {
        for _ in 0..2 {
            let note = self.newest().await?;
            let size = size_of(&note).ok_or(PublicError::Malformed)?;
            let lines = self.checkpoints.consistency(&self.store, &self.feed, *known, size).await;
            let lines = lines.ok().flatten().ok_or(PublicError::Malformed)?;
            let request = format!("old {known}\n{}\n{note}", write_lines(&lines));
            match client.add_checkpoint(request).await? {
                (200, answer) => {
                    let words = words(&note, &answer).ok_or(PublicError::Malformed)?;
                    self.checkpoints.add_words(&note, &words);
                    *known = size;
                    return Ok(());
                }
                (409, answer) => {
                    let told = core::str::from_utf8(&answer).ok().and_then(|text| text.trim().parse().ok());
                    // A size that we never had, or the same again, will not get better by asking.
                    let told = told.filter(|told: &u64| *told <= size && told != known);
                    *known = told.ok_or(PublicError::Status(409))?;
                }
                (status, _) => return Err(PublicError::Status(status)),
            }
        }
        Err(PublicError::Status(409))
    }

    async fn newest(&self) -> Result<Note, PublicError> {
        let note = self.checkpoints.newest(&self.store, &self.feed).await;
        note.map_err(|error| {
            tracing::error!(%error, "reading failed");
            PublicError::Malformed
        })
    }
}

fn size_of(note: &Note) -> Option<u64> {
    note.text.lines().nth(1)?.parse().ok()
}

/// The lines of a witness's answer.
fn words(note: &Note, answer: &[u8]) -> Option<Note> {
    let text = core::str::from_utf8(answer).ok()?;
    let lines: Option<Vec<_>> = text.lines().take(MAX_LINES).map(SignatureLine::parse).collect();
    Some(Note { text: note.text.clone(), signatures: lines? })
}
