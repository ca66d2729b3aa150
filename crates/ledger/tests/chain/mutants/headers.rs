//! Headers: every field changed by gateways that certify their lie, bits flipped by outsiders, blocks left out, moved,
//! repeated, and other headers at heights that are known.

use wl_ledger::codec::CodecError;
use wl_ledger::header::{CertificateError, Header, VERSION};
use wl_ledger::limits::MAX_ENTRIES;
use wl_ledger::verify::{Fork, VerifyError};
use wl_ledger::{ChainId, Height, KeyId};

use super::{Choices, Make, Mutant, lane};
use crate::build::Chain;

pub(super) const CLASSES: &[(&str, Make)] = &[
    ("header: other version", version),
    ("header: other chain", other_chain),
    ("header: height skipped", height_skipped),
    ("header: other previous link", previous),
    ("header: other history root", history),
    ("header: time backwards", time),
    ("header: other state root", state_root),
    ("header: fewer entries than controls", too_many_controls),
    ("header: more entries than allowed", too_many_entries),
    ("header: other validators", validators),
    ("header: other next validators", next_validators),
    ("header: proposer that is no validator", proposer),
    ("header: other entries root, not certified", entries_root),
    ("header: bit flip", bit_flip),
    ("header: cut off", cut_off),
    ("header: trailing byte", trailing),
    ("header: oversized", oversized),
    ("block left out", left_out),
    ("two blocks swapped", swapped),
    ("block repeated in a batch", repeated),
    ("known height: certified fork", fork),
    ("known height: uncertified contradiction", contradiction),
    ("known height: header of another chain", known_other_chain),
];

fn height(of: usize) -> Height {
    Height(u64::try_from(of).unwrap())
}

fn certified(
    chain: &Chain,
    choices: &mut Choices<'_>,
    change: impl FnOnce(&mut Header, &mut Choices<'_>) -> Option<()>,
    expected: impl FnOnce(&Header) -> VerifyError,
) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut header = chain.headers[at].clone();
    change(&mut header, choices)?;
    let error = expected(&header);
    lane(at, vec![chain.reforge(at, |target| *target = header)], error)
}

fn version(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let change = |header: &mut Header, choices: &mut Choices<'_>| {
        header.version = u8::try_from((usize::from(VERSION) + 1 + choices.below(255)?) % 256).unwrap();
        Some(())
    };
    certified(chain, choices, change, |h| VerifyError::Version { height: h.height, got: h.version })
}

fn other_chain(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let change = |header: &mut Header, choices: &mut Choices<'_>| {
        let mut bytes = *header.chain.as_bytes();
        choices.flip(&mut bytes)?;
        header.chain = ChainId::from_bytes(bytes);
        Some(())
    };
    certified(chain, choices, change, |h| VerifyError::OtherChain { height: h.height })
}

fn height_skipped(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let got = Height(height(at).0 + 1 + u64::try_from(choices.below(1 << 20)?).unwrap());
    let item = chain.reforge(at, |header| header.height = got);
    lane(at, vec![item], VerifyError::Gap { expected: height(at), got })
}

fn previous(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let change = |header: &mut Header, choices: &mut Choices<'_>| {
        header.previous = choices.flipped(header.previous)?;
        Some(())
    };
    certified(chain, choices, change, |h| VerifyError::PreviousLink { height: h.height })
}

fn history(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let change = |header: &mut Header, choices: &mut Choices<'_>| {
        header.history_root = choices.flipped(header.history_root)?;
        Some(())
    };
    certified(chain, choices, change, |h| VerifyError::HistoryRoot { height: h.height })
}

fn time(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = 1 + choices.below(chain.len() - 1)?;
    let back = 1 + i64::try_from(choices.below(1 << 30)?).unwrap();
    let time = chain.headers[at - 1].time.plus(-back);
    let item = chain.reforge(at, |header| header.time = time);
    lane(at, vec![item], VerifyError::TimeBackwards { height: height(at) })
}

