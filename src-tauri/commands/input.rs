//! Arguments as types: what is too long or too many never reaches the desk.

use crate::error::bad_input;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use wl_desk::profile::MAX_PIN_BYTES;
use wl_desk::view::{AccessQuery, EraseAsk, PaintStamp, ProtectAsk, UiError};

/// Longest text argument: an enrolment file is far shorter.
pub(super) const MAX_TEXT_BYTES: usize = 256 * 1024;
/// Longest identifier, name or passphrase.
pub(super) const MAX_SHORT_BYTES: usize = 1024;
/// Most identifiers in one argument.
pub(super) const MAX_IDS: usize = 256;
/// Most acknowledgements of painting in one message.
pub(super) const MAX_STAMPS: usize = 64;

/// Refuses a text above 256 KiB.
pub(super) fn text(text: String) -> Result<String, UiError> {
    bounded("the text", text, MAX_TEXT_BYTES)
}

/// Refuses an identifier or name above 1 KiB; the desk reads what it means.
pub(super) fn short(what: &str, text: String) -> Result<String, UiError> {
    bounded(what, text, MAX_SHORT_BYTES)
}

/// Refuses more than 256 identifiers, or one above 1 KiB.
pub(super) fn ids(what: &str, ids: Vec<String>) -> Result<Vec<String>, UiError> {
    at_most(what, ids.len(), MAX_IDS)?;
    ids.into_iter().map(|id| short(what, id)).collect()
}

/// Refuses a query whose ids are above 1 KiB.
pub(super) fn query(query: AccessQuery) -> Result<AccessQuery, UiError> {
    for id in [&query.patient_id, &query.person_id].into_iter().flatten() {
        at_most("the query", id.len(), MAX_SHORT_BYTES)?;
    }
    Ok(query)
}

/// Refuses an order with too many or too long names.
pub(super) fn erasure(ask: EraseAsk) -> Result<EraseAsk, UiError> {
    at_most("the categories", ask.categories.len(), MAX_IDS)?;
    let names = ask.categories.iter().chain([&ask.patient_id]);
    for name in names.chain(ask.first_record.iter()).chain(ask.last_record.iter()) {
        at_most("a name", name.len(), MAX_SHORT_BYTES)?;
    }
    Ok(ask)
}

/// Refuses more than 64 stamps.
pub(super) fn stamps(stamps: Vec<PaintStamp>) -> Result<Vec<PaintStamp>, UiError> {
    at_most("the stamps", stamps.len(), MAX_STAMPS)?;
    Ok(stamps)
}

fn bounded(what: &str, text: String, limit: usize) -> Result<String, UiError> {
    at_most(what, text.len(), limit)?;
    Ok(text)
}

fn at_most(what: &str, length: usize, limit: usize) -> Result<(), UiError> {
    if length > limit {
        return Err(bad_input(format!("{what}: {length} where at most {limit} are allowed")));
    }
    Ok(())
}

/// What the user typed to unlock. It cannot be printed, and is wiped when it goes.
pub(super) struct Passphrase(SecretString);

impl Passphrase {
    /// Refuses a passphrase above 1 KiB.
    pub(super) fn read(self) -> Result<SecretString, UiError> {
        use secrecy::ExposeSecret;
        at_most("the passphrase", self.0.expose_secret().len(), MAX_SHORT_BYTES)?;
        Ok(self.0)
    }
}

/// The PIN of a token. It cannot be printed, and is wiped when it goes.
pub(super) struct Pin(SecretString);

impl Pin {
    /// Refuses a PIN longer than any token takes.
    pub(super) fn read(self) -> Result<SecretString, UiError> {
        use secrecy::ExposeSecret;
        at_most("the PIN", self.0.expose_secret().len(), MAX_PIN_BYTES)?;
        Ok(self.0)
    }
}

impl<'de> Deserialize<'de> for Pin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

/// Refuses a module or label above 1 KiB.
pub(super) fn protection(ask: ProtectAsk) -> Result<ProtectAsk, UiError> {
    at_most("the module", ask.module.len(), MAX_SHORT_BYTES)?;
    at_most("the label", ask.label.len(), MAX_SHORT_BYTES)?;
    Ok(ask)
}

impl<'de> Deserialize<'de> for Passphrase {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wl_desk::view::{ErrorCode, KeyProtection};

    fn is_refused<T>(result: Result<T, UiError>) -> bool {
        matches!(result, Err(error) if error.code == ErrorCode::BadInput)
    }

    #[test]
    fn what_is_too_long_is_refused() {
        assert!(text("x".repeat(MAX_TEXT_BYTES)).is_ok());
        assert!(is_refused(text("x".repeat(MAX_TEXT_BYTES + 1))));
        assert!(short("the id", "x".repeat(MAX_SHORT_BYTES)).is_ok());
        assert!(is_refused(short("the id", "x".repeat(MAX_SHORT_BYTES + 1))));
        assert!(ids("the teams", vec![String::new(); MAX_IDS]).is_ok());
        assert!(is_refused(ids("the teams", vec![String::new(); MAX_IDS + 1])));
        assert!(is_refused(ids("the teams", vec!["x".repeat(MAX_SHORT_BYTES + 1)])));
        let stamp = PaintStamp { seq: 1, drawn_ms: 0.0 };
        assert!(stamps(vec![stamp; MAX_STAMPS]).is_ok());
        assert!(is_refused(stamps(vec![stamp; MAX_STAMPS + 1])));
        assert!(Passphrase("x".repeat(MAX_SHORT_BYTES).into()).read().is_ok());
        assert!(is_refused(Passphrase("x".repeat(MAX_SHORT_BYTES + 1).into()).read()));
        assert!(Pin("9".repeat(MAX_PIN_BYTES).into()).read().is_ok());
        assert!(is_refused(Pin("9".repeat(MAX_PIN_BYTES + 1).into()).read()));
        let ask = |module: usize, label: usize| ProtectAsk {
            by: KeyProtection::Token,
            module: "x".repeat(module),
            label: "x".repeat(label),
        };
        assert!(protection(ask(MAX_SHORT_BYTES, MAX_SHORT_BYTES)).is_ok());
        assert!(is_refused(protection(ask(MAX_SHORT_BYTES + 1, 0))));
        assert!(is_refused(protection(ask(0, MAX_SHORT_BYTES + 1))));
    }

    #[test]
    fn a_refusal_does_not_repeat_the_input() {
        let Err(error) = short("the name", "secret".repeat(200)) else { panic!("it was taken") };
        assert_eq!(error.message, "the name: 1200 where at most 1024 are allowed");
    }
}
