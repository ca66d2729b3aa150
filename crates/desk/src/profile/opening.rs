//! Opening the vault, and changing what opens it: the passphrase alone, or with a second secret that the keychain or a
//! token keeps.

use super::*;
use std::sync::PoisonError;
use wl_wire::trusted::{self, Distrust};

/// What is to open the keys from now on, beside the passphrase.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Guard {
    /// Nothing.
    Passphrase,
    /// The keychain.
    Keychain,
    /// A token.
    Token,
}

/// How the protection is to be changed.
pub struct ProtectionChange<'a> {
    /// To what.
    pub guard: Guard,
    /// Of the token, where one is left or taken.
    pub pin: Option<&'a Pin>,
    /// Which token, where no settings of the workstation say it.
    pub place: Option<TokenPlace>,
    /// Random bytes for the second secret.
    pub secret: &'a Zeroizing<[u8; 32]>,
    /// Of the vault.
    pub work: WorkFactor,
}

impl Profile {
    /// Opens the vault of a profile that asks for no PIN.
    ///
    /// # Errors
    /// As [`Profile::unlock_with`].
    pub fn unlock(&self, passphrase: &Passphrase) -> Result<Keys, ProfileError> {
        self.unlock_with(passphrase, None)
    }

    /// Opens the vault. Takes about a second, whatever is wrong: not for an async thread.
    ///
    /// A token is asked first, so that nothing it says depends on the passphrase.
    ///
    /// # Errors
    /// [`ProfileError::Vault`]; a wrong passphrase and a damaged file are not told apart. [`ProfileError::Keeper`].
    pub fn unlock_with(&self, passphrase: &Passphrase, pin: Option<&Pin>) -> Result<Keys, ProfileError> {
        let bytes = match self.read(VAULT, wl_seal::vault::MAX_VAULT_BYTES) {
            // A file that has grown is a damaged one.
            Err(ProfileError::Io { source, .. }) if source.kind() == io::ErrorKind::FileTooLarge => {
                Vec::new()
            }
            read => read?.ok_or(ProfileError::NoKeys)?,
        };
        let (_, request) = self.request()?;
        let owner = request.enrolment.sign.id();
        let vault = match self.protection()? {
            Protection::Passphrase => Vault::unlock(&bytes, passphrase)?,
            Protection::SecondSecret => {
                let secret = self.keeper.secret(&owner)?;
                Vault::unlock(&bytes, &passphrase.with_pepper(&secret))?
            }
            Protection::Token => {
                let token = self.log_in(pin)?;
                let secret = token.secret(&owner)?;
                let vault = Vault::unlock(&bytes, &passphrase.with_pepper(&secret))?;
                self.hold(Some(token));
                vault
            }
            Protection::Changing => self.unlock_any_way(&bytes, passphrase, pin, &owner)?,
        };
        let keys = Keys::of(vault);
        if request.enrolment.sign != keys.signing.public() {
            return Err(ProfileError::OtherVault);
        }
        Ok(keys)
    }

    /// A change of the protection was cut short: the vault is sealed with one of the second secrets or without. Whoever
    /// gives a PIN says that a token holds it, so that what the token says is told and not passed over.
    fn unlock_any_way(
        &self,
        bytes: &[u8],
        passphrase: &Passphrase,
        pin: Option<&Pin>,
        owner: &KeyId,
    ) -> Result<Vault, ProfileError> {
        let with = |secret: &[u8; 32]| Vault::unlock(bytes, &passphrase.with_pepper(secret)).ok();
        let token = pin.map(|pin| self.log_in(Some(pin))).transpose()?;
        let on_token = match &token {
            None => None,
            Some(token) => match token.secret(owner) {
                Ok(secret) => with(&secret),
                // It was cut short before the secret came there, or after it went.
                Err(KeeperError::Token(TokenError::Nothing)) => None,
                Err(error) => return Err(error.into()),
            },
        };
        let (vault, found) = if let Some(vault) = on_token {
            self.hold(token);
            (vault, Protection::Token)
        } else if let Some(vault) = self.keeper.secret(owner).ok().and_then(|secret| with(&secret)) {
            (vault, Protection::SecondSecret)
        } else {
            (Vault::unlock(bytes, passphrase)?, Protection::Passphrase)
        };
        self.write(PROTECTION, found.word().as_bytes())?;
        Ok(vault)
    }