fn state_root(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let change = |header: &mut Header, choices: &mut Choices<'_>| {
        header.state_root = choices.flipped(header.state_root)?;
        Some(())
    };
    certified(chain, choices, change, |h| VerifyError::StateRoot { height: h.height })
}

fn too_many_controls(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let entries = choices.below(chain.lane[at].controls.len())?;
    let item = chain.reforge(at, |header| header.entries = u32::try_from(entries).unwrap());
    lane(at, vec![item], VerifyError::TooManyControls { height: height(at) })
}

fn too_many_entries(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let more = u32::try_from(MAX_ENTRIES + 1 + choices.below(1 << 20)?).unwrap();
    let change = |header: &mut Header, _: &mut Choices<'_>| {
        header.entries = more;
        Some(())
    };
    let error = VerifyError::HeaderMalformed(CodecError::OutOfBounds { field: "entries" });
    certified(chain, choices, change, |_| error)
}

fn validators(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let change = |header: &mut Header, choices: &mut Choices<'_>| {
        header.validators = choices.flipped(header.validators)?;
        Some(())
    };
    certified(chain, choices, change, |h| VerifyError::Validators { height: h.height })
}

fn next_validators(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let change = |header: &mut Header, choices: &mut Choices<'_>| {
        header.next_validators = choices.flipped(header.next_validators)?;
        Some(())
    };
    certified(chain, choices, change, |h| VerifyError::NextValidators { height: h.height })
}

fn proposer(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let change = |header: &mut Header, choices: &mut Choices<'_>| {
        let mut bytes = *header.proposer.as_bytes();
        choices.flip(&mut bytes)?;
        header.proposer = KeyId::from_bytes(bytes);
        Some(())
    };
    certified(chain, choices, change, |h| VerifyError::Proposer { height: h.height })
}

/// What only the certificate can show: the verifier does not have the entries. The first signer's signature fails.
fn uncertified(chain: &Chain, at: usize) -> VerifyError {
    let mut signers: Vec<_> = chain.validators.iter().map(|key| key.id()).collect();
    signers.sort();
    VerifyError::Certificate { height: height(at), source: CertificateError::Signature(signers[0]) }
}

fn entries_root(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut header = chain.headers[at].clone();
    header.entries_root = choices.flipped(header.entries_root)?;
    let mut item = chain.lane[at].clone();
    item.header = header.to_bytes();
    // With a certificate the fault shows here, without one at the next header's link.
    if at + 1 < chain.len() && choices.below(2)? == 0 {
        item.certificate = None;
        let error = VerifyError::PreviousLink { height: height(at + 1) };
        return lane(at, vec![item, chain.lane[at + 1].clone()], error);
    }
    lane(at, vec![item], uncertified(chain, at))
}

/// What an outsider's change of the header bytes must be refused with, told field by field in the order of the checks.
fn refusal(chain: &Chain, at: usize, bytes: &[u8]) -> VerifyError {
    let (honest, height) = (&chain.headers[at], height(at));
    let header = match Header::parse(bytes) {
        Ok(header) => header,
        Err(error) => return VerifyError::HeaderMalformed(error),
    };
    let claimed = header.height;
    if claimed < height {
        return VerifyError::Contradiction { height: claimed };
    }
    if header.version != honest.version {
        return VerifyError::Version { height: claimed, got: header.version };
    }
    if header.chain != honest.chain {
        return VerifyError::OtherChain { height: claimed };
    }
    if claimed != height {
        return VerifyError::Gap { expected: height, got: claimed };
    }
    if header.previous != honest.previous {
        return VerifyError::PreviousLink { height };
    }
    if header.history_root != honest.history_root {
        return VerifyError::HistoryRoot { height };
    }
    if at > 0 && header.time < chain.headers[at - 1].time {
        return VerifyError::TimeBackwards { height };
    }
    if usize::try_from(header.entries).unwrap() < chain.lane[at].controls.len() {
        return VerifyError::TooManyControls { height };
    }
    // Another block time can change what the controls of the block mean.
    let mut state = chain.verifiers[at].state().clone();
    for (index, signed) in chain.controls(at).iter().enumerate() {
        if let Err(source) = state.apply(signed, height, header.time) {
            return VerifyError::Control { height, index, source };
        }
    }
    if header.state_root != state.root() {
        return VerifyError::StateRoot { height };
    }
    if header.validators != honest.validators {
        return VerifyError::Validators { height };
    }
    if header.next_validators != honest.next_validators {
        return VerifyError::NextValidators { height };
    }
    if !chain.validators.iter().any(|key| key.id() == header.proposer) {
        return VerifyError::Proposer { height };
    }
    uncertified(chain, at)
}

