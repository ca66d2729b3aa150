//! No single bit flips unnoticed, not even where the digest is made anew.

use wl_ledger::archive::{Expectations, Judge, Report, Verdict};
use wl_ledger::fixtures::{Content, Setup, TestChain, key_id};
use wl_ledger::{Seq, StreamId};

use crate::{judged, redigest, sections};

/// Flips every `step`-th bit from `first` on and hands each changed file to `check`.
fn flipped(
    bytes: &[u8],
    bits: std::ops::Range<usize>,
    step: usize,
    mut check: impl FnMut(usize, &mut Vec<u8>),
) {
    let mut changed = bytes.to_vec();
    for bit in bits.step_by(step) {
        changed[bit / 8] ^= 1 << (bit % 8);
        check(bit, &mut changed);
        changed.copy_from_slice(bytes);
    }
}

/// Flips the bits of an archive section by section. What stands before a section is judged once, and a copy of its
/// judge goes on with each change.
fn refuses_every_bit(bytes: &[u8], step: usize, make_digest_anew: bool) {
    assert_eq!(judged(bytes).verdict, Verdict::Valid);
    let mut starts: Vec<usize> =
        std::iter::once(0).chain(sections(bytes).iter().map(|(at, ..)| *at)).collect();
    // The digest itself is what the file without a new one is for.
    starts.push(if make_digest_anew { bytes.len() - 32 } else { bytes.len() });
    let mut judge = Judge::new(Expectations::default());
    for pair in starts.windows(2) {
        flipped(bytes, pair[0] * 8..pair[1] * 8, step, |bit, changed| {
            if make_digest_anew {
                redigest(changed);
            }
            let verdict = to_the_end(judge.clone(), &changed[pair[0]..]).verdict;
            assert_ne!(verdict, Verdict::Valid, "bit {bit} of byte {}", bit / 8);
        });
        // The last piece ends in the middle of the end section.
        let is_last = pair[1] > bytes.len() - 32 - 5;
        if !is_last {
            judge = ahead(judge, &bytes[pair[0]..pair[1]]);
        }
    }
    assert_eq!(to_the_end(judge, &bytes[starts[starts.len() - 2]..]).verdict, Verdict::Valid);
}

/// Gives whole sections.
fn ahead(mut judge: Judge, bytes: &[u8]) -> Judge {
    let mut left = bytes;
    while !left.is_empty() {
        let (now, later) = left.split_at(judge.wants());
        judge.give(now);
        left = later;
    }
    judge
}

/// Gives what is left of a file, and says where it ends.
fn to_the_end(mut judge: Judge, bytes: &[u8]) -> Report {
    let mut left = bytes;
    while judge.wants() > 0 {
        let (now, later) = left.split_at(judge.wants().min(left.len()));
        judge.give(now);
        left = later;
    }
    judge.finish()
}

/// Every bit where `WL_EVERY_BIT=1` is set. Otherwise so many are passed over; a number without a common divisor with 8
/// comes to every place in a byte.
fn step(otherwise: usize) -> usize {
    if std::env::var_os("WL_EVERY_BIT").is_some_and(|value| value == "1") { 1 } else { otherwise }
}

#[test]
fn no_bit_of_a_small_archive_flips_unnoticed() {
    let genesis = TestChain::found(Setup::default()).archive(Content::ALL);
    refuses_every_bit(&genesis, 1, false);
    refuses_every_bit(&genesis, 1, true);
}

#[test]
fn no_bit_of_a_proof_flips_unnoticed_even_with_a_new_digest() {
    let proof = TestChain::small().proof(StreamId(0), Seq(0), Some(key_id("nurse")), true);
    refuses_every_bit(&proof, step(11), true);
}

#[test]
fn no_bit_of_an_archive_with_records_flips_unnoticed() {
    let archive = TestChain::small().archive(Content::ALL);
    refuses_every_bit(&archive, step(37), false);
    refuses_every_bit(&archive, step(41), true);
    refuses_every_bit(&TestChain::ward().archive(Content::ALL), step(997), true);
}
