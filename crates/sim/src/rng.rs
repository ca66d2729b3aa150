//! The ward's own generator, pinned here so that one seed gives the same bytes for ever.
//!
//! xoshiro256++ seeded by SplitMix64 (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021).
//! It is for simulation only; keys and nonces never come from here.

/// A seeded generator. Equal seeds and streams give equal numbers on every machine.
#[derive(Clone, Debug)]
pub struct Rng {
    state: [u64; 4],
}

impl Rng {
    /// The generator of one seed.
    pub fn new(seed: u64) -> Self {
        let mut mix = seed;
        Self { state: [split_mix(&mut mix), split_mix(&mut mix), split_mix(&mut mix), split_mix(&mut mix)] }
    }

    /// An independent generator for one purpose (`stream`) of one seed, so that adding a patient moves nobody else.
    pub fn for_stream(seed: u64, stream: u64) -> Self {
        let mut mix = stream;
        Self::new(seed ^ split_mix(&mut mix))
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (c2, d2) = (c ^ a, d ^ b);
        self.state = [a ^ d2, b ^ c2, c2 ^ (b << 17), d2.rotate_left(45)];
        result
    }

    /// A number in `0..bound`; 0 if `bound` is 0. The bias of the reduction is below 2^-32 for 32-bit bounds.
    pub fn below(&mut self, bound: u32) -> u32 {
        let high = ((self.next_u64() >> 32) * u64::from(bound)) >> 32;
        u32::try_from(high).unwrap_or(0)
    }

    /// A number in `[low, high)`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        // 53 bits fill the mantissa of an f64 exactly, so this is the same number everywhere.
        let unit = (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        low + (high - low) * unit
    }

    /// Noise of mean 0 and standard deviation 1, never beyond ±3.47: four 16-bit uniforms added.
    ///
    /// It is bounded and needs no logarithm, whose last bit differs between C libraries.
    pub fn noise(&mut self) -> f64 {
        let bits = self.next_u64();
        let sum = (bits & 0xffff) + ((bits >> 16) & 0xffff) + ((bits >> 32) & 0xffff) + (bits >> 48);
        (sum as f64 / 65_535.0 - 2.0) * SQRT_3
    }
}

/// The standard deviation of four added uniforms is `1/√3`.
const SQRT_3: f64 = 1.732_050_807_568_877_2;

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut word = *state;
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_mix_gives_the_published_numbers() {
        let mut state = 1_234_567;
        let got: Vec<u64> = (0..3).map(|_| split_mix(&mut state)).collect();
        assert_eq!(got, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn xoshiro_gives_the_published_numbers() {
        let mut rng = Rng { state: [1, 2, 3, 4] };
        let got: Vec<u64> = (0..5).map(|_| rng.next_u64()).collect();
        assert_eq!(
            got,
            [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386, 9_228_616_714_210_784_205]
        );
    }

    #[test]
    fn noise_has_the_stated_moments_and_bounds() {
        let mut rng = Rng::new(7);
        let drawn: Vec<f64> = (0..20_000).map(|_| rng.noise()).collect();
        let mean = drawn.iter().sum::<f64>() / 20_000.0;
        let variance = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.03, "{mean}");
        assert!((variance - 1.0).abs() < 0.03, "{variance}");
        assert!(drawn.iter().all(|x| x.abs() < 3.47));
    }

    #[test]
    fn bounds_hold_and_zero_is_answered() {
        let mut rng = Rng::new(1);
        assert_eq!(rng.below(0), 0);
        for _ in 0..1_000 {
            assert!(rng.below(7) < 7);
            let drawn = rng.between(-2.0, 3.0);
            assert!((-2.0..3.0).contains(&drawn));
        }
    }

    #[test]
    fn streams_of_one_seed_differ() {
        assert_ne!(Rng::for_stream(1, 0).next_u64(), Rng::for_stream(1, 1).next_u64());
        assert_ne!(Rng::for_stream(1, 0).next_u64(), Rng::for_stream(2, 0).next_u64());
    }
}
