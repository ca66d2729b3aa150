//! What the thread of the modules holds: the modules that were loaded, each once, and the one session that is logged in.

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use secrecy::SecretString;
use std::path::PathBuf;
use wl_desk::profile::{TokenError, TokenPlace, TriesLeft};
use wl_wire::trusted;

/// Loaded modules and the session. A module is never unloaded: its threads may still run.
#[derive(Default)]
pub(crate) struct Station {
    modules: Vec<(PathBuf, Pkcs11)>,
    open: Option<(u64, Session)>,
    logins: u64,
}

impl Station {
    /// Logs in, in the place of whoever was logged in before, and tells the number of this login.
    pub(crate) fn log_in(&mut self, place: &TokenPlace, pin: &SecretString) -> Result<u64, TokenError> {
        // A module that is logged in takes any PIN: the former login ends first, so that this one is a proof.
        self.leave();
        let module = self.module(place)?;
        let (slot, info) = find(&module, place.label())?;
        if info.user_pin_locked() {
            return Err(TokenError::PinLocked);
        }
        let session = module.open_rw_session(slot).map_err(|error| meaning(&error))?;
        let first = session.login(UserType::User, Some(pin));
        let answer = match first {
            // Somebody in this process had logged in without us.
            Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {
                session.logout().map_err(|error| meaning(&error))?;
                session.login(UserType::User, Some(pin))
            }
            answer => answer,
        };
        answer.map_err(|error| refused(&module, slot, &error))?;
        self.logins += 1;
        self.open = Some((self.logins, session));
        Ok(self.logins)
    }

    /// The session of this login, if it is still the one in force.
    pub(crate) fn session(&self, login: u64) -> Result<&Session, TokenError> {
        match &self.open {
            Some((number, session)) if *number == login => Ok(session),
            Some(_) | None => Err(TokenError::NoToken),
        }
    }

    /// Logs out, if this login is still in force.
    pub(crate) fn log_out(&mut self, login: u64) {
        if self.session(login).is_ok() {
            self.leave();
        }
    }

    fn leave(&mut self) {
        if let Some((_, session)) = self.open.take()
            && let Err(error) = session.logout()
        {
            // The token may have been taken out. Its session is closed all the same.
            tracing::debug!(%error, "logging out of the token");
        }
    }

    /// The module of this place, loaded and started if it is not yet.
    fn module(&mut self, place: &TokenPlace) -> Result<Pkcs11, TokenError> {
        let file = trusted::only_ours(place.module())?;
        if let Some((_, module)) = self.modules.iter().find(|(loaded, _)| *loaded == file) {
            return Ok(module.clone());
        }
        let module = Pkcs11::new(&file).map_err(|_| TokenError::ModuleBroken)?;
        match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(_) => return Err(TokenError::ModuleBroken),
        }
        self.modules.push((file, module.clone()));
        Ok(module)
    }
}

/// The one token that is meant: by its label, or the only one there is.
fn find(module: &Pkcs11, label: Option<&str>) -> Result<(Slot, TokenInfo), TokenError> {
    let slots = module.get_slots_with_token().map_err(|error| meaning(&error))?;
    let there = slots.into_iter().filter_map(|slot| Some((slot, module.get_token_info(slot).ok()?)));
    let all: Vec<(Slot, TokenInfo)> = there.filter(|(_, info)| info.token_initialized()).collect();
    if all.is_empty() {
        return Err(TokenError::NoToken);
    }
    let mut meant =
        all.into_iter().filter(|(_, info)| label.is_none_or(|label| info.label().trim() == label));
    match (meant.next(), meant.next()) {
        (None, _) => Err(TokenError::OtherToken),
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(TokenError::Several),
    }
}

/// Why the login was refused, with what the token says of its PIN by now.
fn refused(module: &Pkcs11, slot: Slot, error: &Error) -> TokenError {
    let Error::Pkcs11(code, _) = error else { return TokenError::Failed };
    match code {
        RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange => {
            let info = module.get_token_info(slot).ok();
            let says = |what: fn(&TokenInfo) -> bool| info.as_ref().is_some_and(what);
            if says(TokenInfo::user_pin_locked) {
                TokenError::PinLocked
            } else if says(TokenInfo::user_pin_final_try) {
                TokenError::PinWrong(TriesLeft::One)
            } else if says(TokenInfo::user_pin_count_low) {
                TokenError::PinWrong(TriesLeft::Few)
            } else {
                TokenError::PinWrong(TriesLeft::Unknown)
            }
        }
        RvError::PinLocked => TokenError::PinLocked,
        RvError::PinExpired | RvError::UserPinNotInitialized => TokenError::PinNotSet,
        _ => meaning(error),
    }
}

/// What a module's error means to a person. Nothing of it is repeated.
pub(crate) fn meaning(error: &Error) -> TokenError {
    let Error::Pkcs11(code, _) = error else { return TokenError::Failed };
    match code {
        RvError::TokenNotPresent
        | RvError::TokenNotRecognized
        | RvError::DeviceRemoved
        | RvError::SlotIdInvalid
        | RvError::SessionHandleInvalid
        | RvError::SessionClosed
        | RvError::UserNotLoggedIn => TokenError::NoToken,
        RvError::DeviceMemory
        | RvError::TokenWriteProtected
        | RvError::SessionReadOnly
        | RvError::ActionProhibited
        | RvError::TemplateInconsistent
        | RvError::FunctionNotSupported => TokenError::NoRoom,
        RvError::PinExpired | RvError::UserPinNotInitialized => TokenError::PinNotSet,
        _ => TokenError::Failed,
    }
}