    /// What is in force.
    ///
    /// # Errors
    /// [`ProfileError::Io`].
    pub fn protection(&self) -> Result<Protection, ProfileError> {
        Ok(Protection::parse(self.read(PROTECTION, MAX_LINE_BYTES)?.as_deref()))
    }

    /// Whether unlocking takes the PIN of a token. Asks no token.
    ///
    /// # Errors
    /// [`ProfileError::Io`].
    pub fn pin_ask(&self) -> Result<PinAsk, ProfileError> {
        Ok(match self.protection()? {
            Protection::Token => PinAsk::Needed,
            Protection::Changing if self.token_place().is_ok() => PinAsk::Maybe,
            Protection::Passphrase | Protection::SecondSecret | Protection::Changing => PinAsk::None,
        })
    }

    /// Whether a keychain could keep a second secret here. May wait: not for an async thread.
    pub fn has_keeper(&self) -> bool {
        self.keeper.is_there()
    }

    /// Whether this build could use a token.
    pub fn knows_tokens(&self) -> bool {
        self.tokens.system_settings().is_some()
    }

    /// Which token is set up here, and whether the settings of the whole workstation say so. They count first.
    ///
    /// # Errors
    /// [`ProfileError::Keeper`] with [`TokenError::NotSetUp`] or [`TokenError::Settings`]; [`ProfileError::Io`].
    pub fn token_place(&self) -> Result<(TokenPlace, bool), ProfileError> {
        if let Some(place) = self.system_place()? {
            return Ok((place, true));
        }
        let own =
            self.read(TOKEN, token::MAX_SETTINGS_BYTES)?.ok_or(KeeperError::Token(TokenError::NotSetUp))?;
        Ok((TokenPlace::parse(&own).map_err(KeeperError::Token)?, false))
    }

    /// What the settings of the whole workstation say. Those that cannot be trusted are not passed over in silence.
    fn system_place(&self) -> Result<Option<TokenPlace>, KeeperError> {
        let file = match trusted::only_ours(self.tokens.system_settings().ok_or(TokenError::NotSetUp)?) {
            Ok(file) => file,
            Err(Distrust::Missing) => return Ok(None),
            Err(_) => return Err(TokenError::Settings.into()),
        };
        let bytes =
            files::read_bounded(&file, token::MAX_SETTINGS_BYTES).map_err(|_| TokenError::Settings)?;
        Ok(Some(TokenPlace::parse(&bytes)?))
    }

    fn log_in(&self, pin: Option<&Pin>) -> Result<Arc<dyn SecretKeeper>, ProfileError> {
        let (place, _) = self.token_place()?;
        let pin = pin.ok_or(KeeperError::Token(TokenError::PinMissing))?;
        Ok(self.tokens.log_in(&place, pin)?)
    }

