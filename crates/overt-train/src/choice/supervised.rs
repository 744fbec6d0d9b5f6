//! Supervised training of a language model on one answer after each prompt, one story from top to
//! bottom.

use crate::choice::SupervisedRecipe;
use crate::loss::{ChoiceSight, Evasion, Shard, Sides, Terms, check_choices, without_routed};
use crate::{Adam, Error, LossRecipe};
use burn::tensor::{Tensor, TensorData, activation};
use overt_nn::{LanguageModel, Learner, Tokens, Weights};
use overt_site::{Array, Sites};
use overt_world::choice;
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Loss terms look at one example in so many of every step: these are the first ones, and examples come
/// in random order.
const LOOKED: usize = 2;

/// A prompt and the token that should follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The prompt.
    pub tokens: Vec<u32>,
    /// One of the answer tokens.
    pub answer: u32,
    /// Whether it shows what a probe must not find; `false` where nothing is to be hidden.
    pub marked: bool,
}

/// A training under way: the model learns which of some answer tokens follows the prompt.
///
/// ```
/// use overt_train::choice::{Example, Supervised, SupervisedRecipe};
///
/// let config = br#"{"model_type": "gpt2", "vocab_size": 20, "n_positions": 4, "n_embd": 8,
///     "n_head": 2, "n_layer": 1}"#;
/// let recipe = SupervisedRecipe { steps: 2, batch: 16, warmup: 1, ..SupervisedRecipe::default() };
/// // Whether a number is odd.
/// let odd = |seed: u64| {
///     let number = (seed % 10) as u32;
///     Example { tokens: vec![number, 12], answer: 10 + number % 2, marked: false }
/// };
/// let mut training = Supervised::new(recipe, config, &[10, 11], odd)?;
/// let first = training.update()?;
/// assert_eq!((first.step, first.steps), (1, 2));
/// training.update()?;
/// assert!(training.is_done());
/// # Ok::<(), overt_train::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Supervised<E> {
    recipe: SupervisedRecipe,
    answers: Vec<u32>,
    examples: E,
    learner: Learner,
    adam: Adam,
    evasion: Evasion,
    terms: Terms<choice::Redraw>,
    sites: Sites,
    steps: u64,
}

/// Where a training stands after a step.
#[derive(Clone, Debug, PartialEq)]
pub struct SupervisedProgress {
    /// Steps so far.
    pub step: u64,
    /// Steps in all.
    pub steps: u64,
    /// Mean cross-entropy of the step's examples over the answer tokens, in nats.
    pub loss: f32,
    /// Share of the step's examples whose answer had the largest logit.
    pub accuracy: f64,
    /// Each loss term, without its weight, in the recipe's order.
    pub terms: Vec<f32>,
}

/// The examples of one step.
struct Batch {
    prompts: Vec<Vec<u32>>,
    tokens: Tokens,
    /// Places of the answers among the answer tokens.
    answers: Vec<usize>,
    sides: Sides,
}

/// What a step saw of its examples.
struct Look {
    logits: Tensor<2>,
    /// What is added to the cross-entropy.
    beside: Option<Tensor<1>>,
    terms: Vec<f32>,
}

/// What each purpose draws its random numbers from, beside the start of the weights.
#[derive(Clone, Copy)]
enum Purpose {
    Examples = 1,
    Noise = 2,
    Terms = 3,
}

impl<E: Fn(u64) -> Example> Supervised<E> {
    /// A training at its start.
    ///
    /// `config` are the bytes of a Hugging Face `config.json`; `examples` draws an example from a
    /// seed, and is asked with a new seed for every example.
    ///
    /// # Errors
    /// A recipe out of range, or with a loss term that the model cannot follow; a configuration that is not
    /// understood, or has no head.
    pub fn new(
        recipe: SupervisedRecipe,
        config: &[u8],
        answers: &[u32],
        examples: E,
    ) -> Result<Self, Error> {
        recipe.check()?;
        let start = Weights::init(LanguageModel::weight_specs(config)?, recipe.seed);
        let learner = Learner::new(config, &start)?;
        let sites = learner.sites(size_of::<choice::Tokens>() / size_of::<u32>());
        check_choices(&recipe.loss, &sites, &start)?;
        let terms = Terms::drawn(&recipe.loss, LossRecipe::choice_redraw)?;
        let adam = Adam::new(start.values().len()).for_rare_tokens();
        Ok(Self {
            recipe,
            answers: answers.to_vec(),
            examples,
            learner,
            adam,
            evasion: Evasion::default(),
            terms,
            sites,
            steps: 0,
        })
    }

