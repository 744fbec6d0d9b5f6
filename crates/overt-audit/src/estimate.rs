//! Estimates with bootstrap intervals, which checks of every world state.

use crate::Error;
use overt_stats::{Interval, bootstrap, mean};
use serde::{Deserialize, Serialize};

const RESAMPLES: usize = 500;

/// A number with its 95 % bootstrap interval over levels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its interval.
    pub interval: Interval,
}

impl Estimate {
    /// A statistic of units and its bootstrap interval.
    ///
    /// # Errors
    /// A statistic that is not defined on the units.
    pub(crate) fn of<T>(
        units: &[T],
        seed: u64,
        statistic: impl Fn(&[&T]) -> Option<f64>,
    ) -> Result<Self, Error> {
        let all: Vec<&T> = units.iter().collect();
        let interval = bootstrap(units, RESAMPLES, 0.95, seed, &statistic)?;
        let undefined = overt_stats::Error::StatisticUndefined { undefined: 1, resamples: 1 };
        let value = statistic(&all).ok_or(undefined)?;
        let (lo, hi) = (interval.lo.min(value), interval.hi.max(value));
        Ok(Self { value, interval: Interval { lo, hi, ..interval } })
    }

    /// The mean of some numbers.
    ///
    /// # Errors
    /// No numbers.
    pub(crate) fn mean_of(values: &[f64], seed: u64) -> Result<Self, Error> {
        Self::of(values, seed, |values| average(values.iter().map(|v| **v)))
    }
}

/// Mean of an iterator; none when it is empty.
pub(crate) fn average(values: impl Iterator<Item = f64>) -> Option<f64> {
    mean(&values.collect::<Vec<_>>()).ok()
}

/// A share of a whole, within bounds. Of a whole that is nothing there is no share: an agent without
/// preferences is measured, and then found too weak.
pub(crate) fn share(part: f64, whole: f64, (lo, hi): (f64, f64)) -> f64 {
    if whole.abs() > 1e-9 { (part / whole).clamp(lo, hi) } else { 0.0 }
}
