//! The answer of one check.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Figure, Record};

/// Whether a check could be put to this subject, and whether its answer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The answer counts.
    Answered,
    /// The check ran, and its own control says not to trust it.
    Unreliable,
    /// The check has no meaning for this subject.
    NotApplicable,
    /// The check could not run, or a control did not come out as it must, so that the whole audit counts
    /// for nothing.
    Failed,
}

/// The check whose answer is on the screen beside the power: what the audit made of subjects that it knows.
pub(crate) const CONTROLS: &str = "controls";

/// One question put to the subject and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Short name of the check, such as `placement`.
    pub check: String,
    /// Heading.
    pub title: String,
    /// The question, in words.
    pub question: String,
    /// The answer, in a sentence.
    pub answer: String,
    /// Whether the answer counts.
    pub status: Status,
    /// Id of the record that answers in one number, where one does.
    pub headline: Option<String>,
    /// The numbers behind the answer.
    pub records: Vec<Record>,
    /// The pictures of the answer.
    pub figures: Vec<Figure>,
    /// What the answer does not say.
    pub caveats: Vec<String>,
    /// What this check adds to swapping objects and watching the behaviour.
    pub adds: Option<String>,
}

impl Finding {
    /// The record that answers in one number.
    pub fn headline(&self) -> Option<&Record> {
        let id = self.headline.as_ref()?;
        self.records.iter().find(|record| record.id == *id)
    }
}
