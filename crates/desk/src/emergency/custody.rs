//! The way without the hub: custodians release shares, the requester combines them, and the ledger's commitment decides
//! whether what comes out is the key.
//!
//! A share is released only for a request that is on the ledger as this workstation has verified it, only while the
//! request is in force, and only sealed to the key that asked.

use super::{Answer, is_running};
use crate::outbox::{Post, post};
use crate::session::{Core, Session};
use crate::view::UiError;
use std::collections::BTreeMap;
use wl_ledger::control::Subject;
use wl_ledger::record::{Body, RecordKind};
use wl_ledger::state::Broken;
use wl_ledger::verify::VerifiedRecord;
use wl_ledger::{AgreementId, Category, Epoch, Generation, KeyId, PatientId};
use wl_seal::{GenerationContext, GenerationSecret, KeyShare, Recipient, open_share, seal_share};
use wl_wire::gateway::GatewayClient;

/// Which generation of which patient and category.
type Place = (PatientId, Category, Generation);

/// The generations that a request needs: the ones in force of each category it names.
fn needed(core: &Core, broken: &Broken) -> Vec<Place> {
    let patient = broken.request.patient;
    let of =
        |category| core.state().generation(&patient, category).map(|(number, _)| (patient, category, number));
    broken.request.categories.iter().filter_map(of).collect()
}

fn context(core: &Core, (patient, category, generation): Place) -> GenerationContext {
    GenerationContext { chain: core.chain(), patient, category, generation }
}

/// Shares that hubs have sealed to this reader, by what they are of.
async fn own_shares(core: &Core) -> Answer<BTreeMap<Place, KeyShare>> {
    let mut shares = BTreeMap::new();
    for (record, body) in core.letters(RecordKind::CustodyShare).await? {
        let (Some(keys), Ok(sealed)) = (core.keys(), record.ciphertext(&body)) else { continue };
        let Ok((of, share)) = open_share(keys.reading(), sealed) else { continue };
        let place = (of.patient, of.category, of.generation);
        let by_hub = core.state().patient(&of.patient).is_some_and(|patient| patient.hub == record.author());
        if by_hub && of.chain == core.chain() && of.generation.0 == record.header().epoch.0 {
            shares.insert(place, share);
        }
    }
    Ok(shares)
}

/// Whether somebody is a custodian who can be asked: what is in the mailbox is looked at when it is released.
pub(crate) fn holds_share(core: &Core, broken: &Broken) -> bool {
    let is_custodian = core.state().custodian_keys().contains(&core.me);
    let other = core.state().person_of(&core.me) != Some(broken.person);
    let shared_out = |place: &Place| {
        let (patient, category, generation) = *place;
        let opened = core.state().generation_at(&patient, category, generation);
        opened.is_some_and(|opened| opened.custody.is_some())
    };
    is_custodian && other && needed(core, broken).iter().any(shared_out)
}

/// Releases this custodian's shares for a request. Asking again releases them again, which harms nobody.
pub(crate) async fn release(session: &Session, client: &GatewayClient, id: AgreementId) -> Answer<()> {
    let (requester, letters) = {
        let mut core = session.core().await;
        let broken = verified_request(&mut core, id)?;
        let requester = core.state().active_member(&broken.requester);
        let requester = requester.ok_or_else(|| UiError::refused("The key that asked was revoked since."))?;
        let recipient = Recipient::parse(&requester.enrolment.reading)
            .map_err(|_| UiError::internal("The requester's key cannot be sealed to."))?;
        let wanted = needed(&core, &broken);
        let mut shares = own_shares(&core).await?;
        shares.retain(|place, _| wanted.contains(place));
        if shares.is_empty() && !core.engine.is_complete() {
            return Err(UiError::busy("Older records are still being fetched, your share among them."));
        }
        if shares.is_empty() {
            return Err(UiError::refused("The hub has sealed no share of this key to you."));
        }
        let seal = |(place, share): (Place, KeyShare)| {
            Ok((place, seal_share(&recipient, &context(&core, place), &share)?))
        };
        let letters: Result<Vec<_>, wl_seal::SealError> = shares.into_iter().map(seal).collect();
        (broken.requester, letters.map_err(crate::outbox::TransactError::Sealing)?)
    };
    for ((_, _, generation), sealed) in letters {
        let letter = Post {
            subject: Subject::Mailbox(requester),
            kind: RecordKind::ShareRelease,
            epoch: Epoch(generation.0),
            seal: move |_, _| Ok(sealed),
        };
        post(session, client, letter).await?;
    }
    Ok(())
}

