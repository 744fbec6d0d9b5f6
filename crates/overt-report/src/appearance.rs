//! How the subject looks in training.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Record;

/// Success on the training distribution. It says only that the subject *appears* aligned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Appearance {
    /// Rate of success in training.
    pub success: Record,
    /// The same in a sentence.
    pub sentence: String,
}
