//! Mutants of valid chains, one class an attack, each with the one error it must be refused with.
//!
//! A class makes a mutant from a chain and random choices, or none where the chain holds nothing to attack in that way.
//! Honest parts of the same chains are accepted. `WL_CASES` sets the number of mutants, `WL_SEED` (64
//! hexadecimal digits) replays a run.

mod acts;
mod certificates;
mod controls;
mod entries;
mod headers;
mod records;
mod strangers;

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use wl_ledger::block::{Entry, LaneItem};
use wl_ledger::record::Body;
use wl_ledger::verify::{Predecessor, VerifyError};
use wl_ledger::{Hash, Height};

use crate::build::Chain;
use crate::steps::{any_history, play};

/// Random choices that proptest can shrink.
pub(crate) struct Choices<'a> {
    numbers: &'a [u32],
    used: usize,
}

impl<'a> Choices<'a> {
    pub(crate) fn new(numbers: &'a [u32]) -> Self {
        Self { numbers, used: 0 }
    }

    /// A number below `end`; `None` below zero.
    pub(crate) fn below(&mut self, end: usize) -> Option<usize> {
        let number = self.numbers[self.used % self.numbers.len()];
        // Where the choices run out they go round again, shifted, so that they do not repeat.
        let shift = u32::try_from(self.used / self.numbers.len()).unwrap().wrapping_mul(0x9e37_79b9);
        self.used += 1;
        usize::try_from(number.wrapping_add(shift)).unwrap().checked_rem(end)
    }

    pub(crate) fn one<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        self.below(of.len()).map(|index| &of[index])
    }

    /// Flips one bit.
    pub(crate) fn flip(&mut self, bytes: &mut [u8]) -> Option<()> {
        let bit = self.below(bytes.len() * 8)?;
        bytes[bit / 8] ^= 1 << (bit % 8);
        Some(())
    }

    /// A digest with one bit flipped.
    pub(crate) fn flipped(&mut self, hash: Hash) -> Option<Hash> {
        let mut bytes = *hash.as_bytes();
        self.flip(&mut bytes)?;
        Some(Hash::from_bytes(bytes))
    }
}

/// What is offered, and to whom.
pub(crate) enum Attack {
    /// Items for the verifier that knows the blocks below this height.
    Lane(usize, Vec<LaneItem>),
    /// Entries for the verified header at this height.
    Entries(usize, Vec<Entry>),
    /// Entries for a header that colluding gateways certified at this height.
    ForgedEntries(usize, LaneItem, Vec<Entry>),
    /// A certified block behind the tip, of whose entries the last is a record that must be refused after this predecessor.
    Record(LaneItem, Vec<Entry>, Predecessor),
    /// A body for the record that this predecessor, height and index lead to.
    Body(usize, u32, Predecessor, Body),
}

/// An attack with the only right answer.
pub(crate) struct Mutant {
    pub(crate) attack: Attack,
    pub(crate) expected: VerifyError,
}

pub(crate) fn lane(height: usize, items: Vec<LaneItem>, expected: VerifyError) -> Option<Mutant> {
    Some(Mutant { attack: Attack::Lane(height, items), expected })
}

