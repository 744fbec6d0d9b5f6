//! Adam (Kingma and Ba 2015, algorithm 1) over one flat vector.

use serde::{Deserialize, Serialize};

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-5;

/// First and second moments of the gradient, and the number of steps taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adam {
    mean: Vec<f32>,
    square: Vec<f32>,
    steps: i32,
}

impl Adam {
    /// No step taken yet, for this many weights.
    pub fn new(n_weights: usize) -> Self {
        Self { mean: vec![0.0; n_weights], square: vec![0.0; n_weights], steps: 0 }
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
        let unbias_2 = 1.0 - BETA_2.powi(self.steps);
        let moments = self.mean.iter_mut().zip(&mut self.square);
        let stepped = weights.iter().zip(gradient).zip(moments).map(|((w, g), (m, v))| {
            *m = BETA_1 * *m + (1.0 - BETA_1) * g;
            *v = BETA_2 * *v + (1.0 - BETA_2) * g * g;
            w - learning_rate * (*m / unbias_1) / ((*v / unbias_2).sqrt() + EPSILON)
        });
        stepped.collect()
    }
}