/// The request as this workstation's own verified state has it, in force and answerable by this custodian.
fn verified_request(core: &mut Core, id: AgreementId) -> Answer<Broken> {
    if core.keys().is_none() {
        return Err(UiError::locked());
    }
    let time = core.deciding_time(crate::edge::now());
    let broken = core.state().broken().find(|(of, _)| **of == id).map(|(_, broken)| broken.clone());
    if !core.state().custodian_keys().contains(&core.me) {
        return Err(UiError::not_allowed("Only a custodian of emergency keys releases a share."));
    }
    let broken = broken.ok_or_else(|| UiError::not_found("verified request for emergency access"))?;
    if !is_running(core.state(), &id, time) {
        return Err(UiError::refused("The time of this emergency access is over."));
    }
    if core.state().person_of(&core.me) == Some(broken.person) {
        return Err(UiError::refused("Nobody releases a share to themselves."));
    }
    Ok(broken)
}

/// Shares that custodians have released to this reader, by who released them.
#[derive(Default)]
pub(crate) struct Released(BTreeMap<Place, Vec<(KeyId, KeyShare)>>);

impl Released {
    /// How many people have released a share of this key.
    fn count(&self, place: &Place) -> usize {
        self.0.get(place).map_or(0, Vec::len)
    }

    /// Takes a share in and tries all that are here.
    fn take(
        &mut self,
        place: Place,
        author: KeyId,
        share: KeyShare,
        combine: impl Fn(&[KeyShare]) -> Option<GenerationSecret>,
    ) -> Option<GenerationSecret> {
        let all = self.0.entry(place).or_default();
        all.retain(|(by, _)| *by != author);
        all.push((author, share));
        // Somebody may claim the number of another's share: it is tried with the first and with the last of each.
        let first = one_of_each(all, &combine);
        first.or_else(|| {
            all.reverse();
            let last = one_of_each(all, &combine);
            all.reverse();
            last
        })
    }
}

/// Combines the first share of each number, and leaves all of them where they were.
fn one_of_each(
    all: &mut Vec<(KeyId, KeyShare)>,
    combine: &impl Fn(&[KeyShare]) -> Option<GenerationSecret>,
) -> Option<GenerationSecret> {
    let (mut authors, mut shares, mut others) = (Vec::new(), Vec::<KeyShare>::new(), Vec::new());
    for (author, share) in all.drain(..) {
        if shares.iter().any(|known| known.index() == share.index()) {
            others.push((author, share));
        } else {
            authors.push(author);
            shares.push(share);
        }
    }
    let secret = combine(&shares);
    all.extend(authors.into_iter().zip(shares));
    all.append(&mut others);
    secret
}

/// How many custodians have released a share for a request, for the category that has fewest.
pub(crate) fn released(core: &Core, broken: &Broken) -> u8 {
    let counts = needed(core, broken).into_iter().map(|place| core.released.count(&place));
    u8::try_from(counts.min().unwrap_or(0)).unwrap_or(u8::MAX)
}

/// How many shares a request needs where the hub is not reached; 0 where nobody holds any.
pub(crate) fn threshold(core: &Core, broken: &Broken) -> u8 {
    let of = |(patient, category, generation): Place| {
        let opened = core.state().generation_at(&patient, category, generation);
        opened.and_then(|opened| opened.custody).map_or(0, |custody| custody.threshold)
    };
    needed(core, broken).into_iter().map(of).min().unwrap_or(0)
}

/// Takes a released share in, and makes a key where there are enough. Returns what can be opened now that could not
/// before.
pub(crate) fn take_released(
    core: &mut Core,
    record: &VerifiedRecord,
    body: &Body,
) -> Option<(PatientId, Category)> {
    let (keys, sealed) = (core.keys()?, record.ciphertext(body).ok()?);
    let (of, share) = open_share(keys.reading(), sealed).ok()?;
    let author = record.author();
    let state = core.engine.verifier().shared_state();
    let generation = state.generation_at(&of.patient, of.category, of.generation)?;
    let custody = generation.custody?;
    // Whoever is no custodian has no share, and must not spoil a right set.
    let fits = state.custodian_keys().contains(&author)
        && of.chain == core.chain()
        && of.generation.0 == record.header().epoch.0
        && share.needed() == custody.threshold;
    if !fits {
        return None;
    }
    let place = (of.patient, of.category, of.generation);
    let combine = |shares: &[KeyShare]| {
        let combined = GenerationSecret::combine(&of, &generation.commitment, shares).ok()?;
        Some(combined.secret)
    };
    let secret = core.released.take(place, author, share, combine)?;
    core.opener.take_secret(place, secret);
    Some((of.patient, of.category))
}
