//! Shares for custodians: any k give the secret on the ledger, a wrong one is named, fewer are refused.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use proptest::prelude::*;
use wl_ledger::{Category, ChainId, Generation, Hash, PatientId};
use wl_seal::share::{MAX_SHARE_BYTES, MAX_SHARES};
use wl_seal::*;

fn context() -> GenerationContext {
    GenerationContext {
        chain: ChainId::from_bytes([1; 32]),
        patient: PatientId::from_bytes([2; 16]),
        category: Category::Vitals,
        generation: Generation(3),
    }
}

fn secret() -> GenerationSecret {
    GenerationSecret::from_bytes([6; 32])
}

fn commitment() -> Hash {
    secret().commitment(&context())
}

/// A source of numbers that differ from call to call; what is random does not matter here.
fn numbers(seed: u8) -> impl FnMut(&mut [u8; 32]) -> Result<(), ()> {
    let mut call = seed;
    move |out| {
        call = call.wrapping_mul(31).wrapping_add(7);
        out.iter_mut().zip(1u8..).for_each(|(byte, at)| *byte = call.wrapping_mul(at) ^ at);
        Ok(())
    }
}

fn split(needed: u8, of: u8, seed: u8) -> Vec<KeyShare> {
    secret().split(Threshold::new(needed, of).unwrap(), numbers(seed)).unwrap()
}

fn reader(byte: u8) -> ReadingIdentity {
    ReadingIdentity::from_bytes([byte; 32]).unwrap()
}

/// A share travels only sealed; this is also how a test gets a copy of one.
fn mailed(share: &KeyShare) -> KeyShare {
    let sealed = seal_share(reader(1).recipient(), &context(), share).unwrap();
    let (found, opened) = open_share(&reader(1), &sealed).unwrap();
    assert_eq!(found, context());
    opened
}

fn combine(shares: &[KeyShare]) -> Result<Combined, ShareError> {
    GenerationSecret::combine(&context(), &commitment(), shares)
}

#[test]
fn any_two_of_three_custodians_give_the_secret() {
    let shares = split(2, 3, 1);
    for pair in [[0, 1], [0, 2], [2, 1]] {
        let combined = combine(&pair.map(|at| mailed(&shares[at]))).unwrap();
        assert_eq!(combined.secret.expose(), &[6; 32]);
        assert!(combined.wrong.is_empty());
    }
}

#[test]
fn too_few_foreign_and_doubled_shares_are_refused_by_number() {
    let shares = split(3, 4, 1);
    let of = |wanted: &[usize]| wanted.iter().map(|at| mailed(&shares[*at])).collect::<Vec<_>>();
    assert_eq!(combine(&[]).err(), Some(ShareError::TooFew { needed: 2, got: 0 }));
    assert_eq!(combine(&of(&[0, 1])).err(), Some(ShareError::TooFew { needed: 3, got: 2 }));
    assert_eq!(combine(&of(&[0, 1, 1])).err(), Some(ShareError::Twice(2)));
    let mut foreign = of(&[0, 1, 2]);
    foreign.push(split(2, 4, 1).remove(3));
    assert_eq!(combine(&foreign).err(), Some(ShareError::Foreign(4)));
    let many: Vec<KeyShare> = (0..17).map(|_| mailed(&shares[0])).collect();
    assert_eq!(combine(&many).err(), Some(ShareError::TooMany));
}

#[test]
fn a_wrong_share_is_named_when_enough_right_ones_are_there() {
    let mut released = split(2, 4, 1);
    released.remove(1);
    released.insert(0, split(2, 4, 9).remove(1));
    let combined = combine(&released).unwrap();
    assert_eq!(combined.secret.expose(), &[6; 32]);
    assert_eq!(combined.wrong, [2]);
    // Without a second right one nothing can be told but that.
    let refused = combine(&released[..2]).err();
    assert_eq!(refused, Some(ShareError::Mismatch { needed: 2 }));
}

