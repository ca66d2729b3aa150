//! The body of an access receipt: which screens a person opened of one patient's record, when and by what right
//! (`docs/spec/access-receipt.md`). Who it was and on which workstation says the signature around it.

use wl_ledger::codec::{self, CodecError};
use wl_ledger::control::Categories;
use wl_ledger::{AgreementId, Hash, PatientId, UnixMillis};

/// Longest encoding.
pub const MAX_RECEIPT_BYTES: usize = 48 * 1024;
/// Most openings in one receipt.
pub const MAX_OPENINGS: usize = 128;
/// Most agreements that one opening names.
pub const MAX_AGREEMENTS: usize = 8;
/// Longest reason, in bytes.
pub const MAX_REASON_BYTES: usize = 500;

const VERSION: u8 = 1;

/// What was opened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum Screen {
    /// The patient's page.
    #[n(0)]
    Patient,
    /// Trends.
    #[n(1)]
    Trend,
    /// A document, an image or a note.
    #[n(2)]
    Document,
    /// Data were written to a file or printed.
    #[n(3)]
    Export,
    /// The glass was broken.
    #[n(4)]
    BreakGlass,
}

impl Screen {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Patient, Self::Trend, Self::Document, Self::Export, Self::BreakGlass];
}

/// Why somebody broke the glass, in own words. The ledger holds its hash alone.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Reason {
    /// Random, so that the words cannot be guessed from the hash.
    #[n(0)]
    pub salt: Hash,
    /// The words.
    #[n(1)]
    pub text: String,
}

impl Reason {
    /// What the ledger holds of it.
    pub fn hash(&self) -> Hash {
        codec::tagged_hash("wardlight/break-glass-reason/1", &[self.salt.as_bytes(), self.text.as_bytes()])
    }
}

/// One opening. It stands for up to fifteen minutes of looking on.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Opening {
    /// When, by the workstation's clock.
    #[n(0)]
    pub at: UnixMillis,
    /// What was opened.
    #[n(1)]
    pub screen: Screen,
    /// Which categories it shows.
    #[n(2)]
    pub categories: Categories,
    /// The agreements that let this person read them, ascending.
    #[n(3)]
    pub agreements: Vec<AgreementId>,
    /// Why, where the glass was broken.
    #[n(4)]
    pub reason: Option<Reason>,
}

impl Opening {
    fn is_in_bounds(&self) -> bool {
        let few = self.agreements.len() <= MAX_AGREEMENTS;
        let ascending = self.agreements.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        let said = self.reason.as_ref().is_none_or(|reason| {
            (1..=MAX_REASON_BYTES).contains(&reason.text.len()) && !reason.text.chars().any(char::is_control)
        });
        few && ascending && said && self.categories.is_valid()
    }
}

/// Openings of one patient's record by one person on one workstation, in order.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct AccessReceipt {
    #[n(0)]
    version: u8,
    #[n(1)]
    patient: PatientId,
    #[n(2)]
    openings: Vec<Opening>,
}

impl AccessReceipt {
    /// A receipt.
    ///
    /// # Errors
    /// [`CodecError::OutOfBounds`] for none or too many openings, or one that is out of bounds itself.
    pub fn new(patient: PatientId, openings: Vec<Opening>) -> Result<Self, CodecError> {
        let receipt = Self { version: VERSION, patient, openings };
        receipt.check()?;
        Ok(receipt)
    }

    /// Whose record.
    pub fn patient(&self) -> PatientId {
        self.patient
    }

    /// What was opened.
    pub fn openings(&self) -> &[Opening] {
        &self.openings
    }

    /// The encoded body.
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Parses a body.
    ///
    /// # Errors
    /// [`CodecError`] for anything but the one accepted encoding within its bounds.
    pub fn parse(bytes: &[u8]) -> Result<Self, CodecError> {
        let receipt: Self = codec::decode(bytes, MAX_RECEIPT_BYTES)?;
        receipt.check()?;
        Ok(receipt)
    }

    fn check(&self) -> Result<(), CodecError> {
        if self.version != VERSION {
            return Err(CodecError::OutOfBounds { field: "version" });
        }
        if !(1..=MAX_OPENINGS).contains(&self.openings.len()) {
            return Err(CodecError::OutOfBounds { field: "openings" });
        }
        if !self.openings.iter().all(Opening::is_in_bounds) {
            return Err(CodecError::OutOfBounds { field: "opening" });
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn opening() -> Opening {
        Opening {
            at: UnixMillis(1_768_449_600_000),
            screen: Screen::Patient,
            categories: Categories::of(&[wl_ledger::Category::Vitals]),
            agreements: vec![AgreementId::from_bytes([1; 16]), AgreementId::from_bytes([2; 16])],
            reason: None,
        }
    }

    fn patient() -> PatientId {
        PatientId::from_bytes([7; 16])
    }

    #[test]
    fn a_receipt_comes_back_and_any_change_shows_or_differs() {
        let reason = Reason { salt: Hash::from_bytes([3; 32]), text: "unconscious".into() };
        let broken = Opening { screen: Screen::BreakGlass, reason: Some(reason), ..opening() };
        let receipt = AccessReceipt::new(patient(), vec![opening(), broken]).unwrap();
        let bytes = receipt.to_bytes();
        assert!(AccessReceipt::parse(&bytes).unwrap() == receipt);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                assert!(!AccessReceipt::parse(&changed).is_ok_and(|read| read == receipt), "byte {at}");
            }
            assert!(AccessReceipt::parse(&bytes[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        let with = |change: fn(&mut Opening)| {
            let mut changed = opening();
            change(&mut changed);
            AccessReceipt::new(patient(), vec![changed]).is_err()
        };
        let say = |text: String| Some(Reason { salt: Hash::from_bytes([0; 32]), text });
        assert!(AccessReceipt::new(patient(), Vec::new()).is_err());
        assert!(AccessReceipt::new(patient(), vec![opening(); MAX_OPENINGS + 1]).is_err());
        assert!(with(|o| o.agreements.reverse()) && with(|o| o.categories = Categories::default()));
        assert!(with(|o| o.agreements = vec![AgreementId::from_bytes([1; 16]); 2]));
        assert!(with(|o| o.agreements = (0..9).map(|i| AgreementId::from_bytes([i; 16])).collect()));
        for text in [String::new(), "two\nlines".into(), "x".repeat(MAX_REASON_BYTES + 1)] {
            let opening = Opening { reason: say(text), ..opening() };
            assert!(AccessReceipt::new(patient(), vec![opening]).is_err());
        }
        // The largest receipt fits into its bound.
        let longest =
            Opening { agreements: (0..8).map(|i| AgreementId::from_bytes([i; 16])).collect(), ..opening() };
        let largest = AccessReceipt::new(patient(), vec![longest; MAX_OPENINGS]).unwrap();
        assert!(largest.to_bytes().len() <= MAX_RECEIPT_BYTES);
    }
}