    fn hold(&self, token: Option<Arc<dyn SecretKeeper>>) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }

    fn held(&self) -> Option<Arc<dyn SecretKeeper>> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Logs out of the token, where one opened the keys. It is told to, and not waited for.
    pub fn leave_token(&self) {
        self.hold(None);
    }

    /// As [`Profile::leave_token`], once the token holds the newest head. May wait: not for an async thread.
    pub fn settle_token(&self) {
        if let Some(token) = self.held() {
            token.settle();
        }
        self.leave_token();
    }

    /// Seals the vault anew, so that from now on it opens with what `change` names. Takes seconds.
    ///
    /// If it stops between the steps, the next unlocking tries every way and goes on with the one that opens. What is in
    /// force already is left as it is: a new secret in its place would be lost with the vault if it stopped between them.
    ///
    /// # Errors
    /// [`ProfileError::Vault`] for a wrong passphrase, [`ProfileError::Keeper`], [`ProfileError::Io`].
    pub fn protect(
        &self,
        passphrase: &Passphrase,
        change: &ProtectionChange<'_>,
    ) -> Result<(), ProfileError> {
        let keys = self.unlock_with(passphrase, change.pin)?;
        let before = self.protection()?;
        let (owner, former) = (keys.id(), self.held());
        let peppered = || keys.vault.seal(&passphrase.with_pepper(change.secret), change.work);
        let (sealed, after, token) = match (change.guard, before) {
            (Guard::Passphrase, Protection::Passphrase)
            | (Guard::Keychain, Protection::SecondSecret)
            | (Guard::Token, Protection::Token) => return Ok(()),
            (Guard::Passphrase, _) => {
                (keys.vault.seal(passphrase, change.work)?, Protection::Passphrase, None)
            }
            (Guard::Keychain, _) => {
                self.keeper.keep_secret(&owner, change.secret)?;
                (peppered()?, Protection::SecondSecret, None)
            }
            (Guard::Token, _) => {
                let token = self.take_token(change, &owner)?;
                (peppered()?, Protection::Token, Some(token))
            }
        };
        self.write(PROTECTION, Protection::Changing.word().as_bytes())?;
        self.write(VAULT, &sealed)?;
        self.write(PROTECTION, after.word().as_bytes())?;
        if let Some(former) = former
            && let Err(error) = former.forget(&owner)
        {
            // It opens nothing any more; it only takes room.
            tracing::warn!(%error, "the second secret was left on the token");
        }
        self.hold(token);
        Ok(())
    }

    /// Puts the second secret on a token and sees that it comes back: some tokens take what they cannot give.
    fn take_token(
        &self,
        change: &ProtectionChange<'_>,
        owner: &KeyId,
    ) -> Result<Arc<dyn SecretKeeper>, ProfileError> {
        if self.system_place()?.is_none()
            && let Some(place) = &change.place
        {
            // Looked at before it is kept: settings that cannot work are no settings.
            trusted::only_ours(place.module()).map_err(|error| KeeperError::Token(error.into()))?;
            self.write(TOKEN, place.format().as_bytes())?;
        }
        let token = self.log_in(change.pin)?;
        token.keep_secret(owner, change.secret)?;
        if *token.secret(owner)? != **change.secret {
            return Err(KeeperError::Token(TokenError::Failed).into());
        }
        Ok(token)
    }

    /// The newest head that was durable when it was written, or what is wrong with the file. What the keeper of a
    /// second secret has kept counts where it is newer: the file may have been put back with the rest. May wait.
    ///
    /// # Errors
    /// [`ProfileError::Io`].
    pub fn pinned_head(&self) -> Result<PinnedHead, ProfileError> {
        let beside = head::parse(self.read(HEAD, MAX_LINE_BYTES)?.as_deref());
        let Some(keeper) = self.head_keeper()? else { return Ok(beside) };
        let owner = self.request()?.1.enrolment.sign.id();
        let kept = keeper.head(&owner).map_or(PinnedHead::None, |text| head::parse(Some(text.as_bytes())));
        Ok(match (beside, kept) {
            (PinnedHead::At(here, _), PinnedHead::At(there, _)) if here >= there => beside,
            (PinnedHead::None | PinnedHead::At(..), PinnedHead::At(..)) => kept,
            (beside, _) => beside,
        })
    }

    /// Pins a head outside of the database, so that a database that is put back in time is noticed. It must be
    /// durable in the database before. May wait.
    ///
    /// # Errors
    /// [`ProfileError::Io`].
    pub fn pin_head(&self, height: wl_ledger::Height, id: wl_ledger::Hash) -> Result<(), ProfileError> {
        let text = head::format(height, id);
        self.write(HEAD, text.as_bytes())?;
        if let Some(keeper) = self.head_keeper()? {
            let owner = self.request()?.1.enrolment.sign.id();
            if let Err(error) = keeper.keep_head(&owner, &text) {
                // The file holds it; the keychain may be locked for now.
                tracing::warn!(%error, "the newest head was not kept outside of the profile");
            }
        }
        Ok(())
    }

    /// Who keeps the head outside of the profile, if anybody does now.
    fn head_keeper(&self) -> Result<Option<Arc<dyn SecretKeeper>>, ProfileError> {
        Ok(match self.protection()? {
            Protection::SecondSecret => Some(Arc::clone(&self.keeper)),
            Protection::Token => self.held(),
            Protection::Passphrase | Protection::Changing => None,
        })
    }
}

/// What is loaded into this program must be trusted: why a module is not.
impl From<Distrust> for TokenError {
    fn from(distrust: Distrust) -> Self {
        match distrust {
            Distrust::Missing => Self::ModuleMissing,
            Distrust::Relative | Distrust::Writable => Self::ModuleUnsafe,
            Distrust::NoFile | Distrust::Io(_) => Self::ModuleBroken,
        }
    }
}
