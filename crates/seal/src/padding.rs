//! One padding rule for everything sealed with XChaCha20-Poly1305.
//!
//! The length of a frame would tell values: a respiratory rate above 23 needs one CBOR byte more
//! than a lower one, and 25 is NEWS2's limit. So a plaintext is ended by 0x80 and zeros
//! (ISO/IEC 7816-4) up to the next multiple of 32, and above 1 KiB up to the next PADMÉ size
//! (Nikitin et al., PETS 2019), which costs at most 6 %.

use zeroize::Zeroizing;

/// Ends the content; zeros follow.
pub(crate) const MARK: u8 = 0x80;

const STEP: usize = 32;
const PADME_FROM: usize = 1024;

/// The padded length of a plaintext, its end mark included.
pub(crate) fn padded_length(plaintext: usize) -> usize {
    let needed = plaintext.saturating_add(1);
    let step = if needed < PADME_FROM { STEP } else { padme_step(needed) };
    needed.checked_next_multiple_of(step).unwrap_or(needed)
}

/// PADMÉ keeps as many leading bits as the exponent has bits: the rest is rounded up.
fn padme_step(length: usize) -> usize {
    let exponent = length.ilog2();
    let kept = exponent.ilog2() + 1;
    1 << (exponent - kept)
}

/// Takes the padding off. `None` unless it is exactly what [`padded_length`] prescribes.
pub(crate) fn unpad(mut padded: Zeroizing<Vec<u8>>) -> Option<Zeroizing<Vec<u8>>> {
    let mark = padded.iter().rposition(|byte| *byte != 0)?;
    if padded.get(mark) != Some(&MARK) || padded_length(mark) != padded.len() {
        return None;
    }
    padded.truncate(mark);
    Some(padded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_are_those_of_the_spec() {
        let table = [
            (0, 32),
            (31, 32),
            (32, 64),
            (63, 64),
            (1022, 1024),
            (1023, 1024),
            (1024, 1088),
            (2047, 2048),
            (2048, 2176),
            (1 << 20, (1 << 20) + (1 << 15)),
        ];
        for (plaintext, padded) in table {
            assert_eq!(padded_length(plaintext), padded, "{plaintext}");
        }
    }

    #[test]
    fn padding_of_another_length_is_refused() {
        for wrong in [vec![], vec![0; 32], vec![1; 32], [vec![MARK], vec![0; 63]].concat(), vec![MARK]] {
            assert!(unpad(Zeroizing::new(wrong)).is_none());
        }
    }

    proptest! {
        #[test]
        fn costs_stay_bounded(length in 0usize..2_000_000) {
            let padded = padded_length(length);
            prop_assert!(padded > length);
            prop_assert!(padded - length <= STEP.max(length.div_ceil(15)));
        }

        #[test]
        fn comes_off_again(content in proptest::collection::vec(any::<u8>(), 0..3000)) {
            let mut padded = content.clone();
            padded.push(MARK);
            padded.resize(padded_length(content.len()), 0);
            let back = unpad(Zeroizing::new(padded));
            prop_assert_eq!(back.as_deref(), Some(&content));
        }
    }
}
