//! How a chain is founded: hospital, validators, policy.

use super::ProvenEnrolment;
use crate::keys::PublicKey;
use crate::{Hash, Role};

/// One validator of the chain: a gateway.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Validator {
    /// Signs headers.
    #[n(0)]
    pub sign: PublicKey,
    /// Authenticates connections.
    #[n(1)]
    pub transport: PublicKey,
    /// Host and port.
    #[n(2)]
    pub address: String,
}

/// A set of roles.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct Roles(#[n(0)] u16);

impl Roles {
    /// The set of these roles.
    pub fn of(roles: &[Role]) -> Self {
        Self(roles.iter().fold(0, |bits, role| bits | (1 << role.code())))
    }

    /// Whether one is in the set.
    pub fn contains(self, role: Role) -> bool {
        self.0 & (1 << role.code()) != 0
    }

    /// Whether there is at least one and none that `allowed` does not have.
    pub fn is_within(self, allowed: Self) -> bool {
        self.0 != 0 && self.0 & !allowed.0 == 0
    }
}

/// Who may break the glass, and for how long.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct BreakGlassPolicy {
    /// Longest access, in minutes: 1 to 60.
    #[n(0)]
    pub minutes: u8,
    /// Roles that may: physician, nurse, pharmacist, at least one of them.
    #[n(1)]
    pub roles: Roles,
}

/// What a hospital decided at genesis, or since by `SetPolicy`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Policy {
    /// Administrators, as persons, who must sign what two people answer for: 1 or 2.
    #[n(0)]
    pub signers: u8,
    /// Longest span of one epoch, in hours: 1 to 24.
    #[n(1)]
    pub epoch_hours: u8,
    /// Whether the glass may be broken; none forbids it.
    #[n(2)]
    pub break_glass: Option<BreakGlassPolicy>,
    /// Administrators, as persons, who must sign a new key for somebody who has none left: from
    /// `signers` to 16.
    #[n(3)]
    pub recovery_signers: u8,
    /// Minutes without use after which a workstation locks: 1 to 15.
    #[n(4)]
    pub lock_minutes: u8,
}

impl Policy {
    /// Two people answer for each enrolment, change of role, return of a key and change of policy.
    pub fn production() -> Self {
        let break_glass = BreakGlassPolicy { minutes: 60, roles: Roles::of(&[Role::Physician, Role::Nurse]) };
        Self {
            signers: 2,
            epoch_hours: 24,
            break_glass: Some(break_glass),
            recovery_signers: 2,
            lock_minutes: 5,
        }
    }

    /// The same with one administrator, so that one person can show a ward.
    pub fn demo() -> Self {
        Self { signers: 1, recovery_signers: 1, ..Self::production() }
    }
}

/// The first transaction of a chain. Its hash is the chain id.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Genesis {
    /// The hospital's name.
    #[n(0)]
    pub hospital: String,
    /// True for a demo ward: every screen marks it, and nothing of it can enter another chain.
    #[n(1)]
    pub demo: bool,
    /// First administrators.
    #[n(2)]
    pub admins: Vec<ProvenEnrolment>,
    /// Validators in force from height 0.
    #[n(3)]
    pub validators: Vec<Validator>,
    /// Policy.
    #[n(4)]
    pub policy: Policy,
    /// Random, so that two chains with one name differ.
    #[n(5)]
    pub nonce: Hash,
}
