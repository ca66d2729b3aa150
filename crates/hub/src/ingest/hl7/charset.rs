//! Character sets of MSH-18 (HL7 table 0211), as far as gateways send them.

use std::borrow::Cow;

/// A character set the reader decodes. All of them hold ASCII at its own place, so the header can be read before the
/// set is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Charset {
    /// Seven-bit ASCII: what HL7 prescribes where MSH-18 is empty.
    Ascii,
    /// `UNICODE UTF-8`.
    Utf8,
    /// `8859/1`, ISO Latin 1.
    Latin1,
}

/// A byte the declared character set does not have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("byte {at} is not valid in the declared character set")]
pub struct BadByte {
    /// Offset in the message.
    pub at: usize,
}

impl Charset {
    /// The set of an MSH-18 value, without regard to case; `None` for one the reader does not have.
    pub fn from_hl7(name: &str) -> Option<Self> {
        match name.trim().to_ascii_uppercase().as_str() {
            "ASCII" | "US-ASCII" => Some(Self::Ascii),
            "UNICODE UTF-8" | "UTF-8" | "UTF8" => Some(Self::Utf8),
            "8859/1" | "ISO-8859-1" | "ISO8859-1" => Some(Self::Latin1),
            _ => None,
        }
    }

    /// The text of these bytes, without replacing or dropping any.
    ///
    /// # Errors
    /// [`BadByte`] at the first byte the set does not have.
    pub fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, BadByte> {
        match self {
            Self::Ascii => match bytes.iter().position(|b| !b.is_ascii()) {
                Some(at) => Err(BadByte { at }),
                None => Self::Utf8.decode(bytes),
            },
            Self::Utf8 => {
                core::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|e| BadByte { at: e.valid_up_to() })
            }
            Self::Latin1 if bytes.is_ascii() => Self::Utf8.decode(bytes),
            Self::Latin1 => Ok(bytes.iter().map(|b| char::from(*b)).collect::<String>().into()),
        }
    }
}
