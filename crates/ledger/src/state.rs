//! The state machine: what is enrolled, agreed and granted, as the control lane says it.
//!
//! Every client replays the same transactions and must reach the same state root, so an omitted,
//! added or reordered transaction shows at the next header. Transitions are a fixed table (design §4);
//! nothing here reads a clock: `time` is always block time.

mod admit;
mod agreements;
mod apply;
mod devices;
mod emergency;
mod erasure;
mod error;
mod facts;
mod founding;
mod generations;
mod leaf;
mod patients;
mod people;
mod proposals;
mod signers;
mod streams;

use crate::control::Subject;
use crate::keys::PublicKey;
use crate::smt::SparseMap;
use crate::{
    AgreementId, Category, ChainId, DeviceId, Epoch, EraseId, Generation, Hash, Height, KeyId, PatientId,
    Role, StreamId, TeamId,
};
use std::collections::{BTreeMap, BTreeSet};

pub use agreements::lets_read;
pub use error::{AdmissionError, StateError};
pub use facts::*;
pub use leaf::LeafKey;

/// Everything the control lane has said up to some height.
#[derive(Clone, Default)]
pub struct State {
    chain: Option<ChainId>,
    founding: Option<Founding>,
    members: BTreeMap<KeyId, Member>,
    persons: BTreeMap<KeyId, BTreeSet<KeyId>>,
    numbers: BTreeMap<KeyId, u64>,
    teams: BTreeMap<TeamId, Team>,
    custodians: Option<Custodians>,
    patients: BTreeMap<PatientId, Patient>,
    patient_keys: BTreeMap<KeyId, PatientId>,
    hubs: BTreeMap<PatientId, Vec<(Height, KeyId)>>,
    guardians: BTreeMap<KeyId, Guarding>,
    devices: BTreeMap<DeviceId, Device>,
    assignments: BTreeMap<DeviceId, Vec<(Height, Option<PatientId>)>>,
    streams: BTreeMap<StreamId, Stream>,
    stream_index: BTreeMap<(KeyId, Subject), StreamId>,
    agreements: BTreeMap<AgreementId, Granted>,
    agreements_of: BTreeMap<PatientId, BTreeSet<AgreementId>>,
    unrevoked: BTreeMap<PatientId, BTreeSet<AgreementId>>,
    broken: BTreeMap<AgreementId, Broken>,
    generations: BTreeMap<(PatientId, Category, Generation), OpenedGeneration>,
    grants: BTreeMap<(PatientId, Category, KeyId), Grants>,
    epochs: BTreeMap<(PatientId, Category, Epoch), OpenedEpoch>,
    erasures: BTreeMap<EraseId, Erasure>,
    erased: BTreeMap<(EraseId, KeyId), Erased>,
    proposals: BTreeMap<Hash, Proposal>,
    log: Option<Hash>,
    transactions: u64,
    tree: SparseMap,
}

/// A guardian's key and whom it may sign for; nobody once it was dismissed by all.
#[derive(Clone)]
struct Guarding {
    sign: PublicKey,
    patients: BTreeSet<PatientId>,
}

impl State {
    /// The root of the sparse Merkle map over everything here (`docs/spec/state-root.md`).
    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// The chain, once founded.
    pub fn chain(&self) -> Option<ChainId> {
        self.chain
    }

    /// What genesis decided.
    pub fn founding(&self) -> Option<&Founding> {
        self.founding.as_ref()
    }

    /// Control transactions applied so far.
    pub fn transactions(&self) -> u64 {
        self.transactions
    }

    /// The number that the next transaction of a key must bear.
    pub fn next_number(&self, key: &KeyId) -> u64 {
        self.numbers.get(key).copied().unwrap_or(0)
    }

    /// An enrolled key, revoked ones included.
    pub fn member(&self, key: &KeyId) -> Option<&Member> {
        self.members.get(key)
    }

