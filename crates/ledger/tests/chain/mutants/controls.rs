//! Control transactions left out, moved, replayed, cut or put where they do not belong, by gateways that certify it.

use wl_ledger::codec::CodecError;
use wl_ledger::control::SignedTransaction;
use wl_ledger::fixtures::Setup;
use wl_ledger::limits::MAX_CONTROL_BYTES;
use wl_ledger::state::StateError;
use wl_ledger::verify::VerifyError;
use wl_ledger::{Hash, Height};

use super::{Choices, Make, Mutant, lane};
use crate::build::Chain;

pub(super) const CLASSES: &[(&str, Make)] = &[
    ("control: last of a block dropped", dropped_last),
    ("control: dropped before another of its author", dropped_inner),
    ("control: two of one author swapped", swapped),
    ("control: replayed", replayed),
    ("control: all of a block dropped", dropped_all),
    ("control: trailing byte", trailing),
    ("control: cut off", cut_off),
    ("control: longer form of a length", longer_form),
    ("control: oversized", oversized),
    ("genesis: missing", genesis_missing),
    ("genesis: behind another transaction", genesis_late),
    ("genesis: a second one", genesis_again),
    ("genesis: other, under this chain id", genesis_other),
    ("genesis: whole other chain", other_chain),
];

pub(super) fn height(of: usize) -> Height {
    Height(u64::try_from(of).unwrap())
}

pub(super) fn bytes(controls: &[SignedTransaction]) -> Vec<Vec<u8>> {
    controls.iter().map(|signed| signed.bytes().to_vec()).collect()
}

/// Blocks after genesis that hold a control transaction.
pub(super) fn with_controls(chain: &Chain) -> Vec<usize> {
    (1..chain.len()).filter(|height| !chain.lane[*height].controls.is_empty()).collect()
}

fn refused(at: usize, index: usize, source: StateError) -> VerifyError {
    VerifyError::Control { height: height(at), index, source }
}

fn dropped_last(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = *choices.one(&with_controls(chain))?;
    let mut item = chain.lane[at].clone();
    item.controls.pop();
    lane(at, vec![item], VerifyError::StateRoot { height: height(at) })
}

fn dropped_all(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = *choices.one(&with_controls(chain))?;
    let mut item = chain.lane[at].clone();
    item.controls.clear();
    lane(at, vec![item], VerifyError::StateRoot { height: height(at) })
}

/// Places in a block where one author signs two transactions in a row, both alone or with the same others.
fn pairs(controls: &[SignedTransaction]) -> Vec<usize> {
    let same = |pair: &[SignedTransaction]| {
        let signers = |of: &SignedTransaction| of.signers().iter().map(|(id, _)| *id).collect::<Vec<_>>();
        pair[0].transaction().author == pair[1].transaction().author && signers(&pair[0]) == signers(&pair[1])
    };
    controls.windows(2).enumerate().filter(|(_, pair)| same(pair)).map(|(index, _)| index).collect()
}

fn a_pair(chain: &Chain, choices: &mut Choices<'_>) -> Option<(usize, usize, Vec<SignedTransaction>)> {
    let blocks = with_controls(chain);
    let all: Vec<(usize, usize)> = blocks
        .into_iter()
        .flat_map(|at| pairs(&chain.controls(at)).into_iter().map(move |index| (at, index)))
        .collect();
    let (at, index) = *choices.one(&all)?;
    Some((at, index, chain.controls(at)))
}

fn skipped_number(first: &SignedTransaction) -> StateError {
    let transaction = first.transaction();
    StateError::WrongNumber {
        author: transaction.author.unwrap(),
        expected: transaction.number,
        got: transaction.number + 1,
    }
}

fn dropped_inner(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, index, mut controls) = a_pair(chain, choices)?;
    let gone = controls.remove(index);
    let item = chain.with_controls(at, &bytes(&controls));
    lane(at, vec![item], refused(at, index, skipped_number(&gone)))
}

fn swapped(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, index, mut controls) = a_pair(chain, choices)?;
    controls.swap(index, index + 1);
    let error = skipped_number(&controls[index + 1]);
    lane(at, vec![chain.with_controls(at, &bytes(&controls))], refused(at, index, error))
}

