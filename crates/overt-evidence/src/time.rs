//! Moments, to the second, in universal time.

use crate::Error;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A moment such as `2026-11-26T05:23:06Z`; of two, the later is the larger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Time(String);

impl Time {
    /// So many minutes later; at most to the year 9999.
    ///
    /// ```
    /// let time: overt_evidence::Time = "2026-12-31T23:50:07Z".parse()?;
    /// assert_eq!(time.minutes_later(1450).to_string(), "2027-01-02T00:00:07Z");
    /// # Ok::<(), overt_evidence::Error>(())
    /// ```
    #[must_use]
    pub fn minutes_later(&self, minutes: u32) -> Self {
        let number = |at: std::ops::Range<usize>| self.0[at].parse::<u64>().unwrap_or(0);
        let all = number(11..13) * 60 + number(14..16) + u64::from(minutes);
        let day = self.days_later((all / 1440) as u32);
        let (hour, minute) = (all % 1440 / 60, all % 60);
        Self(format!("{}T{hour:02}:{minute:02}{}", &day.0[..10], &self.0[16..]))
    }

    /// So many days later; at most to the year 9999.
    ///
    /// ```
    /// use overt_evidence::Time;
    /// let time: Time = "2026-12-31T00:00:00Z".parse()?;
    /// assert_eq!(time.days_later(60).to_string(), "2027-03-01T00:00:00Z");
    /// # Ok::<(), overt_evidence::Error>(())
    /// ```
    #[must_use]
    pub fn days_later(&self, days: u32) -> Self {
        let number = |at: std::ops::Range<usize>| self.0[at].parse::<i64>().unwrap_or(0);
        let today = days_to(number(0..4), number(5..7), number(8..10));
        let (year, month, day) = date(today + i64::from(days));
        if year > 9999 {
            return Self("9999-12-31T23:59:59Z".to_owned());
        }
        Self(format!("{year:04}-{month:02}-{day:02}{}", &self.0[10..]))
    }
}

impl std::str::FromStr for Time {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for Time {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        let refused = |text: &str| Error::NotTime { got: text.chars().take(40).collect() };
        let form = "dddd-dd-ddTdd:dd:ddZ";
        let fits = text.len() == form.len()
            && text.chars().zip(form.chars()).all(|(got, form)| match form {
                'd' => got.is_ascii_digit(),
                _ => got == form,
            });
        if !fits {
            return Err(refused(&text));
        }
        let number = |at: std::ops::Range<usize>| text[at].parse::<i64>().unwrap_or(-1);
        let (year, month, day) = (number(0..4), number(5..7), number(8..10));
        let is_day = year > 0 && date(days_to(year, month, day)) == (year, month, day);
        let is_hour = number(11..13) < 24 && number(14..16) < 60 && number(17..19) < 60;
        if is_day && is_hour { Ok(Self(text)) } else { Err(refused(&text)) }
    }
}

impl From<Time> for String {
    fn from(time: Time) -> Self {
        time.0
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Days since 1 March of the year 0; years begin in March, so that the odd day comes last.
fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1
}

fn date(days: i64) -> (i64, i64, i64) {
    let mut year = days / 365;
    while days_to(year, 3, 1) > days {
        year -= 1;
    }
    let rest = days - days_to(year, 3, 1);
    let month = (5 * rest + 2) / 153;
    let day = rest - (153 * month + 2) / 5 + 1;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}