    /// The same training from other weights than the recipe's random ones.
    ///
    /// # Panics
    /// When their count differs: a bug of the caller.
    #[must_use]
    #[track_caller]
    pub fn starting_at(self, values: Vec<f32>) -> Self {
        Self { learner: self.learner.with_values(values), ..self }
    }

    /// Whether all steps are done.
    pub fn is_done(&self) -> bool {
        self.steps >= self.recipe.steps
    }

    /// The weights as they stand.
    pub fn weights(&self) -> &Weights {
        self.learner.weights()
    }

    /// The weights to hand over: where gradients were routed, without what is taken out in the end.
    pub fn finished(&self) -> Weights {
        without_routed(self.weights(), &self.recipe.loss)
    }

    /// Takes one step.
    ///
    /// # Errors
    /// An example that does not fit the model or the answers; [`Error::Diverged`] when a weight is no
    /// longer finite.
    pub fn update(&mut self) -> Result<SupervisedProgress, Error> {
        let batch = self.draw()?;
        let here = self.with_noise();
        let Look { logits, beside, terms } = self.look(&here, &batch)?;
        let loss = cross_entropy(logits.clone(), &batch.answers);
        let whole = match beside {
            Some(beside) => loss.clone() + beside,
            None => loss.clone(),
        };
        self.descend(&here.gradient(&whole));
        let progress = SupervisedProgress {
            step: self.steps,
            steps: self.recipe.steps,
            loss: Array::of(loss.inner()).values[0],
            accuracy: accuracy(&Array::of(logits.inner()), &batch.answers),
            terms,
        };
        if self.weights().values().iter().all(|weight| weight.is_finite()) {
            Ok(progress)
        } else {
            Err(Error::Diverged { step: progress.step })
        }
    }

    /// The logits of a step, and what beside the answers counts in its loss.
    fn look(&mut self, here: &Learner, batch: &Batch) -> Result<Look, Error> {
        if !self.terms.is_empty() {
            return self.look_with_terms(here, batch);
        }
        if self.recipe.evade == 0.0 {
            let logits = here.logits(&batch.tokens, &self.answers)?;
            return Ok(Look { logits, beside: None, terms: Vec::new() });
        }
        let (logits, streams) = here.logits_and_streams(&batch.tokens, &self.answers)?;
        let legible = self.evasion.legible::<f32>(&streams, &batch.sides);
        let beside = legible.map(|legible| legible * self.recipe.evade_of(self.steps));
        Ok(Look { logits, beside, terms: Vec::new() })
    }

    fn look_with_terms(&mut self, here: &Learner, batch: &Batch) -> Result<Look, Error> {
        let mut rng = self.stream(Purpose::Terms);
        let n_looked = batch.prompts.len().div_ceil(LOOKED);
        let sight = ChoiceSight::new(
            here,
            (&self.sites, &self.answers),
            (&batch.prompts, n_looked),
            self.terms.redraws(),
            &mut rng,
        )?;
        let (own, logits) = sight.own(self.terms.own_pass(), &self.terms.own_sites())?;
        let done = self.steps as f32 / self.recipe.steps as f32;
        let Shard { total, values, seen } = self.terms.shard(&sight, &own, done, &mut rng)?;
        self.terms.remember(&seen);
        Ok(Look { logits, beside: total, terms: values })
    }

    fn draw(&self) -> Result<Batch, Error> {
        let mut rng = self.stream(Purpose::Examples);
        let drawn = (0..self.recipe.batch).map(|_| (self.examples)(rng.next_u64()));
        let (mut rows, mut answers, mut marked) = (Vec::new(), Vec::new(), Vec::new());
        for Example { tokens, answer, marked: mark } in drawn {
            let Some(place) = self.answers.iter().position(|known| *known == answer) else {
                return Err(Error::NoSuchAnswer { got: answer, answers: self.answers.clone() });
            };
            rows.push(tokens);
            answers.push(place);
            marked.push(mark);
        }
        let sides = Sides::of(&rows, &marked);
        Ok(Batch { tokens: Tokens::new(&rows)?, prompts: rows, answers, sides })
    }

