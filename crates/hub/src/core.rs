//! The hub's heart: verified state, patients, keys and the store, moved by one caller at a time.
//!
//! Order of effects: what a device said is durable before it is acknowledged to the device; a record
//! is durable in the outbox before it is sent; it leaves the outbox only on the gateway's receipt. If
//! the process stops anywhere in between, the device or the outbox still has it.

mod advice;
mod calling;
mod erase;
mod heard;
mod keys;
mod mend;
mod orders;
mod outgoing;
mod receipts;
mod recover;
mod route;
mod take;
mod tries;

pub use advice::{Advised, AnswerRefusal};
pub use calling::CameBack;
pub use recover::Learnt;
pub use take::Arrival;

use crate::author::{Author, AuthorError, Draft};
use crate::bedside::Bedside;
use crate::custody::HeldSecrets;
use crate::home::{Home, HomeError};
use crate::ingest::hl7::SourceProfile;
use crate::store::{self, Store, StoreError, Tx, Urgency};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use wl_ledger::block::LaneItem;
use wl_ledger::header::{Header, header_id};
use wl_ledger::state::State;
use wl_ledger::verify::{Verifier, VerifyError};
use wl_ledger::{Category, EraseId, Height, KeyId, PatientId, UnixMillis};
use wl_seal::SealError;
use wl_vitals::alarm::AlarmEngine;
use wl_vitals::frame::FrameError;
use wl_wire::enrolment::Answer;
use wl_wire::identity::Identity;

/// How long a measurement is remembered to recognise a copy of it: 30 days.
const REMEMBER_MILLIS: i64 = 30 * 24 * 3_600_000;

