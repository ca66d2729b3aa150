//! Other limits for one patient, as a person signs them (docs/spec/limits.md), and what a ward lets a single person do.

use minicbor::{Decode, Encode};
use wl_ledger::{Hash, KeyId, UnixMillis};

use super::{Direction, LimitError, LimitSet, Limits};
use crate::cbor::{self, StrictError};
use crate::codes::Parameter;
use crate::news2::Scale;

/// Most bytes of a record of limits.
pub const MAX_LIMITS_BYTES: usize = 8 * 1024;
/// Longest delay that a person may set, in milliseconds, where the ward's own is not longer (Mindray: 15 s).
const MAX_DELAY: i64 = 15_000;

/// A record about limits.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum LimitsRecord {
    /// These limits are to be in force.
    #[n(0)]
    Set(#[n(0)] LimitChange),
    /// The second signature under a change that reaches beyond the guard bounds.
    #[n(1)]
    Confirm(#[n(0)] Confirmation),
}

/// Limits as a person wants them, whole: a reader needs no earlier record.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct LimitChange {
    /// When, by the workstation's clock.
    #[n(0)]
    pub at: UnixMillis,
    /// All limits.
    #[n(1)]
    pub limits: LimitSet,
    /// Why.
    #[n(2)]
    pub reason: LimitReason,
    /// Who prescribed SpO₂ scale 2, and when; present exactly where the scale is 2.
    #[n(3)]
    pub prescribed: Option<Prescription>,
}

/// The prescription of SpO₂ scale 2 by a competent clinical decision-maker (RCP 2017).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Prescription {
    /// The physician.
    #[n(0)]
    pub by: KeyId,
    /// When.
    #[n(1)]
    pub at: UnixMillis,
}

/// A second signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Confirmation {
    /// When, by the workstation's clock.
    #[n(0)]
    pub at: UnixMillis,
    /// Hash of the record that is confirmed.
    #[n(1)]
    pub record: Hash,
}

/// Why limits are changed; a code, so that no free text travels with alarms.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum LimitReason {
    /// Usual for this patient.
    #[n(0)]
    PatientBaseline,
    /// A treatment goal.
    #[n(1)]
    TreatmentGoal,
    /// Too many alarms without consequence.
    #[n(2)]
    TooManyAlarms,
    /// Watched more closely.
    #[n(3)]
    CloserWatch,
    /// Back to the ward's defaults.
    #[n(4)]
    WardDefault,
}

/// Where a change leaves what one person may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BeyondGuard {
    /// A limit lies outside the ward's guard bounds.
    Outside(Parameter, Direction),
    /// A limit that the ward has is off.
    Off(Parameter, Direction),
}

/// Why a change is refused, whoever signs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ChangeError {
    /// Longer than [`MAX_LIMITS_BYTES`].
    #[error("{0} bytes are more than a record of limits may have")]
    TooLong(usize),
    /// Not the shape of the format.
    #[error("the record of limits does not decode at byte {0}")]
    Shape(usize),
    /// Decodes, but is not the one canonical encoding.
    #[error("the record of limits is not in canonical form")]
    NotCanonical,
    /// The limits contradict themselves.
    #[error(transparent)]
    Limits(#[from] LimitError),
    /// A parameter the ward has no limits for, or a property that is not a person's to set.
    #[error("{0:?}: the ward does not let this be changed")]
    NotChangeable(Parameter),
    /// A delay longer than the rules allow.
    #[error("{0:?} {1:?}: the delay is too long")]
    Delay(Parameter, Direction),
    /// The floor was moved out or left out.
    #[error("{0:?}: the low red limit cannot be lowered or disabled")]
    Floor(Parameter),
    /// Scale 2 without its prescription, or a prescription without scale 2.
    #[error("SpO2 scale 2 needs the physician who prescribed it, and scale 1 has none")]
    Prescription,
}

impl LimitChange {
    /// Judges a change against the ward's defaults for its scale. What it returns must be signed by a second person; an
    /// empty list may take effect at once.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn judge(&self, ward: &LimitSet) -> Result<Vec<BeyondGuard>, ChangeError> {
        if (self.limits.scale() == Scale::Two) != self.prescribed.is_some() {
            return Err(ChangeError::Prescription);
        }
        for row in self.limits.rows() {
            let of_ward = ward.get(row.parameter, row.unit);
            judge_row(row, of_ward.ok_or(ChangeError::NotChangeable(row.parameter))?)?;
        }
        let mut beyond = Vec::new();
        for of_ward in ward.rows() {
            let row = self.limits.get(of_ward.parameter, of_ward.unit);
            if row.is_none() && of_ward.floor {
                return Err(ChangeError::Floor(of_ward.parameter));
            }
            for direction in Direction::BOTH {
                compare_side(row, of_ward, direction, &mut beyond);
            }
        }
        Ok(beyond)
    }
}

fn judge_row(row: &Limits, ward: &Limits) -> Result<(), ChangeError> {
    let parameter = row.parameter;
    let fixed = |limits: &Limits| {
        (limits.hysteresis, limits.clear_after, limits.readings, limits.zero_is_high, limits.floor)
    };
    if fixed(row) != fixed(ward) || (row.guard_low, row.guard_high) != (ward.guard_low, ward.guard_high) {
        return Err(ChangeError::NotChangeable(parameter));
    }
    for direction in Direction::BOTH {
        let (side, of_ward) = (row.side(direction), ward.side(direction));
        if side.only_on_oxygen != of_ward.only_on_oxygen {
            return Err(ChangeError::NotChangeable(parameter));
        }
        let longest = |ward: i64| ward.max(MAX_DELAY);
        if side.medium_delay > longest(of_ward.medium_delay) || side.high_delay > longest(of_ward.high_delay)
        {
            return Err(ChangeError::Delay(parameter, direction));
        }
    }
    if let (true, Some(of_ward)) = (ward.floor, ward.low.high)
        && row.low.high.is_none_or(|edge| Direction::Low.is_worse(edge.at, of_ward.at))
    {
        return Err(ChangeError::Floor(parameter));
    }
    Ok(())
}

fn compare_side(row: Option<&Limits>, ward: &Limits, direction: Direction, beyond: &mut Vec<BeyondGuard>) {
    let of_ward = ward.side(direction);
    let side = row.map(|row| row.side(direction));
    let medium = side.and_then(|side| side.medium);
    let high = side.and_then(|side| side.high);
    let off = (of_ward.medium.is_some() && medium.is_none() && high.is_none())
        || (of_ward.high.is_some() && high.is_none());
    if off {
        beyond.push(BeyondGuard::Off(ward.parameter, direction));
    }
    if [medium, high].into_iter().flatten().any(|edge| ward.is_outside_guard(edge.at)) {
        beyond.push(BeyondGuard::Outside(ward.parameter, direction));
    }
}

impl LimitsRecord {
    /// Its canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads canonical bytes and nothing else, and checks the limits for themselves.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ChangeError> {
        if bytes.len() > MAX_LIMITS_BYTES {
            return Err(ChangeError::TooLong(bytes.len()));
        }
        let record: Self = cbor::decode(bytes).map_err(|e| match e {
            StrictError::Shape(at) => ChangeError::Shape(at),
            StrictError::NotCanonical => ChangeError::NotCanonical,
        })?;
        if let Self::Set(change) = &record {
            LimitSet::new(change.limits.scale(), change.limits.rows().to_vec())?;
        }
        Ok(record)
    }
}
