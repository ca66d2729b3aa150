//! A token that is logged in, as the keeper of a profile's second secret and newest head.

use crate::objects::{self, Kept};
use crate::worker;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use wl_desk::edge;
use wl_desk::profile::{KeeperError, OwnerKey, Pin, SecretKeeper, TokenError, TokenPlace};
use zeroize::Zeroizing;

/// How often the head on a token is written anew at most, and whenever the keys are locked: a card bears some hundred
/// thousand writes, and a head comes twice a minute.
pub const REWRITE_HEAD: Duration = Duration::from_secs(60 * 60);

/// Logged in until it is dropped.
pub(crate) struct OpenToken {
    login: u64,
    limit: Duration,
    head: Mutex<Head>,
}

/// The head that waits to be written, and since when none was.
struct Head {
    waiting: Option<(OwnerKey, String)>,
    written: Instant,
}

impl OpenToken {
    /// Logs in.
    pub(crate) fn log_in(place: &TokenPlace, pin: &Pin, limit: Duration) -> Result<Self, TokenError> {
        let (place, pin) = (place.clone(), pin.secret());
        worker::ask(limit, move |station| {
            let login = station.log_in(&place, &pin)?;
            let head = Mutex::new(Head { waiting: None, written: edge::monotonic() });
            Ok(Self { login, limit, head })
        })
    }

    fn read(&self, kept: Kept, owner: &OwnerKey) -> Result<Zeroizing<Vec<u8>>, TokenError> {
        let (login, owner) = (self.login, *owner);
        worker::ask(self.limit, move |station| objects::read(station.session(login)?, kept, &owner))
    }

    /// The head that waits, once it is to be written: after an hour, or because it is the last.
    fn due(&self, is_last: bool) -> Option<(OwnerKey, String)> {
        let mut head = self.head.lock().unwrap_or_else(PoisonError::into_inner);
        let now = edge::monotonic();
        if !is_last && now.duration_since(head.written) < REWRITE_HEAD {
            return None;
        }
        head.written = now;
        head.waiting.take()
    }

    fn write_head(login: u64, due: Option<(OwnerKey, String)>) -> impl FnOnce(&mut crate::station::Station) {
        move |station| {
            let Some((owner, head)) = due else { return };
            // Somebody has logged in anew since then, who keeps a newer one.
            let Ok(session) = station.session(login) else { return };
            let written = objects::keep(session, Kept::Head, &owner, head.as_bytes());
            if let Err(error) = written {
                // The profile holds it too; without room the token answers as if it never had one.
                tracing::warn!(%error, "the newest head was not kept on the token");
            }
        }
    }
}

impl SecretKeeper for OpenToken {
    fn is_there(&self) -> bool {
        let login = self.login;
        worker::ask(self.limit, move |station| {
            let session = station.session(login)?;
            session.get_session_info().map(drop).map_err(|error| crate::station::meaning(&error))
        })
        .is_ok()
    }

    fn secret(&self, owner: &OwnerKey) -> Result<Zeroizing<[u8; 32]>, KeeperError> {
        let kept = self.read(Kept::Secret, owner)?;
        let bytes = <[u8; 32]>::try_from(kept.as_slice()).map_err(|_| TokenError::Failed)?;
        Ok(Zeroizing::new(bytes))
    }

    fn keep_secret(&self, owner: &OwnerKey, secret: &[u8; 32]) -> Result<(), KeeperError> {
        let (login, owner, secret) = (self.login, *owner, Zeroizing::new(*secret));
        Ok(worker::ask(self.limit, move |station| {
            objects::keep(station.session(login)?, Kept::Secret, &owner, secret.as_slice())
        })?)
    }

    fn head(&self, owner: &OwnerKey) -> Result<String, KeeperError> {
        let kept = self.read(Kept::Head, owner)?;
        Ok(String::from_utf8(kept.to_vec()).map_err(|_| TokenError::Failed)?)
    }

    /// Does not wait for the token: heads come while alarms do.
    fn keep_head(&self, owner: &OwnerKey, head: &str) -> Result<(), KeeperError> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner).waiting = Some((*owner, head.to_owned()));
        let due = self.due(false);
        if due.is_some() {
            worker::tell(Self::write_head(self.login, due));
        }
        Ok(())
    }

    fn forget(&self, owner: &OwnerKey) -> Result<(), KeeperError> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner).waiting = None;
        let (login, owner) = (self.login, *owner);
        Ok(worker::ask(self.limit, move |station| {
            let session = station.session(login)?;
            objects::forget(session, Kept::Head, &owner)?;
            objects::forget(session, Kept::Secret, &owner)
        })?)
    }

    fn settle(&self) {
        let (login, due) = (self.login, self.due(true));
        let left = worker::ask(self.limit, move |station| {
            Self::write_head(login, due)(station);
            station.log_out(login);
            Ok(())
        });
        if let Err(error) = left {
            tracing::warn!(%error, "the token was not left in order");
        }
    }
}

impl Drop for OpenToken {
    fn drop(&mut self) {
        let (login, due) = (self.login, self.due(true));
        worker::tell(move |station| {
            Self::write_head(login, due)(station);
            station.log_out(login);
        });
    }
}
