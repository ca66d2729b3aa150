//! What the window is told when something cannot be done: a code it switches on, and two plain sentences.

use crate::edge::NoEntropy;
use crate::opener::Closed;
use crate::outbox::TransactError;
use crate::profile::{KeeperError, ProfileError, TokenError, TriesLeft};
use crate::session::StartError;
use crate::store::StoreError;
use crate::view::{ErrorCode, UiError};
use wl_seal::VaultError;

fn ui(code: ErrorCode, message: impl Into<String>, hint: &str) -> UiError {
    UiError { code, message: message.into(), hint: hint.into() }
}

impl UiError {
    /// Unlock first.
    pub fn locked() -> Self {
        ui(ErrorCode::Locked, "This workstation is locked.", "Unlock it with your passphrase.")
    }

    /// There is no such thing, or it is not shared with the reader; the two are not told apart.
    pub fn not_found(what: &str) -> Self {
        ui(ErrorCode::NotFound, format!("There is no such {what}, or it is not shared with you."), "")
    }

    /// The input cannot be read. `what` never repeats it.
    pub fn bad_input(what: impl Into<String>) -> Self {
        ui(ErrorCode::BadInput, what, "")
    }

    /// The role may not do this.
    pub fn not_allowed(what: &str) -> Self {
        ui(ErrorCode::NotAllowed, what, "Ask an administrator of your hospital.")
    }

    /// Whoever is to be called or given something cannot be reached.
    pub fn nobody_reached() -> Self {
        ui(
            ErrorCode::NobodyReached,
            "This person cannot be reached: no workstation of theirs may read this patient's alarms.",
            "Choose somebody of the patient's care team.",
        )
    }

    /// A step of a roster calls nobody who can be reached.
    pub fn step_reaches_nobody(step: usize) -> Self {
        ui(
            ErrorCode::NobodyReached,
            format!("Step {step} reaches nobody."),
            "Choose a person with a workstation that may read these alarms.",
        )
    }

    /// The ledger would refuse it.
    pub fn refused(what: &str) -> Self {
        ui(ErrorCode::Refused, what, "")
    }

    /// The gateway is not reached.
    pub fn unreachable(what: &str) -> Self {
        ui(ErrorCode::Unreachable, what, "Try again when the gateway is reached.")
    }

    /// The same thing is being done already.
    pub fn busy(what: &str) -> Self {
        ui(ErrorCode::Busy, what, "Try again in a moment.")
    }

    /// Wrong passphrases and PINs slow the next try down.
    pub fn too_many_wrong(seconds: i64) -> Self {
        ui(
            ErrorCode::Busy,
            "Too many wrong tries.",
            &format!("Try again in {seconds} s. Ending Wardlight does not shorten the wait."),
        )
    }

    /// A file could not be written where people look for it.
    pub fn not_saved() -> Self {
        ui(ErrorCode::Storage, "The file could not be saved.", "Check the disk and its permissions.")
    }

    /// A record stays closed, because its opening could not be logged.
    pub fn no_receipt(why: &str) -> Self {
        ui(
            ErrorCode::Storage,
            format!("The record stays closed: opening it could not be logged. {why}"),
            "Check the disk, then ask an administrator. In an emergency, read at the bedside.",
        )
    }

    /// A fault of the program.
    pub fn internal(what: &str) -> Self {
        ui(ErrorCode::Internal, what, "Restart Wardlight; if it comes back, report it.")
    }
}

impl From<ProfileError> for UiError {
    fn from(error: ProfileError) -> Self {
        let message = error.to_string();
        match error {
            ProfileError::InUse => ui(
                ErrorCode::Busy,
                "Another Wardlight uses this profile.",
                "Close it, or choose another profile.",
            ),
            ProfileError::Vault(vault) => vault.into(),
            ProfileError::File(_) => {
                ui(ErrorCode::BadInput, message, "Ask your administrator for the file again.")
            }
            ProfileError::Io { .. } => ui(ErrorCode::Storage, message, "Check the disk and its permissions."),
            ProfileError::HasKeys => ui(ErrorCode::Busy, "This workstation has keys already.", ""),
            ProfileError::NoKeys => {
                ui(ErrorCode::Key, "There are no keys on this workstation yet.", "Create keys first.")
            }
            ProfileError::NotEnrolled => ui(
                ErrorCode::Key,
                "This workstation is not enrolled yet.",
                "Load the enrolment file your administrator gave you.",
            ),
            ProfileError::OtherChain => ui(
                ErrorCode::Refused,
                "The file belongs to another hospital than this profile.",
                "Use another profile for another hospital.",
            ),
            ProfileError::Name => {
                ui(ErrorCode::BadInput, "The name cannot be used.", "Write 1 to 96 letters.")
            }
            ProfileError::Keeper(KeeperError::NotThere | KeeperError::Failed) => ui(
                ErrorCode::Key,
                "This computer's keychain does not answer, and the keys here need it.",
                "Unlock the keychain by signing in to the desktop, then try again.",
            ),
            ProfileError::Keeper(KeeperError::Nothing) => ui(
                ErrorCode::Key,
                "This computer's keychain holds nothing of this profile, and the keys here need it.",
                "If the keychain was lost, an administrator enrols this workstation again.",
            ),
            ProfileError::Keeper(KeeperError::Token(token)) => token.into(),
            ProfileError::OtherVault | ProfileError::Transport => ui(
                ErrorCode::Key,
                "The key file does not belong to this profile.",
                "Restore the profile from its backup.",
            ),
        }
    }
}

