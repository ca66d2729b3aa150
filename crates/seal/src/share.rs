//! Shares of a generation's secret for custodians: what opens a patient's data in an emergency when the hub cannot be
//! reached, and only when k of them agree.
//!
//! A share lies in an age file to one person. A custodian who releases it opens the own file and seals the share anew
//! to the requester. A share carries no proof of its own; what k of them give is checked against the ledger.

use minicbor::{Decoder, Encoder};
use wl_ledger::{Hash, merkle};
use zeroize::Zeroizing;

use crate::age_file::{self, Sort};
use crate::context::GenerationContext;
use crate::envelope::{read_context, write_context};
use crate::generation::GenerationSecret;
use crate::identity::ReadingIdentity;
use crate::recipient::Recipient;
use crate::secret::Secret;
use crate::shamir::{self, Point};
use crate::{SealError, Sealed};

/// Most shares of one secret.
pub const MAX_SHARES: u8 = 16;

/// Largest sealed share in bytes; about 500 in use.
pub const MAX_SHARE_BYTES: usize = 4096;

const VERSION: u8 = 1;

/// Why shares were not made or do not give their secret.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum ShareError {
    /// Not 2 ≤ needed ≤ of ≤ [`MAX_SHARES`].
    #[error(
        "{needed} of {of} shares is no choice: at least 2 are needed, and there are at most {MAX_SHARES}"
    )]
    Threshold {
        /// Shares needed.
        needed: u8,
        /// Shares made.
        of: u8,
    },
    /// Too few.
    #[error("{got} shares are here, {needed} are needed")]
    TooFew {
        /// Shares needed.
        needed: u8,
        /// Shares found.
        got: usize,
    },
    /// More than there can be.
    #[error("more than {MAX_SHARES} shares were given")]
    TooMany,
    /// The same share twice, or two that claim one number.
    #[error("share {0} was given twice")]
    Twice(u8),
    /// The shares do not come from one splitting.
    #[error("share {0} asks for another number of shares than the others: it belongs to another splitting")]
    Foreign(u8),
    /// Enough shares, but no choice of them gives the secret that is looked for.
    #[error("no {needed} of the shares give the right secret: at least one more right share is needed")]
    Mismatch {
        /// Shares needed.
        needed: u8,
    },
}

/// How many shares are made and how many of them are needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Threshold {
    needed: u8,
    of: u8,
}

impl Threshold {
    /// `needed` of `of` shares.
    ///
    /// # Errors
    /// [`ShareError::Threshold`] unless 2 ≤ needed ≤ of ≤ [`MAX_SHARES`].
    pub fn new(needed: u8, of: u8) -> Result<Self, ShareError> {
        let fits = 2 <= needed && needed <= of && of <= MAX_SHARES;
        fits.then_some(Self { needed, of }).ok_or(ShareError::Threshold { needed, of })
    }

    /// Shares needed.
    pub fn needed(&self) -> u8 {
        self.needed
    }

    /// Shares made.
    pub fn of(&self) -> u8 {
        self.of
    }
}

/// One share of a 32-byte secret.
pub struct KeyShare {
    needed: u8,
    index: u8,
    part: Secret,
}

impl KeyShare {
    /// Splits a secret; share i is for the i-th holder. `fill` is the caller's random source.
    pub(crate) fn split<E>(
        secret: &Secret,
        threshold: Threshold,
        fill: impl FnMut(&mut [u8; 32]) -> Result<(), E>,
    ) -> Result<Vec<Self>, E> {
        let parts = shamir::split(secret, threshold.needed, threshold.of, fill)?;
        let share = |(index, part)| Self { needed: threshold.needed, index, part };
        Ok((1..).zip(parts).map(share).collect())
    }

