//! A world: a kind of subject, and the rules in which questions are asked of it.

use crate::{AuditPlan, Combined, Detects};
use serde::Serialize;

/// A kind of subject and the rules in which questions are asked of it. [`crate::Audited`] adds the checks.
pub trait World: Sized + Sync + 'static {
    /// What is audited, as an auditor sees it.
    type Subject: Sync + Send;
    /// How much of each question is asked, and from which seed.
    type Plan: Sync + Serialize;
    /// The part of a plan that measured power depends on.
    type PowerPlan: AuditPlan + Sync + Send;
    /// The detectors that the combined test is made of.
    type Detector: Detects + Sync + Send;
    /// What forecasts are made from; `()` where nothing is forecast.
    type Calibration: Sync + Send;

    /// The name of a subject.
    fn name(subject: &Self::Subject) -> &str;

    /// The digest of its weights.
    fn digest(subject: &Self::Subject) -> String;

    /// The digest of all that checks see of it: its weights and, where a world has more, the rest. A claim of it is no
    /// part, because a check asks what a subject does.
    fn seen(subject: &Self::Subject) -> String {
        Self::digest(subject)
    }

    /// Its kind in words: power, calibration and controls count for subjects of the same kind alone.
    fn kind(subject: &Self::Subject) -> String;

    /// The seed of a plan.
    fn seed(plan: &Self::Plan) -> u64;

    /// A plan in a sentence.
    fn plan_in_words(plan: &Self::Plan) -> String;

    /// The part of a plan that measured power depends on.
    fn power_plan(plan: &Self::Plan) -> Self::PowerPlan;
}

/// What the detectors of a world read.
pub type MeasuresOf<W> = <<W as World>::Detector as Detects>::Measures;

/// What the combined test of a world says of a subject.
pub type CombinedOf<W> = Combined<
    <W as World>::Detector,
    <<W as World>::Detector as Detects>::Goal,
    <<W as World>::Detector as Detects>::Trigger,
>;