impl From<TokenError> for UiError {
    fn from(error: TokenError) -> Self {
        let (message, hint) = match error {
            TokenError::NotSetUp => (
                "No token is set up on this workstation.",
                "Name its module in the settings, or ask an administrator.",
            ),
            TokenError::Settings => (
                "The settings of the token cannot be used.",
                "Ask whoever looks after this computer to set the token up anew.",
            ),
            TokenError::ModuleMissing => {
                ("The token's module is not on this computer.", "Install it, or correct its path.")
            }
            TokenError::ModuleUnsafe => (
                "The token's module is not loaded: its path is not absolute, or others may change the file.",
                "Name a file that only root or you may write, and the folders above it too.",
            ),
            TokenError::ModuleBroken => (
                "The token's module cannot be loaded.",
                "Check that its path names a PKCS #11 module for this computer.",
            ),
            TokenError::NoToken => {
                ("There is no token in this computer.", "Insert your card or key, then try again.")
            }
            TokenError::OtherToken => (
                "Another token is inserted than the one that is set up here.",
                "Insert yours, then try again.",
            ),
            TokenError::Several => (
                "Several tokens are inserted, and it is not clear which is meant.",
                "Take the others out, or name yours in the settings.",
            ),
            TokenError::Nothing => (
                "This token holds nothing of this profile, and the keys here need it.",
                "Insert yours. If it was lost, an administrator enrols this workstation again.",
            ),
            TokenError::PinMissing => {
                ("The PIN of your token is needed.", "Insert the token and enter its PIN.")
            }
            TokenError::PinWrong(TriesLeft::Unknown) => {
                ("The token does not take this PIN.", "After some wrong PINs a token locks itself.")
            }
            TokenError::PinWrong(TriesLeft::Few) => {
                ("The token does not take this PIN.", "It will lock itself after few more wrong ones.")
            }
            TokenError::PinWrong(TriesLeft::One) => (
                "The token does not take this PIN.",
                "One try is left before it locks itself. If you are not sure, ask whoever gave you the token.",
            ),
            TokenError::PinLocked => {
                ("The token has locked its PIN.", "Whoever gave you the token can unlock it.")
            }
            TokenError::PinNotSet => {
                ("The token has no PIN in force.", "Set one with the token's own program, then try again.")
            }
            TokenError::NoRoom => ("The token takes nothing more.", "Make room on it, or use another one."),
            TokenError::Silent => (
                "The token does not answer.",
                "Take it out, insert it again and try again. If it stays so, restart Wardlight.",
            ),
            TokenError::Failed => ("The token failed.", "Take it out, insert it again, then try again."),
        };
        ui(ErrorCode::Key, message, hint)
    }
}

impl From<VaultError> for UiError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::PassphraseTooShort => {
                ui(ErrorCode::WeakPassphrase, "The passphrase is too short.", "Use at least 8 characters.")
            }
            VaultError::PassphraseLength => {
                ui(ErrorCode::WrongPassphrase, "The passphrase does not open it.", "")
            }
            VaultError::Refused => ui(
                ErrorCode::WrongPassphrase,
                "The passphrase does not open it.",
                "Check capital letters and the keyboard's language. If you are sure of it, the key file may be damaged: restore it from its backup.",
            ),
            VaultError::NotAVault
            | VaultError::TooLarge { .. }
            | VaultError::ExcessiveWork { .. }
            | VaultError::UnknownContent => ui(
                ErrorCode::Key,
                "The key file is damaged or of another version.",
                "Restore it from its backup, or ask an administrator to enrol you again.",
            ),
            VaultError::Encryption => UiError::internal("The keys could not be encrypted."),
        }
    }
}

impl From<StoreError> for UiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the local database failed");
        ui(
            ErrorCode::Storage,
            "The local database failed.",
            "Everything in it can be fetched again from the gateway. Check the disk.",
        )
    }
}

impl From<StartError> for UiError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Profile(error) => error.into(),
            StartError::Store(error) => error.into(),
            StartError::Stored(_) => ui(
                ErrorCode::Storage,
                "The local database was changed: its records do not verify.",
                "Keep the file as evidence and tell your administrator; then fetch everything again.",
            ),
        }
    }
}

impl From<NoEntropy> for UiError {
    fn from(_: NoEntropy) -> Self {
        UiError::internal("The operating system gave no random numbers.")
    }
}

impl From<TransactError> for UiError {
    fn from(error: TransactError) -> Self {
        match error {
            TransactError::Locked => UiError::locked(),
            TransactError::Unreachable(_) => ui(
                ErrorCode::Unreachable,
                "The gateway is not reached.",
                "Nothing was changed. Try again when it is.",
            ),
            TransactError::Refused(reason) => {
                ui(ErrorCode::Refused, format!("The ledger refused it: {reason}."), "Nothing was changed.")
            }
            TransactError::NotBack(_) => ui(
                ErrorCode::Unreachable,
                "It was sealed, but has not come back to this workstation yet.",
                "Wait a moment; do not repeat it.",
            ),
            TransactError::Busy => UiError::busy("The gateway is busy."),
            TransactError::NoEntropy(error) => error.into(),
            TransactError::Sealing(_) => ui(
                ErrorCode::Key,
                "It cannot be sealed to whom it is for.",
                "Nothing was sent. Tell your administrator.",
            ),
        }
    }
}

impl From<Closed> for UiError {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::NotShared | Closed::Ended | Closed::Elsewhere => UiError::not_found("record"),
            Closed::KeyMissing(_) => ui(
                ErrorCode::Key,
                "The key of this record has not arrived.",
                "The patient's hub sends it as soon as it is reached.",
            ),
            Closed::BodyMissing | Closed::Unreadable(_) => {
                ui(ErrorCode::Refused, "The record cannot be read.", "Look at its trust panel.")
            }
        }
    }
}