/// Why the hub cannot go on with what it was doing.
#[derive(Debug, thiserror::Error)]
pub enum CoreError {
    /// The store failed: fatal, nothing is acknowledged any more.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The hub's directory failed.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The chain does not verify: nothing of it is used.
    #[error("the chain does not verify")]
    Verify(#[from] VerifyError),
    /// A record could not be made.
    #[error(transparent)]
    Author(#[from] AuthorError),
    /// Sealing failed.
    #[error("sealing failed")]
    Seal(#[from] SealError),
    /// A frame could not be encoded.
    #[error("a frame could not be encoded")]
    Frame(#[from] FrameError),
    /// The stored state of an alarm engine is damaged.
    #[error("the stored alarm state of a patient is damaged")]
    Engine,
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] crate::edge::NoEntropy),
    /// An answer of a patient is not taken.
    #[error(transparent)]
    Answer(AnswerRefusal),
    /// The patient is not one of this hub's.
    #[error("patient {0} is not a patient of this hub")]
    UnknownPatient(PatientId),
    /// What the gateway shows is not the chain that the enrolment answer trusts.
    #[error("the chain shows another header at height {0} than the enrolment answer trusts")]
    OtherChain(Height),
}

/// Everything the hub knows.
pub struct Core {
    home: Home,
    hub: KeyId,
    answer: Answer,
    store: Store,
    author: Author,
    verifier: Verifier,
    held: HeldSecrets,
    bedsides: BTreeMap<PatientId, Bedside>,
    /// The alarms that are not over.
    calling: calling::Calling,
    /// Advice to the patients.
    advice: advice::AdviceBook,
    /// Streams in which nothing can follow any more.
    broken: mend::Broken,
    /// The next block to be looked through for what people signed.
    heard: Height,
    profile: Arc<SourceProfile>,
    replies: u64,
    /// The tails of this hub's streams are to be learnt from the chain before anything is written.
    recovering: bool,
    /// The orders to erase that were carried out in this store.
    erased: BTreeSet<EraseId>,
    /// Keys have changed since the guardians' backup was written.
    backup_is_old: bool,
    /// Verified items of the lane that are not in the store yet; none of them says anything.
    unwritten: Vec<(Height, LaneItem)>,
}

impl Core {
    /// Opens the store, verifies the stored lane again and takes up the patients as they were left.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn open(home: Home, answer: Answer) -> Result<Self, CoreError> {
        let mut store = Store::open(&home.database(), home.vault().database_key()).await?;
        let mut verifier = Verifier::new(answer.chain);
        let (tails, rows, heard, recovering, erased) = {
            let mut tx = store.begin().await?;
            verifier.advance(&store::lane::all(&mut tx).await?)?;
            store::intake::forget_before(&mut tx, crate::edge::now().plus(-REMEMBER_MILLIS)).await?;
            let tails = store::outbox::tails(&mut tx).await?;
            let rows = store::intake::patients(&mut tx).await?;
            let heard = store::heard::cursor(&mut tx).await?;
            let recovering = store::restored::is_pending(&mut tx).await?;
            let erased = store::erasure::all(&mut tx).await?;
            tx.commit().await.map_err(StoreError::from)?;
            (tails, rows, heard, recovering, erased)
        };
        let tails = tails.into_iter().map(|tail| (tail.stream, tail.last)).collect();
        let mut bedsides = BTreeMap::new();
        for row in rows {
            let mut bedside = Bedside::new(row.patient, row.identity, row.interval);
            bedside.identity_queued = row.identity_queued;
            if let Some(snapshot) = row.engine {
                bedside.engine = AlarmEngine::restore(&snapshot).map_err(|_| CoreError::Engine)?;
            }
            bedsides.insert(row.patient, bedside);
        }
        let key = home.signing_key();
        let mut core = Self {
            hub: key.id(),
            author: Author::new(key, answer.chain, tails),
            profile: Arc::new(SourceProfile { demo: answer.demo, ..SourceProfile::default() }),
            home,
            answer,
            store,
            verifier,
            held: BTreeMap::new(),
            bedsides,
            calling: calling::Calling::default(),
            advice: advice::AdviceBook::default(),
            broken: mend::Broken::default(),
            heard,
            replies: 0,
            recovering,
            erased,
            backup_is_old: true,
            unwritten: Vec::new(),
        };
        core.refresh_keys().await?;
        core.read_broken().await?;
        core.read_advice().await?;
        Ok(core)
    }

    /// What the hub trusts.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// The hub's directory and keys.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// How messages of devices are read.
    pub fn profile(&self) -> Arc<SourceProfile> {
        Arc::clone(&self.profile)
    }

    /// The hub's key id.
    pub fn hub(&self) -> KeyId {
        self.hub
    }

    /// The verified state.
    pub fn state(&self) -> &State {
        self.verifier.state()
    }

    /// The height that comes next.
    pub fn next_height(&self) -> Height {
        self.verifier.next_height()
    }

    /// Generations whose secrets are here.
    pub fn held(&self) -> &HeldSecrets {
        &self.held
    }

    /// The newest height this hub has verified.
    pub fn seen(&self) -> Height {
        self.verifier.tip().map_or(Height(0), |tip| tip.height())
    }

    /// The latest of this machine's clock and block time: an agreement that is over by either of them is over.
    pub fn latest_time(&self, now: UnixMillis) -> UnixMillis {
        self.verifier.tip().map_or(now, |tip| now.max(tip.time()))
    }

    /// What broken streams, agreements and orders ask for now and is not on the ledger yet, as much as goes at once.
    pub fn due(&self, now: UnixMillis) -> Vec<crate::custody::Step> {
        let mut steps = self.broken.due(self.state(), now);
        steps.extend(crate::custody::due(self.state(), &self.hub, &self.held, self.latest_time(now)));
        // A broken stream asks for two steps together, and the bound is an even one.
        steps.truncate(crate::custody::MAX_STEPS);
        steps
    }

    /// Takes verified items of the lane in. They are durable before anything is decided by them; those that say nothing
    /// decide nothing, and wait for the next write or tick. If the hub stops before that, it reads them again.
    ///
    /// # Errors
    /// [`CoreError::Verify`] when they are not what they claim; nothing is then taken in.
    pub async fn advance(&mut self, items: &[LaneItem]) -> Result<usize, CoreError> {
        let first = self.verifier.next_height();
        self.check_trusted(first, items)?;
        let fresh = self.verifier.advance(items)?;
        let known = items.len().saturating_sub(fresh);
        let new = items.iter().skip(known);
        let speaks = new.clone().any(|item| !item.controls.is_empty());
        self.unwritten.extend((first.0..).map(Height).zip(new.cloned()));
        if speaks {
            self.write_lane().await?;
            self.refresh_keys().await?;
        }
        Ok(fresh)
    }

    async fn write_lane(&mut self) -> Result<(), CoreError> {
        if self.unwritten.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        put_lane(&mut tx, &self.unwritten).await?;
        tx.commit().await.map_err(StoreError::from)?;
        self.unwritten.clear();
        Ok(())
    }

    /// The header that the enrolment answer names must be the one at its height. Checked before anything is taken in,
    /// so that a gateway which shows another chain changes nothing here.
    fn check_trusted(&self, first: Height, items: &[LaneItem]) -> Result<(), CoreError> {
        let (trusted, id) = (self.answer.trusted_height, self.answer.trusted_header);
        let other = |item: &LaneItem| {
            Header::parse(&item.header).is_ok_and(|header| header.height == trusted)
                && header_id(&item.header) != id
        };
        if trusted >= first && items.iter().any(other) {
            return Err(CoreError::OtherChain(trusted));
        }
        Ok(())
    }

    /// Adds a patient under a pseudonym. The patient's key is made and kept before.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn add_patient(
        &mut self,
        patient: PatientId,
        identity: Identity,
        interval: i64,
    ) -> Result<(), CoreError> {
        let mut tx = self.store.begin().await?;
        store::intake::put_patient(&mut tx, &patient, &identity, interval).await?;
        tx.commit().await.map_err(StoreError::from)?;
        self.bedsides.insert(patient, Bedside::new(patient, identity, interval));
        self.backup_is_old = true;
        Ok(())
    }

