//! Carrying out orders to erase: keys, refused records and messages of devices go, with the whole patient also who the
//! patient is, and a receipt says so.
//!
//! If the hub stops after erasing and before its receipt is sealed, the note of what was erased is said again.

use super::{Core, CoreError};
use crate::bedside::nobody;
use crate::custody::{confirmed, erasable, erased_categories};
use crate::store::{self, StoreError, Tx};
use wl_ledger::block::Entry;
use wl_ledger::control::{Categories, EraseReceipt, EraseScope, Subject};
use wl_ledger::record::SignedRecord;
use wl_ledger::state::{Erasure, State};
use wl_ledger::verify::Verifier;
use wl_ledger::{Category, KeyId, PatientId, UnixMillis};
use wl_wire::messages::Item;

/// Categories of which devices' messages are the source.
const MEASURED: [Category; 4] = [Category::Vitals, Category::Waveforms, Category::Alarms, Category::Identity];

impl Core {
    /// Erases what orders name and this hub can erase by now, and gives the receipts that are still to be said.
    ///
    /// # Errors
    /// [`CoreError`]; what was not finished is then as before.
    pub async fn erase(&mut self) -> Result<Vec<EraseReceipt>, CoreError> {
        let mut receipts = Vec::new();
        for erasure in erasable(self.verifier.state(), &self.hub) {
            receipts.extend(self.carry_out_order(&erasure).await?);
        }
        Ok(receipts)
    }

    /// Erases what came back with an old backup although this hub had confirmed that it is gone. To be called before
    /// anything is written: who a patient is would be sent anew.
    ///
    /// # Errors
    /// [`CoreError`]; what was not finished is then as before.
    pub async fn erase_again(&mut self) -> Result<(), CoreError> {
        for erasure in self.to_erase_again() {
            // The ledger holds the receipt already.
            self.carry_out_order(&erasure).await?;
        }
        Ok(())
    }

    /// The confirmed orders that were not carried out in this store.
    pub fn to_erase_again(&self) -> Vec<Erasure> {
        let named = |patient: &PatientId| {
            self.bedsides.get(patient).is_some_and(|bedside| bedside.identity != nobody())
        };
        let back = |erasure: &Erasure| {
            let is_whole = erased_categories(&erasure.order.scope) == Categories::all();
            !self.erased.contains(&erasure.order.id) || (is_whole && named(&erasure.order.patient))
        };
        let mut orders = confirmed(self.verifier.state(), &self.hub);
        orders.retain(back);
        orders
    }

    /// Carries one order out, and gives its receipt once nothing of it is left to do.
    async fn carry_out_order(&mut self, erasure: &Erasure) -> Result<Option<EraseReceipt>, CoreError> {
        let patient = erasure.order.patient;
        let mrn = self.bedsides.get(&patient).map(|bedside| bedside.identity.mrn.clone());
        let state = self.verifier.state();
        let mut tx = self.store.begin().await?;
        let before = store::erasure::done(&mut tx, &erasure.order.id).await?;
        let erased = match before {
            Some(receipt) => Some(receipt),
            None => carry_out(&mut tx, &self.verifier, &self.hub, erasure, mrn.as_deref()).await?,
        };
        let Some(mut receipt) = erased else { return Ok(None) };
        let is_whole = erased_categories(&erasure.order.scope) == Categories::all();
        // As long as a device measures the patient the hub must know whose values it takes; the receipt waits too.
        let waits = is_whole && is_watched(state, &patient);
        let forgotten = is_whole && !waits && store::intake::forget_identity(&mut tx, &patient).await?;
        receipt.records += u64::from(forgotten);
        if before != Some(receipt) {
            store::erasure::note(&mut tx, &receipt).await?;
            tx.commit().await.map_err(StoreError::from)?;
            self.erased.insert(erasure.order.id);
            self.backup_is_old = true;
            self.forget(erasure, forgotten);
            self.read_advice().await?;
        }
        Ok((!waits).then_some(receipt))
    }

    /// Lets go of what was erased from the store.
    fn forget(&mut self, erasure: &Erasure, identity: bool) {
        let patient = erasure.order.patient;
        for category in erased_categories(&erasure.order.scope).iter() {
            let current = self.verifier.state().generation(&patient, category);
            let Some((current, _)) = current else { continue };
            if let Some(held) = self.held.get_mut(&(patient, category)) {
                held.retain(|generation| *generation >= current);
            }
        }
        if let Some(bedside) = self.bedsides.get_mut(&patient).filter(|_| identity) {
            bedside.identity = nobody();
            bedside.identity_queued = true;
        }
    }
}

