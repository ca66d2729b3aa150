//! Sending what this person did: signed once, durable before it is sent, sent until the chain has it.

mod post;
mod sign;
mod told;

use crate::edge;
use crate::session::{Core, Session, stopped};
use crate::store::StoreError;
use sign::Signing;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wl_ledger::block::Entry;
use wl_ledger::control::{Action, SignedTransaction, Subject, Transaction};
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, Hash, Height, KeyId, UnixMillis};
use wl_vitals::alarm::AlarmAck;
use wl_wire::gateway::GatewayClient;
use wl_wire::messages::{Item, Receipt, Submission};

pub(crate) use post::{Post, post};

/// How long ending may wait for the gateway, in seconds.
const FAREWELL: u64 = 3;
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
    /// Signed records with their numbers in the outbox, in its order.
    Send(Vec<(i64, Item)>),
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
    let mut sealed = BTreeSet::new();
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
    sealed: &mut BTreeSet<i64>,
) -> Result<bool, StoreError> {
    match next_outgoing(session, sealed, edge::now()).await? {
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
        Next::Send(records) => send_records(session, client, sealed, records).await,
    }
}

/// Sends records together. Returns whether each of them was answered for good.
async fn send_records(
    session: &Session,
    client: &GatewayClient,
    sealed: &mut BTreeSet<i64>,
    records: Vec<(i64, Item)>,
) -> Result<bool, StoreError> {
    let (ids, items): (Vec<i64>, Vec<Item>) = records.into_iter().unzip();
    let Ok(answer) = client.submit(&Submission { items }).await else { return Ok(false) };
    let mut answered = 0;
    let mut is_refused = false;
    for (id, receipt) in ids.iter().zip(answer.receipts) {
        match receipt {
            Receipt::Sealed(_) | Receipt::Known(_) => {
                sealed.insert(*id);
            }
            Receipt::Refused(code, reason) => {
                tracing::error!(code, "the ledger refused a record of this workstation");
                let store = session.core().await.store();
                if let Some(store) = store {
                    store.refuse(*id, &reason).await?;
                }
                is_refused = true;
            }
            Receipt::Deferred => continue,
        }
        answered += 1;
    }
    if is_refused {
        session.core().await.refresh_pending().await?;
    }
    Ok(answered == ids.len())
}

/// What is to be sent next. The session is not held while the outbox is read and written, so that no alarm and nobody who
/// answers one waits for that.
async fn next_outgoing(
    session: &Session,
    sealed: &BTreeSet<i64>,
    now: UnixMillis,
) -> Result<Next, StoreError> {
    let store = {
        let mut core = session.core().await;
        if let Some(item) = core.farewell_item() {
            return Ok(Next::Farewell(Box::new(item)));
        }
        let Some(store) = core.store() else { return Ok(Next::Nothing) };
        if let Some(action) = core.first_of_all(now).await? {
            return Ok(Next::Transact(action));
        }
        store
    };
    let outbox = store.outbox().await?;
    let Signing { fresh, mut ready, unopened } = session.core().await.sign_waiting(&outbox, sealed, now);
    // Locking may have signed the same in the meantime; what it fixed first is what is sent.
    let fixed = store.fix(&fresh).await?;
    ready.extend(fresh.into_iter().filter(|one| fixed.contains(&one.id)).map(|one| (one.id, one.item)));
    if !ready.is_empty() {
        ready.sort_by_key(|(id, _)| *id);
        return Ok(Next::Send(ready));
    }
    let action = match unopened {
        Some(subject) => session.core().await.open_stream(subject),
        None => None,
    };
    Ok(action.map_or(Next::Nothing, Next::Transact))
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

    /// What comes before anything that is queued: a transaction that it needs.
    async fn first_of_all(&mut self, now: UnixMillis) -> Result<Option<Action>, StoreError> {
        self.batch_notices(false, now).await?;
        if let Some(receipt) = self.erase_receipt().await? {
            return Ok(Some(Action::ConfirmErasure(receipt)));
        }
        // The stream for what is being gathered is opened early, so that its receipt can be signed at once.
        Ok(self.unopened_access().await?.and_then(|subject| self.open_stream(subject)))
    }

    fn open_stream(&self, subject: Subject) -> Option<Action> {
        self.state().next_stream().map(|next| Action::OpenStream(next, subject))
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
            let signed = outbox.iter().filter(|one| one.signed.is_some()).map(|one| one.id).collect();
            let fresh = self.sign_waiting(&outbox, &signed, now).fresh;
            if fresh.is_empty() {
                let known = outbox.into_iter().filter(|one| one.refused.is_none());
                self.say_farewell(known.filter_map(|one| one.signed).map(|(_, _, item)| item).collect());
                return Ok(());
            }
            store.fix(&fresh).await?;
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
