//! Unlocking and locking: on demand, when nobody uses the workstation, and slower with each wrong passphrase.

use super::{Answer, Desk, Shared};
use crate::edge;
use crate::profile::{
    Guard, KeeperError, Keys, LockTime, Pin, ProfileError, Protection, ProtectionChange, TokenError,
    TokenPlace,
};
use crate::view::{KeyProtection, ProtectAsk, SessionView, TokenPlaceView, UiError, WorkstationView};
use secrecy::{ExposeSecret as _, SecretString};
use std::sync::Arc;
use wl_seal::{Passphrase, VaultError};
use wl_wire::security::{SecurityEvent, SecurityKind};
use zeroize::Zeroizing;

impl Desk {
    /// Unlocks keys that ask for no PIN, and starts following the chain.
    ///
    /// # Errors
    /// As [`Desk::unlock_with`].
    pub async fn unlock(&self, passphrase: SecretString) -> Answer<SessionView> {
        self.unlock_with(passphrase, None).await
    }

    /// Unlocks, with the PIN of a token where one is asked for, and starts following the chain.
    ///
    /// # Errors
    /// [`UiError`]; wrong passphrases and PINs slow the next try down, and a wrong passphrase looks like a damaged key
    /// file. What the token says is told as it is: it was asked before the passphrase was tried.
    pub async fn unlock_with(
        &self,
        passphrase: SecretString,
        pin: Option<SecretString>,
    ) -> Answer<SessionView> {
        let _one_at_a_time =
            self.shared.unlocking.try_lock().map_err(|_| UiError::busy("It is being unlocked."))?;
        if self.shared.is_open().await {
            return self.session_state().await;
        }
        let passphrase = Passphrase::new(passphrase.expose_secret().to_owned())?;
        let keys = self.shared.try_passphrase(passphrase, pin_of(pin)?).await?;
        self.shared.idle.hear();
        self.shared.start(keys).await?;
        self.session_state().await
    }

    /// Locks: keys go and the database closes; alarms go on with bed and priority.
    ///
    /// # Errors
    /// [`UiError`] when the last opened values could not be stored; it is locked nevertheless.
    pub async fn lock(&self) -> Answer<SessionView> {
        self.shared.lock().await?;
        self.session_state().await
    }

    /// The person has moved, typed or touched: the workstation does not lock itself for now.
    ///
    /// # Errors
    /// None today; the shape is that of every command.
    pub async fn active(&self) -> Answer<()> {
        self.shared.idle.hear();
        Ok(())
    }

    /// After how many idle minutes this person wants to be locked; the hospital's policy may ask for fewer.
    ///
    /// # Errors
    /// [`UiError`] outside 1 to 15, or when it cannot be kept.
    pub async fn set_lock_minutes(&self, minutes: u8) -> Answer<()> {
        self.shared.open_session().await?;
        let wanted = LockTime::of_minutes(minutes)
            .ok_or_else(|| UiError::bad_input("A workstation locks after 1 to 15 minutes."))?;
        self.shared.profile.keep_lock_time(wanted)?;
        self.shared.idle.want(wanted);
        Ok(())
    }

    /// Lets the keychain or a token keep a second secret, or does without one again. The passphrase is asked for once
    /// more, and the PIN where a token is left or taken.
    ///
    /// # Errors
    /// [`UiError`]; wrong passphrases and PINs slow the next try down.
    pub async fn protect(
        &self,
        passphrase: SecretString,
        pin: Option<SecretString>,
        ask: ProtectAsk,
    ) -> Answer<()> {
        self.shared.open_session().await?;
        let (guard, place) = wanted(&ask)?;
        let text = Zeroizing::new(passphrase.expose_secret().to_owned());
        // Counted and slowed like unlocking: this answers whether a passphrase is right, too.
        let tried =
            self.shared.try_passphrase(Passphrase::new(text.to_string())?, pin_of(pin.clone())?).await?;
        drop(tried);
        let (passphrase, pin) = (Passphrase::new(text.to_string())?, pin_of(pin)?);
        let secret = Zeroizing::new(edge::random::<32>()?);
        let (profile, work) = (Arc::clone(&self.shared.profile), self.shared.settings.work);
        tokio::task::spawn_blocking(move || {
            let change = ProtectionChange { guard, pin: pin.as_ref(), place, secret: &secret, work };
            profile.protect(&passphrase, &change)
        })
        .await
        .map_err(|_| UiError::internal("The keys could not be sealed anew."))??;
        Ok(())
    }
}

