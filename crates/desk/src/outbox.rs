//! Sending what this person did: signed once, durable before it is sent, sent until the chain has it.

mod post;
mod told;

use crate::edge;
use crate::session::{Core, Session, stopped};
use crate::store::{Outgoing, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wl_ledger::block::Entry;
use wl_ledger::control::{Action, SignedTransaction, Subject, Transaction};
use wl_ledger::record::{Body, RecordHeader, RecordKind, SignedRecord, stream_anchor};
use wl_ledger::{Category, Epoch, Hash, Height, KeyId, Seq, StreamId, UnixMillis};
use wl_seal::{NoticeContext, seal_notice};
use wl_vitals::alarm::AlarmAck;
use wl_wire::gateway::GatewayClient;
use wl_wire::messages::{Item, Receipt, Submission};

/// How long ending may wait for the gateway, in seconds.
const FAREWELL: u64 = 3;
pub(crate) use post::{Post, post};

/// How often the outbox is looked at without being rung, in seconds.
const LOOK_AGAIN: u64 = 2;
/// Events that were noticed are told at most this often, in milliseconds; their counts are kept meanwhile.
const REPORT_EVERY: i64 = 10_000;
/// How long a control transaction may take to come back verified, in seconds.
const COMES_BACK: u64 = 10;

/// Why a control transaction was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum TransactError {
    /// The session is locked.
    #[error("the workstation is locked")]
    Locked,
    /// The gateway cannot be reached.
    #[error("the gateway cannot be reached")]
    Unreachable(#[source] wl_wire::gateway::ClientError),
    /// The gateway or the ledger refused it.
    #[error("the ledger refused it: {0}")]
    Refused(String),
    /// It was sealed, but its block has not come back verified yet.
    #[error("it was sealed at height {0} and has not come back yet")]
    NotBack(Height),
    /// The gateway is busy.
    #[error("the gateway is busy; try again")]
    Busy,
    /// The operating system gave no random bytes.
    #[error(transparent)]
    NoEntropy(#[from] edge::NoEntropy),
    /// What is to be said cannot be sealed to its reader.
    #[error("it cannot be sealed: {0}")]
    Sealing(#[from] wl_seal::SealError),
}

/// A control transaction that is sealed and has come back verified.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transacted {
    /// Its block.
    pub height: Height,
    /// Its name: a proposal is approved under it.
    pub hash: Hash,
}

/// What is to be sent next.
enum Next {
    Nothing,
    /// A transaction comes first: the stream for what is queued, or a receipt for what was erased.
    Transact(Action),
    Send(i64, Box<Item>),
    /// Signed before locking; its place in the outbox is known again after unlocking.
    Farewell(Box<Item>),
}

/// Sends the outbox until `stop` says true.
///
/// # Errors
/// [`StoreError`].
pub async fn send(
    session: Arc<Session>,
    client: GatewayClient,
    mut stop: watch::Receiver<bool>,
) -> Result<(), StoreError> {
    let mut sealed = std::collections::BTreeSet::new();
    loop {
        let progress = send_next(&session, &client, &mut sealed).await?;
        if progress {
            continue;
        }
        tokio::select! {
            biased;
            () = stopped(&mut stop) => return Ok(()),
            () = session.outgoing.notified() => {}
            () = tokio::time::sleep(Duration::from_secs(LOOK_AGAIN)) => {}
        }
    }
}

/// Sends what was signed before locking, within seconds. What does not go out is sent after the next unlocking.
pub(crate) async fn say_farewell(session: &Session, client: &GatewayClient) {
    let items = async {
        while let Some(item) = session.core().await.farewell_item() {
            if client.submit(&Submission { items: vec![item] }).await.is_err() {
                return;
            }
        }
    };
    // Whether it went out is seen in the chain.
    let _in_time = tokio::time::timeout(Duration::from_secs(FAREWELL), items).await;
}

/// Sends one thing. Returns whether there may be more to send at once.
async fn send_next(
    session: &Session,
    client: &GatewayClient,
    sealed: &mut std::collections::BTreeSet<i64>,
) -> Result<bool, StoreError> {
    let next = session.core().await.next_outgoing(sealed, edge::now()).await?;
    match next {
        Next::Nothing => Ok(false),
        Next::Transact(action) => match transact(session, client, action).await {
            Ok(_) => Ok(true),
            Err(error) => {
                tracing::warn!(%error, "a transaction of this workstation waits");
                Ok(false)
            }
        },
        Next::Farewell(item) => {
            let sent = client.submit(&Submission { items: vec![*item.clone()] }).await;
            if sent.is_err() {
                session.core().await.say_farewell(vec![*item]);
            }
            Ok(sent.is_ok())
        }
        Next::Send(id, item) => {
            let Ok(receipts) = client.submit(&Submission { items: vec![*item] }).await else {
                return Ok(false);
            };
            match receipts.receipts.into_iter().next() {
                Some(Receipt::Sealed(_) | Receipt::Known(_)) => {
                    sealed.insert(id);
                    Ok(true)
                }
                Some(Receipt::Refused(code, reason)) => {
                    tracing::error!(code, "the ledger refused a record of this workstation");
                    let mut core = session.core().await;
                    if let Some(store) = core.store() {
                        store.refuse(id, &reason).await?;
                    }
                    core.refresh_pending().await?;
                    Ok(true)
                }
                Some(Receipt::Deferred) | None => Ok(false),
            }
        }
    }
}

/// Signs a control transaction with this person's key, submits it and waits until it has come back verified.
///
/// # Errors
/// [`TransactError`].
pub async fn transact(
    session: &Session,
    client: &GatewayClient,
    action: Action,
) -> Result<Transacted, TransactError> {
    let _one_at_a_time = session.transacting.lock().await;
    let (item, hash) = {
        let core = session.core().await;
        let keys = core.keys().ok_or(TransactError::Locked)?;
        let transaction = Transaction {
            number: core.state().next_number(&core.me),
            author: Some(core.me),
            made: edge::now(),
            action,
        };
        let signed = SignedTransaction::sign(&[keys.signing()], &core.chain(), transaction);
        (Item { entry: Entry::Control(signed.bytes().to_vec()), body: None }, signed.hash())
    };
    let height = submit(client, item).await?;
    let is_back = |core: &Core| core.engine.verifier().header(height).is_some();
    comes_back(session, height, is_back).await?;
    Ok(Transacted { height, hash })
}

/// Submits one item and waits until it is sealed.
async fn submit(client: &GatewayClient, item: Item) -> Result<Height, TransactError> {
    let submitted = client.submit(&Submission { items: vec![item] }).await;
    let receipts = submitted.map_err(TransactError::Unreachable)?;
    match receipts.receipts.into_iter().next() {
        Some(Receipt::Sealed(height) | Receipt::Known(height)) => Ok(height),
        Some(Receipt::Refused(_, reason)) => Err(TransactError::Refused(reason)),
        Some(Receipt::Deferred) | None => Err(TransactError::Busy),
    }
}

/// Waits until what was sealed at a height has come back verified.
async fn comes_back(
    session: &Session,
    height: Height,
    is_back: impl Fn(&Core) -> bool,
) -> Result<(), TransactError> {
    let is_here = session.until(Duration::from_secs(COMES_BACK), is_back).await;
    is_here.then_some(()).ok_or(TransactError::NotBack(height))
}

impl Core {
    /// Queues an acknowledgement, durably. Only then is it shown as on its way.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn queue_acknowledgement(
        &mut self,
        patient: &wl_ledger::PatientId,
        ack: AlarmAck,
    ) -> Result<(), StoreError> {
        if let Some(store) = self.store() {
            let subject = Subject::Patient(*patient, Category::Alarms);
            store.queue(&subject, RecordKind::Acknowledgement, Some(&ack.alarm), &ack.to_bytes()).await?;
            self.inbox.set_pending(&ack.alarm, Some(ack.at));
            self.changes.alarms.insert(ack.alarm);
        }
        Ok(())
    }

    async fn next_outgoing(
        &mut self,
        sealed: &std::collections::BTreeSet<i64>,
        now: UnixMillis,
    ) -> Result<Next, StoreError> {
        if let Some(item) = self.farewell_item() {
            return Ok(Next::Farewell(Box::new(item)));
        }
        let Some(store) = self.store() else { return Ok(Next::Nothing) };
        self.batch_notices(false, now).await?;
        if let Some(receipt) = self.erase_receipt().await? {
            return Ok(Next::Transact(Action::ConfirmErasure(receipt)));
        }
        // The stream for what is being gathered is opened early, so that its receipt can be signed at once.
        if let Some(subject) = self.unopened_access().await? {
            return Ok(self.open_stream(subject));
        }
        let outbox = store.outbox().await?;
        let waiting = outbox.iter().filter(|one| one.refused.is_none() && !sealed.contains(&one.id));
        for outgoing in waiting {
            if let Some((_, _, item)) = &outgoing.signed {
                return Ok(Next::Send(outgoing.id, Box::new(item.clone())));
            }
            // What may not be written now waits, and keeps nothing behind it from being sent.
            if !self.may_write(&outgoing.subject, now) {
                continue;
            }
            let Some(stream) = self.state().stream_of(&self.me, &outgoing.subject) else {
                return Ok(self.open_stream(outgoing.subject));
            };
            let Some((previous, seq)) = self.place(stream, &outbox) else { continue };
            let Some(item) = self.sign(outgoing, stream, seq, previous, now) else { continue };
            store.fix(outgoing.id, stream, seq, &item).await?;
            return Ok(Next::Send(outgoing.id, Box::new(item)));
        }
        Ok(Next::Nothing)
    }

    /// Whether this person may write about a subject now: who may not read it would be refused a stream.
    fn may_write(&mut self, subject: &Subject, now: UnixMillis) -> bool {
        let Subject::Patient(patient, category) = subject else { return true };
        let time = self.deciding_time(now);
        let access = self.opener.access(self.state(), patient, *category, time);
        matches!(access, crate::opener::Access::Granted { .. })
    }

    fn open_stream(&self, subject: Subject) -> Next {
        match self.state().next_stream() {
            Some(next) => Next::Transact(Action::OpenStream(next, subject)),
            None => Next::Nothing,
        }
    }

    /// Gathers what is to be told: openings that have waited long enough, and what was noticed.
    async fn batch_notices(&mut self, all: bool, now: UnixMillis) -> Result<(), StoreError> {
        self.batch_openings(all, now).await?;
        if let Some(store) = self.store()
            && (all || now.since(self.reported) >= REPORT_EVERY)
            && store.batch_noticed().await?
        {
            self.reported = now;
        }
        Ok(())
    }

    /// Signs all that waits before the keys go, so that it can be sent while locked.
    ///
    /// If it stops in the middle, what was signed is fixed in the outbox and sent again after unlocking.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn prepare_farewell(&mut self, now: UnixMillis) -> Result<(), StoreError> {
        let Some(store) = self.store() else { return Ok(()) };
        self.batch_notices(true, now).await?;
        loop {
            let outbox = store.outbox().await?;
            let mut waiting = outbox.iter().filter(|one| one.refused.is_none() && one.signed.is_none());
            let next = waiting.find_map(|outgoing| {
                let stream = self.state().stream_of(&self.me, &outgoing.subject)?;
                let (previous, seq) = self.place(stream, &outbox)?;
                let item = self.sign(outgoing, stream, seq, previous, now)?;
                Some((outgoing.id, stream, seq, item))
            });
            let Some((id, stream, seq, item)) = next else {
                let signed = outbox.into_iter().filter(|one| one.refused.is_none());
                self.say_farewell(signed.filter_map(|one| one.signed).map(|(_, _, item)| item).collect());
                return Ok(());
            };
            store.fix(id, stream, seq, &item).await?;
        }
    }

    /// The next place in an own stream, once all of it is known here.
    fn place(&self, stream: StreamId, outbox: &[Outgoing]) -> Option<(Hash, Seq)> {
        let since = self.state().stream(stream)?.since;
        let queued = outbox
            .iter()
            .filter_map(|outgoing| outgoing.signed.as_ref())
            .filter(|(of, _, _)| *of == stream)
            .max_by_key(|(_, seq, _)| *seq);
        if let Some((_, seq, item)) = queued {
            let hash = SignedRecord::parse(item.entry.bytes()).ok()?.hash();
            return Some((hash, seq.next()?));
        }
        if !self.engine.holds_since(since) {
            return None;
        }
        match self.engine.tail(stream) {
            Some((seq, hash)) => Some((hash, seq.next()?)),
            None => Some((stream_anchor(&self.chain(), stream), Seq(0))),
        }
    }

    fn sign(
        &mut self,
        outgoing: &Outgoing,
        stream: StreamId,
        seq: Seq,
        previous: Hash,
        now: UnixMillis,
    ) -> Option<Item> {
        let salt = Hash::from_bytes(edge::random().ok()?);
        let (epoch, ciphertext) = self.seal(outgoing, stream, seq, now)?;
        let body = Body { salt, ciphertext };
        let header = RecordHeader {
            stream,
            seq,
            epoch,
            kind: outgoing.kind,
            taken: now,
            seen: self.engine.verifier().tip().map_or(Height(0), |tip| tip.height()),
            commitment: body.commitment(),
            size: u32::try_from(body.ciphertext.len()).ok()?,
        };
        let record = SignedRecord::seal(self.keys()?.signing(), &self.chain(), &previous, header);
        Some(Item { entry: Entry::Record(record.bytes().to_vec()), body: Some(body) })
    }

    /// Seals the content of a record for those whom it is for.
    fn seal(
        &mut self,
        outgoing: &Outgoing,
        stream: StreamId,
        seq: Seq,
        now: UnixMillis,
    ) -> Option<(Epoch, Vec<u8>)> {
        let kind = outgoing.kind;
        match outgoing.subject {
            Subject::Patient(patient, category) => {
                let nonce = edge::random().ok()?;
                let time = self.deciding_time(now);
                let (engine, opener, _) = self.sealing();
                let place = (patient, category, stream, seq, kind);
                let state = engine.verifier().shared_state();
                opener.seal(&state, time, place, &nonce, &outgoing.body).ok()
            }
            Subject::Access(_) | Subject::Security => {
                let context = NoticeContext { chain: self.chain(), stream, seq, kind: kind.code() };
                let readers = told::readers(self.state(), &outgoing.subject);
                match seal_notice(&readers, &context, &outgoing.body) {
                    Ok(sealed) => Some((Epoch(0), sealed)),
                    Err(error) => {
                        tracing::error!(%error, "a notice was not sealed");
                        None
                    }
                }
            }
            Subject::Mailbox(_) => None,
        }
    }
}

/// Whether a key may acknowledge alarms: the people at the bedside.
pub fn may_acknowledge(state: &wl_ledger::state::State, key: &KeyId) -> bool {
    use wl_ledger::Role;
    state.member(key).is_some_and(|member| {
        member.is_active()
            && match member.enrolment.role {
                Role::Physician | Role::Nurse | Role::Caregiver => true,
                Role::Admin
                | Role::Diagnostician
                | Role::Pharmacist
                | Role::Researcher
                | Role::PrivacyOfficer
                | Role::Hub => false,
            }
    })
}
