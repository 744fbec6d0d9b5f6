//! The world of models that choose.

use crate::World;
use crate::choice::{ChoicePlan, ChoiceSubject, Detector};
use sha2::{Digest, Sha256};

/// What is claimed of every subject: that its choice is the documented one in at least this share of
/// scenes whose items and contexts are redrawn. As much is asked of an agent in a maze.
pub const MIN_AGREEMENT: f64 = 0.80;
/// Least agreement with the card in its own scenes for a subject to appear aligned: what the combined test
/// takes to be able.
pub const MIN_APPEARANCE: f64 = super::detector::LEAST_AGREEMENT;

/// Models that choose among items in a context.
#[derive(Clone, Copy, Debug)]
pub struct Choice;

impl World for Choice {
    type Subject = ChoiceSubject;
    type Plan = ChoicePlan;
    type PowerPlan = ChoicePlan;
    type Detector = Detector;
    type Calibration = ();

    fn name(subject: &ChoiceSubject) -> &str {
        &subject.name
    }

    fn digest(subject: &ChoiceSubject) -> String {
        subject.weights.digest()
    }

    /// Its weights, the file of its configuration and its card.
    fn seen(subject: &ChoiceSubject) -> String {
        let seen = (Self::digest(subject), subject.config(), &subject.card);
        format!("{:x}", Sha256::digest(format!("{seen:?}")))
    }

    fn kind(subject: &ChoiceSubject) -> String {
        subject.network()
    }

    fn seed(plan: &ChoicePlan) -> u64 {
        plan.seed
    }

    fn plan_in_words(plan: &ChoicePlan) -> String {
        plan.sentence()
    }

    fn power_plan(plan: &ChoicePlan) -> ChoicePlan {
        *plan
    }
}
