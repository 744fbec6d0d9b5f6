//! What this audit would have noticed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Record;

/// Hit rate and false-alarm rate of exactly this procedure on subjects of known truth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Power {
    /// The power in a sentence.
    pub sentence: String,
    /// The measured rates.
    pub records: Vec<Record>,
}