fn spoilt(chain: &Chain, at: usize, bytes: Vec<u8>) -> Option<Mutant> {
    let error = refusal(chain, at, &bytes);
    let mut item = chain.lane[at].clone();
    item.header = bytes;
    lane(at, vec![item], error)
}

fn bit_flip(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut bytes = chain.lane[at].header.clone();
    choices.flip(&mut bytes)?;
    spoilt(chain, at, bytes)
}

fn cut_off(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut bytes = chain.lane[at].header.clone();
    bytes.truncate(choices.below(bytes.len())?);
    let mutant = spoilt(chain, at, bytes)?;
    assert!(matches!(mutant.expected, VerifyError::HeaderMalformed(CodecError::Malformed { .. })));
    Some(mutant)
}

fn trailing(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut item = chain.lane[at].clone();
    item.header.push(u8::try_from(choices.below(256)?).unwrap());
    lane(at, vec![item], VerifyError::HeaderMalformed(CodecError::NotCanonical))
}

fn oversized(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut item = chain.lane[at].clone();
    item.header.resize(1025 + choices.below(5000)?, 0);
    let error = CodecError::TooLarge { len: item.header.len(), max: 1024 };
    lane(at, vec![item], VerifyError::HeaderMalformed(error))
}

fn left_out(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len() - 1)?;
    let error = VerifyError::Gap { expected: height(at), got: height(at + 1) };
    lane(at, chain.lane[at + 1..].to_vec(), error)
}

fn swapped(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len() - 1)?;
    let mut items = chain.lane[at..].to_vec();
    items.swap(0, 1);
    lane(at, items, VerifyError::Gap { expected: height(at), got: height(at + 1) })
}

fn repeated(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut items = chain.lane[at..].to_vec();
    items.insert(0, items[0].clone());
    lane(at, items, VerifyError::Gap { expected: height(at + 1), got: height(at) })
}

fn fork(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let later = 1 + i64::try_from(choices.below(1000)?).unwrap();
    let item = chain.reforge(at, |header| header.time = header.time.plus(later));
    let theirs = wl_ledger::header::header_id(&item.header);
    let fork = Fork { height: height(at), ours: chain.header_id(at), theirs, item: item.clone() };
    lane(chain.len(), vec![item], VerifyError::Fork(Box::new(fork)))
}

fn contradiction(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let later = 1 + i64::try_from(choices.below(1000)?).unwrap();
    let mut item = chain.reforge(at, |header| header.time = header.time.plus(later));
    item.certificate = match choices.below(3)? {
        0 => None,
        1 => Some(vec![0xff].into()),
        _ => chain.lane[at].certificate.clone(),
    };
    lane(chain.len(), vec![item], VerifyError::Contradiction { height: height(at) })
}

fn known_other_chain(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut header = chain.headers[at].clone();
    header.chain = ChainId::from_bytes(*choices.flipped(wl_ledger::fixtures::hash("chain"))?.as_bytes());
    let mut item = chain.lane[at].clone();
    item.header = header.to_bytes();
    lane(chain.len(), vec![item], VerifyError::OtherChain { height: height(at) })
}
