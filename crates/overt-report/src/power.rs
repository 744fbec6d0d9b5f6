//! What this audit would have noticed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Record;

/// How often exactly this procedure is right and how often it errs, on subjects of known truth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Power {
    /// The power in a sentence.
    pub sentence: String,
    /// How often it is right: higher is better.
    pub records: Vec<Record>,
    /// How often it errs: lower is better.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mistakes: Vec<Record>,
}