    /// Puts a share together from its stored parts.
    pub(crate) fn from_parts(needed: u8, index: u8, part: [u8; 32]) -> Option<Self> {
        let fits = (2..=MAX_SHARES).contains(&needed) && (1..=MAX_SHARES).contains(&index);
        let part = Secret::from_bytes(part);
        fits.then_some(Self { needed, index, part })
    }

    /// Shares needed for the secret.
    pub fn needed(&self) -> u8 {
        self.needed
    }

    /// Number of this share, from 1.
    pub fn index(&self) -> u8 {
        self.index
    }

    pub(crate) fn expose(&self) -> &[u8; 32] {
        self.part.expose()
    }

    fn point(&self) -> Point<'_> {
        (self.index, self.part.expose())
    }
}

/// What shares gave together.
pub struct Combined {
    /// The secret, which is the one on the ledger.
    pub secret: GenerationSecret,
    /// Numbers of shares that do not belong to it: damaged, or made up by whoever released them.
    pub wrong: Vec<u8>,
}

impl GenerationSecret {
    /// Splits this secret among custodians, in their order.
    ///
    /// # Errors
    /// The random source's own.
    pub fn split<E>(
        &self,
        threshold: Threshold,
        fill: impl FnMut(&mut [u8; 32]) -> Result<(), E>,
    ) -> Result<Vec<KeyShare>, E> {
        KeyShare::split(&self.0, threshold, fill)
    }

    /// Finds the secret that the ledger's `generation-open` committed to among the shares that were released.
    ///
    /// # Errors
    /// [`ShareError`].
    pub fn combine(
        context: &GenerationContext,
        commitment: &Hash,
        shares: &[KeyShare],
    ) -> Result<Combined, ShareError> {
        let fits = |secret: &Secret| {
            let secret = Self::from_bytes(*secret.expose());
            secret.check(context, commitment).is_ok()
        };
        let (secret, wrong) = recover(shares, fits)?;
        Ok(Combined { secret: Self::from_bytes(*secret.expose()), wrong })
    }
}

/// Tries each choice of as many shares as are needed (at most 12,870) until one gives the secret that `fits`; then
/// says which of the others do not lie on the same polynomials.
pub(crate) fn recover(
    shares: &[KeyShare],
    fits: impl Fn(&Secret) -> bool,
) -> Result<(Secret, Vec<u8>), ShareError> {
    let needed = check(shares)?;
    let mut choice: Vec<usize> = (0..usize::from(needed)).collect();
    loop {
        let points: Vec<Point<'_>> =
            choice.iter().filter_map(|at| shares.get(*at)).map(KeyShare::point).collect();
        let secret = shamir::interpolate(&points, 0);
        if fits(&secret) {
            let wrong =
                |share: &&KeyShare| shamir::interpolate(&points, share.index).expose() != share.part.expose();
            return Ok((secret, shares.iter().filter(wrong).map(|share| share.index).collect()));
        }
        if !next_choice(&mut choice, shares.len()) {
            return Err(ShareError::Mismatch { needed });
        }
    }
}

/// How many are needed, if these shares can be combined at all.
fn check(shares: &[KeyShare]) -> Result<u8, ShareError> {
    let Some(first) = shares.first() else { return Err(ShareError::TooFew { needed: 2, got: 0 }) };
    if shares.len() > usize::from(MAX_SHARES) {
        return Err(ShareError::TooMany);
    }
    for (at, share) in shares.iter().enumerate() {
        if share.needed != first.needed {
            return Err(ShareError::Foreign(share.index));
        }
        if shares.iter().take(at).any(|earlier| earlier.index == share.index) {
            return Err(ShareError::Twice(share.index));
        }
    }
    let (needed, got) = (first.needed, shares.len());
    if got < usize::from(needed) { Err(ShareError::TooFew { needed, got }) } else { Ok(needed) }
}

