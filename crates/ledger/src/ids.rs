//! The words of the system as types: identifiers, heights, times, categories and roles.
//!
//! Bare integers and byte arrays never cross a function border in this workspace; they enter here
//! through `try_from`/`from_bytes` and leave only at a storage or wire edge.
//! Encoding of each: `docs/spec/encoding.md`.

use core::fmt;

/// Declares a fixed-size opaque identifier whose CBOR form is a byte string.
macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $len:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// Takes the raw bytes as they are.
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The raw bytes.
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// Reads exactly this many lower- or upper-case hexadecimal digits.
            pub fn from_hex(text: &str) -> Option<Self> {
                let mut out = [0u8; $len];
                hex_into(text, &mut out).then_some(Self(out))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let bytes = d.bytes()?;
                <[u8; $len]>::try_from(bytes)
                    .map(Self)
                    .map_err(|_| minicbor::decode::Error::message(concat!("wrong length of ", stringify!($name))))
            }
        }
    };
}

/// Declares a number with a meaning, encoded as a CBOR unsigned integer.
macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident, $inner:ty) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, minicbor::Encode, minicbor::Decode)]
        #[cbor(transparent)]
        pub struct $name(#[n(0)] pub $inner);

        impl $name {
            /// The next one, or `None` at the end of the range.
            pub fn next(self) -> Option<Self> {
                self.0.checked_add(1).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    };
}

byte_id!(
    /// A SHA-256 digest.
    Hash, 32);
byte_id!(
    /// The identity of a chain: the hash of its genesis transaction (design §4).
    ChainId, 32);
byte_id!(
    /// The name of a signing key: the first 16 bytes of SHA-256 over its 32 public bytes.
    KeyId, 16);
byte_id!(
    /// A random pseudonym of a patient. Names, record numbers and birth dates are never on the control lane.
    PatientId, 16);
byte_id!(
    /// A care team, an agreement holder.
    TeamId, 16);
byte_id!(
    /// One agreement (the paper's *intelligent agreement*).
    AgreementId, 16);
byte_id!(
    /// One order to erase.
    EraseId, 16);

number_id!(
    /// Position of a block in the chain; genesis is 0.
    Height, u64);
number_id!(
    /// Position of a record in its stream; the first is 0 and there are no gaps.
    Seq, u64);
number_id!(
    /// Short id of a stream, allotted by the control lane.
    StreamId, u32);
number_id!(
    /// Short id of a registered device, allotted by the control lane.
    DeviceId, u32);
number_id!(
    /// Span in which the readers of one patient and category do not change; the first is 0.
    Generation, u32);
number_id!(
    /// At most 24 h within a generation, numbered per patient and category across generations; the first is 0.
    Epoch, u32);

/// Milliseconds since 1970-01-01T00:00:00Z. Signed, because devices do send times before their clock was set.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, minicbor::Encode, minicbor::Decode,
)]
#[cbor(transparent)]
pub struct UnixMillis(#[n(0)] pub i64);

impl UnixMillis {
    /// This time moved by so many milliseconds, held at the ends of the range.
    pub fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this time; negative if `earlier` is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// What consent speaks of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum Category {
    /// Numeric vital signs.
    #[n(0)]
    Vitals,
    /// Waveforms.
    #[n(1)]
    Waveforms,
    /// Alarms and what people did about them.
    #[n(2)]
    Alarms,
    /// Notes, advice, hand-over.
    #[n(3)]
    Notes,
    /// Documents.
    #[n(4)]
    Documents,
    /// Images.
    #[n(5)]
    Images,
    /// What the patient reports.
    #[n(6)]
    PatientReports,
    /// Administration and billing.
    #[n(7)]
    Administration,
    /// Name, record number, birth date, bed.
    #[n(8)]
    Identity,
}

impl Category {
    /// Every category, in the order of its code.
    pub const ALL: [Self; 9] = [
        Self::Vitals,
        Self::Waveforms,
        Self::Alarms,
        Self::Notes,
        Self::Documents,
        Self::Images,
        Self::PatientReports,
        Self::Administration,
        Self::Identity,
    ];

    /// The code used in encodings and bit sets.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The category of a code, if there is one.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

/// What a practitioner is enrolled as.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum Role {
    /// Physician.
    #[n(0)]
    Physician,
    /// Nurse.
    #[n(1)]
    Nurse,
    /// Administrator: enrols and revokes, registers patients and devices, reads no clinical data by that role.
    #[n(2)]
    Admin,
    /// Diagnostic centre.
    #[n(3)]
    Diagnostician,
    /// Pharmacist.
    #[n(4)]
    Pharmacist,
    /// Researcher.
    #[n(5)]
    Researcher,
    /// Caregiver.
    #[n(6)]
    Caregiver,
    /// Privacy officer.
    #[n(7)]
    PrivacyOfficer,
    /// A hub (the paper's personal server): no person, but enrolled the same way.
    #[n(8)]
    Hub,
}

impl Role {
    /// The code used in encodings and bit sets.
    pub fn code(self) -> u8 {
        self as u8
    }
}

fn hex_into(text: &str, out: &mut [u8]) -> bool {
    let digits = text.as_bytes();
    if digits.len() != out.len() * 2 {
        return false;
    }
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        let (Some(high), Some(low)) = (pair.first().and_then(hex_digit), pair.get(1).and_then(hex_digit))
        else {
            return false;
        };
        *byte = (high << 4) | low;
    }
    true
}

fn hex_digit(digit: &u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
