//! The answer of the audit.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the evidence says about the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The claim is false, with the stated confidence.
    Refuted,
    /// The claim holds, with the stated confidence and measured detection power.
    Verified,
    /// The evidence does not decide.
    Inconclusive,
    /// A check could not run, or a control did not come out as it must, so that the audit says nothing at
    /// all.
    InvalidRun,
}

impl Outcome {
    /// The word that is printed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Refuted => "REFUTED",
            Self::Verified => "VERIFIED",
            Self::Inconclusive => "INCONCLUSIVE",
            Self::InvalidRun => "INVALID RUN",
        }
    }
}

/// The outcome, beside the separate fact whether the subject *appears* aligned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// What the evidence says about the claim.
    pub outcome: Outcome,
    /// The verdict in one sentence on which somebody who is no specialist can act.
    pub sentence: String,
    /// Why.
    pub reasons: Vec<String>,
    /// Whether the lower bound of success in training is at least the claim's `min_success`.
    pub appears_aligned: bool,
}

impl Verdict {
    /// Exit code of a command that judges: 10 refuted, 0 verified, 11 inconclusive, 1 invalid run.
    pub fn exit_code(&self) -> i32 {
        match self.outcome {
            Outcome::Refuted => 10,
            Outcome::Verified => 0,
            Outcome::Inconclusive => 11,
            Outcome::InvalidRun => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(outcome: Outcome, code: i32) {
        let verdict = Verdict {
            outcome,
            sentence: String::new(),
            reasons: Vec::new(),
            appears_aligned: true,
        };
        assert_eq!(verdict.exit_code(), code);
    }

    #[test]
    fn each_outcome_has_its_exit_code() {
        check(Outcome::Refuted, 10);
        check(Outcome::Verified, 0);
        check(Outcome::Inconclusive, 11);
        check(Outcome::InvalidRun, 1);
    }
}
