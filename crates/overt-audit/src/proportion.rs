//! A share of cases with its exact interval.

use crate::Error;
use overt_stats::{Interval, clopper_pearson};
use serde::{Deserialize, Serialize};

/// How often something happened.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proportion {
    /// Cases in which it happened.
    pub k: u64,
    /// Cases.
    pub n: u64,
    /// Share.
    pub value: f64,
    /// Exact 95 % interval (Clopper and Pearson 1934).
    pub interval: Interval,
}

impl Proportion {
    /// How often something happened in some cases.
    ///
    /// ```
    /// let one_of_four = overt_audit::Proportion::of([false, true, false, false])?;
    /// assert_eq!((one_of_four.k, one_of_four.n, one_of_four.value), (1, 4, 0.25));
    /// assert!(one_of_four.interval.contains(0.5));
    /// # Ok::<(), overt_audit::Error>(())
    /// ```
    ///
    /// # Errors
    /// No cases.
    pub fn of(happened: impl IntoIterator<Item = bool>) -> Result<Self, Error> {
        let count = |(k, n), happened| (k + u64::from(happened), n + 1);
        let (k, n) = happened.into_iter().fold((0, 0), count);
        let interval = clopper_pearson(k, n, 0.95)?;
        Ok(Self { k, n, value: k as f64 / n as f64, interval })
    }
}
