//! Alarm limits as data: the adult defaults of the clinical reference §3.3, with delays, hysteresis and guard bounds.
//!
//! The defaults are a proposal derived from manufacturers' factory settings and need a clinician's approval per ward.

mod adult;
mod change;
mod suggest;

use core::cmp::Ordering;

use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};
use wl_ledger::Hash;

use crate::cbor;
use crate::codes::Parameter;
use crate::news2::Scale;
use crate::reading::{Decimal, Unit};

pub use adult::adult;
pub use change::{
    BeyondGuard, ChangeError, Confirmation, LimitChange, LimitReason, LimitsRecord, MAX_LIMITS_BYTES,
    Prescription,
};
pub use suggest::suggest;

/// On which side of the normal range a value lies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum Direction {
    /// Below.
    #[n(0)]
    Low,
    /// Above.
    #[n(1)]
    High,
}

impl Direction {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Low, Self::High];

    /// Whether `a` is further out on this side than `b`.
    pub fn is_worse(self, a: Decimal, b: Decimal) -> bool {
        match self {
            Self::Low => a.compare(b) == Ordering::Less,
            Self::High => a.compare(b) == Ordering::Greater,
        }
    }
}

/// One limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Edge {
    /// The value.
    #[n(0)]
    pub at: Decimal,
    /// Whether the value itself already counts as beyond (`≤ 40`) or only what lies outside it (`< 50`).
    #[n(1)]
    pub inclusive: bool,
}

impl Edge {
    /// Whether a value is beyond this limit.
    pub fn is_beyond(&self, value: Decimal, direction: Direction) -> bool {
        match (value.compare(self.at), direction) {
            (Ordering::Equal, Direction::Low | Direction::High) => self.inclusive,
            (Ordering::Less, Direction::Low) | (Ordering::Greater, Direction::High) => true,
            (Ordering::Less, Direction::High) | (Ordering::Greater, Direction::Low) => false,
        }
    }
}

/// The limits of one side of one parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Side {
    /// Which side.
    #[n(0)]
    pub direction: Direction,
    /// The yellow limit.
    #[n(1)]
    pub medium: Option<Edge>,
    /// The red limit, further out.
    #[n(2)]
    pub high: Option<Edge>,
    /// How long the yellow limit must be crossed, in milliseconds.
    #[n(3)]
    pub medium_delay: i64,
    /// How long the red limit must be crossed, in milliseconds.
    #[n(4)]
    pub high_delay: i64,
    /// Judged only while the patient is known to breathe supplemental oxygen (SpO₂ scale 2, too much oxygen).
    #[n(5)]
    pub only_on_oxygen: bool,
}

/// The limits of one parameter in one unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Limits {
    /// The parameter.
    #[n(0)]
    pub parameter: Parameter,
    /// The unit of every value here.
    #[n(1)]
    pub unit: Unit,
    /// Below.
    #[n(2)]
    pub low: Side,
    /// Above.
    #[n(3)]
    pub high: Side,
    /// How far back inside the yellow limit a value must be to count as normal again.
    #[n(4)]
    pub hysteresis: Decimal,
    /// How long it must be normal before the alarm clears, in milliseconds; 0 clears on the first normal value.
    #[n(5)]
    pub clear_after: i64,
    /// How many readings in a row must be beyond a limit.
    #[n(6)]
    pub readings: u8,
    /// A value of zero is high priority at once (asystole).
    #[n(7)]
    pub zero_is_high: bool,
    /// Lowest value any limit may be set to without a reason and a second signature.
    #[n(8)]
    pub guard_low: Decimal,
    /// Highest such value.
    #[n(9)]
    pub guard_high: Decimal,
    /// The red limit below can be neither disabled nor silenced for more than 15 minutes (glucose).
    #[n(10)]
    pub floor: bool,
}

impl Limits {
    /// One side.
    pub fn side(&self, direction: Direction) -> &Side {
        match direction {
            Direction::Low => &self.low,
            Direction::High => &self.high,
        }
    }

    /// Whether the value is back inside by at least the hysteresis.
    pub fn is_clear(&self, value: Decimal, direction: Direction) -> bool {
        let Some(edge) = self.side(direction).medium.or(self.side(direction).high) else { return true };
        let distance = match direction {
            Direction::Low => value.billionths() - edge.at.billionths(),
            Direction::High => edge.at.billionths() - value.billionths(),
        };
        !edge.is_beyond(value, direction) && distance >= self.hysteresis.billionths()
    }

