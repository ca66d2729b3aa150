//! The acceptance set of the strict rule, pinned on edge cases made here in the shape of C2SP's CCTV vectors, and on
//! Wycheproof's published ones.

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::traits::IsIdentity;
use curve25519_dalek::{EdwardsPoint, Scalar};
use sha2::{Digest, Sha512};
use wl_ledger::keys::{KeyError, PublicKey, Signature};
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

/// Messages per pair of torsion points: enough for each remainder of the challenge by 8 to come up.
const MESSAGES: u16 = 48;

fn challenge(r: &[u8; 32], a: &[u8; 32], message: &[u8]) -> Scalar {
    let digest = Sha512::new().chain_update(r).chain_update(a).chain_update(message).finalize();
    Scalar::from_bytes_mod_order_wide(&digest.into())
}

/// A signature over points that are prime-order parts plus parts of low order, with S that fits the prime-order part.
struct Edge {
    public: PublicKey,
    signature: [u8; 64],
    /// Whether S·B = R + k·A holds as it stands, without multiplying by the cofactor.
    holds: bool,
}

fn edge(secret: u64, nonce: u64, in_key: usize, in_r: usize, message: &[u8]) -> Edge {
    let (secret, nonce) = (Scalar::from(secret), Scalar::from(nonce));
    let key_point: EdwardsPoint = ED25519_BASEPOINT_POINT * secret + EIGHT_TORSION[in_key];
    let r_point: EdwardsPoint = ED25519_BASEPOINT_POINT * nonce + EIGHT_TORSION[in_r];
    let (a, r) = (key_point.compress().to_bytes(), r_point.compress().to_bytes());
    let k = challenge(&r, &a, message);
    let s = nonce + k * secret;
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&r);
    signature[32..].copy_from_slice(s.as_bytes());
    // The scalar is taken as the number it is: on the low-order part it counts by its remainder by 8.
    let low = u64::from(k.as_bytes()[0] & 7);
    let rest = EIGHT_TORSION[in_r] + EIGHT_TORSION[in_key] * Scalar::from(low);
    Edge { public: PublicKey::from_bytes(a), signature, holds: rest.is_identity() }
}

#[test]
fn the_strict_rule_accepts_exactly_what_it_did_on_mixed_order_points() {
    // By (part of low order in the key, in R): how many were tried and how many were accepted.
    let mut seen = [[(0u32, 0u32); 2]; 2];
    for in_key in 0..8 {
        for in_r in 0..8 {
            for number in 0..MESSAGES {
                let message = number.to_le_bytes();
                let edge = edge(7_001, 90_001 + u64::from(number), in_key, in_r, &message);
                let found = edge.public.verify(&message, &Signature::from_bytes(edge.signature));
                let expected = if edge.holds { Ok(()) } else { Err(KeyError::BadSignature) };
                assert_eq!(found, expected, "key part {in_key}, R part {in_r}, message {number}");
                let cell = &mut seen[usize::from(in_key > 0)][usize::from(in_r > 0)];
                cell.0 += 1;
                cell.1 += u32::from(edge.holds);
            }
        }
    }
    let [[plain, r_only], [key_only, both]] = seen;
    assert_eq!(plain.0, plain.1, "without a part of low order all are accepted");
    assert_eq!(r_only.1, 0, "a part in R alone never cancels");
    assert!(key_only.1 > 0 && key_only.1 < key_only.0, "a part in the key cancels by chance: {key_only:?}");
    assert!(both.1 > 0 && both.1 < both.0, "two parts cancel by chance: {both:?}");
}

#[test]
fn a_key_or_an_r_of_low_order_is_refused_even_where_the_equation_holds() {
    let mut held = 0;
    for (in_key, torsion) in EIGHT_TORSION.iter().enumerate() {
        for in_r in 0..8 {
            for number in 0..MESSAGES {
                let message = number.to_le_bytes();
                // The whole key of low order, the whole R of low order, and both.
                for (secret, nonce) in [(0, 5), (5, 0), (0, 0)] {
                    let edge = edge(secret, nonce, in_key, in_r, &message);
                    held += u32::from(edge.holds);
                    let found = edge.public.verify(&message, &Signature::from_bytes(edge.signature));
                    assert_eq!(
                        found,
                        Err(KeyError::BadSignature),
                        "{secret} {nonce} {in_key} {in_r} {number}"
                    );
                }
            }
        }
        let weak = PublicKey::from_bytes(torsion.compress().to_bytes());
        assert_eq!(weak.check(), Err(KeyError::Weak));
    }
    assert!(held > 100, "a lax check would have taken some of these");
}

/// A signature of another length than 64 bytes never comes as far as the check: its type has no room for it.
#[test]
fn wycheproofs_signatures_are_judged_as_published() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let (mut accepted, mut refused, mut other_length) = (0, 0, 0);
    for group in set.test_groups {
        let public = PublicKey::from_bytes(group.key.pk.as_ref().try_into().unwrap());
        assert_eq!(public.check(), Ok(()));
        for test in group.tests {
            let valid = match test.result {
                TestResult::Valid => true,
                TestResult::Invalid => false,
                TestResult::Acceptable => panic!("test {} leaves the answer open", test.tc_id),
            };
            match <[u8; 64]>::try_from(test.sig.as_ref()) {
                Err(_) => {
                    assert!(!valid, "test {}", test.tc_id);
                    other_length += 1;
                }
                Ok(signature) => {
                    let found = public.verify(test.msg.as_ref(), &Signature::from_bytes(signature)).is_ok();
                    assert_eq!(found, valid, "test {}: {}", test.tc_id, test.comment);
                    if found { accepted += 1 } else { refused += 1 }
                }
            }
        }
    }
    println!("{accepted} accepted, {refused} refused, {other_length} of another length");
    assert!(accepted > 80 && refused > 30 && other_length > 5);
}
