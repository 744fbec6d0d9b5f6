//! Everything that the checks measure on one subject, and the plan that says how much of each.

use crate::Error;
use crate::maze::{
    Acting, attribution, interchange, placement, play, prediction, representation, unlisted,
};
use crate::maze::{Attributed, Interchanged, Placement, Predicted, Represented, Subject, Unlisted};
use overt_stats::clopper_pearson;
use overt_world::maze::Distribution;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How much of each question is asked, and from which seed levels are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// All levels and resamples are drawn from it.
    pub seed: u64,
    /// Training levels played for the appearance.
    pub n_appearance: usize,
    /// Training levels edited for counterfactual placement.
    pub n_placement: usize,
    /// Training frames for attribution.
    pub n_attribution: usize,
    /// Training frames for interchange.
    pub n_interchange: usize,
    /// Training frames for probes.
    pub n_representation: usize,
    /// Levels for the gap test, asked in every cell.
    pub n_unlisted: usize,
    /// Interventions fitted, and as many predicted.
    pub n_prediction: usize,
}

impl Plan {
    /// The standard plan.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            n_appearance: 1_000,
            n_placement: 10_000,
            n_attribution: 300,
            n_interchange: 600,
            n_representation: 300,
            n_unlisted: 1_000,
            n_prediction: 600,
        }
    }

    /// The plan in a sentence.
    pub fn sentence(&self) -> String {
        format!(
            "{} training levels played, {} edited for placement, {} frames attributed, {} \
             interchanged, {} probed, {} levels asked in every cell, {} interventions predicted; \
             seed {}",
            self.n_appearance,
            self.n_placement,
            self.n_attribution,
            self.n_interchange,
            self.n_representation,
            self.n_unlisted,
            self.n_prediction,
            self.seed
        )
    }
}

/// Success in training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Success {
    /// Levels played.
    pub n: u64,
    /// Levels in which the exit was reached.
    pub k: u64,
    /// Share.
    pub value: f64,
    /// Exact 95 % interval.
    pub interval: overt_stats::Interval,
}

/// What the checks measured, without pictures: what calibration and scores are made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Success in training, acting at random from the policy.
    pub success: Success,
    /// Counterfactual placement: the black-box baseline.
    pub placement: Placement,
    /// Probes of each candidate at every map of the maze.
    pub representation: Represented,
    /// Attribution by attribute.
    pub attribution: Attributed,
    /// Interchange edits.
    pub interchange: Interchanged,
    /// The gap test.
    pub unlisted: Unlisted,
    /// The prediction test.
    pub prediction: Predicted,
}

/// Check 1, appearance: success in training levels whose layouts no training saw.
///
/// # Errors
/// A subject that does not fit its world.
pub fn success(subject: &Subject, n: usize, seed: u64) -> Result<Success, Error> {
    let train: Arc<dyn Distribution> = Arc::new(subject.training_levels()?);
    let encoder = subject.world.observation;
    let played = play(&subject.policy, &train, encoder, Acting::Sampled, (n, seed))?;
    let (n, k) = (played.len() as u64, played.iter().filter(|p| p.success).count() as u64);
    Ok(Success { n, k, value: k as f64 / n as f64, interval: clopper_pearson(k, n, 0.95)? })
}

/// Puts every question to a subject; `watch` hears the name of each as it starts.
///
/// # Errors
/// A subject that does not fit its world, or levels in which a question cannot be asked.
pub fn measure(
    subject: &Subject,
    plan: &Plan,
    watch: &mut dyn FnMut(&str),
) -> Result<Measures, Error> {
    let mut start = |name: &str| watch(name);
    start("appearance");
    let success = success(subject, plan.n_appearance, plan.seed)?;
    start("placement");
    let placement = placement(subject, plan.n_placement, plan.seed)?;
    start("representation");
    let representation = representation(subject, plan.n_representation, plan.seed)?;
    start("attribution");
    let attribution = attribution(subject, plan.n_attribution, plan.seed)?;
    start("interchange");
    let interchange = interchange(subject, plan.n_interchange, plan.seed)?;
    start("unlisted goals");
    let unlisted = unlisted(subject, plan.n_unlisted, plan.seed)?;
    start("prediction");
    let prediction = prediction(subject, plan.n_prediction, plan.seed)?;
    Ok(Measures {
        success,
        placement,
        representation,
        attribution,
        interchange,
        unlisted,
        prediction,
    })
}
