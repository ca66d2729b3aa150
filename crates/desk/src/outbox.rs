//! Sending what this person did: signed once, durable before it is sent, sent until the chain has it.

use crate::edge;
use crate::session::{Core, Session, stopped};
use crate::store::{Outgoing, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wl_ledger::block::Entry;
use wl_ledger::control::{Action, SignedTransaction, Subject, Transaction};
use wl_ledger::record::{Body, RecordHeader, RecordKind, SignedRecord, stream_anchor};
use wl_ledger::{Category, Hash, Height, KeyId, Seq, StreamId, UnixMillis};
use wl_vitals::alarm::AlarmAck;
use wl_wire::gateway::GatewayClient;
use wl_wire::messages::{Item, Receipt, Submission};

/// How often the outbox is looked at without being rung, in seconds.
const LOOK_AGAIN: u64 = 2;
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
}

/// What is to be sent next.
enum Next {
    Nothing,
    /// The stream for what is queued must be opened first.
    Open(Action),
    Send(i64, Box<Item>),
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

/// Sends one thing. Returns whether there may be more to send at once.
async fn send_next(
    session: &Session,
    client: &GatewayClient,
    sealed: &mut std::collections::BTreeSet<i64>,
) -> Result<bool, StoreError> {
    let next = session.core().await.next_outgoing(sealed, edge::now()).await?;
    match next {
        Next::Nothing => Ok(false),
        Next::Open(action) => match transact(session, client, action).await {
            Ok(_) => Ok(true),
            Err(error) => {
                tracing::warn!(%error, "a stream was not opened");
                Ok(false)
            }
        },
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
                    tracing::error!(code, "the ledger refused an acknowledgement");
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
) -> Result<Height, TransactError> {
    let _one_at_a_time = session.transacting.lock().await;
    let mut steps = session.steps();
    let item = {
        let core = session.core().await;
        let keys = core.keys().ok_or(TransactError::Locked)?;
        let transaction = Transaction {
            number: core.state().next_number(&core.me),
            author: Some(core.me),
            made: edge::now(),
            action,
        };
        let signed = SignedTransaction::sign(&[keys.signing()], &core.chain(), transaction);
        Item { entry: Entry::Control(signed.bytes().to_vec()), body: None }
    };
    let submitted = client.submit(&Submission { items: vec![item] }).await;
    let receipts = submitted.map_err(TransactError::Unreachable)?;
    let height = match receipts.receipts.into_iter().next() {
        Some(Receipt::Sealed(height) | Receipt::Known(height)) => height,
        Some(Receipt::Refused(_, reason)) => return Err(TransactError::Refused(reason)),
        Some(Receipt::Deferred) | None => return Err(TransactError::Busy),
    };
    let back = async {
        loop {
            if session.core().await.engine.verifier().header(height).is_some() {
                return;
            }
            if steps.changed().await.is_err() {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(COMES_BACK), back)
        .await
        .map_err(|_| TransactError::NotBack(height))?;
    Ok(height)
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
            store.queue(patient, &ack.alarm, &ack.to_bytes()).await?;
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
        let Some(store) = self.store() else { return Ok(Next::Nothing) };
        let outbox = store.outbox().await?;
        let waiting = outbox.iter().filter(|one| one.refused.is_none() && !sealed.contains(&one.id));
        for outgoing in waiting {
            if let Some((_, _, item)) = &outgoing.signed {
                return Ok(Next::Send(outgoing.id, Box::new(item.clone())));
            }
            let subject = Subject::Patient(outgoing.patient, Category::Alarms);
            let Some(stream) = self.state().stream_of(&self.me, &subject) else {
                let Some(next) = self.state().next_stream() else { return Ok(Next::Nothing) };
                return Ok(Next::Open(Action::OpenStream(next, subject)));
            };
            let Some((previous, seq)) = self.place(stream, &outbox) else { continue };
            let Some(item) = self.sign(outgoing, stream, seq, previous, now) else { continue };
            store.fix(outgoing.id, stream, seq, &item).await?;
            return Ok(Next::Send(outgoing.id, Box::new(item)));
        }
        Ok(Next::Nothing)
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
        let nonce = edge::random().ok()?;
        let salt = Hash::from_bytes(edge::random().ok()?);
        let time = self.deciding_time(now);
        let chain = self.chain();
        let kind = RecordKind::Acknowledgement;
        let (engine, opener, keys) = self.sealing();
        let place = (outgoing.patient, Category::Alarms, stream, seq, kind);
        let state = engine.verifier().shared_state();
        let (epoch, ciphertext) = opener.seal(&state, time, place, &nonce, &outgoing.body).ok()?;
        let body = Body { salt, ciphertext };
        let header = RecordHeader {
            stream,
            seq,
            epoch,
            kind,
            taken: now,
            seen: engine.verifier().tip().map_or(Height(0), |tip| tip.height()),
            commitment: body.commitment(),
            size: u32::try_from(body.ciphertext.len()).ok()?,
        };
        let record = SignedRecord::seal(keys?.signing(), &chain, &previous, header);
        Some(Item { entry: Entry::Record(record.bytes().to_vec()), body: Some(body) })
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
