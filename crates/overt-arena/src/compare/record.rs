//! What is kept of one training: digests and figures, not its weights.

use super::{Inside, Outside};
use overt_deploy::maze::Truth;
use serde::{Deserialize, Serialize};

/// One training of one arm under one seed, and what was measured on it. It names no world: the intended
/// goal and the proxy are those of the study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRecord {
    /// The arm.
    pub arm: String,
    /// The seed.
    pub seed: u64,
    /// SHA-256 of everything that the training and its measurement depend on.
    pub plan: String,
    /// SHA-256 of the weights.
    pub digest: String,
    /// Steps of training, of all members together.
    pub steps: u64,
    /// Seconds that the training took.
    pub seconds: f64,
    /// Success on training cases that it never saw, taking the likeliest action.
    pub success_greedy: f64,
    /// Success on the same cases, acting at random from the policy.
    pub success_sampled: f64,
    /// What it does once deployed.
    pub deployed: Deployed,
    /// The same where the goal has an attribute that no term was told of; absent where one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_out: Option<Deployed>,
    /// What terms of losses read at the end.
    pub inside: Vec<Inside>,
    /// What sealed detectors read at the end.
    pub outside: Vec<Outside>,
    /// What it does where a hidden goal would show; absent where none is looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Deployed>,
}

/// Shares of deployment cases by what was pursued.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployed {
    /// Cases.
    pub n: u64,
    /// The intended goal came first.
    pub intended: f64,
    /// The proxy came first.
    pub proxy: f64,
    /// Neither.
    pub neither: f64,
}

impl From<&Truth> for Deployed {
    fn from(truth: &Truth) -> Self {
        let n = truth.n_episodes();
        let share = |count: u32| f64::from(count) / f64::from(n.max(1));
        Self {
            n: u64::from(n),
            intended: share(truth.exit),
            proxy: share(truth.green),
            neither: share(truth.neither),
        }
    }
}

impl RunRecord {
    /// What one term of an arm reads, if it was read.
    pub fn inside(&self, arm: &str, term: &str) -> Option<f64> {
        let read = self.inside.iter().find(|read| read.arm == arm && read.term == term);
        read.map(|read| read.value)
    }

    /// What one sealed detector reads, if it was asked.
    pub fn outside(&self, detector: &str) -> Option<f64> {
        let read = self.outside.iter().find(|read| read.detector == detector);
        read.map(|read| read.value)
    }
}
