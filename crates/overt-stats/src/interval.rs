//! A range and how sure it is.

use serde::{Deserialize, Serialize};

use crate::check;
use crate::error::{Error, Result};

/// A range that claims to hold a quantity with probability [`level`](Self::level).
///
/// Both ends belong to the range. The unit is that of the quantity. The level is a share of 1, so 0.95
/// and not 95. A one-sided bound is an interval whose other end is the end of the parameter's range.
/// An interval that is read from outside is checked as in [`Interval::new`].
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Interval {
    /// Lower end.
    pub lo: f64,
    /// Upper end, at least `lo`.
    pub hi: f64,
    /// Stated coverage, inside (0, 1).
    pub level: f64,
}

/// An interval as it arrives, before its ends are believed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    lo: f64,
    hi: f64,
    level: f64,
}

impl Interval {
    /// Finite ends in order, and a level inside (0, 1).
    ///
    /// ```
    /// # use overt_stats::Interval;
    /// assert!(Interval::new(0.2, 0.4, 0.95)?.contains(0.2));
    /// assert!(Interval::new(0.4, 0.2, 0.95).is_err());
    /// # Ok::<(), overt_stats::Error>(())
    /// ```
    pub fn new(lo: f64, hi: f64, level: f64) -> Result<Self> {
        check::finite("interval ends", &[lo, hi])?;
        check::open_unit("level", level)?;
        if lo > hi { Err(Error::EmptyInterval { lo, hi }) } else { Ok(Self { lo, hi, level }) }
    }

    /// Whether `value` lies between the ends, ends included.
    pub fn contains(&self, value: f64) -> bool {
        (self.lo..=self.hi).contains(&value)
    }

    /// `hi - lo`, in the unit of the quantity.
    pub fn width(&self) -> f64 {
        self.hi - self.lo
    }
}

impl TryFrom<Unchecked> for Interval {
    type Error = Error;

    fn try_from(raw: Unchecked) -> Result<Self> {
        Self::new(raw.lo, raw.hi, raw.level)
    }
}
