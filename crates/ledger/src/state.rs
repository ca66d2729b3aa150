//! The state machine: what is enrolled, agreed and granted, as the control lane says it.
//!
//! Every client replays the same transactions and must reach the same state root, so an omitted,
//! added or reordered transaction shows at the next header. Transitions are a fixed table (design §4);
//! nothing here reads a clock: `time` is always block time.

mod apply;
mod leaf;

use crate::control::{
    Agreement, Enrolment, EpochOpening, Holder, Policy, RevocationReason, Subject, Validator,
};
use crate::keys::PublicKey;
use crate::record::RecordHeader;
use crate::smt::SparseMap;
use crate::{
    AgreementId, Category, ChainId, DeviceId, Epoch, Generation, Hash, Height, KeyId, PatientId, Role,
    StreamId, TeamId, UnixMillis,
};
use std::collections::{BTreeMap, BTreeSet};

pub use apply::StateError;
pub use leaf::LeafKey;

/// An enrolled key.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode)]
#[cbor(map)]
pub struct Member {
    /// Name, role and keys.
    #[n(0)]
    pub enrolment: Enrolment,
    /// Height of the block that enrolled it.
    #[n(1)]
    pub since: Height,
    /// Set once it is revoked.
    #[n(2)]
    pub revoked: Option<Revocation>,
}

/// When and why a key was revoked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode)]
#[cbor(map)]
pub struct Revocation {
    /// The block that revoked it; the key signs nothing from this height on.
    #[n(0)]
    pub at: Height,
    /// Block time of the revocation.
    #[n(1)]
    pub time: UnixMillis,
    /// The reason given.
    #[n(2)]
    pub reason: RevocationReason,
}

impl Member {
    /// Whether the key was in force in the block at `height`.
    pub fn active_at(&self, height: Height) -> bool {
        self.since <= height && self.revoked.is_none_or(|revocation| height < revocation.at)
    }

    /// Whether the key is in force now.
    pub fn is_active(&self) -> bool {
        self.revoked.is_none()
    }
}

/// A care team.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode)]
#[cbor(map)]
pub struct Team {
    /// Display name.
    #[n(0)]
    pub name: String,
    /// Keys in it, revoked ones included until somebody takes them out.
    #[n(1)]
    pub members: BTreeSet<KeyId>,
}

/// A registered patient.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode)]
#[cbor(map)]
pub struct Patient {
    /// Signs the patient's agreements.
    #[n(0)]
    pub sign: PublicKey,
    /// The hub that carries them out.
    #[n(1)]
    pub hub: KeyId,
    /// Height of registration.
    #[n(2)]
    pub since: Height,
}

/// A registered device.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode)]
#[cbor(map)]
pub struct Device {
    /// What the device calls itself, usually its EUI-64.
    #[n(0)]
    pub identity: String,
    /// Whom it measures.
    #[n(1)]
    pub patient: Option<PatientId>,
}

/// An opened stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode)]
#[cbor(map)]
pub struct Stream {
    /// Its only author.
    #[n(0)]
    pub author: KeyId,
    /// What it is about.
    #[n(1)]
    pub subject: Subject,
    /// Height at which it was opened.
    #[n(2)]
    pub since: Height,
}

/// An agreement and its end, if it was revoked.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode)]
#[cbor(map)]
pub struct Granted {
    /// What was agreed.
    #[n(0)]
    pub agreement: Agreement,
    /// Height of the grant.
    #[n(1)]
    pub since: Height,
    /// Height of the revocation.
    #[n(2)]
    pub revoked: Option<Height>,
}

impl Granted {
    /// Whether it is in force for the block time `time` under the state that holds it.
    pub fn in_force(&self, time: UnixMillis) -> bool {
        self.revoked.is_none()
            && self.agreement.from <= time
            && self.agreement.until.is_none_or(|until| time < until)
    }
}

/// An opened generation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode)]
#[cbor(map)]
pub struct OpenedGeneration {
    /// Commitment to its secret.
    #[n(0)]
    pub commitment: Hash,
    /// Height at which it was opened.
    #[n(1)]
    pub since: Height,
}

/// One reader's access to one patient and category: generation to the height of its grant.
pub type Grants = BTreeMap<Generation, Height>;

/// An opened epoch.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode)]
#[cbor(map)]
pub struct OpenedEpoch {
    /// What was published.
    #[n(0)]
    pub opening: EpochOpening,
    /// Height at which it was opened.
    #[n(1)]
    pub since: Height,
    /// Block time at which it was opened.
    #[n(2)]
    pub time: UnixMillis,
}

/// What genesis decided.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode)]
#[cbor(map)]
pub struct Founding {
    /// The hospital's name.
    #[n(0)]
    pub hospital: String,
    /// Whether this is a demo chain.
    #[n(1)]
    pub demo: bool,
    /// Policy.
    #[n(2)]
    pub policy: Policy,
    /// Validators.
    #[n(3)]
    pub validators: Vec<Validator>,
}

