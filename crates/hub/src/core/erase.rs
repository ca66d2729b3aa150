//! Carrying out orders to erase: keys, refused records and messages of devices go, and a receipt says so.
//!
//! If the hub stops after erasing and before its receipt is sealed, the note of what was erased is said again.

use super::{Core, CoreError};
use crate::custody::{erasable, erased_categories};
use crate::store::{self, StoreError, Tx};
use wl_ledger::block::Entry;
use wl_ledger::control::{EraseReceipt, EraseScope, Subject};
use wl_ledger::record::SignedRecord;
use wl_ledger::state::{Erasure, State};
use wl_ledger::{Category, DeviceId, KeyId};
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
            let mrn = self.bedsides.get(&erasure.order.patient).map(|bedside| bedside.identity.mrn.clone());
            let state = self.verifier.state();
            let mut tx = self.store.begin().await?;
            if let Some(receipt) = store::erasure::done(&mut tx, &erasure.order.id).await? {
                receipts.push(receipt);
                continue;
            }
            let covers = |item: &Item| covers(state, &self.hub, &erasure, item);
            // What is on its way was measured under keys that go: it leaves first.
            if store::outbox::any(&mut tx, covers).await? {
                continue;
            }
            let records = store::erasure::refused(&mut tx, covers).await?
                + messages(&mut tx, state, &erasure, mrn.as_deref()).await?
                + advice(&mut tx, &erasure).await?;
            let keys = keys(&mut tx, state, &erasure).await?;
            let receipt = EraseReceipt {
                order: erasure.order.id,
                records,
                keys: u32::try_from(keys).unwrap_or(u32::MAX),
            };
            store::erasure::note(&mut tx, &receipt).await?;
            tx.commit().await.map_err(StoreError::from)?;
            self.backup_is_old = true;
            self.read_advice().await?;
            for category in erased_categories(&erasure.order.scope).iter() {
                let current = self.verifier.state().generation(&erasure.order.patient, category);
                let Some((current, _)) = current else { continue };
                if let Some(held) = self.held.get_mut(&(erasure.order.patient, category)) {
                    held.retain(|generation| *generation >= current);
                }
            }
            receipts.push(receipt);
        }
        Ok(receipts)
    }
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

/// Erases the messages of the patient's devices, where an order names what they measure.
async fn messages(
    tx: &mut Tx<'_>,
    state: &State,
    erasure: &Erasure,
    mrn: Option<&str>,
) -> Result<u64, StoreError> {
    let (order, until) = (&erasure.order, erasure.time);
    let named = erased_categories(&order.scope);
    if !MEASURED.into_iter().any(|category| named.contains(category)) {
        return Ok(0);
    }
    let mut erased = store::erasure::naming(tx, mrn.unwrap_or_default(), until).await?;
    let patient = Some(order.patient);
    let of_patient = |id: DeviceId| {
        state.device_at(id, order.up_to).is_some_and(|then| then.patient == patient)
            || state.device(id).is_some_and(|now| now.patient == patient)
    };
    let devices: Vec<(DeviceId, String)> = state
        .devices()
        .filter(|(id, _)| of_patient(**id))
        .map(|(id, device)| (*id, device.identity.clone()))
        .collect();
    for (id, identity) in devices {
        erased += store::erasure::device(tx, id, &identity, until).await?;
    }
    Ok(erased)
}
