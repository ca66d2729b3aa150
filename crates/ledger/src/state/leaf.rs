//! Which leaf of the sparse Merkle map each fact is (`docs/spec/state-root.md`).
//!
//! Each fact is written through here, so nothing can be in the state and not in its root.

use super::*;
use crate::codec::{encode, tagged_hash};
use crate::control::EpochOpening;

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
    /// The ids of a patient's agreements that were not revoked.
    Agreements(PatientId),
    /// The custodians.
    Custodians,
    /// An access in an emergency.
    Broken(AgreementId),
    /// An order to erase.
    Erasure(EraseId),
    /// One key's receipt for an order to erase.
    Erased(EraseId, KeyId),
    /// A proposal that waits.
    Proposal(Hash),
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
            Self::Agreements(patient) => tagged_hash("wardlight/state/agreements/1", &[patient.as_bytes()]),
            Self::Custodians => tagged_hash("wardlight/state/custodians/1", &[]),
            Self::Broken(id) => tagged_hash("wardlight/state/break-glass/1", &[id.as_bytes()]),
            Self::Erasure(id) => tagged_hash("wardlight/state/erasure/1", &[id.as_bytes()]),
            Self::Erased(id, key) => {
                tagged_hash("wardlight/state/erased/1", &[id.as_bytes(), key.as_bytes()])
            }
            Self::Proposal(hash) => tagged_hash("wardlight/state/proposal/1", &[hash.as_bytes()]),
        }
    }
}

impl State {
    pub(super) fn write_leaf<T: minicbor::Encode<()>>(&mut self, key: LeafKey, value: &T) {
        self.tree.insert(key.hash(), &encode(value));
    }

    fn remove_leaf(&mut self, key: LeafKey) {
        self.tree.remove(&key.hash());
    }

    /// A proof that a fact is, or is not, in the state with this root.
    pub fn prove(&self, key: LeafKey) -> crate::smt::MapProof {
        self.tree.prove(&key.hash())
    }

    pub(super) fn put_member(&mut self, key: KeyId, member: Member) {
        self.write_leaf(LeafKey::Member(key), &member);
        self.persons.entry(member.person).or_default().insert(key);
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

    pub(super) fn put_patient(&mut self, id: PatientId, patient: Patient, at: Height) {
        self.hubs.entry(id).or_default().push((at, patient.hub));
        self.write_leaf(LeafKey::Patient(id), &patient);
        self.patient_keys.insert(patient.sign.id(), id);
        for (key, guarding) in &mut self.guardians {
            if !patient.guardians.contains_key(key) {
                guarding.patients.remove(&id);
            }
        }
        for (key, sign) in &patient.guardians {
            let guarding = Guarding { sign: *sign, patients: BTreeSet::new() };
            self.guardians.entry(*key).or_insert(guarding).patients.insert(id);
        }
        self.patients.insert(id, patient);
    }

    pub(super) fn put_device(&mut self, id: DeviceId, device: Device, at: Height) {
        self.write_leaf(LeafKey::Device(id), &device);
        self.assignments.entry(id).or_default().push((at, device.patient));
        self.devices.insert(id, device);
    }

    pub(super) fn put_stream(&mut self, id: StreamId, stream: Stream) {
        self.write_leaf(LeafKey::Stream(id), &stream);
        if stream.closed.is_none() {
            self.stream_index.insert((stream.author, stream.subject), id);
        } else {
            self.stream_index.remove(&(stream.author, stream.subject));
        }
        self.streams.insert(id, stream);
    }

    pub(super) fn put_agreement(&mut self, granted: Granted) {
        self.write_leaf(LeafKey::Agreement(granted.agreement.id), &granted);
        let (id, patient) = (granted.agreement.id, granted.agreement.patient);
        self.agreements_of.entry(patient).or_default().insert(id);
        let mut unrevoked = self.unrevoked.remove(&patient).unwrap_or_default();
        let changed = if granted.revoked.is_none() { unrevoked.insert(id) } else { unrevoked.remove(&id) };
        if changed {
            self.write_leaf(LeafKey::Agreements(patient), &unrevoked);
        }
        self.unrevoked.insert(patient, unrevoked);
        self.agreements.insert(granted.agreement.id, granted);
    }

    pub(super) fn put_broken(&mut self, broken: Broken) {
        self.write_leaf(LeafKey::Broken(broken.request.id), &broken);
        self.broken.insert(broken.request.id, broken);
    }

    pub(super) fn put_custodians(&mut self, custodians: Option<Custodians>) {
        match &custodians {
            Some(custodians) => self.write_leaf(LeafKey::Custodians, custodians),
            None => self.remove_leaf(LeafKey::Custodians),
        }
        self.custodians = custodians;
    }

    pub(super) fn put_erasure(&mut self, erasure: Erasure) {
        self.write_leaf(LeafKey::Erasure(erasure.order.id), &erasure);
        self.erasures.insert(erasure.order.id, erasure);
    }

    pub(super) fn put_erased(&mut self, key: KeyId, erased: Erased) {
        self.write_leaf(LeafKey::Erased(erased.receipt.order, key), &erased);
        self.erased.insert((erased.receipt.order, key), erased);
    }

    pub(super) fn put_proposal(&mut self, hash: Hash, proposal: Proposal) {
        self.write_leaf(LeafKey::Proposal(hash), &proposal);
        self.proposals.insert(hash, proposal);
    }

    pub(super) fn remove_proposal(&mut self, hash: &Hash) {
        self.remove_leaf(LeafKey::Proposal(*hash));
        self.proposals.remove(hash);
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
