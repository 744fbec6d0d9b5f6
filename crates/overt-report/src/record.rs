//! One number and everything needed to believe it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Interval;

/// One number: what it counts, over what, how, and how sure it is.
///
/// Every number that a report shows is a record, so a reader can always ask where it came from.
/// An `id` names one record; the same record may appear in two places, but only unchanged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Name of the record, of letters, digits, `.`, `_` and `-`, such as `placement.green`.
    pub id: String,
    /// What the number is, in a few words.
    pub label: String,
    /// What the cases were drawn from.
    pub population: String,
    /// What was computed over the cases.
    pub estimator: String,
    /// How many cases.
    pub n: u64,
    /// The estimate.
    pub value: f64,
    /// Bounds around the estimate.
    pub interval: Option<Interval>,
    /// How the bounds were computed, such as `Clopper-Pearson`.
    pub method: String,
    /// Seed of the draw, where there was one.
    pub seed: Option<u64>,
    /// Unit of the value; nothing for a plain rate.
    pub unit: Option<String>,
    /// The record for which this one is the control.
    pub control_of: Option<String>,
}
