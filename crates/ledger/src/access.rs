//! Who could read what at a height, and who could not, proved from the state root alone (`docs/spec/access.md`).
//!
//! A proof holds the facts that decide it, each with its path to the root: the key's enrolment, what it was granted, the
//! agreements of the patient that nobody has revoked, all of them, and the teams that hold them. Absence is proved like
//! presence, so a proof can leave nothing out.

use crate::codec::{self, CodecError};
use crate::limits::MAX_ACCESS_PROOF_BYTES;
use crate::smt::{MapProof, ProofError};
use crate::state::{Granted, Grants, LeafKey, Member, State, Team, lets_read};
use crate::verify::VerifiedHeader;
use crate::{AgreementId, Category, Hash, KeyId, PatientId, TeamId, UnixMillis};
use minicbor::bytes::ByteVec;
use std::collections::{BTreeMap, BTreeSet};

/// A fact, or that there is none, with its path to the state root.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Fact {
    /// The fact as the state encodes it.
    #[n(0)]
    value: Option<ByteVec>,
    /// The path.
    #[n(1)]
    path: MapProof,
}

/// What proves whether one key could read one category of one patient.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct AccessProof {
    /// Whose records.
    #[n(0)]
    patient: PatientId,
    /// Which of them.
    #[n(1)]
    category: Category,
    /// Who asks.
    #[n(2)]
    key: KeyId,
    /// The key's enrolment.
    #[n(3)]
    member: Fact,
    /// What it was granted of this category.
    #[n(4)]
    grants: Fact,
    /// The ids of the patient's agreements that were not revoked.
    #[n(5)]
    agreements: Fact,
    /// These agreements, in the order of their ids.
    #[n(6)]
    granted: Vec<Fact>,
    /// The teams that hold them, in the order of their ids.
    #[n(7)]
    teams: Vec<Fact>,
}

/// What a proof proves, as of the block whose header it was checked against.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AccessVerdict {
    /// Agreements in force let the key read.
    Reads {
        /// These agreements.
        by: Vec<AgreementId>,
        /// The generations whose keys it was granted, with the height of each grant.
        granted: Grants,
    },
    /// No agreement in force lets the key read: it is not enrolled, it is revoked, or nobody agreed.
    MayNotRead {
        /// The generations whose keys it was granted before; none proves that it never could.
        granted: Grants,
    },
}