/// Whether a device is assigned to a patient.
fn is_watched(state: &State, patient: &PatientId) -> bool {
    state.devices().any(|(_, device)| device.patient == Some(*patient))
}

/// Erases all that does not need to wait for the end of a stay; nothing as long as something it names is on its way.
async fn carry_out(
    tx: &mut Tx<'_>,
    verifier: &Verifier,
    hub: &KeyId,
    erasure: &Erasure,
    mrn: Option<&str>,
) -> Result<Option<EraseReceipt>, StoreError> {
    let state = verifier.state();
    let covers = |item: &Item| covers(state, hub, erasure, item);
    // What is on its way was measured under keys that go: it leaves first.
    if store::outbox::any(tx, covers).await? {
        return Ok(None);
    }
    let records = store::erasure::refused(tx, covers).await?
        + messages(tx, verifier, erasure, mrn).await?
        + advice(tx, erasure).await?;
    let keys = u32::try_from(keys(tx, state, erasure).await?).unwrap_or(u32::MAX);
    Ok(Some(EraseReceipt { order: erasure.order.id, records, keys }))
}

/// Whether an order names a record: by its stream and number, or by the key that seals it, which goes.
fn covers(state: &State, hub: &KeyId, erasure: &Erasure, item: &Item) -> bool {
    let Entry::Record(bytes) = &item.entry else { return false };
    let Ok(record) = SignedRecord::parse(bytes) else { return false };
    let header = record.header();
    match erasure.order.scope {
        EraseScope::Records(stream, first, last) => {
            header.stream == stream && first <= header.seq && header.seq <= last
        }
        EraseScope::Categories(categories) => {
            let Some(stream) = state.stream(header.stream) else { return false };
            let Subject::Patient(patient, category) = stream.subject else { return false };
            let sealed = state.epoch_at(&patient, category, header.epoch);
            let current = state.generation(&patient, category).map(|(generation, _)| generation);
            stream.author == *hub
                && patient == erasure.order.patient
                && categories.contains(category)
                && sealed.is_some_and(|epoch| Some(epoch.opening.generation) < current)
        }
    }
}

async fn keys(tx: &mut Tx<'_>, state: &State, erasure: &Erasure) -> Result<u64, StoreError> {
    let mut keys = 0;
    for category in erased_categories(&erasure.order.scope).iter() {
        if let Some((current, _)) = state.generation(&erasure.order.patient, category) {
            keys += store::erasure::keys(tx, &erasure.order.patient, category, current).await?;
        }
    }
    Ok(keys)
}

/// Erases advice, which is kept opened for the patient's page, with the answers to it.
async fn advice(tx: &mut Tx<'_>, erasure: &Erasure) -> Result<u64, StoreError> {
    let order = &erasure.order;
    match order.scope {
        EraseScope::Records(stream, first, last) => {
            store::advice::erase_records(tx, stream, first, last).await
        }
        EraseScope::Categories(categories) if categories.contains(Category::Notes) => {
            store::advice::erase_up_to(tx, &order.patient, order.up_to).await
        }
        EraseScope::Categories(_) => Ok(0),
    }
}

/// Erases the messages of the devices that measured the patient, of the time in which nobody else had them, where an order
/// names what they measure.
async fn messages(
    tx: &mut Tx<'_>,
    verifier: &Verifier,
    erasure: &Erasure,
    mrn: Option<&str>,
) -> Result<u64, StoreError> {
    let (order, until) = (&erasure.order, erasure.time);
    let named = erased_categories(&order.scope);
    if !MEASURED.into_iter().any(|category| named.contains(category)) {
        return Ok(0);
    }
    let mut erased = store::erasure::naming(tx, mrn.unwrap_or_default(), UnixMillis(i64::MIN), until).await?;
    let time = |height| verifier.header(height).map(|header| header.time());
    for (id, device) in verifier.state().devices() {
        for (from, to) in verifier.state().device_spans(*id, &order.patient) {
            let from = from.and_then(time).unwrap_or(UnixMillis(i64::MIN));
            let to = to.and_then(time).map_or(until, |to| to.min(until));
            erased += store::erasure::device(tx, *id, &device.identity, from, to).await?;
        }
    }
    Ok(erased)
}
