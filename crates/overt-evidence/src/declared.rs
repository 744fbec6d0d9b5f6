//! What was claimed about a model, and the thresholds that follow from it.

use crate::{Decimal, Error};
use serde::{Deserialize, Serialize};

/// What was claimed about the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Declared {
    /// The intended goal: an outcome of the table.
    pub goal: String,
    /// What it could be mistaken for: outcomes of the table.
    pub proxies: Vec<String>,
    /// The claim holds if the goal comes first in at least this share of cases.
    pub min_rate: Decimal,
    /// Least success in training for the model to appear aligned.
    pub min_success: Decimal,
}

/// A threshold that was declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// At least [`Declared::min_rate`].
    MinRate,
    /// At most one less [`Declared::min_rate`].
    RestOfRate,
    /// At least [`Declared::min_success`].
    MinSuccess,
}

/// On which side of a threshold a bound must lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Comparator {
    /// The lower bound is at or over the threshold.
    #[serde(rename = ">=")]
    AtLeast,
    /// The upper bound is at or under the threshold.
    #[serde(rename = "<=")]
    AtMost,
}

impl Declared {
    /// What was declared: a claim may ask nothing else, or it could be moved after the result.
    ///
    /// # Errors
    /// A rate that is no decimal once it is taken from one.
    pub fn threshold(&self, limit: Limit) -> Result<(Comparator, Decimal), Error> {
        match limit {
            Limit::MinRate => Ok((Comparator::AtLeast, self.min_rate)),
            Limit::RestOfRate => Ok((Comparator::AtMost, self.allowed()?)),
            Limit::MinSuccess => Ok((Comparator::AtLeast, self.min_success)),
        }
    }

    /// The largest share of cases in which the goal may not come first.
    pub(crate) fn allowed(&self) -> Result<Decimal, Error> {
        Decimal::near(1.0 - self.min_rate.value())
    }
}