    /// Whether a value lies outside of what a single person may set a limit to.
    pub fn is_outside_guard(&self, value: Decimal) -> bool {
        Direction::Low.is_worse(value, self.guard_low) || Direction::High.is_worse(value, self.guard_high)
    }

    /// Checks the row for itself: the red limit lies outside the yellow one, the sides lie apart, times are sane. Limits
    /// outside the guard bounds are sound, but not one person's to set ([`LimitChange::judge`]).
    ///
    /// # Errors
    /// [`LimitError`] naming what is wrong.
    pub fn check(&self) -> Result<(), LimitError> {
        let parameter = self.parameter;
        if !parameter.info().units.contains(&self.unit) {
            return Err(LimitError::Unit { parameter });
        }
        for direction in Direction::BOTH {
            let side = self.side(direction);
            if side.direction != direction {
                return Err(LimitError::Order { parameter, direction });
            }
            if let (Some(medium), Some(high)) = (side.medium, side.high)
                && !direction.is_worse(high.at, medium.at)
            {
                return Err(LimitError::Order { parameter, direction });
            }
            if side.medium_delay < 0 || side.high_delay < 0 || self.clear_after < 0 || self.readings == 0 {
                return Err(LimitError::Time { parameter, direction });
            }
        }
        let edge = |side: &Side| side.medium.or(side.high).map(|edge| edge.at);
        if let (Some(low), Some(high)) = (edge(&self.low), edge(&self.high))
            && !Direction::High.is_worse(high, low)
        {
            return Err(LimitError::Crossed { parameter });
        }
        if self.floor && self.low.high.is_none() {
            return Err(LimitError::Floor { parameter });
        }
        Ok(())
    }
}

/// Why a row of limits is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LimitError {
    /// The unit does not belong to the parameter.
    #[error("{parameter:?}: the unit does not belong to the parameter")]
    Unit {
        /// The parameter.
        parameter: Parameter,
    },
    /// The red limit is not outside the yellow one.
    #[error("{parameter:?} {direction:?}: the red limit must lie outside the yellow one")]
    Order {
        /// The parameter.
        parameter: Parameter,
        /// The side.
        direction: Direction,
    },
    /// The lower limits do not lie below the upper ones.
    #[error("{parameter:?}: the lower limit must lie below the upper one")]
    Crossed {
        /// The parameter.
        parameter: Parameter,
    },
    /// A negative time or no reading at all.
    #[error("{parameter:?} {direction:?}: delays must not be negative and at least one reading is needed")]
    Time {
        /// The parameter.
        parameter: Parameter,
        /// The side.
        direction: Direction,
    },
    /// The floor that cannot be disabled is missing.
    #[error("{parameter:?}: the low red limit cannot be disabled")]
    Floor {
        /// The parameter.
        parameter: Parameter,
    },
    /// A parameter and unit is listed twice.
    #[error("{parameter:?} is listed twice in the same unit")]
    Twice {
        /// The parameter.
        parameter: Parameter,
    },
}

/// All limits of one patient.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct LimitSet {
    #[n(0)]
    scale: Scale,
    #[n(1)]
    rows: Vec<Limits>,
}

impl LimitSet {
    /// Takes rows that were checked one by one and against each other.
    ///
    /// # Errors
    /// The first [`LimitError`] found.
    pub fn new(scale: Scale, rows: Vec<Limits>) -> Result<Self, LimitError> {
        for (at, row) in rows.iter().enumerate() {
            row.check()?;
            if rows.iter().take(at).any(|r| r.parameter == row.parameter && r.unit == row.unit) {
                return Err(LimitError::Twice { parameter: row.parameter });
            }
        }
        Ok(Self { scale, rows })
    }

    /// The SpO₂ scale they were made for.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// All rows.
    pub fn rows(&self) -> &[Limits] {
        &self.rows
    }

    /// SHA-256 of tag and canonical bytes: names a whole set in one value.
    pub fn digest(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(b"wardlight limits v1");
        hasher.update(cbor::encode(self));
        Hash::from_bytes(hasher.finalize().into())
    }

    /// The row of a parameter in a unit.
    pub fn get(&self, parameter: Parameter, unit: Unit) -> Option<&Limits> {
        self.rows.iter().find(|row| row.parameter == parameter && row.unit == unit)
    }
}