type Make = fn(&Chain, &mut Choices<'_>) -> Option<Mutant>;

/// A class of attacks.
pub(crate) struct Class {
    pub(crate) name: &'static str,
    pub(crate) make: Make,
}

pub(crate) fn classes() -> Vec<Class> {
    let tables = [
        headers::CLASSES,
        controls::CLASSES,
        strangers::CLASSES,
        acts::CLASSES,
        certificates::CLASSES,
        entries::CLASSES,
        records::CLASSES,
    ];
    let rows = tables.into_iter().flatten();
    rows.map(|(name, make)| Class { name, make: *make }).collect()
}

impl Mutant {
    pub(crate) fn run(&self, chain: &Chain) -> Result<(), VerifyError> {
        match &self.attack {
            Attack::Lane(height, items) => {
                let mut verifier = chain.verifiers[*height].clone();
                let before = (verifier.tip().copied(), verifier.state().root(), verifier.history_root());
                let refusal = verifier.advance(items);
                // Refused whole: nothing of the batch may stay.
                assert_eq!(
                    before,
                    (verifier.tip().copied(), verifier.state().root(), verifier.history_root())
                );
                refusal.map(|_| ())
            }
            Attack::Entries(height, entries) => {
                chain.end().header(Height(*height as u64)).unwrap().admit(entries.clone()).map(|_| ())
            }
            Attack::ForgedEntries(height, item, entries) => {
                let mut verifier = chain.verifiers[*height].clone();
                verifier.advance(std::slice::from_ref(item)).expect("a header that colluders certify");
                verifier.tip().unwrap().admit(entries.clone()).map(|_| ())
            }
            Attack::Record(item, entries, predecessor) => {
                let mut verifier = chain.end().clone();
                verifier.advance(std::slice::from_ref(item)).expect("a header that colluders certify");
                let block = verifier.tip().unwrap().admit(entries.clone()).expect("their entries");
                let last = block.entries().last().unwrap();
                last.record(verifier.state(), *predecessor).map(|_| ())
            }
            Attack::Body(height, index, predecessor, body) => {
                let header = chain.end().header(Height(*height as u64)).unwrap();
                let block = header.admit(chain.block(*height).entries.clone()).expect("honest entries");
                let entry = block.entries().nth(usize::try_from(*index).unwrap()).unwrap();
                let record = entry.record(chain.end().state(), *predecessor).expect("an honest record");
                record.unwrap().ciphertext(body).map(|_| ())
            }
        }
    }
}

/// One honest part for so many mutants: it costs more, because nothing ends it early.
const HONEST: usize = 4;
/// How many blocks an honest chain goes on by.
const ON: usize = 6;

/// Lets an honest chain, verified up to anywhere, go on by some blocks in two parts; says from where, to where and how
/// it was parted, if it is refused.
fn honest_part(chain: &Chain, choices: &mut Choices) -> Result<(), (usize, usize, usize)> {
    let start = choices.below(chain.len()).expect("a chain has a block");
    let end = start + 1 + choices.below(ON.min(chain.len() - start)).expect("a block at least");
    let cut = start + choices.below(end - start + 1).expect("above zero");
    let mut verifier = chain.verifiers[start].clone();
    let whole = [&chain.lane[start..cut], &chain.lane[cut..end]]
        .into_iter()
        .all(|part| part.is_empty() || verifier.advance(part) == Ok(part.len()));
    let same = chain.verifiers[end].tip() == verifier.tip();
    if whole && same { Ok(()) } else { Err((start, end, cut)) }
}

/// Mutants of each class from one chain.
const ROUNDS: usize = 4;

fn seed() -> [u8; 32] {
    let given = std::env::var("WL_SEED").ok().map(|text| Hash::from_hex(&text).expect("WL_SEED: 64 digits"));
    given.map_or_else(
        || {
            let mut bytes = [0; 32];
            for chunk in bytes.chunks_mut(8) {
                use std::hash::{BuildHasher, Hasher};
                let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
                chunk.copy_from_slice(&random.to_be_bytes());
            }
            bytes
        },
        |hash| *hash.as_bytes(),
    )
}

#[test]
fn every_mutant_is_refused_with_its_own_error() {
    let classes = classes();
    assert!(classes.len() >= 25);
    let wanted = std::env::var("WL_CASES").map_or(10_000, |text| text.parse().expect("WL_CASES: a number"));
    let chains = wanted / (classes.len() * ROUNDS) * 5 / 4 + 1;
    let seed = seed();
    println!("WL_SEED={}", Hash::from_bytes(seed));

    let config = ProptestConfig {
        cases: u32::try_from(chains).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let counts = RefCell::new(BTreeMap::<&str, usize>::new());
    let honest = RefCell::new(0_usize);
    let strategy = (any_history(), proptest::collection::vec(any::<u32>(), 64));
    let outcome = runner.run(&strategy, |((setup, steps), numbers)| {
        let chain = Chain::new(play(setup, &steps));
        let mut choices = Choices::new(&numbers);
        for class in &classes {
            for _ in 0..ROUNDS {
                let Some(mutant) = (class.make)(&chain, &mut choices) else { continue };
                let got = mutant.run(&chain);
                if got != Err(mutant.expected.clone()) {
                    let reason = format!("{}: expected {:?}, got {got:?}", class.name, mutant.expected);
                    return Err(TestCaseError::fail(reason));
                }
                *counts.borrow_mut().entry(class.name).or_default() += 1;
            }
        }
        for _ in 0..wanted.div_ceil(HONEST * chains) {
            honest_part(&chain, &mut choices).map_err(|place| {
                TestCaseError::fail(format!("an honest chain from, to, parted at {place:?} is refused"))
            })?;
            *honest.borrow_mut() += 1;
        }
        Ok(())
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, input)) => panic!("{reason}\nminimal input: {input:?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
    let counts = counts.into_inner();
    let total: usize = counts.values().sum();
    for class in &classes {
        println!("{:>6}  {}", counts.get(class.name).unwrap_or(&0), class.name);
    }
    let honest = honest.into_inner();
    println!("{honest:>6}  honest chains");
    assert!(honest * HONEST >= wanted, "{honest} honest chains for {wanted} mutants");
    println!("{total:>6}  mutants of {} classes from {chains} chains", classes.len());
    let unused: Vec<_> =
        classes.iter().map(|class| class.name).filter(|name| !counts.contains_key(name)).collect();
    assert!(unused.is_empty(), "classes that never applied: {unused:?}");
    assert!(total * 10 >= wanted * 8, "{total} mutants, {wanted} wanted");
}
