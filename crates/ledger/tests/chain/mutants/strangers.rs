//! Control transactions with signatures that do not carry them: forged, borrowed, too few, revoked, for another chain.

use wl_ledger::control::{Action, NO_CHAIN, RevocationReason, SignedTransaction, Transaction};
use wl_ledger::cose::Sign;
use wl_ledger::fixtures::{key, key_id};
use wl_ledger::keys::{KeyError, Signature};
use wl_ledger::limits::MAX_CONTROL_BYTES;
use wl_ledger::state::StateError;
use wl_ledger::verify::VerifyError;
use wl_ledger::{ChainId, KeyId, Role};

use super::controls::{bytes, height, with_controls};
use super::{Choices, Make, Mutant, lane};
use crate::build::Chain;
use crate::steps::names;

pub(super) const CLASSES: &[(&str, Make)] = &[
    ("signer: bit flip in the signature", bit_flip),
    ("signer: S + L", malleated),
    ("signer: stranger's signature under the signer's id", impostor),
    ("signer: signed for another chain", other_chain),
    ("signer: payload of another transaction", other_payload),
    ("signer: not enrolled", stranger),
    ("signer: revoked", revoked),
    ("signer: not enrolled yet", not_yet),
    ("signer: author taken out", author_missing),
    ("signer: too few administrators", too_few),
    ("signer: no administrator", no_admin),
    ("signer: unsorted or repeated", unsorted),
];

