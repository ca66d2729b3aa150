//! Smart cards and security keys that keep the second secret: where their module lies, the PIN, and what goes wrong.
//!
//! Nothing here loads a module. Whoever can, is a [`TokenDoor`]: the crate `wl-token` (`docs/adr/0103-token.md`).

use super::{KeeperError, SecretKeeper};
use secrecy::{ExposeSecret as _, SecretString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// First line of the settings of a token.
const MAGIC: &str = "wardlight token 1";
/// Longest file of settings.
pub(super) const MAX_SETTINGS_BYTES: usize = 4096;
/// Longest path of a module.
const MAX_MODULE_BYTES: usize = 1024;
/// Longest label of a token (PKCS #11, `CK_TOKEN_INFO`).
const MAX_LABEL_BYTES: usize = 32;
/// Longest PIN, in bytes of UTF-8. Tokens take far fewer.
pub const MAX_PIN_BYTES: usize = 255;

/// Where the settings of a whole workstation lie. They count before those of a profile.
pub const SYSTEM_SETTINGS: &str = "/etc/wardlight/token";

/// How many wrong PINs the token will still bear, as far as it says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TriesLeft {
    /// It does not say.
    Unknown,
    /// Fewer than when all is well.
    Few,
    /// One.
    One,
}

/// Why a token gave no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TokenError {
    /// This build knows no tokens, or none is set up here.
    #[error("no token is set up on this workstation")]
    NotSetUp,
    /// Its settings cannot be understood, or others than root and their owner may change them.
    #[error("the settings of the token cannot be used")]
    Settings,
    /// The module is not on this computer.
    #[error("the module of the token is not on this computer")]
    ModuleMissing,
    /// The module's path is not absolute, or others may change the file.
    #[error("the module of the token may be changed by others, or its path is not absolute")]
    ModuleUnsafe,
    /// The file is no PKCS #11 module, or it does not start.
    #[error("the module of the token cannot be loaded")]
    ModuleBroken,
    /// No token is inserted, or not any more.
    #[error("there is no token in this computer")]
    NoToken,
    /// None of the inserted ones has the label that is set up.
    #[error("another token is inserted than the one that is set up")]
    OtherToken,
    /// More than one could be meant.
    #[error("several tokens are inserted, and it is not clear which is meant")]
    Several,
    /// It holds nothing of this profile.
    #[error("the token holds nothing of this profile")]
    Nothing,
    /// It was not given.
    #[error("the PIN of the token is needed")]
    PinMissing,
    /// The token refused it.
    #[error("the token does not take this PIN")]
    PinWrong(TriesLeft),
    /// After too many wrong ones.
    #[error("the token has locked its PIN")]
    PinLocked,
    /// None was set yet, or it has expired.
    #[error("the token has no PIN in force")]
    PinNotSet,
    /// It is full, or may not be written.
    #[error("the token takes nothing more")]
    NoRoom,
    /// No answer within the time allowed.
    #[error("the token does not answer")]
    Silent,
    /// Anything else.
    #[error("the token failed")]
    Failed,
}

/// A PIN as it was typed. It cannot be printed, and is wiped when it goes.
pub struct Pin(SecretString);

impl Pin {
    /// Takes what was typed.
    ///
    /// # Errors
    /// [`TokenError::PinMissing`] if empty; [`TokenError::PinWrong`] above [`MAX_PIN_BYTES`] or with control characters,
    /// without asking any token.
    pub fn new(typed: SecretString) -> Result<Self, TokenError> {
        let text = typed.expose_secret();
        if text.is_empty() {
            return Err(TokenError::PinMissing);
        }
        if text.len() > MAX_PIN_BYTES || text.chars().any(char::is_control) {
            return Err(TokenError::PinWrong(TriesLeft::Unknown));
        }
        Ok(Self(typed))
    }

    /// For the module, which wipes its copy as well.
    pub fn secret(&self) -> SecretString {
        self.0.clone()
    }
}

/// Which module drives the token, and which of several tokens it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenPlace {
    module: PathBuf,
    label: Option<String>,
}