#[test]
fn shares_of_another_generation_do_not_give_this_one() {
    let moved = GenerationContext { generation: Generation(4), ..context() };
    let refused = GenerationSecret::combine(&moved, &commitment(), &split(2, 2, 1)).err();
    assert_eq!(refused, Some(ShareError::Mismatch { needed: 2 }));
}

#[test]
fn thresholds_below_two_or_out_of_range_are_refused() {
    for (needed, of) in [(0, 3), (1, 3), (4, 3), (2, 1), (2, MAX_SHARES + 1), (17, 17)] {
        assert_eq!(Threshold::new(needed, of).err(), Some(ShareError::Threshold { needed, of }));
    }
    assert_eq!(Threshold::new(2, MAX_SHARES).map(|one| (one.needed(), one.of())), Ok((2, MAX_SHARES)));
}

#[test]
fn a_share_opens_for_its_holder_only_and_unchanged_only() {
    let sealed = seal_share(reader(1).recipient(), &context(), &split(2, 2, 1)[0]).unwrap();
    assert_eq!(open_share(&reader(2), &sealed).err(), Some(SealError::Refused(Sealed::KeyShare)));
    for length in 0..sealed.len() {
        assert!(open_share(&reader(1), &sealed[..length]).is_err(), "{length}");
    }
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(open_share(&reader(1), &changed).is_err(), "bit {bit}");
    }
    let large = open_share(&reader(1), &vec![b'x'; MAX_SHARE_BYTES + 1]).err();
    assert!(matches!(large, Some(SealError::TooLarge { what: Sealed::KeyShare, .. })));
}

#[test]
fn foreign_content_in_a_share_is_refused() {
    let to_reader = |content: &[u8]| {
        let recipient: age::x25519::Recipient = reader(1).recipient().as_str().parse().unwrap();
        open_share(&reader(1), &age::encrypt(&recipient, content).unwrap())
    };
    let mut right = vec![0xa8, 0, 1, 1, 0x58, 32];
    right.extend([1; 32]);
    right.extend([2, 0x50]);
    right.extend([2; 16]);
    right.extend([3, 0, 4, 3, 5, 2, 6, 1, 7, 0x58, 32]);
    right.extend([9; 32]);
    assert_eq!(to_reader(&right).unwrap().1.index(), 1);
    let threshold_at = right.len() - 38;
    let (mut one_suffices, mut number_zero, mut version) = (right.clone(), right.clone(), right.clone());
    one_suffices[threshold_at] = 1;
    number_zero[threshold_at + 2] = 0;
    version[2] = 2;
    let trailing = [right.as_slice(), &[0]].concat();
    let mut long_form = right.clone();
    long_form.splice(1..3, [0, 0x18, 1]);
    for content in [vec![], one_suffices, number_zero, version, trailing, long_form] {
        assert_eq!(to_reader(&content).err(), Some(SealError::Content(Sealed::KeyShare)), "{content:02x?}");
    }
}

#[test]
fn the_root_names_each_sealed_share_in_its_order() {
    let sealed: Vec<Vec<u8>> = vec![vec![1], vec![2], vec![3]];
    let root = shares_root(&sealed);
    let swapped: Vec<Vec<u8>> = vec![vec![2], vec![1], vec![3]];
    assert_ne!(root, shares_root(&swapped));
    assert_ne!(root, shares_root(&sealed[..2]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_choice_of_enough_shares_combines_and_fewer_never_do(
        (of, needed) in (2u8..=7).prop_flat_map(|of| (Just(of), 2..=of)),
        seed in any::<u8>(),
        chosen in any::<u8>(),
    ) {
        let shares: Vec<KeyShare> = split(needed, of, seed)
            .into_iter()
            .filter(|share| chosen & (1 << share.index()) != 0)
            .collect();
        let enough = shares.len() >= usize::from(needed);
        let combined = combine(&shares);
        prop_assert_eq!(combined.is_ok(), enough);
        if let Ok(combined) = combined {
            prop_assert_eq!(combined.secret.expose(), &[6; 32]);
            prop_assert!(combined.wrong.is_empty());
        }
    }
}