/// Why a proof proves nothing.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum AccessError {
    /// Not one of our encodings, or a fact in it is none.
    #[error("the proof of access is malformed")]
    Malformed(#[from] CodecError),
    /// A fact does not lead to the state root of the header.
    #[error("{fact} does not lead to the state root of this header")]
    Fact {
        /// Which fact.
        fact: &'static str,
        /// The failure.
        source: ProofError,
    },
    /// It holds more or fewer agreements or teams than the patient's list names.
    #[error("the proof of access has {got} {what} where {need} are named")]
    Count {
        /// What is counted.
        what: &'static str,
        /// How many are named.
        need: usize,
        /// How many it holds.
        got: usize,
    },
    /// A fact that must be there is proved absent.
    #[error("{0} is absent")]
    Absent(&'static str),
}

impl Fact {
    fn of<T: minicbor::Encode<()>>(state: &State, key: LeafKey, value: Option<&T>) -> Self {
        Self { value: value.map(|value| codec::encode(value).into()), path: state.prove(key) }
    }

    fn read<T>(&self, what: &'static str, key: LeafKey, root: &Hash) -> Result<Option<T>, AccessError>
    where
        T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>,
    {
        let value = self.value.as_ref().map(|value| value.as_slice());
        self.path
            .verify(&key.hash(), value, root)
            .map_err(|source| AccessError::Fact { fact: what, source })?;
        let decode = |bytes| codec::decode(bytes, MAX_ACCESS_PROOF_BYTES);
        value.map(decode).transpose().map_err(AccessError::Malformed)
    }
}

impl AccessProof {
    /// The proof from a state that holds everything.
    pub fn of(state: &State, patient: PatientId, category: Category, key: KeyId) -> Self {
        let list = state.unrevoked(&patient);
        let ids = list.into_iter().flatten();
        let granted: Vec<&Granted> = ids.filter_map(|id| state.agreement(id)).collect();
        let teams: BTreeSet<TeamId> = granted.iter().filter_map(|granted| team_of(granted)).collect();
        let fact =
            |granted: &&Granted| Fact::of(state, LeafKey::Agreement(granted.agreement.id), Some(*granted));
        let team = |id: &TeamId| {
            let team = state.teams().find(|(known, _)| *known == id).map(|(_, team)| team);
            Fact::of(state, LeafKey::Team(*id), team)
        };
        Self {
            patient,
            category,
            key,
            member: Fact::of(state, LeafKey::Member(key), state.member(&key)),
            grants: Fact::of(
                state,
                LeafKey::Grants(patient, category, key),
                state.grants(&patient, category, &key),
            ),
            agreements: Fact::of(state, LeafKey::Agreements(patient), list),
            granted: granted.iter().map(fact).collect(),
            teams: teams.iter().map(team).collect(),
        }
    }

    /// Whose records it is about.
    pub fn patient(&self) -> PatientId {
        self.patient
    }

    /// Which of them.
    pub fn category(&self) -> Category {
        self.category
    }

    /// Which key.
    pub fn key(&self) -> KeyId {
        self.key
    }

    /// The encoded proof.
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Parses a proof.
    ///
    /// # Errors
    /// [`AccessError::Malformed`] for anything but the one accepted shape.
    pub fn parse(bytes: &[u8]) -> Result<Self, AccessError> {
        Ok(codec::decode(bytes, MAX_ACCESS_PROOF_BYTES)?)
    }

    /// Checks every fact against the state root of a verified header and judges them at its block time.
    ///
    /// # Errors
    /// [`AccessError`]; nothing is then known either way.
    pub fn verify(&self, header: &VerifiedHeader) -> Result<AccessVerdict, AccessError> {
        self.verify_at(&header.state_root(), header.time())
    }

    /// The same for a state root and a block time that the caller has from a verified header.
    ///
    /// # Errors
    /// As [`AccessProof::verify`].
    pub fn verify_at(&self, root: &Hash, time: UnixMillis) -> Result<AccessVerdict, AccessError> {
        let member: Option<Member> = self.member.read("the enrolment", LeafKey::Member(self.key), root)?;
        let leaf = LeafKey::Grants(self.patient, self.category, self.key);
        let held: Option<Grants> = self.grants.read("what the key was granted", leaf, root)?;
        let agreements = self.read_agreements(root)?;
        let teams = self.read_teams(&agreements, root)?;
        let granted = held.unwrap_or_default();
        let Some(member) = member.filter(Member::is_active) else {
            return Ok(AccessVerdict::MayNotRead { granted });
        };
        let reads = |granted: &&Granted| {
            let team = team_of(granted).and_then(|id| teams.get(&id));
            granted.agreement.categories.contains(self.category)
                && granted.in_force(time)
                && lets_read(&granted.agreement, &member, team)
        };
        let by: Vec<AgreementId> =
            agreements.iter().filter(reads).map(|granted| granted.agreement.id).collect();
        Ok(if by.is_empty() {
            AccessVerdict::MayNotRead { granted }
        } else {
            AccessVerdict::Reads { by, granted }
        })
    }

    fn read_agreements(&self, root: &Hash) -> Result<Vec<Granted>, AccessError> {
        let leaf = LeafKey::Agreements(self.patient);
        let list: Option<BTreeSet<AgreementId>> =
            self.agreements.read("the list of agreements", leaf, root)?;
        let list = list.unwrap_or_default();
        counted("agreements", list.len(), self.granted.len())?;
        let each = list.iter().zip(&self.granted).map(|(id, fact)| {
            let granted = fact.read("an agreement", LeafKey::Agreement(*id), root)?;
            granted.ok_or(AccessError::Absent("an agreement"))
        });
        each.collect()
    }

    fn read_teams(&self, agreements: &[Granted], root: &Hash) -> Result<BTreeMap<TeamId, Team>, AccessError> {
        let ids: BTreeSet<TeamId> = agreements.iter().filter_map(team_of).collect();
        counted("teams", ids.len(), self.teams.len())?;
        let each = ids.iter().zip(&self.teams).map(|(id, fact)| {
            let team = fact.read("a team", LeafKey::Team(*id), root)?;
            Ok((*id, team.ok_or(AccessError::Absent("a team"))?))
        });
        each.collect()
    }
}

fn team_of(granted: &Granted) -> Option<TeamId> {
    match granted.agreement.holder {
        crate::control::Holder::Team(team) => Some(team),
        crate::control::Holder::Person(_) => None,
    }
}

fn counted(what: &'static str, need: usize, got: usize) -> Result<(), AccessError> {
    if need == got { Ok(()) } else { Err(AccessError::Count { what, need, got }) }
}
