//! Which leaf of the sparse Merkle map each fact is (`docs/spec/state-root.md`).
//!
//! Each fact is written through here, so nothing can be in the state and not in its root.

use super::*;
use crate::codec::{encode, tagged_hash};

/// The key of a leaf, public so that proofs can be asked for from outside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeafKey {
    /// What genesis decided.
    Founding,
    /// Hash chain over all control transactions.
    Log,
    /// An enrolled key.
    Member(KeyId),
    /// The next transaction number of a key.
    Number(KeyId),
    /// A team.
    Team(TeamId),
    /// A patient.
    Patient(PatientId),
    /// A device.
    Device(DeviceId),
    /// A stream.
    Stream(StreamId),
    /// An agreement.
    Agreement(AgreementId),
    /// A generation.
    Generation(PatientId, Category, Generation),
    /// What one key was granted; its absence proves that it was granted nothing.
    Grants(PatientId, Category, KeyId),
    /// An epoch.
    Epoch(PatientId, Category, Epoch),
}

impl LeafKey {
    /// Position in the map.
    pub fn hash(&self) -> Hash {
        match self {
            Self::Founding => tagged_hash("wardlight/state/founding/1", &[]),
            Self::Log => tagged_hash("wardlight/state/log/1", &[]),
            Self::Member(key) => tagged_hash("wardlight/state/member/1", &[key.as_bytes()]),
            Self::Number(key) => tagged_hash("wardlight/state/number/1", &[key.as_bytes()]),
            Self::Team(team) => tagged_hash("wardlight/state/team/1", &[team.as_bytes()]),
            Self::Patient(patient) => tagged_hash("wardlight/state/patient/1", &[patient.as_bytes()]),
            Self::Device(device) => tagged_hash("wardlight/state/device/1", &[&device.0.to_be_bytes()]),
            Self::Stream(stream) => tagged_hash("wardlight/state/stream/1", &[&stream.0.to_be_bytes()]),
            Self::Agreement(id) => tagged_hash("wardlight/state/agreement/1", &[id.as_bytes()]),
            Self::Generation(patient, category, generation) => tagged_hash(
                "wardlight/state/generation/1",
                &[patient.as_bytes(), &[category.code()], &generation.0.to_be_bytes()],
            ),
            Self::Grants(patient, category, key) => tagged_hash(
                "wardlight/state/grants/1",
                &[patient.as_bytes(), &[category.code()], key.as_bytes()],
            ),
            Self::Epoch(patient, category, epoch) => tagged_hash(
                "wardlight/state/epoch/1",
                &[patient.as_bytes(), &[category.code()], &epoch.0.to_be_bytes()],
            ),
        }
    }
}

impl State {
    pub(super) fn write_leaf<T: minicbor::Encode<()>>(&mut self, key: LeafKey, value: &T) {
        self.tree.insert(key.hash(), &encode(value));
    }

    /// A proof that a fact is, or is not, in the state with this root.
    pub fn prove(&self, key: LeafKey) -> crate::smt::MapProof {
        self.tree.prove(&key.hash())
    }

    pub(super) fn put_member(&mut self, key: KeyId, member: Member) {
        self.write_leaf(LeafKey::Member(key), &member);
        self.members.insert(key, member);
    }

    pub(super) fn put_number(&mut self, key: KeyId, next: u64) {
        self.write_leaf(LeafKey::Number(key), &next);
        self.numbers.insert(key, next);
    }

    pub(super) fn put_team(&mut self, id: TeamId, team: Team) {
        self.write_leaf(LeafKey::Team(id), &team);
        self.teams.insert(id, team);
    }

    pub(super) fn put_patient(&mut self, id: PatientId, patient: Patient) {
        self.write_leaf(LeafKey::Patient(id), &patient);
        self.patient_keys.insert(patient.sign.id(), id);
        self.patients.insert(id, patient);
    }

    pub(super) fn put_device(&mut self, id: DeviceId, device: Device) {
        self.write_leaf(LeafKey::Device(id), &device);
        self.devices.insert(id, device);
    }

    pub(super) fn put_stream(&mut self, id: StreamId, stream: Stream) {
        self.write_leaf(LeafKey::Stream(id), &stream);
        self.stream_index.insert((stream.author, stream.subject), id);
        self.streams.insert(id, stream);
    }

    pub(super) fn put_agreement(&mut self, granted: Granted) {
        self.write_leaf(LeafKey::Agreement(granted.agreement.id), &granted);
        self.agreements.insert(granted.agreement.id, granted);
    }

    pub(super) fn put_generation(
        &mut self,
        patient: PatientId,
        category: Category,
        generation: Generation,
        opened: OpenedGeneration,
    ) {
        self.write_leaf(LeafKey::Generation(patient, category, generation), &opened);
        self.generations.insert((patient, category, generation), opened);
    }

    pub(super) fn put_grant(
        &mut self,
        patient: PatientId,
        category: Category,
        key: KeyId,
        generation: Generation,
        at: Height,
    ) {
        let grants = self.grants.entry((patient, category, key)).or_default();
        grants.insert(generation, at);
        let value = grants.clone();
        self.write_leaf(LeafKey::Grants(patient, category, key), &value);
    }

    pub(super) fn put_epoch(&mut self, opened: OpenedEpoch) {
        let EpochOpening { patient, category, epoch, .. } = opened.opening;
        self.write_leaf(LeafKey::Epoch(patient, category, epoch), &opened);
        self.epochs.insert((patient, category, epoch), opened);
    }

    pub(super) fn put_founding(&mut self, founding: Founding) {
        self.write_leaf(LeafKey::Founding, &founding);
        self.founding = Some(founding);
    }

    pub(super) fn append_log(&mut self, transaction: Hash) {
        let previous = self.log.unwrap_or(Hash::from_bytes([0; 32]));
        let next = tagged_hash("wardlight/log/1", &[previous.as_bytes(), transaction.as_bytes()]);
        self.write_leaf(LeafKey::Log, &next);
        self.log = Some(next);
        self.transactions = self.transactions.saturating_add(1);
    }
}
