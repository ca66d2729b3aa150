//! One patient as the hub watches it: identity, alarm rules, the streams and keys in use.

use std::collections::BTreeMap;
use std::sync::Arc;
use wl_ledger::control::Subject;
use wl_ledger::state::State;
use wl_ledger::{Category, Epoch, KeyId, PatientId, StreamId};
use wl_seal::EpochKeys;
use wl_vitals::alarm::{AlarmEngine, Settings};
use wl_vitals::limits::adult;
use wl_vitals::news2::Scale;
use wl_wire::identity::Identity;

use crate::author::Place;

/// Default time between messages of a bedside monitor, in milliseconds.
pub const DEFAULT_INTERVAL: i64 = 1_000;

/// Who a patient is once an order has erased it. Nothing matches it, an empty record number neither.
pub fn nobody() -> Identity {
    let none = String::new;
    Identity { name: none(), mrn: none(), birth_date: none(), bed: none(), ward: none() }
}

/// A patient of this hub.
pub struct Bedside {
    /// Pseudonym.
    pub patient: PatientId,
    /// Who it is.
    pub identity: Identity,
    /// Whether the identity record is queued or sent.
    pub identity_queued: bool,
    /// The alarm rules with their state.
    pub engine: AlarmEngine,
    /// Keys of the epochs in use.
    pub epochs: BTreeMap<Category, (Epoch, Arc<EpochKeys>)>,
    /// Streams that are broken and not mended: what is written until then waits in them, in its order.
    pub broken: BTreeMap<Category, StreamId>,
}

impl Bedside {
    /// A patient with fresh alarm rules: the adult limits of the ward.
    pub fn new(patient: PatientId, identity: Identity, interval: i64) -> Self {
        let settings = Settings { patient, limits: adult(Scale::One), interval, same_limb: false };
        let engine = AlarmEngine::new(settings);
        Self {
            patient,
            identity,
            identity_queued: false,
            engine,
            epochs: BTreeMap::new(),
            broken: BTreeMap::new(),
        }
    }

    /// Where a record of a category goes and the keys that seal it, or `None` as long as the control lane has not
    /// opened stream and epoch.
    pub fn place(&self, state: &State, hub: &KeyId, category: Category) -> Option<(Place, Arc<EpochKeys>)> {
        let broken = self.broken.get(&category).copied();
        let stream = broken.or_else(|| state.stream_of(hub, &Subject::Patient(self.patient, category)))?;
        let (epoch, keys) = self.epochs.get(&category)?;
        Some((Place { patient: self.patient, category, stream, epoch: *epoch }, Arc::clone(keys)))
    }

    /// Whether a message that names these record numbers may be about this patient. Empty ids do not count.
    pub fn is_named_by<'a>(&self, mut mrns: impl Iterator<Item = &'a str>) -> bool {
        mrns.any(|mrn| !mrn.is_empty() && mrn == self.identity.mrn)
    }
}
