//! How the next token is chosen from logits.

use crate::Error;
use overt_site::Real;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;

/// How each token is drawn: the options of transformers' `generate`, applied in its order.
///
/// The order is: repetition penalty, temperature, top-k, top-p, min-p.
/// Each is defined as the class of the same name in `transformers/generation/logits_process.py`, version 5.24.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampler {
    /// Logits are divided by it, above 0; without it the most probable token is taken, of equals the first.
    pub temperature: Option<f64>,
    /// Only so many of the most probable tokens are left, and those as probable as the last of them.
    pub top_k: Option<usize>,
    /// Only the most probable tokens are left that together have this probability, above 0 and at most 1.
    pub top_p: Option<f64>,
    /// Only tokens with this share of the probability of the most probable one are left, from 0 to 1.
    pub min_p: Option<f64>,
    /// Logits of tokens that were there before are divided by it where they are above 0, and else
    /// multiplied by it. Above 0; 1 changes nothing.
    pub repetition_penalty: f64,
    /// Of the stream of random numbers.
    pub seed: u64,
}

/// The most probable token, always.
impl Default for Sampler {
    fn default() -> Self {
        Self {
            temperature: None,
            top_k: None,
            top_p: None,
            min_p: None,
            repetition_penalty: 1.0,
            seed: 0,
        }
    }
}

/// Which draw: it has random numbers of its own, whatever else is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Draw {
    /// The number of the prompt, below 16,777,216.
    pub prompt: u64,
    /// The number of the sample of this prompt, below 4,096.
    pub sample: u64,
    /// The number of the token, below 268,435,456.
    pub step: u64,
}

impl Draw {
    /// The stream of random numbers: three numbers side by side.
    fn stream(self) -> u64 {
        debug_assert!(self.prompt < Self::PROMPTS && self.sample < Self::SAMPLES);
        (self.prompt << 40) | (self.sample << 28) | self.step
    }

    /// So many prompts have streams of their own.
    pub const PROMPTS: u64 = 1 << 24;
    /// So many samples of a prompt have streams of their own.
    pub const SAMPLES: u64 = 1 << 12;
}

impl Sampler {
    /// Refuses numbers that mean nothing.
    ///
    /// # Errors
    /// A number that is out of its range.
    pub fn check(&self) -> Result<(), Error> {
        let refuse = |option, got: f64, expected| Err(Error::Sampling { option, got, expected });
        if let Some(got) = self.temperature.filter(|t| !(*t > 0.0 && t.is_finite())) {
            return refuse("temperature", got, "above 0 and finite");
        }
        if self.top_k == Some(0) {
            return refuse("top_k", 0.0, "at least 1");
        }
        if let Some(got) = self.top_p.filter(|p| !(*p > 0.0 && *p <= 1.0)) {
            return refuse("top_p", got, "above 0 and at most 1");
        }
        if let Some(got) = self.min_p.filter(|p| !(0.0..=1.0).contains(p)) {
            return refuse("min_p", got, "from 0 to 1");
        }
        let penalty = self.repetition_penalty;
        if !(penalty > 0.0 && penalty.is_finite()) {
            return refuse("repetition_penalty", penalty, "above 0 and finite");
        }
        Ok(())
    }

    /// What stands in the place of logits once every rule was applied: minus infinity where a token is left out.
    ///
    /// ```
    /// let sampler =
    ///     overt_nn::Sampler { temperature: Some(0.5), top_k: Some(2), ..Default::default() };
    /// let scores = sampler.scores(&[1.0_f32, 3.0, 2.0], &[]);
    /// assert_eq!(scores, [f64::NEG_INFINITY, 6.0, 4.0]);
    /// ```
    pub fn scores<T: Real>(&self, logits: &[T], before: &[u32]) -> Vec<f64> {
        let mut scores: Vec<f64> = logits.iter().map(|v| (*v).into()).collect();
        if self.repetition_penalty != 1.0 {
            let penalty = self.repetition_penalty;
            for token in before.iter().collect::<BTreeSet<_>>() {
                if let Some(score) = scores.get_mut(*token as usize) {
                    *score = if *score < 0.0 { *score * penalty } else { *score / penalty };
                }
            }
        }
        let Some(temperature) = self.temperature else { return scores };
        for score in &mut scores {
            *score /= temperature;
        }
        if let Some(k) = self.top_k.filter(|k| *k < scores.len()) {
            let mut sorted = scores.clone();
            sorted.sort_unstable_by(|a, b| b.total_cmp(a));
            let least = sorted[k - 1];
            leave_out(&mut scores, |score| score < least);
        }
        if let Some(p) = self.top_p.filter(|p| *p < 1.0) {
            self::top_p(&mut scores, p);
        }
        if let Some(p) = self.min_p {
            let top = largest(&scores);
            leave_out(&mut scores, |score| (score - top).exp() < p);
        }
        scores
    }

    /// The next token.
    pub fn choose<T: Real>(&self, logits: &[T], before: &[u32], draw: Draw) -> u32 {
        let scores = self.scores(logits, before);
        let top = largest(&scores);
        if self.temperature.is_none() {
            return scores.iter().position(|v| *v == top).unwrap_or(0) as u32;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(draw.stream());
        let weights: Vec<f64> = scores.iter().map(|v| (v - top).exp()).collect();
        let mut left = rng.random::<f64>() * weights.iter().sum::<f64>();
        let reached = weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        // Rounding may leave a rest: the last token that may be drawn takes it.
        let last = || weights.iter().rposition(|weight| *weight > 0.0).unwrap_or(0);
        reached.unwrap_or_else(last) as u32
    }
}

fn largest(scores: &[f64]) -> f64 {
    scores.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

fn leave_out(scores: &mut [f64], which: impl Fn(f64) -> bool) {
    for score in scores {
        if which(*score) {
            *score = f64::NEG_INFINITY;
        }
    }
}

/// Leaves out the least probable tokens that together have at most `1 - p`; the most probable one stays.
fn top_p(scores: &mut [f64], p: f64) {
    let top = largest(scores);
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    let total: f64 = scores.iter().map(|score| (score - top).exp()).sum();
    let mut sum = 0.0;
    let n = order.len();
    for token in order.into_iter().take(n.saturating_sub(1)) {
        sum += (scores[token] - top).exp() / total;
        if sum > 1.0 - p {
            break;
        }
        scores[token] = f64::NEG_INFINITY;
    }
}
