//! Adam (Kingma and Ba 2015, algorithm 1) over one flat vector.

use serde::{Deserialize, Serialize};

const BETA_1: f32 = 0.9;

/// First and second moments of the gradient, and the number of steps taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adam {
    mean: Vec<f32>,
    square: Vec<f32>,
    steps: i32,
    beta_2: f32,
    epsilon: f32,
}

impl Adam {
    /// No step taken yet, for this many weights; second moments are kept for about a thousand steps.
    pub fn new(n_weights: usize) -> Self {
        let zeros = || vec![0.0; n_weights];
        Self { mean: zeros(), square: zeros(), steps: 0, beta_2: 0.999, epsilon: 1e-5 }
    }

    /// The same with second moments that are kept for fifty steps, and next to no floor below them: for
    /// weights whose gradients are small because their token is rare.
    #[must_use]
    pub(crate) fn for_rare_tokens(self) -> Self {
        Self { beta_2: 0.98, epsilon: 1e-8, ..self }
    }

    /// Number of weights.
    pub fn n_weights(&self) -> usize {
        self.mean.len()
    }

    /// The weights after one step down the gradient.
    ///
    /// ```
    /// // The first step has the length of the learning rate, whatever the gradient's size.
    /// let mut adam = overt_train::Adam::new(1);
    /// let after = adam.step(&[1.0], &[250.0], 0.1);
    /// assert!((after[0] - 0.9).abs() < 1e-4);
    /// ```
    #[must_use]
    pub fn step(&mut self, weights: &[f32], gradient: &[f32], learning_rate: f32) -> Vec<f32> {
        self.steps += 1;
        let unbias_1 = 1.0 - BETA_1.powi(self.steps);
        let unbias_2 = 1.0 - self.beta_2.powi(self.steps);
        let (beta_2, epsilon) = (self.beta_2, self.epsilon);
        let moments = self.mean.iter_mut().zip(&mut self.square);
        let stepped = weights.iter().zip(gradient).zip(moments).map(|((w, g), (m, v))| {
            *m = BETA_1 * *m + (1.0 - BETA_1) * g;
            *v = beta_2 * *v + (1.0 - beta_2) * g * g;
            w - learning_rate * (*m / unbias_1) / ((*v / unbias_2).sqrt() + epsilon)
        });
        stepped.collect()
    }
}
