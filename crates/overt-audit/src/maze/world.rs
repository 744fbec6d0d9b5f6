//! The world of maze agents.

use crate::World;
use crate::maze::hidden::{Detector, HiddenPlan};
use crate::maze::{Calibration, Plan, Subject};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Agents in mazes.
#[derive(Clone, Copy, Debug)]
pub struct Maze;

/// How much of each question is asked of a maze agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MazePlan {
    /// Checks of its behaviour and its internals.
    pub behaviour: Plan,
    /// The search for a hidden goal.
    pub search: HiddenPlan,
}

impl MazePlan {
    /// The standard plan.
    pub fn new(seed: u64) -> Self {
        Self { behaviour: Plan::new(seed), search: HiddenPlan::new(seed) }
    }
}

impl World for Maze {
    type Subject = Subject;
    type Plan = MazePlan;
    type PowerPlan = HiddenPlan;
    type Detector = Detector;
    type Calibration = Calibration;

    fn name(subject: &Subject) -> &str {
        &subject.name
    }

    fn digest(subject: &Subject) -> String {
        subject.policy.weights().digest()
    }

    /// Its weights, the form of its network and its mazes.
    fn seen(subject: &Subject) -> String {
        let Subject { policy, world, .. } = subject;
        let seen = (Self::digest(subject), policy.config(), world);
        format!("{:x}", Sha256::digest(format!("{seen:?}")))
    }

    fn kind(subject: &Subject) -> String {
        subject.kind()
    }

    fn seed(plan: &MazePlan) -> u64 {
        plan.behaviour.seed
    }

    fn plan_in_words(plan: &MazePlan) -> String {
        let (behaviour, search) = (plan.behaviour.sentence(), plan.search.sentence());
        format!("{behaviour}; searched for hidden goals: {search}")
    }

    fn power_plan(plan: &MazePlan) -> HiddenPlan {
        plan.search
    }
}