/// No PIN where nothing was typed.
fn pin_of(typed: Option<SecretString>) -> Answer<Option<Pin>> {
    let typed = typed.filter(|typed| !typed.expose_secret().is_empty());
    Ok(typed.map(Pin::new).transpose().map_err(told)?)
}

fn told(error: TokenError) -> ProfileError {
    ProfileError::Keeper(error.into())
}

fn wanted(ask: &ProtectAsk) -> Answer<(Guard, Option<TokenPlace>)> {
    Ok(match ask.by {
        KeyProtection::Passphrase => (Guard::Passphrase, None),
        KeyProtection::Keychain => (Guard::Keychain, None),
        KeyProtection::Token if ask.module.trim().is_empty() => (Guard::Token, None),
        KeyProtection::Token => (Guard::Token, Some(TokenPlace::new(&ask.module, &ask.label).map_err(told)?)),
    })
}

impl Shared {
    /// Tries a passphrase, and a PIN where one is asked for. The try counts as wrong before it is made: if it stops in the
    /// middle, nothing was gained. A wrong PIN counts like a wrong passphrase, so that nobody locks the token in passing.
    async fn try_passphrase(&self, passphrase: Passphrase, pin: Option<Pin>) -> Answer<Keys> {
        let now = edge::now();
        let before = self.profile.throttle(now)?;
        let wait = before.wait(now);
        if wait > 0 {
            let seconds = (wait + 999) / 1000;
            return Err(UiError::too_many_wrong(seconds));
        }
        let mut counted = before;
        counted.failed(now);
        self.profile.keep_throttle(&counted)?;
        let profile = Arc::clone(&self.profile);
        let tried = tokio::task::spawn_blocking(move || profile.unlock_with(&passphrase, pin.as_ref()))
            .await
            .map_err(|_| UiError::internal("The keys could not be opened."))?;
        match tried {
            Ok(keys) => {
                counted.succeeded();
                self.profile.keep_throttle(&counted)?;
                Ok(keys)
            }
            Err(error) => {
                if matches!(
                    error,
                    ProfileError::Vault(VaultError::Refused)
                        | ProfileError::Keeper(KeeperError::Token(TokenError::PinWrong(_)))
                ) {
                    let event = SecurityEvent::once(SecurityKind::FailedUnlock, now);
                    self.profile.notice(&event)?;
                } else {
                    // It was not the passphrase's fault.
                    self.profile.keep_throttle(&before)?;
                }
                Err(error.into())
            }
        }
    }

    /// How this workstation protects its keys.
    pub(super) async fn workstation(&self) -> WorkstationView {
        let profile = Arc::clone(&self.profile);
        let asked = tokio::task::spawn_blocking(move || {
            (profile.protection(), profile.has_keeper(), profile.token_place())
        });
        let (protection, keychain_there, place) = match asked.await {
            Ok((protection, there, place)) => (protection.ok(), there, place.ok()),
            Err(_) => (None, false, None),
        };
        let protection = match protection {
            Some(Protection::SecondSecret) => KeyProtection::Keychain,
            Some(Protection::Token) => KeyProtection::Token,
            Some(Protection::Passphrase | Protection::Changing) | None => KeyProtection::Passphrase,
        };
        let token = place.map(|(place, fixed)| TokenPlaceView {
            module: place.module().to_string_lossy().into_owned(),
            label: place.label().unwrap_or_default().to_owned(),
            fixed,
        });
        WorkstationView {
            lock_minutes: self.idle.wanted().minutes(),
            lock_minutes_at_most: self.longest_lock_time().await.minutes(),
            protection,
            keychain_there,
            tokens_known: self.profile.knows_tokens(),
            token,
            may_be_swapped: wl_wire::process::may_be_swapped(),
        }
    }

    /// The longest time that the hospital's policy allows.
    pub(super) async fn longest_lock_time(&self) -> LockTime {
        let Some(session) = self.session().await else { return LockTime::LONGEST };
        let core = session.core().await;
        let policy = core.state().founding().map(|founding| founding.policy.lock_minutes);
        policy.and_then(LockTime::of_minutes).unwrap_or(LockTime::LONGEST)
    }
}
