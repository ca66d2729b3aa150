//! Who measured and about whom: devices, patient identifiers, locations. Never names.

use core::fmt;

use super::er7::{Field, Repetition, Segment};

/// The identity a device or gateway gives itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceIdentity {
    /// An IEEE EUI-64: sixteen hexadecimal digits.
    Eui64([u8; 8]),
    /// Any other identifier, as sent.
    Named(String),
}

impl DeviceIdentity {
    fn from_text(text: &str) -> Option<Self> {
        eui64(text).map(Self::Eui64).or_else(|| (!text.is_empty()).then(|| Self::Named(text.to_owned())))
    }

    /// MSH-3: namespace ^ universal id ^ type. The universal id is the identity where there is one.
    pub(super) fn from_hierarchic(field: &Field<'_>) -> Option<Self> {
        Self::from_text(&field.text(2)).or_else(|| Self::from_text(&field.text(1)))
    }

    /// OBX-18: entity ^ namespace ^ universal id ^ type. An EUI-64 wins over a serial number beside it.
    pub(super) fn from_entity(field: &Field<'_>) -> Option<Self> {
        Self::universal(field)
            .or_else(|| Self::from_text(&field.text(1)))
            .or_else(|| Self::from_text(&field.text(2)))
    }

    /// The EUI-64 of an entity identifier's universal id, if it is one: OBR-3, whose entity part is an order number.
    pub(super) fn universal(field: &Field<'_>) -> Option<Self> {
        eui64(&field.text(3)).map(Self::Eui64)
    }
}

impl fmt::Display for DeviceIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Eui64(bytes) => bytes.iter().try_for_each(|b| write!(f, "{b:02X}")),
            Self::Named(name) => f.write_str(name),
        }
    }
}

impl fmt::Debug for DeviceIdentity {
    /// A named identity is text from outside and stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Eui64(_) => write!(f, "Eui64({self})"),
            Self::Named(name) => write!(f, "Named({} bytes)", name.len()),
        }
    }
}

fn eui64(text: &str) -> Option<[u8; 8]> {
    let plain = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if plain { u64::from_str_radix(text, 16).ok().map(u64::to_be_bytes) } else { None }
}

/// One repetition of PID-3. The id may be empty: some gateways send only the authority.
#[derive(Clone, PartialEq, Eq)]
pub struct PatientIdentifier {
    /// CX-1, the identifier itself.
    pub id: String,
    /// CX-4, first part: who assigned it.
    pub authority: String,
    /// CX-5: its kind, `MR`, `PI`, ….
    pub kind: String,
}

impl PatientIdentifier {
    pub(super) fn read(repetition: &Repetition<'_>) -> Self {
        Self {
            id: repetition.text(1).into_owned(),
            authority: repetition.text(4).into_owned(),
            kind: repetition.text(5).into_owned(),
        }
    }

    pub(super) fn longest(&self) -> usize {
        self.id.len().max(self.authority.len()).max(self.kind.len())
    }
}

impl fmt::Debug for PatientIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.id.is_empty() { "PatientIdentifier(no id)" } else { "PatientIdentifier(…)" })
    }
}

/// PV1-3: where the patient lies.
#[derive(Clone, PartialEq, Eq)]
pub struct Location {
    /// PL-1, the unit.
    pub unit: String,
    /// PL-2.
    pub room: String,
    /// PL-3.
    pub bed: String,
    /// PL-4.
    pub facility: String,
}

impl Location {
    pub(super) fn read(visit: &Segment<'_>) -> Option<Self> {
        let place = visit.field(3);
        let text = |n| place.text(n).into_owned();
        (!place.is_empty()).then(|| Self { unit: text(1), room: text(2), bed: text(3), facility: text(4) })
    }

    pub(super) fn longest(&self) -> usize {
        self.unit.len().max(self.room.len()).max(self.bed.len()).max(self.facility.len())
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Location(…)")
    }
}
