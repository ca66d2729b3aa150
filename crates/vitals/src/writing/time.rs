//! Times as people read them: `2026-01-10T00:31:01.000Z` (RFC 3339, UTC, milliseconds always).

use wl_ledger::UnixMillis;

const DAY: i64 = 86_400_000;
/// 0001-01-01 to 9999-12-31, in days from 1970-01-01; what lies outside is written as the nearest of them.
const DAYS: core::ops::RangeInclusive<i64> = -719_162..=2_932_896;

/// A time as text.
pub(super) fn text(at: UnixMillis) -> String {
    let (days, millis) = (at.0.div_euclid(DAY), at.0.rem_euclid(DAY));
    let (year, month, day) = civil(days.clamp(*DAYS.start(), *DAYS.end()));
    let (seconds, millis) = (millis / 1000, millis % 1000);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{millis:03}Z",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// Reads what [`text`] writes.
pub(super) fn read(text: &str) -> Option<UnixMillis> {
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i64>().ok())?
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let seconds = number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
    let at = UnixMillis(days(year, month, day) * DAY + seconds * 1000 + number(20, 23)?);
    (self::text(at) == text).then_some(at)
}

/// Days since 1970-01-01 as a date of the Gregorian calendar. Years begin in March here, so that leap days come last;
/// an era is 400 years of 146,097 days.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

/// The same backwards; a date that does not exist gives another day, whose text differs.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let march = (month + 9) % 12;
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * march + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_written_as_calendars_say() {
        for (millis, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_768_005_061_007, "2026-01-10T00:31:01.007Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            (951_868_799_999, "2000-02-29T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(text(UnixMillis(millis)), expected);
            assert_eq!(read(expected), Some(UnixMillis(millis)));
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for wrong in [
            "",
            "2026-01-10",
            "2026-02-30T00:00:00.000Z",
            "2026-13-01T00:00:00.000Z",
            "2026-01-10T24:00:00.000Z",
            "2026-01-10T00:60:00.000Z",
            "2026-01-10T00:00:00Z",
            "2026-01-10T00:00:00.000+01:00",
            "2026-01-10 00:00:00.000Z",
            "+026-01-10T00:00:00.000Z",
            "2026-01-10T00:00:00.000Zé",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_time_comes_back(millis in -62_135_596_800_000i64..253_402_300_800_000) {
            prop_assert_eq!(read(&text(UnixMillis(millis))), Some(UnixMillis(millis)));
        }
    }
}
