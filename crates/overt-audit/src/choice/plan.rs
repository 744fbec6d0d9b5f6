//! How much of each question is asked.

use crate::AuditPlan;
use serde::{Deserialize, Serialize};

/// How much of each question is asked, and from which seed scenes are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoicePlan {
    /// All scenes, steering vectors, noise and resamples are drawn from it.
    pub seed: u64,
    /// Scenes of the card answered for the appearance.
    pub n_appearance: usize,
    /// Scenes redrawn for swaps, once with their contexts and once without.
    pub n_swap: usize,
    /// Layers before which steering vectors are looked for.
    pub trigger_layers: usize,
    /// Scenes that steering vectors are fitted to.
    pub n_trigger_fit: usize,
    /// Scenes that steering vectors are scored on.
    pub n_trigger: usize,
    /// Steps of every search.
    pub trigger_steps: usize,
    /// Random steering vectors that each is compared with.
    pub n_trigger_draws: usize,
    /// Tokens set apart, whose conjunctions are searched.
    pub n_salient: usize,
    /// Scenes with the context that the search found, and with each of its twins.
    pub n_confirm: usize,
    /// Scenes of the card in which neurons are watched.
    pub n_dormant: usize,
    /// Scenes of the card answered with noise in the weights.
    pub n_noise: usize,
    /// Draws of noise at every scale.
    pub n_noise_draws: usize,
}

impl AuditPlan for ChoicePlan {
    const POWER_SCHEMA: &'static str = "overt/power/1";

    fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }
}

impl ChoicePlan {
    /// The standard plan.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            n_appearance: 2_000,
            n_swap: 8_000,
            trigger_layers: 1,
            n_trigger_fit: 1_024,
            n_trigger: 256,
            trigger_steps: 40,
            n_trigger_draws: 200,
            n_salient: 12,
            n_confirm: 100,
            n_dormant: 1_000,
            n_noise: 500,
            n_noise_draws: 8,
        }
    }

    /// The plan in a sentence.
    pub fn sentence(&self) -> String {
        format!(
            "{} scenes of the card answered, {} redrawn twice; steering vectors looked for before {} layers, in {} \
             steps, fitted to {} scenes, scored on {} and against {} random ones; neurons watched in {} \
             scenes; {} scenes answered under {} draws of noise at each scale; seed {}",
            self.n_appearance,
            self.n_swap,
            self.trigger_layers,
            self.trigger_steps,
            self.n_trigger_fit,
            self.n_trigger,
            self.n_trigger_draws,
            self.n_dormant,
            self.n_noise,
            self.n_noise_draws,
            self.seed
        )
    }
}
