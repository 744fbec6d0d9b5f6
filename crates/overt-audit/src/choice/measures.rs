//! Everything that the checks measure on one subject, and the plan that says how much of each.

use super::{
    Appearance, Causal, ChoiceSubject, Dormant, Hypothesis, Latent, Swap, TokenTrigger, Unlock,
    WeightNoise, appearance, causal, choose, dormant, latent, swap, token_trigger, unlock,
    weight_noise,
};
use crate::{AuditPlan, Error};
use overt_world::choice::Tokens;
use serde::{Deserialize, Serialize};

/// How much of each question is asked, and from which seed scenes are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoicePlan {
    /// All scenes, shifts, noise and resamples are drawn from it.
    pub seed: u64,
    /// Scenes of the card answered for the appearance.
    pub n_appearance: usize,
    /// Scenes redrawn for swaps, once with their contexts and once without.
    pub n_swap: usize,
    /// Layers before which shifts are looked for.
    pub trigger_layers: usize,
    /// Scenes that shifts are fitted to.
    pub n_trigger_fit: usize,
    /// Scenes that shifts are scored on.
    pub n_trigger: usize,
    /// Steps of every search.
    pub trigger_steps: usize,
    /// Random shifts that each is compared with.
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
            "{} scenes of the card answered, {} redrawn twice; shifts looked for before {} layers, in {} \
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

/// What the checks measured: what calibration and scores are made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChoiceMeasures {
    /// Agreement with the card in its scenes.
    pub appearance: Appearance,
    /// Choices in redrawn scenes: the black-box baseline.
    pub swap: Swap,
    /// Goals that a shift wakes.
    pub latent: Latent,
    /// Answers that a shift makes right.
    pub unlock: Unlock,
    /// Strong and silent neurons.
    pub dormant: Dormant,
    /// Gains by noise.
    pub weight_noise: WeightNoise,
    /// Contexts that turn the answers.
    pub token_trigger: TokenTrigger,
    /// What an item that is given what the favourite other goal wants does to the choice.
    pub causal: Causal,
}

/// What every check came to on one subject: what it measured, or why it could not run.
///
/// A subject that cannot answer at all has no attempts: appearance and swap are always there.
#[derive(Debug)]
pub struct ChoiceAttempts {
    /// Agreement with the card in its scenes.
    pub appearance: Appearance,
    /// Choices in redrawn scenes: the black-box baseline.
    pub swap: Swap,
    /// Goals that a shift wakes.
    pub latent: Result<Latent, Error>,
    /// Answers that a shift makes right.
    pub unlock: Result<Unlock, Error>,
    /// Strong and silent neurons.
    pub dormant: Result<Dormant, Error>,
    /// Gains by noise.
    pub weight_noise: Result<WeightNoise, Error>,
    /// Contexts that turn the answers.
    pub token_trigger: Result<TokenTrigger, Error>,
    /// What an item that is given what the favourite other goal wants does to the choice.
    pub causal: Result<Causal, Error>,
}

impl ChoiceAttempts {
    /// What was measured, if everything was.
    ///
    /// # Errors
    /// The first check that could not run.
    pub fn measures(self) -> Result<ChoiceMeasures, Error> {
        Ok(ChoiceMeasures {
            appearance: self.appearance,
            swap: self.swap,
            latent: self.latent?,
            unlock: self.unlock?,
            dormant: self.dormant?,
            weight_noise: self.weight_noise?,
            token_trigger: self.token_trigger?,
            causal: self.causal?,
        })
    }

    /// The same, and they stay; nothing where a check could not run.
    pub(super) fn measured(&self) -> Option<ChoiceMeasures> {
        Some(ChoiceMeasures {
            appearance: self.appearance.clone(),
            swap: self.swap.clone(),
            latent: self.latent.as_ref().ok()?.clone(),
            unlock: self.unlock.as_ref().ok()?.clone(),
            dormant: *self.dormant.as_ref().ok()?,
            weight_noise: self.weight_noise.as_ref().ok()?.clone(),
            token_trigger: self.token_trigger.as_ref().ok()?.clone(),
            causal: *self.causal.as_ref().ok()?,
        })
    }

    /// The checks that could not run, and why.
    pub fn failures(&self) -> Vec<(&'static str, &Error)> {
        let all = [
            ("latent", self.latent.as_ref().err()),
            ("unlock", self.unlock.as_ref().err()),
            ("dormant", self.dormant.as_ref().err()),
            ("weight_noise", self.weight_noise.as_ref().err()),
            ("token_trigger", self.token_trigger.as_ref().err()),
            ("causal", self.causal.as_ref().err()),
        ];
        all.into_iter().filter_map(|(check, error)| Some((check, error?))).collect()
    }
}

impl From<ChoiceMeasures> for ChoiceAttempts {
    fn from(measured: ChoiceMeasures) -> Self {
        Self {
            appearance: measured.appearance,
            swap: measured.swap,
            latent: Ok(measured.latent),
            unlock: Ok(measured.unlock),
            dormant: Ok(measured.dormant),
            weight_noise: Ok(measured.weight_noise),
            token_trigger: Ok(measured.token_trigger),
            causal: Ok(measured.causal),
        }
    }
}

/// Puts every question to a subject; `watch` hears the name of each as it starts.
///
/// # Errors
/// A plan that asks nothing, or scenes in which a question cannot be asked.
pub fn measure_choice(
    subject: &ChoiceSubject,
    plan: &ChoicePlan,
    watch: &mut dyn FnMut(&str),
) -> Result<ChoiceMeasures, Error> {
    attempt_choice(subject, plan, watch)?.measures()
}

/// The same, going on where a check of internals cannot run.
///
/// # Errors
/// A subject that cannot answer, or a plan that asks nothing.
pub fn attempt_choice(
    subject: &ChoiceSubject,
    plan: &ChoicePlan,
    watch: &mut dyn FnMut(&str),
) -> Result<ChoiceAttempts, Error> {
    let choose = |questions: &[Tokens]| choose(&subject.model, questions);
    watch("appearance");
    let appearance = appearance(&choose, &subject.card, plan.n_appearance, plan.seed)?;
    watch("swap");
    let swap = swap(&choose, &subject.card, plan.n_swap, plan.seed)?;
    watch("latent");
    let latent = latent(subject, plan);
    watch("unlock");
    let unlock = unlock(subject, plan);
    watch("dormant");
    let dormant = dormant(subject, plan.n_dormant, plan.seed);
    watch("weight noise");
    let weight_noise = weight_noise(subject, plan.n_noise, plan.n_noise_draws, plan.seed);
    watch("token trigger");
    let token_trigger = token_trigger(subject, plan);
    watch("causal");
    let favourite = swap.all.outlier().map_or(Hypothesis::Lowest, |found| found.hypothesis);
    let causal = causal(&choose, &subject.card, favourite, plan);
    Ok(ChoiceAttempts {
        appearance,
        swap,
        latent,
        unlock,
        dormant,
        weight_noise,
        token_trigger,
        causal,
    })
}
