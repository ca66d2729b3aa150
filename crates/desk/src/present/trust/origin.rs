//! Where a record comes from and why this person may read it, from the verified control lane.

use super::super::Moment;
use super::super::alarm::person;
use crate::view::{AllowedLine, HashLine};
use wl_ledger::control::Holder;
use wl_ledger::state::Granted;
use wl_ledger::{Category, Epoch, Height, KeyId, PatientId};

/// A record as far as the control lane knows it.
pub(super) struct Origin {
    pub(super) patient: PatientId,
    pub(super) category: Category,
    pub(super) author: KeyId,
    pub(super) epoch: Epoch,
    pub(super) height: Height,
}

fn line(label: &str, value: String) -> HashLine {
    HashLine { label: label.to_owned(), value }
}

/// The agreements in force that let this person read the record's category.
pub(super) fn allowed(moment: &Moment<'_>, origin: &Origin) -> Vec<AllowedLine> {
    let line = |granted: &Granted| AllowedLine {
        holder: holder(moment, &granted.agreement.holder),
        until_ms: granted.agreement.until.map(|until| until.0),
    };
    agreements(moment, origin).map(line).collect()
}

fn agreements<'a>(moment: &'a Moment<'_>, origin: &'a Origin) -> impl Iterator<Item = &'a Granted> {
    let me = &moment.core.me;
    moment.core.state().agreements_for(me, &origin.patient, origin.category, moment.deciding)
}

fn holder(moment: &Moment<'_>, holder: &Holder) -> String {
    match holder {
        Holder::Team(team) => moment
            .core
            .state()
            .teams()
            .find(|(id, _)| *id == team)
            .map_or_else(|| team.to_string(), |(_, team)| team.name.clone()),
        Holder::Person(key) => person(moment, key),
    }
}

/// For IT: enrolments, devices, grant and agreements, each with its block.
pub(super) fn lines(moment: &Moment<'_>, origin: &Origin) -> Vec<HashLine> {
    let mut lines = vec![line("author", enrolled(moment, &origin.author))];
    lines.extend(devices(moment, origin).map(|value| line("device of this patient", value)));
    lines.push(line("reader", enrolled(moment, &moment.core.me)));
    lines.extend(grant(moment, origin).map(|value| line("granted", value)));
    lines.extend(agreements(moment, origin).map(|granted| {
        let to = holder(moment, &granted.agreement.holder);
        let (id, purpose, since) = (granted.agreement.id, granted.agreement.purpose, granted.since);
        line("agreement", format!("{id} to {to}, {purpose:?}, since block {since}"))
    }));
    lines
}

fn enrolled(moment: &Moment<'_>, key: &KeyId) -> String {
    let name = person(moment, key);
    match moment.core.state().member(key) {
        Some(member) => {
            format!("{name}, {:?}, key {key}, enrolled in block {}", member.enrolment.role, member.since)
        }
        None => format!("{name}, key {key}"),
    }
}

/// The devices that were assigned to the patient in the record's block.
fn devices<'a>(moment: &'a Moment<'_>, origin: &'a Origin) -> impl Iterator<Item = String> + 'a {
    let state = moment.core.state();
    state.devices().filter_map(|(id, device)| {
        let then = state.device_at(*id, origin.height)?;
        let measured = then.patient == Some(origin.patient);
        measured.then(|| format!("{id}, {}, registered in block {}", device.identity, device.since))
    })
}

/// The grant of the generation whose key opens the record.
fn grant(moment: &Moment<'_>, origin: &Origin) -> Option<String> {
    let state = moment.core.state();
    let epoch = state.epoch_at(&origin.patient, origin.category, origin.epoch)?;
    let generation = epoch.opening.generation;
    let grants = state.grants(&origin.patient, origin.category, &moment.core.me)?;
    let height = grants.get(&generation)?;
    Some(format!("generation {generation} in block {height}, epoch {}", origin.epoch))
}
