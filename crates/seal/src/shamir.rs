//! Shamir's scheme over GF(256), byte by byte: any k of n shares give the secret, k − 1 say nothing about it.
//!
//! Written here and not taken from a crate, because what goes wrong in such crates is exactly what is easy to get
//! right: coefficients that are not uniform (`docs/adr/0071-shares.md`). Each byte of the caller's random numbers is
//! one coefficient, zeros included. No branch and no table index depends on a secret.

use crate::secret::{SECRET_BYTES, Secret};

/// A point of the polynomials: x, and y for each byte of the secret.
pub(crate) type Point<'a> = (u8, &'a [u8; SECRET_BYTES]);

/// Shares at x = 1..=`count`; the secret is at x = 0. `fill` gives the coefficients, 32 at a time.
///
/// # Errors
/// The random source's own.
pub(crate) fn split<E>(
    secret: &Secret,
    threshold: u8,
    count: u8,
    mut fill: impl FnMut(&mut [u8; SECRET_BYTES]) -> Result<(), E>,
) -> Result<Vec<Secret>, E> {
    let coefficients =
        (1..threshold).map(|_| Secret::try_fill(&mut fill)).collect::<Result<Vec<Secret>, E>>()?;
    (1..=count)
        .map(|x| {
            Secret::try_fill(|share| {
                // Horner's rule, from the highest coefficient down to the secret itself.
                for coefficient in coefficients.iter().rev().chain([secret]) {
                    for (y, byte) in share.iter_mut().zip(coefficient.expose()) {
                        *y = multiply(*y, x) ^ byte;
                    }
                }
                Ok(())
            })
        })
        .collect()
}

/// The value at `at` of the polynomial of least degree through these points, whose x must differ.
pub(crate) fn interpolate(points: &[Point<'_>], at: u8) -> Secret {
    let filled = Secret::try_fill(|out| {
        for (x, y) in points {
            let others = points.iter().map(|(other, _)| *other).filter(|other| other != x);
            let weight =
                others.fold(1, |weight, other| multiply(weight, multiply(at ^ other, inverse(x ^ other))));
            for (sum, byte) in out.iter_mut().zip(*y) {
                *sum ^= multiply(weight, *byte);
            }
        }
        Ok::<(), core::convert::Infallible>(())
    });
    match filled {
        Ok(secret) => secret,
    }
}

/// Product modulo x⁸ + x⁴ + x³ + x + 1 (FIPS 197 §4.2).
fn multiply(mut a: u8, b: u8) -> u8 {
    let mut product = 0;
    for bit in 0..8 {
        product ^= a & 0u8.wrapping_sub((b >> bit) & 1);
        a = (a << 1) ^ (0x1b & 0u8.wrapping_sub(a >> 7));
    }
    product
}

/// a²⁵⁴, which is 1 ∕ a; zero for zero.
fn inverse(a: u8) -> u8 {
    let mut power = a;
    (0..7).fold(1, |product, _| {
        power = multiply(power, power);
        multiply(product, power)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]
    use super::*;
    use proptest::prelude::*;

    fn padded(hex: &str) -> [u8; SECRET_BYTES] {
        let mut out = [0; SECRET_BYTES];
        for (byte, at) in out.iter_mut().zip((0..hex.len()).step_by(2)) {
            *byte = u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        }
        out
    }

    /// FIPS 197 §4.2: {57}·{83} = {c1}, {57}·{13} = {fe}; §4.2.1: {02}·{ae} = {47}.
    #[test]
    fn products_are_those_of_fips_197() {
        for (a, b, product) in
            [(0x57, 0x83, 0xc1), (0x57, 0x13, 0xfe), (0x02, 0xae, 0x47), (0, 0x83, 0), (1, 0xff, 0xff)]
        {
            assert_eq!(multiply(a, b), product);
            assert_eq!(multiply(b, a), product);
        }
        assert_eq!(inverse(0), 0);
        for a in 1..=255 {
            assert_eq!(multiply(a, inverse(a)), 1, "{a}");
        }
    }

    /// draft-mcgrew-tss-03 §9.1: secret `7465737400`, shares of threshold 2.
    #[test]
    fn the_vector_of_mcgrew_holds() {
        let (first, second) = (padded("b9fa07e185"), padded("f5409b4511"));
        assert_eq!(interpolate(&[(1, &first), (2, &second)], 0).expose(), &padded("7465737400"));
        // The coefficient follows from the two: (share 1 ⊕ secret).
        let slope: Vec<u8> = padded("7465737400").iter().zip(first).map(|(a, b)| a ^ b).collect();
        let shares = split(&Secret::from_bytes(padded("7465737400")), 2, 2, |out| {
            out.copy_from_slice(&slope);
            Ok::<(), ()>(())
        })
        .unwrap();
        assert_eq!(shares[0].expose(), &first);
        assert_eq!(shares[1].expose(), &second);
    }

    /// The published 3-of-5 vector of Blockchain Commons' bc-shamir, whose shares stand at 0..=4 and whose secret at 255.
    #[test]
    fn every_three_shares_of_the_sskr_vector_give_its_secret() {
        let shares = [
            padded("00112233445566778899aabbccddeeff"),
            padded("d43099fe444807c46921a4f33a2a798b"),
            padded("d9ad4e3bec2e1a7485698823abf05d36"),
            padded("0d8cf5f6ec337bc764d1866b5d07ca42"),
            padded("1aa7fe3199bc5092ef3816b074cabdf2"),
        ];
        let secret = padded("0ff784df000c4380a5ed683f7e6e3dcf");
        let point = |x: u8| (x, &shares[usize::from(x)]);
        for (a, b, c) in [(0, 1, 2), (1, 2, 4), (4, 3, 0), (2, 3, 4), (0, 4, 1)] {
            assert_eq!(interpolate(&[point(a), point(b), point(c)], 255).expose(), &secret);
        }
        assert_ne!(interpolate(&[point(0), point(1)], 255).expose(), &secret);
    }

    proptest! {
        #[test]
        fn any_threshold_of_shares_gives_the_secret(
            secret in any::<[u8; 32]>(),
            random in proptest::collection::vec(any::<[u8; 32]>(), 15),
            (count, threshold, first) in (2u8..=16).prop_flat_map(|n| (Just(n), 2..=n, 0..n)),
        ) {
            let mut random = random.into_iter();
            let shares = split(&Secret::from_bytes(secret), threshold, count, |out| {
                random.next().map(|bytes| *out = bytes).ok_or(())
            })
            .unwrap();
            let points: Vec<Point<'_>> = (0..threshold)
                .map(|step| (first + step) % count)
                .map(|at| (at + 1, shares[usize::from(at)].expose()))
                .collect();
            let combined = interpolate(&points, 0);
            prop_assert_eq!(combined.expose(), &secret);
        }

        /// With k − 1 shares in hand every secret is possible, each by exactly one choice of the missing share: nothing is learnt.
        #[test]
        fn fewer_shares_fit_every_secret(
            shares in proptest::collection::vec(any::<[u8; 32]>(), 1..15),
            secret in any::<[u8; 32]>(),
        ) {
            let held: Vec<Point<'_>> = (1u8..).zip(&shares).collect();
            let missing = u8::try_from(held.len()).unwrap() + 1;
            let mut with_secret = held.clone();
            with_secret.push((0, &secret));
            let last = interpolate(&with_secret, missing);
            let mut complete = held;
            complete.push((missing, last.expose()));
            let combined = interpolate(&complete, 0);
            prop_assert_eq!(combined.expose(), &secret);
        }
    }
}