/// An old transaction at the end of a block. Its number is used up, or a signer was revoked since.
fn replayed(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = *choices.one(&with_controls(chain))?;
    let from = 1 + choices.below(at)?;
    let controls = chain.controls(from);
    let old = choices.one(&controls)?;
    let after = chain.verifiers[at + 1].state();
    let revoked = old.signers().iter().find(|(id, _)| after.member(id).is_some_and(|m| !m.is_active()));
    let author = old.transaction().author.unwrap();
    let source = match revoked {
        Some((id, _)) => StateError::RevokedSigner(*id),
        None => StateError::WrongNumber {
            author,
            expected: after.next_number(&author),
            got: old.transaction().number,
        },
    };
    let mut all = bytes(&chain.controls(at));
    let index = all.len();
    all.push(old.bytes().to_vec());
    lane(at, vec![chain.with_controls(at, &all)], refused(at, index, source))
}

fn malformed(
    chain: &Chain,
    choices: &mut Choices<'_>,
    spoil: impl FnOnce(&mut Vec<u8>, &mut Choices<'_>) -> Option<CodecError>,
) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut all = bytes(&chain.controls(at));
    let index = choices.below(all.len())?;
    let source = spoil(&mut all[index], choices)?;
    let error = VerifyError::ControlMalformed { height: height(at), index, source };
    lane(at, vec![chain.with_controls(at, &all)], error)
}

fn trailing(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    malformed(chain, choices, |bytes, choices| {
        bytes.push(u8::try_from(choices.below(256)?).unwrap());
        Some(CodecError::NotCanonical)
    })
}

fn cut_off(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    malformed(chain, choices, |bytes, choices| {
        bytes.truncate(choices.below(bytes.len())?);
        let error = SignedTransaction::parse(bytes).unwrap_err();
        assert!(matches!(error, CodecError::Malformed { .. }), "{error:?}");
        Some(error)
    })
}

/// The array of four with its length in a byte of its own: `84` becomes `98 04`.
fn longer_form(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    malformed(chain, choices, |bytes, _| {
        bytes.splice(0..1, [0x98, 0x04]);
        Some(CodecError::NotCanonical)
    })
}

fn oversized(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    malformed(chain, choices, |bytes, choices| {
        bytes.resize(MAX_CONTROL_BYTES + 1 + choices.below(100)?, 0);
        Some(CodecError::TooLarge { len: bytes.len(), max: MAX_CONTROL_BYTES })
    })
}

fn genesis_missing(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let mut item = chain.with_controls(0, &[]);
    if choices.below(2)? == 0 {
        item.certificate = None;
    }
    lane(0, vec![item], VerifyError::GenesisMissing)
}

fn genesis_late(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = *choices.one(&with_controls(chain))?;
    let other = choices.one(&chain.controls(at))?.bytes().to_vec();
    let item = chain.with_controls(0, &[other, chain.lane[0].controls[0].to_vec()]);
    lane(0, vec![item], refused(0, 0, StateError::NotFounded))
}

fn genesis_again(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut all = bytes(&chain.controls(at));
    let index = all.len();
    all.push(other_genesis(chain, choices)?.bytes().to_vec());
    lane(at, vec![chain.with_controls(at, &all)], refused(at, index, StateError::AlreadyFounded))
}

/// This chain's genesis or one with another nonce, well signed.
fn other_genesis(chain: &Chain, choices: &mut Choices<'_>) -> Option<SignedTransaction> {
    let own = chain.controls(0).remove(0);
    Some(if choices.below(2)? == 0 { own } else { renamed(chain.setup(), &own, choices)? })
}

fn renamed(setup: Setup, own: &SignedTransaction, choices: &mut Choices<'_>) -> Option<SignedTransaction> {
    let mut transaction = own.transaction().clone();
    if let wl_ledger::control::Action::Genesis(genesis) = &mut transaction.action {
        genesis.nonce = choices.flipped(Hash::from_bytes(*genesis.nonce.as_bytes()))?;
    }
    let keys = setup.validator_keys();
    let keys: Vec<_> = keys.iter().collect();
    Some(SignedTransaction::sign(&keys, &wl_ledger::control::NO_CHAIN, transaction))
}

fn genesis_other(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let other = renamed(chain.setup(), &chain.controls(0)[0], choices)?;
    let item = chain.with_controls(0, &[other.bytes().to_vec()]);
    lane(0, vec![item], VerifyError::OtherGenesis)
}

fn other_chain(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let setup = Setup { admins: 4 + choices.below(4)?, ..chain.setup() };
    let other = wl_ledger::fixtures::TestChain::found(setup);
    lane(0, other.lane(), VerifyError::OtherChain { height: Height(0) })
}