impl TokenPlace {
    /// A module's absolute path, and the label of the token; any token if it is empty.
    ///
    /// # Errors
    /// [`TokenError::ModuleUnsafe`] for a path that is not absolute, [`TokenError::Settings`] for what is too long or holds
    /// control characters.
    pub fn new(module: &str, label: &str) -> Result<Self, TokenError> {
        let (module, label) = (module.trim(), label.trim());
        let fits = |text: &str, most: usize| text.len() <= most && !text.chars().any(char::is_control);
        if !fits(module, MAX_MODULE_BYTES) || !fits(label, MAX_LABEL_BYTES) {
            return Err(TokenError::Settings);
        }
        if !Path::new(module).is_absolute() {
            return Err(TokenError::ModuleUnsafe);
        }
        Ok(Self { module: module.into(), label: (!label.is_empty()).then(|| label.to_owned()) })
    }

    /// Reads the settings (`docs/spec/token.md`).
    ///
    /// # Errors
    /// As [`TokenPlace::new`], and [`TokenError::Settings`] for any other form.
    pub fn parse(bytes: &[u8]) -> Result<Self, TokenError> {
        let text = core::str::from_utf8(bytes).map_err(|_| TokenError::Settings)?;
        let mut lines = text.lines();
        if lines.next() != Some(MAGIC) {
            return Err(TokenError::Settings);
        }
        let (mut module, mut label) = (None, None);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let into = match line.split_once(' ') {
                Some(("module", path)) => module.replace(path),
                Some(("label", name)) => label.replace(name),
                _ => return Err(TokenError::Settings),
            };
            if into.is_some() {
                return Err(TokenError::Settings);
            }
        }
        Self::new(module.ok_or(TokenError::Settings)?, label.unwrap_or_default())
    }

    /// As the file holds it.
    pub fn format(&self) -> String {
        let label = self.label.as_ref().map_or(String::new(), |label| format!("label {label}\n"));
        format!("{MAGIC}\nmodule {}\n{label}", self.module.display())
    }

    /// The module's path, not looked at yet.
    pub fn module(&self) -> &Path {
        &self.module
    }

    /// The label of the token; any token, if there is none.
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }
}

/// What leads to tokens. The shell has one; without it no token can be used.
pub trait TokenDoor: Send + Sync {
    /// Where the settings of the whole workstation lie, if this build knows tokens at all.
    fn system_settings(&self) -> Option<&Path>;

    /// Logs in and gives what the token keeps, until it is dropped. Loads the module, if it is not loaded yet.
    ///
    /// May wait for as long as the token may take: not for an async thread.
    ///
    /// # Errors
    /// [`KeeperError::Token`].
    fn log_in(&self, place: &TokenPlace, pin: &Pin) -> Result<Arc<dyn SecretKeeper>, KeeperError>;
}

/// For a build without tokens.
#[derive(Clone, Copy, Default, Debug)]
pub struct NoTokens;

impl TokenDoor for NoTokens {
    fn system_settings(&self) -> Option<&Path> {
        None
    }

    fn log_in(&self, _place: &TokenPlace, _pin: &Pin) -> Result<Arc<dyn SecretKeeper>, KeeperError> {
        Err(TokenError::NotSetUp.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of `docs/spec/token.md`.
    #[test]
    fn settings_of_a_token_are_read_as_the_vectors_say() {
        let text = include_str!("../../../../docs/spec/vectors/token.json");
        let vectors: serde_json::Value = serde_json::from_str(text).unwrap();
        let cases = vectors["settings"].as_array().unwrap();
        assert!(cases.len() >= 12);
        for case in cases {
            let text = case["text"].as_str().unwrap();
            let got = TokenPlace::parse(text.as_bytes());
            if let Some(error) = case["error"].as_str() {
                assert_eq!(format!("{:?}", got.unwrap_err()), error, "{text}");
                continue;
            }
            let got = got.unwrap();
            assert_eq!(got.module().to_str(), case["module"].as_str(), "{text}");
            assert_eq!(got.label(), case["label"].as_str(), "{text}");
            assert_eq!(TokenPlace::parse(got.format().as_bytes()), Ok(got), "it comes back: {text}");
        }
        assert_eq!(TokenPlace::parse(&[0xff]), Err(TokenError::Settings));
    }

    #[test]
    fn a_pin_is_bounded_and_what_is_no_pin_reaches_no_token() {
        let pin = |text: &str| Pin::new(SecretString::from(text.to_owned())).err();
        assert_eq!(pin("1234"), None);
        assert_eq!(pin(&"9".repeat(MAX_PIN_BYTES)), None);
        assert_eq!(pin(""), Some(TokenError::PinMissing));
        for wrong in ["9".repeat(MAX_PIN_BYTES + 1), "12\n34".into(), "\0".into()] {
            assert_eq!(pin(&wrong), Some(TokenError::PinWrong(TriesLeft::Unknown)));
        }
    }
}