/// The next ascending choice out of `total`, in lexicographic order; false after the last.
fn next_choice(choice: &mut [usize], total: usize) -> bool {
    let length = choice.len();
    let movable = (0..length).rev().find(|at| choice.get(*at).is_some_and(|one| *one < total - length + at));
    let Some(at) = movable else { return false };
    let start = choice.get(at).map_or(0, |one| one + 1);
    choice.iter_mut().skip(at).zip(start..).for_each(|(one, value)| *one = value);
    true
}

/// Seals a share to one person. The context is repeated inside, because age does not authenticate who wrote a file or
/// where it belongs; the record around it is signed.
///
/// # Errors
/// [`SealError::Recipient`] if the recipient is of a kind this version cannot seal to.
pub fn seal_share(
    recipient: &Recipient,
    context: &GenerationContext,
    share: &KeyShare,
) -> Result<Vec<u8>, SealError> {
    let content = encode(context, share)?;
    age_file::encrypt(&[recipient.age()?], &[&content]).ok_or(SealError::Derivation)
}

/// Opens a share from a mailbox. What it claims to belong to is inside; the caller compares it with the ledger.
///
/// # Errors
/// [`SealError::TooLarge`], [`SealError::Malformed`], [`SealError::Refused`] if it is for another reader or was
/// changed, [`SealError::Content`].
pub fn open_share(
    identity: &ReadingIdentity,
    sealed: &[u8],
) -> Result<(GenerationContext, KeyShare), SealError> {
    let what = Sealed::KeyShare;
    if sealed.len() > MAX_SHARE_BYTES {
        return Err(SealError::TooLarge { what, limit: MAX_SHARE_BYTES, got: sealed.len() });
    }
    let content =
        age_file::decrypt(identity.age(), sealed, Sort::OneReader).map_err(|fault| fault.concerning(what))?;
    read(&content).ok_or(SealError::Content(what))
}

/// One encoding per content: what does not come out again the same is not ours.
fn read(content: &[u8]) -> Option<(GenerationContext, KeyShare)> {
    let (context, share) = decode(content)?;
    let again = encode(&context, &share).ok()?;
    (again.as_slice() == content).then_some((context, share))
}

#[cfg(feature = "content")]
pub(crate) fn content_is_ours(content: &[u8]) -> bool {
    read(content).is_some()
}

/// What `generation-open` publishes of the shares: the RFC 6962 root over the sealed shares, in the custodians' order.
pub fn shares_root(sealed: &[Vec<u8>]) -> Hash {
    let leaves: Vec<Hash> = sealed.iter().map(|share| merkle::leaf_hash(share)).collect();
    merkle::root(&leaves)
}

fn encode(context: &GenerationContext, share: &KeyShare) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let mut out = Zeroizing::new(Vec::with_capacity(128));
    let mut write = || -> Result<(), minicbor::encode::Error<core::convert::Infallible>> {
        let mut cbor = Encoder::new(&mut *out);
        cbor.map(8)?.u8(0)?.u8(VERSION)?;
        write_context(&mut cbor, context)?;
        cbor.u8(5)?.u8(share.needed)?.u8(6)?.u8(share.index)?;
        cbor.u8(7)?.bytes(share.expose())?;
        Ok(())
    };
    write().map_err(|_| SealError::Content(Sealed::KeyShare))?;
    Ok(out)
}

fn decode(content: &[u8]) -> Option<(GenerationContext, KeyShare)> {
    let mut cbor = Decoder::new(content);
    (cbor.map().ok()?? == 8 && cbor.u8().ok()? == 0 && cbor.u8().ok()? == VERSION).then_some(())?;
    let context = read_context(&mut cbor)?;
    let needed = (cbor.u8().ok()? == 5).then(|| cbor.u8().ok())??;
    let index = (cbor.u8().ok()? == 6).then(|| cbor.u8().ok())??;
    (cbor.u8().ok()? == 7).then_some(())?;
    let part = <[u8; 32]>::try_from(cbor.bytes().ok()?).ok()?;
    Some((context, KeyShare::from_parts(needed, index, part)?))
}
