//! Exact decimal arithmetic on what devices print: parse, compare, round, show. No floats anywhere.

use core::cmp::Ordering;
use core::fmt;

use crate::reading::Decimal;

/// Why a text or a pair of numbers is no [`Decimal`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DecimalError {
    /// The text is empty or holds a sign or a point only.
    #[error("a number needs at least one digit")]
    NoDigit,
    /// A character that is no digit, at this byte offset.
    #[error("byte {0} of the number is neither digit, sign in front nor first decimal point")]
    NotDigit(usize),
    /// More digits than 32 bits hold.
    #[error("the number has more digits than fit 32 bits")]
    TooLong,
    /// Power of ten outside -9..=9.
    #[error("power of ten {0} is outside -9..=9")]
    Scale(i32),
}

impl Decimal {
    /// Smallest and largest power of ten a decimal may carry.
    pub const SCALES: core::ops::RangeInclusive<i8> = -9..=9;

    /// `mantissa × 10^scale`.
    ///
    /// # Errors
    /// [`DecimalError::Scale`] if the power of ten is outside [`Self::SCALES`].
    pub fn new(mantissa: i32, scale: i8) -> Result<Self, DecimalError> {
        if Self::SCALES.contains(&scale) {
            Ok(Self { mantissa, scale })
        } else {
            Err(DecimalError::Scale(i32::from(scale)))
        }
    }

    /// A whole number.
    pub const fn whole(mantissa: i32) -> Self {
        Self { mantissa, scale: 0 }
    }

    /// A number in tenths.
    pub const fn tenths(mantissa: i32) -> Self {
        Self { mantissa, scale: -1 }
    }

    /// Reads an HL7 NM value: an optional sign, digits, at most one point. Zeros at the end are kept, because they
    /// tell the resolution of the device.
    ///
    /// # Errors
    /// [`DecimalError`] naming what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        let (negative, start) = match text.as_bytes().first() {
            Some(b'-') => (true, 1),
            Some(b'+') => (false, 1),
            _ => (false, 0),
        };
        let mut mantissa: i64 = 0;
        let mut places: Option<i32> = None;
        let mut digits = 0u32;
        for (at, byte) in text.bytes().enumerate().skip(start) {
            match byte {
                b'0'..=b'9' => {
                    digits = digits.saturating_add(1);
                    mantissa = push_digit(mantissa, byte)?;
                    places = places.map(|n| n.saturating_add(1));
                }
                b'.' if places.is_none() => places = Some(0),
                _ => return Err(DecimalError::NotDigit(at)),
            }
        }
        if digits == 0 {
            return Err(DecimalError::NoDigit);
        }
        let signed = if negative { -mantissa } else { mantissa };
        let scale = 0 - places.unwrap_or(0);
        Self::new(
            i32::try_from(signed).map_err(|_| DecimalError::TooLong)?,
            i8::try_from(scale).map_err(|_| DecimalError::Scale(scale))?,
        )
    }

    /// The value in billionths: every decimal is a whole number of them.
    pub fn billionths(self) -> i128 {
        // Out of range scales can only be built by hand; they are held at the ends so that this is total.
        let exponent = u32::try_from(i32::from(self.scale.clamp(-9, 9)) + 9).unwrap_or(0);
        i128::from(self.mantissa) * 10i128.pow(exponent)
    }

    /// Compares by value: `36.80` and `36.8` are equal here although they are different readings.
    pub fn compare(self, other: Self) -> Ordering {
        self.billionths().cmp(&other.billionths())
    }

    /// The value in units of `10^scale`, rounded half up (towards the higher), or `None` if it does not fit.
    /// `36.85` at scale −1 is 369.
    pub fn rounded(self, scale: i8) -> Option<i32> {
        let exponent = u32::try_from(i32::from(scale.clamp(-9, 9)) + 9).ok()?;
        let unit = 10i128.pow(exponent);
        let doubled = self.billionths().checked_mul(2)?.checked_add(unit)?;
        i32::try_from(doubled.div_euclid(unit.checked_mul(2)?)).ok()
    }

    /// The same value at another power of ten, if that loses nothing.
    pub fn rescaled(self, scale: i8) -> Option<Self> {
        let moved = Self::new(self.rounded(scale)?, scale).ok()?;
        (moved.compare(self) == Ordering::Equal).then_some(moved)
    }
}

fn push_digit(mantissa: i64, byte: u8) -> Result<i64, DecimalError> {
    mantissa
        .checked_mul(10)
        .and_then(|m| m.checked_add(i64::from(byte - b'0')))
        .filter(|m| *m <= i64::from(i32::MAX) + 1)
        .ok_or(DecimalError::TooLong)
}

impl fmt::Display for Decimal {
    /// All digits, none invented: `368 × 10^-1` is `36.8`, `5 × 10^2` is `500`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = i64::from(self.mantissa).unsigned_abs();
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let scale = i32::from(self.scale.clamp(-9, 9));
        match usize::try_from(-scale) {
            Ok(0) => write!(f, "{sign}{digits}"),
            Ok(places) => {
                let unit = 10u64.pow(u32::try_from(places).unwrap_or(0));
                write!(f, "{sign}{}.{:0places$}", digits / unit, digits % unit)
            }
            Err(_) if digits == 0 => f.write_str("0"),
            Err(_) => {
                let zeros = usize::try_from(scale).unwrap_or(0);
                write!(f, "{sign}{digits}{:0>zeros$}", "")
            }
        }
    }
}

impl<C> minicbor::Encode<C> for Decimal {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.array(2)?.i32(self.mantissa)?.i8(self.scale)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Decimal {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        if d.array()? != Some(2) {
            return Err(minicbor::decode::Error::message("a decimal is an array of two"));
        }
        let (mantissa, scale) = (d.i32()?, d.i8()?);
        Self::new(mantissa, scale)
            .map_err(|_| minicbor::decode::Error::message("power of ten outside -9..=9"))
    }
}
