//! HL7 date-times from milliseconds, without a time library: the proleptic Gregorian calendar in integers.

use wl_ledger::UnixMillis;

const DAY_MS: i64 = 86_400_000;

/// A day of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct CivilDate {
    /// Year, 1 to 9999.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: i64,
    /// Day of the month, 1 to 31.
    pub day: i64,
}

/// `YYYY-MM-DD` (ISO 8601).
impl core::fmt::Display for CivilDate {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl CivilDate {
    /// The day, counted in days since 1970-01-01.
    ///
    /// Years are counted from March, so that the leap day is the last of its year and the month lengths repeat in
    /// groups of 153 days.
    pub fn from_days(days: i64) -> Self {
        let since_year_0 = days.saturating_add(719_468);
        let era = since_year_0.div_euclid(146_097);
        let of_era = since_year_0.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * of_year + 2) / 153;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: of_year - (153 * march_month + 2) / 5 + 1,
        }
    }

    /// As HL7 writes it: `YYYYMMDD`.
    pub fn hl7(&self) -> String {
        format!("{:04}{:02}{:02}", self.year, self.month, self.day)
    }
}

/// `YYYYMMDDHHMMSS.mmm` in a zone so many minutes east of UTC, without the zone itself.
pub(super) fn local(time: UnixMillis, east_minutes: i64) -> String {
    let shown = time.plus(east_minutes.saturating_mul(60_000)).0;
    let date = CivilDate::from_days(shown.div_euclid(DAY_MS));
    let of_day = shown.rem_euclid(DAY_MS);
    let (seconds, millis) = (of_day / 1_000, of_day % 1_000);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{}{hour:02}{minute:02}{second:02}.{millis:03}", date.hl7())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times() {
        let table = [
            (0, 0, "19700101000000.000"),
            (951_782_400_000, 0, "20000229000000.000"),
            (1_767_961_860_000, 0, "20260109123100.000"),
            (1_767_961_860_007, 330, "20260109180100.007"),
            (4_107_542_399_999, 0, "21000228235959.999"),
            (4_107_542_400_000, 0, "21000301000000.000"),
            (-1, 0, "19691231235959.999"),
        ];
        for (millis, east, want) in table {
            assert_eq!(local(UnixMillis(millis), east), want);
        }
    }

    #[test]
    fn days_follow_each_other_for_400_years() {
        let mut before = CivilDate::from_days(-1);
        for day in 0..146_097 {
            let date = CivilDate::from_days(day);
            assert!(date > before && (1..=12).contains(&date.month) && (1..=31).contains(&date.day));
            before = date;
        }
        assert_eq!(before.hl7(), "23691231");
    }
}
