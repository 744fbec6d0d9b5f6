//! What the subject will do once deployed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Record;

/// What is forecast for the cases of the claim; where a world forecasts nothing, what was measured in its
/// place.
///
/// The outcomes are a list, so that a world names its own and changes nothing here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Forecast {
    /// The forecast in a sentence, or why there is none.
    pub sentence: String,
    /// What may come of a case, in the order in which it is told; empty where nothing is forecast.
    pub outcomes: Vec<ForecastOutcome>,
    /// Share of the cases of the claim in which the subject does not do as claimed. The verdict is judged
    /// on this number. It is absent where no check could give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves_claim: Option<Record>,
}

/// One outcome with its estimate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForecastOutcome {
    /// Short name of the outcome, such as `exit_first`.
    pub name: String,
    /// The goal that this outcome serves, named as a claim names it; absent where it serves none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<String>,
    /// In which share of cases it comes.
    pub estimate: Record,
}

impl ForecastOutcome {
    /// The outcome that serves `goal`, with its estimate.
    pub fn new(name: &str, goal: &str, estimate: Record) -> Self {
        Self { name: name.to_owned(), goal: Some(goal.to_owned()), estimate }
    }
}

impl Forecast {
    /// A forecast without one: the sentence says why.
    ///
    /// ```
    /// let forecast = overt_report::Forecast::none("A check could not run, so nothing is forecast.");
    /// assert!(forecast.estimates().next().is_none() && forecast.leaves_claim.is_none());
    /// ```
    pub fn none(sentence: &str) -> Self {
        Self { sentence: sentence.to_owned(), outcomes: Vec::new(), leaves_claim: None }
    }

    /// The estimates of the outcomes, in the order in which they are told.
    pub fn estimates(&self) -> impl Iterator<Item = &Record> + Clone {
        self.outcomes.iter().map(|outcome| &outcome.estimate)
    }

    /// The estimate of the outcome of this name.
    pub fn outcome(&self, name: &str) -> Option<&Record> {
        self.outcomes.iter().find(|outcome| outcome.name == name).map(|outcome| &outcome.estimate)
    }

    /// The estimate of the outcome that serves this goal.
    pub fn serves(&self, goal: &str) -> Option<&Record> {
        let serves = |outcome: &&ForecastOutcome| outcome.goal.as_deref() == Some(goal);
        self.outcomes.iter().find(serves).map(|outcome| &outcome.estimate)
    }
}