/// Puts one spoilt copy in place of a control of the chain.
fn replaced(
    chain: &Chain,
    choices: &mut Choices<'_>,
    spoil: impl FnOnce(&mut Sign, &mut Choices<'_>) -> Option<StateError>,
) -> Option<Mutant> {
    let at = *choices.one(&with_controls(chain))?;
    let mut all = bytes(&chain.controls(at));
    let index = choices.below(all.len())?;
    let mut cose = Sign::parse(&all[index], MAX_CONTROL_BYTES).unwrap();
    let source = spoil(&mut cose, choices)?;
    all[index] = cose.to_bytes();
    let error = VerifyError::Control { height: height(at), index, source };
    lane(at, vec![chain.with_controls(at, &all)], error)
}

fn bad(signer: KeyId) -> StateError {
    StateError::Signature { signer, source: KeyError::BadSignature }
}

fn bit_flip(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    replaced(chain, choices, |cose, choices| {
        let which = choices.below(cose.signers.len())?;
        let (signer, signature) = &mut cose.signers[which];
        let mut bytes = *signature.as_bytes();
        choices.flip(&mut bytes)?;
        *signature = Signature::from_bytes(bytes);
        Some(bad(*signer))
    })
}

fn malleated(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    replaced(chain, choices, |cose, choices| {
        let which = choices.below(cose.signers.len())?;
        let (signer, signature) = &mut cose.signers[which];
        *signature = crate::malleate(signature);
        Some(bad(*signer))
    })
}

fn impostor(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let id = chain.id();
    replaced(chain, choices, |cose, choices| {
        let which = choices.below(cose.signers.len())?;
        let other = Sign::seal(&[&key("stranger")], &external(&id), cose.payload.clone());
        cose.signers[which].1 = other.signers[0].1;
        Some(bad(cose.signers[which].0))
    })
}

fn external(chain: &ChainId) -> Vec<u8> {
    [b"wardlight/control/1".as_slice(), chain.as_bytes()].concat()
}

/// The same people sign the same transaction, but for another chain.
fn other_chain(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let names = names(chain.setup());
    replaced(chain, choices, |cose, choices| {
        let other = if choices.below(2)? == 0 { NO_CHAIN } else { ChainId::from_bytes([7; 32]) };
        let keys: Vec<_> = names.iter().map(|name| key(name)).collect();
        let of = |id: &KeyId| keys.iter().find(|key| key.id() == *id);
        let signers: Option<Vec<_>> = cose.signers.iter().map(|(id, _)| of(id)).collect();
        *cose = Sign::seal(&signers?, &external(&other), cose.payload.clone());
        Some(bad(cose.signers[0].0))
    })
}

/// The signatures of one transaction under the payload of another of the same signer.
fn other_payload(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let all: Vec<SignedTransaction> = (1..chain.len()).flat_map(|at| chain.controls(at)).collect();
    let other = choices.one(&all)?;
    let other = Sign::parse(other.bytes(), MAX_CONTROL_BYTES).unwrap();
    replaced(chain, choices, |cose, _| {
        // A patient's key, for instance, is nobody's under an administrator's payload: that is another error.
        if cose.payload == other.payload || cose.signers[0].0 != other.signers[0].0 {
            return None;
        }
        cose.payload = other.payload;
        Some(bad(cose.signers[0].0))
    })
}

/// A new transaction at the end of a block, signed by these names.
pub(super) fn appended(
    chain: &Chain,
    at: usize,
    signers: &[&str],
    action: Action,
    source: impl FnOnce(&SignedTransaction) -> StateError,
) -> Option<Mutant> {
    let author = signers.first().map(|name| key_id(name));
    let number = chain.verifiers[at + 1].state().next_number(&author?);
    let transaction = Transaction { number, author, made: chain.headers[at].time, action };
    let keys: Vec<_> = signers.iter().map(|name| key(name)).collect();
    let signed = SignedTransaction::sign(&keys.iter().collect::<Vec<_>>(), &chain.id(), transaction);
    let mut all = bytes(&chain.controls(at));
    let index = all.len();
    let error = VerifyError::Control { height: height(at), index, source: source(&signed) };
    all.push(signed.bytes().to_vec());
    lane(at, vec![chain.with_controls(at, &all)], error)
}

/// An action that administrators may take at any time.
fn new_team() -> Action {
    Action::CreateTeam(wl_ledger::fixtures::team_id("new"), "new".to_owned())
}

fn stranger(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let name = *choices.one(&["stranger", "gateway", "admin/transport"])?;
    appended(chain, at, &[name], new_team(), |_| StateError::UnknownSigner(key_id(name)))
}

fn revoked(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let state = chain.verifiers[at + 1].state();
    let names = names(chain.setup());
    let gone = |name: &&String| state.member(&key_id(name)).is_some_and(|member| !member.is_active());
    let gone: Vec<_> = names.iter().filter(gone).collect();
    let name = choices.one(&gone)?;
    // Not even with an administrator beside it.
    let signers = [name.as_str(), "admin"];
    let signers = &signers[..1 + choices.below(2)?];
    if signers.len() == 2 && key_id("admin") < key_id(name) && !state.is_admin(&key_id("admin")) {
        return None;
    }
    appended(chain, at, signers, new_team(), |_| StateError::RevokedSigner(key_id(name)))
}

/// Somebody who is enrolled by the end signs in a block before that.
fn not_yet(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let (now, end) = (chain.verifiers[at + 1].state(), chain.end().state());
    let names = names(chain.setup());
    let later = |name: &&String| {
        let id = key_id(name);
        now.member(&id).is_none() && end.member(&id).is_some()
    };
    let later: Vec<_> = names.iter().filter(later).collect();
    let name = choices.one(&later)?;
    appended(chain, at, &[name], new_team(), |_| StateError::UnknownSigner(key_id(name)))
}

fn author_missing(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    replaced(chain, choices, |cose, _| {
        if cose.signers.len() < 2 {
            return None;
        }
        let signed = SignedTransaction::parse(&cose.to_bytes()).unwrap();
        cose.signers.retain(|(id, _)| Some(*id) != signed.transaction().author);
        Some(StateError::AuthorMissing)
    })
}

fn too_few(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    if chain.setup().signers < 2 {
        return None;
    }
    replaced(chain, choices, |cose, _| {
        let signed = SignedTransaction::parse(&cose.to_bytes()).unwrap();
        let joint = matches!(signed.transaction().action, Action::Enrol(_) | Action::JoinTeam(..));
        if cose.signers.len() < 2 || !joint {
            return None;
        }
        cose.signers.retain(|(id, _)| Some(*id) == signed.transaction().author);
        Some(StateError::TooFewAdmins { need: 2, got: 1 })
    })
}

/// A nurse, a hub or a patient does what administrators do.
fn no_admin(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let state = chain.verifiers[at + 1].state();
    let known = |name: &&&str| {
        state.member(&key_id(name)).is_some_and(|m| m.is_active() && m.enrolment.role != Role::Admin)
            || state.patients().any(|(_, patient)| patient.sign.id() == key_id(name))
    };
    let known: Vec<_> = ["hub", "nurse", "physician", "ada", "ben"].iter().filter(known).copied().collect();
    let name = *choices.one(&known)?;
    let action = match choices.below(3)? {
        0 => new_team(),
        1 => Action::Revoke(key_id("admin"), RevocationReason::Misuse),
        _ => Action::RegisterDevice(wl_ledger::DeviceId(0), "monitor".to_owned()),
    };
    appended(chain, at, &[name], action, |_| StateError::NotPermitted)
}

fn unsorted(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = *choices.one(&with_controls(chain))?;
    let mut all = bytes(&chain.controls(at));
    let index = choices.below(all.len())?;
    let mut cose = Sign::parse(&all[index], MAX_CONTROL_BYTES).unwrap();
    let (id, signature) = cose.signers[0];
    // Once more at the end: the same signer twice, or the smallest behind a larger one.
    cose.signers.push((id, signature));
    all[index] = cose.to_bytes();
    let source = wl_ledger::codec::CodecError::NotCanonical;
    let error = VerifyError::ControlMalformed { height: height(at), index, source };
    lane(at, vec![chain.with_controls(at, &all)], error)
}
