//! The whole document.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Appearance, Claim, Figure, Finding, Forecast, GoalFinding, PageDigests, Power, Provenance,
    Record, Story, Subject, Verdict,
};

/// Name and version of the format.
pub const SCHEMA: &str = "overt/report/2";

/// Everything that one audit says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Name and version of the format, always [`SCHEMA`].
    pub schema: String,
    /// What was audited.
    pub subject: Subject,
    /// What was claimed.
    pub claim: Claim,
    /// The report in two pictures; absent where nothing can be drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<Story>,
    /// How the subject looks in training.
    pub appearance: Appearance,
    /// Which goal it pursues.
    pub goal: GoalFinding,
    /// What it will do once deployed.
    pub forecast: Forecast,
    /// What follows for the claim.
    pub verdict: Verdict,
    /// What was asked, one answer each.
    pub findings: Vec<Finding>,
    /// What was not asked.
    pub not_asked: Vec<String>,
    /// What this audit would have noticed.
    pub power: Option<Power>,
    /// How to make the same report again.
    pub provenance: Provenance,
    /// What the page of this report shows, so that a page can be checked against the signed report; see
    /// [`with_page`](Self::with_page).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<PageDigests>,
}

impl Report {
    /// Every record in reading order. A record that appears twice is listed twice.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.summary()
            .chain(self.findings.iter().flat_map(|finding| &finding.records))
            .chain(self.power.iter().flat_map(|power| power.records.iter().chain(&power.mistakes)))
    }

    /// The records of the summary, which are rates.
    pub(crate) fn summary(&self) -> impl Iterator<Item = &Record> {
        [&self.appearance.success]
            .into_iter()
            .chain(&self.goal.probability)
            .chain(&self.goal.probabilities)
            .chain(self.forecast.estimates())
            .chain(&self.forecast.leaves_claim)
    }

    /// Every figure in reading order.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        let story = self.story.iter().flat_map(Story::figures);
        story.chain(self.findings.iter().flat_map(|finding| &finding.figures))
    }
}
