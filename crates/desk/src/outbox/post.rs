//! One record of this person's own that is under no patient's epoch: a released share, an access receipt.
//!
//! It is sealed at the place it gets in its stream, so the place is taken first and nothing else of this stream is
//! signed meanwhile. If it stops before the gateway has it, nothing was said; asking again says it once.

use super::{TransactError, comes_back, submit, transact};
use crate::edge;
use crate::session::{Core, Session};
use std::time::Duration;
use wl_ledger::block::Entry;
use wl_ledger::control::{Action, Subject};
use wl_ledger::record::{Body, RecordHeader, RecordKind, SignedRecord, stream_anchor};
use wl_ledger::{Epoch, Hash, Height, Seq, StreamId};
use wl_wire::gateway::GatewayClient;
use wl_wire::messages::Item;

/// How often a stream is asked for while others open theirs.
const TRIES: u32 = 8;
/// How long a block of somebody else may take to come back.
const AGAIN: Duration = Duration::from_millis(150);

/// What is written, and where.
pub(crate) struct Post<F> {
    /// Of which stream of this key.
    pub(crate) subject: Subject,
    /// Kind.
    pub(crate) kind: RecordKind,
    /// Epoch; a generation's number in mailboxes, 0 where there is none.
    pub(crate) epoch: Epoch,
    /// Seals the content for its place.
    pub(crate) seal: F,
}

/// Opens the stream where there is none, signs the record at its end, submits it and waits until it has come back.
///
/// # Errors
/// [`TransactError`].
pub(crate) async fn post<F>(
    session: &Session,
    client: &GatewayClient,
    post: Post<F>,
) -> Result<Height, TransactError>
where
    F: FnOnce(StreamId, Seq) -> Result<Vec<u8>, TransactError>,
{
    let stream = open_stream(session, client, post.subject).await?;
    let _one_at_a_time = session.transacting.lock().await;
    let salt = Hash::from_bytes(edge::random()?);
    let (item, place) = {
        let core = session.core().await;
        let since = core.state().stream(stream).map_or(Height(0), |stream| stream.since);
        if !core.engine.holds_since(since) {
            // What this key said last may be among the blocks that are still on their way.
            return Err(TransactError::Busy);
        }
        let keys = core.keys().ok_or(TransactError::Locked)?;
        let (previous, seq) = match core.engine.tail(stream) {
            Some((seq, hash)) => (hash, seq.next().ok_or(TransactError::Busy)?),
            None => (stream_anchor(&core.chain(), stream), Seq(0)),
        };
        let body = Body { salt, ciphertext: (post.seal)(stream, seq)? };
        let header = RecordHeader {
            stream,
            seq,
            epoch: post.epoch,
            kind: post.kind,
            taken: edge::now(),
            seen: core.engine.verifier().tip().map_or(Height(0), |tip| tip.height()),
            commitment: body.commitment(),
            size: u32::try_from(body.ciphertext.len()).map_err(|_| TransactError::Busy)?,
        };
        let record = SignedRecord::seal(keys.signing(), &core.chain(), &previous, header);
        (Item { entry: Entry::Record(record.bytes().to_vec()), body: Some(body) }, seq)
    };
    let height = submit(client, item).await?;
    let is_back = |core: &Core| core.engine.tail(stream).is_some_and(|(seq, _)| seq >= place);
    comes_back(session, height, is_back).await?;
    Ok(height)
}

async fn open_stream(
    session: &Session,
    client: &GatewayClient,
    subject: Subject,
) -> Result<StreamId, TransactError> {
    let mut tries = 0;
    loop {
        let next = {
            let core = session.core().await;
            if let Some(stream) = core.state().stream_of(&core.me, &subject) {
                return Ok(stream);
            }
            core.state().next_stream().ok_or(TransactError::Busy)?
        };
        tries += 1;
        match transact(session, client, Action::OpenStream(next, subject)).await {
            // Somebody else was faster and has this number: the next one is known as soon as that block is here.
            Err(TransactError::Refused(_)) if tries < TRIES => tokio::time::sleep(AGAIN).await,
            other => return other.map(|_| next),
        }
    }
}
