//! A confidence or credible interval.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Two bounds around an estimate, and how often such bounds hold the truth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Lower bound.
    pub lo: f64,
    /// Upper bound.
    pub hi: f64,
    /// Nominal coverage, strictly between 0 and 1, such as `0.95`.
    pub level: f64,
}

impl From<overt_stats::Interval> for Interval {
    fn from(interval: overt_stats::Interval) -> Self {
        let overt_stats::Interval { lo, hi, level } = interval;
        Self { lo, hi, level }
    }
}
