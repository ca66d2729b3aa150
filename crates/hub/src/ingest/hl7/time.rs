//! HL7 timestamps (DTM and TS): `YYYYMMDDHHMM[SS[.S…]][+/-ZZZZ]`.

use wl_ledger::UnixMillis;

/// Minutes east of UTC, at most 14 hours either way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct UtcOffset(i16);

impl UtcOffset {
    /// UTC itself.
    pub const UTC: Self = Self(0);

    /// An offset of so many minutes east; `None` beyond 14 hours.
    pub fn minutes(east: i16) -> Option<Self> {
        (-840..=840).contains(&east).then_some(Self(east))
    }

    fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = match text.as_bytes().first()? {
            b'+' => (1, text.get(1..)?),
            b'-' => (-1, text.get(1..)?),
            _ => return None,
        };
        let (hours, minutes) = (number(digits.get(..2)?)?, number(digits.get(2..)?)?);
        if digits.len() != 4 || minutes > 59 {
            return None;
        }
        Self::minutes(sign * i16::try_from(hours * 60 + minutes).ok()?)
    }
}

/// Why a text is no point in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TimeError {
    /// Not of the form above.
    #[error("a time is YYYYMMDDHHMM, with optional seconds, fraction and +ZZZZ")]
    Form,
    /// Of the form, but no such date, time or zone exists.
    #[error("there is no such date, time or zone")]
    NoSuchTime,
}

/// A point in time as a message told it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timestamp {
    /// The point in time; fractions beyond milliseconds are cut.
    pub at: UnixMillis,
    /// The zone it was written in, if it carried one.
    pub zone: Option<UtcOffset>,
}

/// Reads a timestamp; `default` is the zone where it carries none. Less than minutes is no point in time.
///
/// # Errors
/// [`TimeError`].
pub fn parse_timestamp(text: &str, default: UtcOffset) -> Result<Timestamp, TimeError> {
    let split = text.find(['+', '-']).unwrap_or(text.len());
    let (local, zone) = (text.get(..split).unwrap_or_default(), text.get(split..).unwrap_or_default());
    let zone = match zone {
        "" => None,
        zone => Some(UtcOffset::parse(zone).ok_or(TimeError::NoSuchTime)?),
    };
    let (digits, fraction) = match local.split_once('.') {
        Some((digits, fraction)) if digits.len() == 14 => (digits, fraction),
        Some(_) => return Err(TimeError::Form),
        None => (local, "0"),
    };
    if !matches!(digits.len(), 12 | 14) || fraction.is_empty() || fraction.len() > 9 {
        return Err(TimeError::Form);
    }
    let part = |from: usize, to: usize| number(digits.get(from..to)?);
    let (Some(year), Some(month), Some(day), Some(hour), Some(minute)) =
        (part(0, 4), part(4, 6), part(6, 8), part(8, 10), part(10, 12))
    else {
        return Err(TimeError::Form);
    };
    let second = if digits.len() == 14 { part(12, 14).ok_or(TimeError::Form)? } else { 0 };
    let millis = millis_of(fraction).ok_or(TimeError::Form)?;
    let seconds = unix_seconds([year, month, day, hour, minute, second]).ok_or(TimeError::NoSuchTime)?;
    let east = i64::from(zone.unwrap_or(default).0) * 60;
    Ok(Timestamp { at: UnixMillis((seconds - east) * 1000 + millis), zone })
}

fn unix_seconds([year, month, day, hour, minute, second]: [u32; 6]) -> Option<i64> {
    let small = |n: u32| i8::try_from(n).ok();
    let time = jiff::civil::DateTime::new(
        i16::try_from(year).ok()?,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        0,
    )
    .ok()?;
    Some(jiff::tz::Offset::UTC.to_timestamp(time).ok()?.as_second())
}

/// A fraction of a second in milliseconds, cut after the third digit.
fn millis_of(fraction: &str) -> Option<i64> {
    let whole = number(fraction)?;
    let places = u32::try_from(fraction.len()).ok()?;
    let scaled = i64::from(whole) * 1000;
    scaled.checked_div(10i64.checked_pow(places)?)
}

fn number(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

/// Writes a time in UTC with milliseconds, as replies carry it; empty for a time the calendar does not have.
pub(super) fn format_utc(at: UnixMillis) -> String {
    jiff::Timestamp::from_millisecond(at.0)
        .map(|t| t.strftime("%Y%m%d%H%M%S%.3f+0000").to_string())
        .unwrap_or_default()
}
