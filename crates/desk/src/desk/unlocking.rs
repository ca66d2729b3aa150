//! Unlocking and locking: on demand, when nobody uses the workstation, and slower with each wrong passphrase.

use super::{Answer, Desk, Shared};
use crate::edge;
use crate::profile::{Keys, LockTime, ProfileError, Protection};
use crate::view::{KeyProtection, SessionView, UiError, WorkstationView};
use secrecy::{ExposeSecret as _, SecretString};
use std::sync::Arc;
use wl_seal::{Passphrase, VaultError};
use wl_wire::security::{SecurityEvent, SecurityKind};
use zeroize::Zeroizing;

impl Desk {
    /// Unlocks and starts following the chain.
    ///
    /// # Errors
    /// [`UiError`]; wrong passphrases slow the next try down, and look like a damaged key file.
    pub async fn unlock(&self, passphrase: SecretString) -> Answer<SessionView> {
        let _one_at_a_time =
            self.shared.unlocking.try_lock().map_err(|_| UiError::busy("It is being unlocked."))?;
        if self.shared.is_open().await {
            return self.session_state().await;
        }
        let passphrase = Passphrase::new(passphrase.expose_secret().to_owned())?;
        let keys = self.shared.try_passphrase(passphrase).await?;
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

    /// Lets the keychain keep a second secret, or does without it again. The passphrase is asked for once more.
    ///
    /// # Errors
    /// [`UiError`]; wrong passphrases slow the next try down.
    pub async fn protect(&self, passphrase: SecretString, with_keychain: bool) -> Answer<()> {
        self.shared.open_session().await?;
        let text = Zeroizing::new(passphrase.expose_secret().to_owned());
        // Counted and slowed like unlocking: this answers whether a passphrase is right, too.
        let _keys = self.shared.try_passphrase(Passphrase::new(text.to_string())?).await?;
        let passphrase = Passphrase::new(text.to_string())?;
        let secret = with_keychain.then(|| edge::random::<32>().map(Zeroizing::new)).transpose()?;
        let (profile, work) = (Arc::clone(&self.shared.profile), self.shared.settings.work);
        tokio::task::spawn_blocking(move || profile.protect(&passphrase, secret.as_ref(), work))
            .await
            .map_err(|_| UiError::internal("The keys could not be sealed anew."))??;
        Ok(())
    }
}

impl Shared {
    /// Tries a passphrase. The try counts as wrong before it is made: if it stops in the middle, nothing was gained.
    async fn try_passphrase(&self, passphrase: Passphrase) -> Answer<Keys> {
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
        let tried = tokio::task::spawn_blocking(move || profile.unlock(&passphrase))
            .await
            .map_err(|_| UiError::internal("The keys could not be opened."))?;
        match tried {
            Ok(keys) => {
                counted.succeeded();
                self.profile.keep_throttle(&counted)?;
                Ok(keys)
            }
            Err(error) => {
                if matches!(error, ProfileError::Vault(VaultError::Refused)) {
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
        let asked = tokio::task::spawn_blocking(move || (profile.protection(), profile.has_keeper())).await;
        let (protection, keychain_there) = match asked {
            Ok((Ok(Protection::SecondSecret), there)) => (KeyProtection::Keychain, there),
            Ok((_, there)) => (KeyProtection::Passphrase, there),
            Err(_) => (KeyProtection::Passphrase, false),
        };
        WorkstationView {
            lock_minutes: self.idle.wanted().minutes(),
            lock_minutes_at_most: self.longest_lock_time().await.minutes(),
            protection,
            keychain_there,
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