/// Everything the control lane has said up to some height.
#[derive(Clone, Default)]
pub struct State {
    chain: Option<ChainId>,
    founding: Option<Founding>,
    members: BTreeMap<KeyId, Member>,
    numbers: BTreeMap<KeyId, u64>,
    teams: BTreeMap<TeamId, Team>,
    patients: BTreeMap<PatientId, Patient>,
    patient_keys: BTreeMap<KeyId, PatientId>,
    devices: BTreeMap<DeviceId, Device>,
    streams: BTreeMap<StreamId, Stream>,
    stream_index: BTreeMap<(KeyId, Subject), StreamId>,
    agreements: BTreeMap<AgreementId, Granted>,
    generations: BTreeMap<(PatientId, Category, Generation), OpenedGeneration>,
    grants: BTreeMap<(PatientId, Category, KeyId), Grants>,
    epochs: BTreeMap<(PatientId, Category, Epoch), OpenedEpoch>,
    log: Option<Hash>,
    transactions: u64,
    tree: SparseMap,
}

/// Why the state does not let a record in. The signature is checked apart from this.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum AdmissionError {
    /// The stream was never opened.
    #[error("stream {0} was never opened")]
    UnknownStream(StreamId),
    /// The author's key was not in force at that height.
    #[error("the author of stream {0} was not in force at this height")]
    AuthorNotInForce(StreamId),
    /// The epoch was not opened for this patient and category at that height.
    #[error("epoch {1} of stream {0} was not opened at this height")]
    UnknownEpoch(StreamId, Epoch),
    /// The record claims a time after the block that takes it.
    #[error("record of stream {0} claims to be taken {1} ms after its block")]
    FromTheFuture(StreamId, i64),
    /// The record claims to have seen a height that did not exist.
    #[error("record of stream {0} claims to have seen a later height")]
    SeenTooHigh(StreamId),
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

    /// Whether a key is an active administrator.
    pub fn is_admin(&self, key: &KeyId) -> bool {
        self.members.get(key).is_some_and(|member| member.is_active() && member.enrolment.role == Role::Admin)
    }

    /// All teams.
    pub fn teams(&self) -> impl Iterator<Item = (&TeamId, &Team)> {
        self.teams.iter()
    }

    /// One patient.
    pub fn patient(&self, patient: &PatientId) -> Option<&Patient> {
        self.patients.get(patient)
    }

    /// All patients.
    pub fn patients(&self) -> impl Iterator<Item = (&PatientId, &Patient)> {
        self.patients.iter()
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

    /// The stream of one author about one subject.
    pub fn stream_of(&self, author: &KeyId, subject: &Subject) -> Option<StreamId> {
        self.stream_index.get(&(*author, *subject)).copied()
    }

    /// The next free stream id.
    pub fn next_stream(&self) -> Option<StreamId> {
        self.streams.last_key_value().map_or(Some(StreamId(0)), |(last, _)| last.next())
    }

    /// All agreements, ended ones included.
    pub fn agreements(&self) -> impl Iterator<Item = &Granted> {
        self.agreements.values()
    }

    /// The agreements in force at a block time that let a key read a patient's category.
    pub fn agreements_for<'a>(
        &'a self,
        key: &'a KeyId,
        patient: &'a PatientId,
        category: Category,
        time: UnixMillis,
    ) -> impl Iterator<Item = &'a Granted> {
        self.agreements.values().filter(move |granted| {
            granted.agreement.patient == *patient
                && granted.agreement.categories.contains(category)
                && granted.in_force(time)
                && self.holds(&granted.agreement.holder, key)
        })
    }

    /// The active keys that agreements in force at `time` let read a patient's category, ascending.
    pub fn entitled(&self, patient: &PatientId, category: Category, time: UnixMillis) -> BTreeSet<KeyId> {
        let mut readers = BTreeSet::new();
        for granted in self.agreements.values() {
            let agreement = &granted.agreement;
            if agreement.patient == *patient
                && agreement.categories.contains(category)
                && granted.in_force(time)
            {
                match agreement.holder {
                    Holder::Key(key) => readers.extend([key]),
                    Holder::Team(team) => {
                        readers.extend(self.teams.get(&team).into_iter().flat_map(|t| &t.members))
                    }
                }
            }
        }
        readers.retain(|key| self.members.get(key).is_some_and(Member::is_active));
        readers
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

    /// Whether the state lets a record into the block at `height` with block time `time`, and whose signature it
    /// must bear. A later state of the same chain gives the same answer as the one right after that block.
    pub fn admit(
        &self,
        header: &RecordHeader,
        height: Height,
        time: UnixMillis,
    ) -> Result<(&Stream, &PublicKey), AdmissionError> {
        let id = header.stream;
        let stream = self.streams.get(&id).ok_or(AdmissionError::UnknownStream(id))?;
        let author = self
            .members
            .get(&stream.author)
            .filter(|member| member.active_at(height) && stream.since <= height)
            .ok_or(AdmissionError::AuthorNotInForce(id))?;
        if let Subject::Patient(patient, category) = stream.subject
            && self.epoch_at(&patient, category, header.epoch).is_none_or(|opened| opened.since > height)
        {
            return Err(AdmissionError::UnknownEpoch(id, header.epoch));
        }
        let ahead = header.taken.since(time);
        if ahead > crate::limits::MAX_FUTURE_MILLIS {
            return Err(AdmissionError::FromTheFuture(id, ahead));
        }
        if header.seen > height {
            return Err(AdmissionError::SeenTooHigh(id));
        }
        Ok((stream, &author.enrolment.sign))
    }

    fn holds(&self, holder: &Holder, key: &KeyId) -> bool {
        match holder {
            Holder::Key(held) => held == key,
            Holder::Team(team) => self.teams.get(team).is_some_and(|team| team.members.contains(key)),
        }
    }
}