    /// Whether a patient is one of this hub's.
    pub fn has_patient(&self, patient: &PatientId) -> bool {
        self.bedsides.contains_key(patient)
    }

    /// The patients of this hub with what they are called here.
    pub fn patients(&self) -> impl Iterator<Item = (&PatientId, &Identity)> {
        self.bedsides.iter().map(|(patient, bedside)| (patient, &bedside.identity))
    }

    /// Lets time pass for all alarm rules: delays run out, lost streams are found.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn tick(&mut self, now: UnixMillis) -> Result<bool, CoreError> {
        self.write_lane().await?;
        let mut wrote = false;
        if self.recovering {
            return Ok(wrote);
        }
        for bedside in self.bedsides.values_mut() {
            // Without a place for alarms nothing was ever taken in, or its key is lost and being replaced; then the rules
            // wait, and say what is due as soon as it can be sealed.
            if bedside.place(self.verifier.state(), &self.hub, Category::Alarms).is_none() {
                continue;
            }
            let mut engine = bedside.engine.clone();
            let events = engine.tick(now);
            if events.is_empty() {
                bedside.engine = engine;
                continue;
            }
            let mut tx = self.store.begin().await?;
            let parts =
                take::Parts { state: self.verifier.state(), hub: &self.hub, seen: tip(&self.verifier), now };
            let stored = async {
                take::write_alarms(&mut tx, &mut self.author, bedside, &parts, &events).await?;
                store::intake::put_engine(&mut tx, &bedside.patient, &engine.snapshot()).await?;
                Ok(())
            }
            .await;
            settle(tx, &mut self.author, stored).await?;
            bedside.engine = engine;
            self.calling.is_old = true;
            wrote = true;
        }
        wrote |= self.tell(now).await?;
        Ok(self.call(now).await? || wrote)
    }

    /// What was opened of a patient's record, newest first.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn seen_of(
        &mut self,
        patient: &PatientId,
        limit: u32,
    ) -> Result<Vec<store::SeenRow>, CoreError> {
        let mut tx = self.store.begin().await?;
        Ok(store::seen::newest(&mut tx, patient, limit).await?)
    }

    /// Refused messages, newest first.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn quarantined(&mut self, limit: u32) -> Result<Vec<store::QuarantineRow>, CoreError> {
        let mut tx = self.store.begin().await?;
        Ok(store::intake::quarantined(&mut tx, limit).await?)
    }
}

fn tip(verifier: &Verifier) -> Height {
    verifier.tip().map_or(Height(0), |tip| tip.height())
}

async fn put_lane(tx: &mut Tx<'_>, items: &[(Height, LaneItem)]) -> Result<(), StoreError> {
    for (height, item) in items {
        store::lane::put(tx, *height, item).await?;
    }
    Ok(())
}

/// Queues drafts; the caller commits.
async fn queue(tx: &mut Tx<'_>, urgency: Urgency, draft: &Draft) -> Result<(), StoreError> {
    store::outbox::push(tx, urgency, draft.stream, draft.seq, &draft.hash, &draft.item).await
}

/// Commits a transaction together with the tails it moved, or forgets both.
async fn settle<T>(tx: Tx<'_>, author: &mut Author, result: Result<T, CoreError>) -> Result<T, CoreError> {
    match result {
        Ok(value) => {
            if let Err(error) = tx.commit().await {
                author.abandon();
                return Err(StoreError::from(error).into());
            }
            author.commit();
            Ok(value)
        }
        Err(error) => {
            author.abandon();
            Err(error)
        }
    }
}