    /// All enrolled keys, revoked ones included.
    pub fn members(&self) -> impl Iterator<Item = (&KeyId, &Member)> {
        self.members.iter()
    }

    /// The active member that authenticates with this transport key.
    pub fn member_by_transport(&self, transport: &PublicKey) -> Option<(&KeyId, &Member)> {
        self.members.iter().find(|(_, member)| member.is_active() && member.enrolment.transport == *transport)
    }

    /// The person whose key this is, by the id of that person's first key.
    pub fn person_of(&self, key: &KeyId) -> Option<KeyId> {
        self.members.get(key).map(|member| member.person)
    }

    /// The keys of a person, revoked ones included, ascending.
    pub fn keys_of(&self, person: &KeyId) -> impl Iterator<Item = &KeyId> + use<'_> {
        self.persons.get(person).into_iter().flatten()
    }

    /// Whether a person has a key in force.
    pub fn is_active_person(&self, person: &KeyId) -> bool {
        self.keys_of(person).any(|key| self.active_member(key).is_some())
    }

    /// An enrolled key that is in force.
    pub fn active_member(&self, key: &KeyId) -> Option<&Member> {
        self.members.get(key).filter(|member| member.is_active())
    }

    /// The persons with a key in force and this role.
    pub fn persons_in(&self, role: Role) -> BTreeSet<KeyId> {
        let active = self.members.values().filter(|member| member.is_active());
        active.filter(|member| member.enrolment.role == role).map(|member| member.person).collect()
    }

    /// Whether a key is an active administrator.
    pub fn is_admin(&self, key: &KeyId) -> bool {
        self.members.get(key).is_some_and(|member| member.is_active() && member.enrolment.role == Role::Admin)
    }

    /// All teams.
    pub fn teams(&self) -> impl Iterator<Item = (&TeamId, &Team)> {
        self.teams.iter()
    }

    /// Who keeps shares of the generations' secrets, where there is anybody.
    pub fn custodians(&self) -> Option<&Custodians> {
        self.custodians.as_ref()
    }

    /// The custodians' active keys, ascending: the order of the shares of a generation.
    pub fn custodian_keys(&self) -> BTreeSet<KeyId> {
        let persons = self.custodians.iter().flat_map(|custodians| &custodians.persons);
        let keys = persons.flat_map(|person| self.keys_of(person));
        keys.filter(|key| self.active_member(key).is_some()).copied().collect()
    }

    /// One patient.
    pub fn patient(&self, patient: &PatientId) -> Option<&Patient> {
        self.patients.get(patient)
    }

    /// All patients.
    pub fn patients(&self) -> impl Iterator<Item = (&PatientId, &Patient)> {
        self.patients.iter()
    }

    /// Whether a key may sign for a patient: the patient's own, or a guardian's.
    pub fn may_sign_for(&self, patient: &PatientId, key: &KeyId) -> bool {
        self.patients
            .get(patient)
            .is_some_and(|patient| patient.sign.id() == *key || patient.guardians.contains_key(key))
    }

    /// The key of this name: the patient's own, or that of somebody who is or was a guardian.
    pub fn consent_key(&self, patient: &PatientId, key: &KeyId) -> Option<PublicKey> {
        let own = self.patients.get(patient).map(|patient| patient.sign).filter(|sign| sign.id() == *key);
        own.or_else(|| self.guardians.get(key).map(|guarding| guarding.sign))
    }

    /// One device.
    pub fn device(&self, device: DeviceId) -> Option<&Device> {
        self.devices.get(&device)
    }

    /// All devices.
    pub fn devices(&self) -> impl Iterator<Item = (&DeviceId, &Device)> {
        self.devices.iter()
    }

    /// The next free device id.
    pub fn next_device(&self) -> Option<DeviceId> {
        self.devices.last_key_value().map_or(Some(DeviceId(0)), |(last, _)| last.next())
    }

    /// One stream.
    pub fn stream(&self, stream: StreamId) -> Option<&Stream> {
        self.streams.get(&stream)
    }

    /// All streams.
    pub fn streams(&self) -> impl Iterator<Item = (&StreamId, &Stream)> {
        self.streams.iter()
    }

    /// The open stream of one author about one subject.
    pub fn stream_of(&self, author: &KeyId, subject: &Subject) -> Option<StreamId> {
        self.stream_index.get(&(*author, *subject)).copied()
    }

    /// The next free stream id.
    pub fn next_stream(&self) -> Option<StreamId> {
        self.streams.last_key_value().map_or(Some(StreamId(0)), |(last, _)| last.next())
    }

    /// One agreement, ended or not.
    pub fn agreement(&self, id: &AgreementId) -> Option<&Granted> {
        self.agreements.get(id)
    }

    /// All agreements, ended ones included.
    pub fn agreements(&self) -> impl Iterator<Item = &Granted> {
        self.agreements.values()
    }

    /// The newest generation of a patient's category.
    pub fn generation(
        &self,
        patient: &PatientId,
        category: Category,
    ) -> Option<(Generation, &OpenedGeneration)> {
        self.generations
            .range((*patient, category, Generation(0))..=(*patient, category, Generation(u32::MAX)))
            .next_back()
            .map(|((_, _, generation), opened)| (*generation, opened))
    }

    /// One generation.
    pub fn generation_at(
        &self,
        patient: &PatientId,
        category: Category,
        generation: Generation,
    ) -> Option<&OpenedGeneration> {
        self.generations.get(&(*patient, category, generation))
    }

    /// What a key was granted of a patient's category.
    pub fn grants(&self, patient: &PatientId, category: Category, key: &KeyId) -> Option<&Grants> {
        self.grants.get(&(*patient, category, *key))
    }

    /// The keys that hold a generation, ascending.
    pub fn readers_of(
        &self,
        patient: &PatientId,
        category: Category,
        generation: Generation,
    ) -> impl Iterator<Item = KeyId> {
        let (low, high) = (KeyId::from_bytes([0; KeyId::LEN]), KeyId::from_bytes([255; KeyId::LEN]));
        self.grants
            .range((*patient, category, low)..=(*patient, category, high))
            .filter(move |(_, grants)| grants.contains_key(&generation))
            .map(|((_, _, key), _)| *key)
    }

    /// The newest epoch of a patient's category.
    pub fn epoch(&self, patient: &PatientId, category: Category) -> Option<(Epoch, &OpenedEpoch)> {
        self.epochs
            .range((*patient, category, Epoch(0))..=(*patient, category, Epoch(u32::MAX)))
            .next_back()
            .map(|((_, _, epoch), opened)| (*epoch, opened))
    }

    /// One epoch.
    pub fn epoch_at(&self, patient: &PatientId, category: Category, epoch: Epoch) -> Option<&OpenedEpoch> {
        self.epochs.get(&(*patient, category, epoch))
    }

    /// Every access in an emergency.
    pub fn broken(&self) -> impl Iterator<Item = (&AgreementId, &Broken)> {
        self.broken.iter()
    }

    /// Every order to erase.
    pub fn erasures(&self) -> impl Iterator<Item = &Erasure> {
        self.erasures.values()
    }

    /// Who said that it carried an order out, and what it erased.
    pub fn erased(&self, order: &EraseId) -> impl Iterator<Item = (&KeyId, &Erased)> {
        let (low, high) = (KeyId::from_bytes([0; KeyId::LEN]), KeyId::from_bytes([255; KeyId::LEN]));
        self.erased.range((*order, low)..=(*order, high)).map(|((_, key), erased)| (key, erased))
    }

    /// The proposals that wait, lapsed ones included, by the hash of the transaction that made each.
    pub fn proposals(&self) -> impl Iterator<Item = (&Hash, &Proposal)> {
        self.proposals.iter()
    }

    /// One proposal.
    pub fn proposal(&self, hash: &Hash) -> Option<&Proposal> {
        self.proposals.get(hash)
    }
}
