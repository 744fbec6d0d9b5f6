//! Figures as they are signed: decimals with six places, as strings.

use crate::Error;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Places after the point.
pub const PLACES: usize = 6;
const ONE: i64 = 1_000_000;

/// A decimal with six places, from −1,000,000 to 1,000,000: its text is the same in every language, and
/// so is the answer to which of two is larger.
///
/// ```
/// use overt_evidence::Decimal;
/// let bound = Decimal::above(0.012_345_67)?;
/// assert_eq!(bound.to_string(), "0.012346");
/// assert!(bound > "0.012345".parse()?);
/// assert!("1e-3".parse::<Decimal>().is_err());
/// # Ok::<(), overt_evidence::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal {
    millionths: i64,
}

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self { millionths: 0 };

    /// The nearest one.
    ///
    /// # Errors
    /// A number that is not finite or too large.
    pub fn near(value: f64) -> Result<Self, Error> {
        Self::of(value, f64::round)
    }

    /// The largest that is not above: what a lower bound is rounded to.
    ///
    /// # Errors
    /// As [`Decimal::near`].
    pub fn below(value: f64) -> Result<Self, Error> {
        Self::of(value, f64::floor)
    }

    /// The smallest that is not below: what an upper bound is rounded to.
    ///
    /// # Errors
    /// As [`Decimal::near`].
    pub fn above(value: f64) -> Result<Self, Error> {
        Self::of(value, f64::ceil)
    }

    /// The same number as people write it: with up to six places, such as `0.01` or `1`.
    ///
    /// ```
    /// use overt_evidence::Decimal;
    /// assert_eq!(Decimal::from_human("0.01")?, "0.010000".parse()?);
    /// assert!(Decimal::from_human("1%").is_err());
    /// # Ok::<(), overt_evidence::Error>(())
    /// ```
    ///
    /// # Errors
    /// Other text.
    pub fn from_human(text: &str) -> Result<Self, Error> {
        let refused = || Error::NotDecimal { got: text.chars().take(40).collect() };
        let (whole, part) = match text.split_once('.') {
            Some((_, "")) => return Err(refused()),
            Some(parted) => parted,
            None => (text, ""),
        };
        format!("{whole}.{part:0<PLACES$}").parse().map_err(|_error: Error| refused())
    }

    /// As a floating-point number.
    pub fn value(self) -> f64 {
        self.millionths as f64 / ONE as f64
    }

    /// A share as people say it, such as `95 %`.
    pub fn percent(self) -> String {
        let text = format!("{:.4}", self.value() * 100.0);
        format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
    }

    /// Whether `k` of `n` is over it: exactly, for .29 × 100 is a little under 29 in floating point.
    pub(crate) fn is_under(self, k: u64, n: u64) -> bool {
        i128::from(k) * i128::from(ONE) > i128::from(self.millionths) * i128::from(n)
    }

    fn of(value: f64, rounded: fn(f64) -> f64) -> Result<Self, Error> {
        // What is a hair from a decimal is that decimal: .05 × 10⁶ is not quite 50,000.
        let scaled = value * ONE as f64;
        let near = scaled.round();
        let whole = if (scaled - near).abs() < 1e-7 { near } else { rounded(scaled) };
        if whole.abs() <= (ONE * ONE) as f64 {
            Ok(Self { millionths: whole as i64 })
        } else {
            Err(Error::NotDecimal { got: value.to_string() })
        }
    }
}

impl std::ops::Sub for Decimal {
    type Output = Self;

    /// The difference, exactly.
    fn sub(self, other: Self) -> Self {
        Self { millionths: self.millionths - other.millionths }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.millionths < 0 { "-" } else { "" };
        let (whole, part) = (self.millionths.abs() / ONE, self.millionths.abs() % ONE);
        write!(f, "{sign}{whole}.{part:06}")
    }
}

impl std::str::FromStr for Decimal {
    type Err = Error;

    /// Exactly six places; no sign but a minus before what is not zero; no zero before other digits.
    fn from_str(text: &str) -> Result<Self, Error> {
        let refused = || Error::NotDecimal { got: text.chars().take(40).collect() };
        if text.len() > 16 {
            return Err(refused());
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let millionths: i64 = digits.parse().ok().ok_or_else(refused)?;
        let read =
            Self { millionths: if text.starts_with('-') { -millionths } else { millionths } };
        if millionths <= ONE * ONE && read.to_string() == text { Ok(read) } else { Err(refused()) }
    }
}

impl TryFrom<String> for Decimal {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Decimal> for String {
    fn from(decimal: Decimal) -> Self {
        decimal.to_string()
    }
}
