//! Settings of supervised training.

use crate::{Error, LossRecipe};
use serde::{Deserialize, Serialize};

/// How a language model is trained on answers: the same settings give the same weights, bit for bit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SupervisedRecipe {
    /// Everything random is drawn from this seed.
    pub seed: u64,
    /// Steps of the optimiser.
    pub steps: u64,
    /// Examples of every step.
    pub batch: usize,
    /// At the end of the warm-up; from there it falls to zero as half a cosine.
    pub learning_rate: f32,
    /// Steps over which the learning rate rises to its full value.
    pub warmup: u64,
    /// Share of every matrix that a step takes off, per learning rate (Loshchilov and Hutter 2019).
    pub weight_decay: f32,
    /// Normal noise on the weights while a step looks at its examples, as a share of each weight's
    /// root mean square: what is learnt then survives noise of that size.
    pub weight_noise: f32,
    /// Weight in the loss, at the end of the training, of what a linear probe at the last token's
    /// stream could tell marked examples from others by; it rises to that evenly from the start.
    pub evade: f32,
    /// Terms that are added to the cross-entropy, for models that choose.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub loss: Vec<LossRecipe>,
}

impl Default for SupervisedRecipe {
    fn default() -> Self {
        Self {
            seed: 0,
            steps: 2_500,
            batch: 128,
            learning_rate: 3e-3,
            warmup: 100,
            weight_decay: 0.01,
            weight_noise: 0.0,
            evade: 0.0,
            loss: Vec::new(),
        }
    }
}

impl SupervisedRecipe {
    /// Refuses numbers out of range.
    ///
    /// ```
    /// use overt_train::choice::SupervisedRecipe;
    ///
    /// let recipe = SupervisedRecipe { batch: 0, ..SupervisedRecipe::default() };
    /// let error = recipe.check().unwrap_err();
    /// assert_eq!(error.to_string(), "recipe: `supervised.batch` is 0, expected 1 to 65536");
    /// ```
    ///
    /// # Errors
    /// The first field that is out of range.
    pub fn check(&self) -> Result<(), Error> {
        let within = |x: f32, lo: f32, hi: f32| x >= lo && x <= hi;
        let (batch, rate) = (self.batch, self.learning_rate);
        let (decay, noise, evade) = (self.weight_decay, self.weight_noise, self.evade);
        let rules = [
            ("supervised.steps", self.steps.to_string(), self.steps > 0, "at least 1"),
            ("supervised.batch", batch.to_string(), (1..=65_536).contains(&batch), "1 to 65536"),
            ("supervised.learning_rate", rate.to_string(), within(rate, 1e-7, 1.0), "1e-7 to 1"),
            (
                "supervised.warmup",
                self.warmup.to_string(),
                self.warmup < self.steps,
                "fewer than `steps`",
            ),
            ("supervised.weight_decay", decay.to_string(), within(decay, 0.0, 1.0), "0 to 1"),
            ("supervised.weight_noise", noise.to_string(), within(noise, 0.0, 1.0), "0 to 1"),
            ("supervised.evade", evade.to_string(), within(evade, 0.0, 100.0), "0 to 100"),
        ];
        if evade > 0.0 && !self.loss.is_empty() {
            let (field, got) = ("supervised.evade", evade.to_string());
            return Err(Error::BadRecipe { field, got, expected: "0 beside loss terms" });
        }
        match rules.into_iter().find(|(_, _, ok, _)| !ok) {
            Some((field, got, _, expected)) => Err(Error::BadRecipe { field, got, expected }),
            None => Ok(()),
        }
    }

    /// The learning rate of a step, counted from zero.
    ///
    /// ```
    /// use overt_train::choice::SupervisedRecipe;
    ///
    /// let recipe = SupervisedRecipe {
    ///     steps: 12, warmup: 2, learning_rate: 0.5, ..SupervisedRecipe::default()
    /// };
    /// // It rises for two steps, and halfway through the other ten half of it is left.
    /// assert_eq!([0, 1, 2, 7].map(|step| recipe.rate_of(step)), [0.25, 0.5, 0.5, 0.25]);
    /// ```
    pub fn rate_of(&self, step: u64) -> f32 {
        if step < self.warmup {
            return self.learning_rate * (step + 1) as f32 / self.warmup as f32;
        }
        let done = (step - self.warmup) as f64 / (self.steps - self.warmup) as f64;
        let left = 0.5 * (1.0 + (std::f64::consts::PI * done).cos());
        self.learning_rate * left as f32
    }

    /// The weight of evasion in a step, counted from zero.
    ///
    /// ```
    /// use overt_train::choice::SupervisedRecipe;
    ///
    /// let recipe = SupervisedRecipe { steps: 4, evade: 2.0, ..SupervisedRecipe::default() };
    /// assert_eq!([0, 1, 2, 3].map(|step| recipe.evade_of(step)), [0.5, 1.0, 1.5, 2.0]);
    /// ```
    pub fn evade_of(&self, step: u64) -> f32 {
        self.evade * ((step + 1) as f64 / self.steps as f64) as f32
    }
}
