//! A second of the calendar, told from outside: this crate has no clock.

use std::fmt::{Display, Formatter, Result};

const SECONDS_OF_A_DAY: u64 = 86_400;
/// Days from the first of March of the year 0 to the first of January 1970.
const DAYS_BEFORE_1970: u64 = 719_468;
/// Days of four hundred years, after which the calendar repeats.
const DAYS_OF_AN_ERA: u64 = 146_097;

/// A second in universal time, in a year of four digits from 1970 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    pub(super) year: u16,
    pub(super) month: u8,
    pub(super) day: u8,
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
}

impl Moment {
    /// So many seconds after 1970 began; none from the year 10000 on.
    ///
    /// ```
    /// use overt_report::Moment;
    ///
    /// let leap_day = Moment::after_1970(951_782_400).expect("a year of four digits");
    /// assert_eq!(leap_day.to_string(), "2000-02-29T00:00:00+00:00");
    /// assert_eq!(Moment::after_1970(u64::MAX), None);
    /// ```
    pub fn after_1970(seconds: u64) -> Option<Self> {
        let (year, month, day) = date(seconds / SECONDS_OF_A_DAY)?;
        let second = seconds % SECONDS_OF_A_DAY;
        let (hour, minute) = ((second / 3_600) as u8, (second / 60 % 60) as u8);
        Some(Self { year, month, day, hour, minute, second: (second % 60) as u8 })
    }

    /// The moment as file names have it: `2026-11-22T09-00-00+00-00`.
    pub(super) fn in_a_file_name(self) -> String {
        self.to_string().replace(':', "-")
    }
}

impl Display for Moment {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Self { year, month, day, hour, minute, second } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+00:00")
    }
}

/// Year, month and day, so many days after 1970 began.
///
/// Source: Hinnant, chrono-compatible low-level date algorithms, `civil_from_days`. Years begin in March,
/// so that a leap day is their last.
fn date(days: u64) -> Option<(u16, u8, u8)> {
    let days = days.checked_add(DAYS_BEFORE_1970)?;
    let (era, day) = (days / DAYS_OF_AN_ERA, days % DAYS_OF_AN_ERA);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let march_month = (5 * day + 2) / 153;
    let day = day - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era.checked_mul(400)? + year + u64::from(month <= 2);
    let year = u16::try_from(year).ok().filter(|year| *year <= 9_999)?;
    Some((year, month as u8, day as u8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_leap(year: u16) -> bool {
        year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
    }

    /// The day after, as one counts on one's knuckles.
    fn tomorrow((year, month, day): (u16, u8, u8)) -> (u16, u8, u8) {
        let february = if is_leap(year) { 29 } else { 28 };
        let last = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][usize::from(month) - 1];
        match (month, day) {
            (12, 31) => (year + 1, 1, 1),
            _ if day == last => (year, month + 1, 1),
            _ => (year, month, day + 1),
        }
    }

    #[test]
    fn every_day_follows_the_day_before_until_the_year_10000() {
        let (mut today, mut days) = ((1970, 1, 1), 0);
        while today.0 < 10_000 {
            assert_eq!(date(days), Some(today));
            (today, days) = (tomorrow(today), days + 1);
        }
        assert_eq!(date(days), None);
    }

    proptest! {
        #[test]
        fn later_is_later_as_text_too(a in 0..253_402_300_800_u64, b in 0..253_402_300_800_u64) {
            let [first, second] = [a, b].map(|seconds| Moment::after_1970(seconds).unwrap());
            prop_assert_eq!(first.cmp(&second), a.cmp(&b));
            prop_assert_eq!(first.to_string().cmp(&second.to_string()), a.cmp(&b));
        }

        #[test]
        fn no_number_of_seconds_is_too_many(seconds: u64) {
            prop_assert_eq!(Moment::after_1970(seconds).is_some(), seconds < 253_402_300_800);
        }
    }
}