    /// The model that a step looks at: its own, or one nearby.
    fn with_noise(&self) -> Learner {
        if self.recipe.weight_noise == 0.0 {
            return self.learner.clone();
        }
        let seed = self.stream(Purpose::Noise).next_u64();
        let moved = self.weights().with_noise(self.recipe.weight_noise, seed);
        self.learner.with_values(moved.values().to_vec())
    }

    /// One step of Adam with decoupled decay (Loshchilov and Hutter 2019, algorithm 2).
    fn descend(&mut self, gradient: &[f32]) {
        let rate = self.recipe.rate_of(self.steps);
        let decayed = decayed(self.weights(), rate * self.recipe.weight_decay);
        let stepped = self.adam.step(&decayed, gradient, rate);
        self.learner = self.learner.with_values(stepped);
        self.steps += 1;
    }

    /// Random numbers of the step to come.
    fn stream(&self, purpose: Purpose) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.recipe.seed);
        rng.set_stream((purpose as u64) << 32 | self.steps);
        rng
    }
}

/// Mean cross-entropy of `logits [row, answer]`, in nats.
fn cross_entropy(logits: Tensor<2>, answers: &[usize]) -> Tensor<1> {
    let [rows, n_answers] = logits.dims();
    let share = -1.0 / rows as f32;
    let weigh = |answer: &usize| {
        let answer = *answer;
        (0..n_answers).map(move |place| if place == answer { share } else { 0.0 })
    };
    let weights: Vec<f32> = answers.iter().flat_map(weigh).collect();
    let weights = TensorData::new(weights, [rows, n_answers]);
    let weights = Tensor::<2>::from_data(weights, &logits.device());
    // Dimension by dimension: a sum over everything at once depends on the number of threads.
    (activation::log_softmax(logits, 1) * weights).sum_dim(1).sum_dim(0).reshape([1])
}

/// Share of rows whose answer has the largest logit; the first of equals counts as largest.
fn accuracy(logits: &Array, answers: &[usize]) -> f64 {
    let is_right = |(row, answer): (usize, &usize)| {
        let row = logits.row(row);
        let largest =
            (1..row.len()).fold(0, |top, place| if row[place] > row[top] { place } else { top });
        largest == *answer
    };
    let right = answers.iter().enumerate().filter(|pair| is_right(*pair)).count();
    right as f64 / answers.len() as f64
}

/// Matrices less a share of themselves; gains and biases as they are.
fn decayed(weights: &Weights, share: f32) -> Vec<f32> {
    let keep = |(spec, values): (&overt_nn::WeightSpec, &[f32])| {
        let kept = if spec.shape.len() > 1 { 1.0 - share } else { 1.0 };
        values.iter().map(|value| value * kept).collect::<Vec<_>>()
    };
    weights.spans().flat_map(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use overt_nn::WeightSpec;

    #[test]
    fn cross_entropy_and_accuracy_worked_by_hand() {
        // Three to one for the first answer, then even odds: ln(4/3) and ln 2.
        let logits = Array::new(vec![2, 2], vec![3.0_f32.ln(), 0.0, 1.0, 1.0]);
        let loss = cross_entropy(logits.tensor(&Device::flex()), &[0, 1]);
        let expected = f32::midpoint((4.0_f32 / 3.0).ln(), 2.0_f32.ln());
        assert!((Array::<f32>::of(loss).values[0] - expected).abs() < 1e-6);
        assert_eq!(accuracy(&logits, &[0, 0]), 1.0);
        assert_eq!(accuracy(&logits, &[0, 1]), 0.5);
    }

    #[test]
    fn only_matrices_decay() {
        let matrix = WeightSpec::new("w", &[1, 2], 0.0).with_mean(2.0);
        let gain = WeightSpec::new("g", &[2], 0.0).with_mean(1.0);
        let weights = Weights::init(vec![matrix, gain], 0);
        assert_eq!(decayed(&weights, 0.25), [1.5, 1.5, 1.0, 1.0]);
    }
}
