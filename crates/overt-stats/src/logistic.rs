//! Logistic regression with a penalty, for a handful of features.

use serde::{Deserialize, Serialize};

use crate::check;
use crate::cholesky::solve;
use crate::design::{Design, Shrinkage, linear};
use crate::error::{Error, Result};

const MAX_ITERATIONS: usize = 100;

/// A fitted probability: `p = 1 / (1 + exp(-(b₀ + Σ bⱼ xⱼ)))`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Logistic {
    /// `b₀`, in log-odds.
    pub intercept: f64,
    /// `bⱼ`, in log-odds per unit of feature `j` as given.
    pub coefficients: Vec<f64>,
}

impl Logistic {
    /// Minimises `-Σ wᵢ (tᵢ ln pᵢ + (1-tᵢ) ln(1-pᵢ)) + λ/2 Σ bⱼ²` over rows of features; weights are 1
    /// if `None`.
    ///
    /// Targets may be shares in [0, 1] (Papke and Wooldridge 1996). Newton's method with halved steps
    /// starts at zero, so the result is a function of the data. `λ` is the inverse of scikit-learn's
    /// `C`. Without a penalty, classes that a plane separates have no finite fit, so they give an error.
    /// Targets that are all 0 or all 1 never have a finite fit.
    /// Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning (2009), section 4.4.
    ///
    /// ```
    /// use overt_stats::{Logistic, Shrinkage};
    /// let fit = Logistic::fit(&[[0.0], [1.0]], &[0.25, 0.75], None, Shrinkage::NONE)?;
    /// assert!((fit.predict(&[0.0])? - 0.25).abs() < 1e-9);
    /// assert!((fit.predict(&[0.5])? - 0.5).abs() < 1e-9);
    /// # Ok::<(), overt_stats::Error>(())
    /// ```
    pub fn fit<R: AsRef<[f64]>>(
        features: &[R],
        targets: &[f64],
        weights: Option<&[f64]>,
        shrinkage: Shrinkage,
    ) -> Result<Self> {
        let design = Design::new(features, targets, weights, shrinkage)?;
        check::units("targets", targets)?;
        let share = design.weighted_mean(targets.iter().copied());
        if share <= 0.0 || share >= 1.0 {
            return Err(Error::Constant { what: "targets" });
        }
        let problem = Problem { design: &design, targets, penalty: shrinkage.penalty };
        let solution = problem.minimise()?;
        let (intercept, coefficients) = design.in_given_units(solution[0], &solution[1..])?;
        Ok(Self { intercept, coefficients })
    }

    /// The probability for one row of features, in [0, 1].
    pub fn predict(&self, row: &[f64]) -> Result<f64> {
        Ok(sigmoid(linear(self.intercept, &self.coefficients, row)?))
    }
}

/// The loss over `[b₀, b₁, …]` in the units of the design.
struct Problem<'a> {
    design: &'a Design,
    targets: &'a [f64],
    penalty: f64,
}

impl Problem<'_> {
    fn minimise(&self) -> Result<Vec<f64>> {
        let mut beta = vec![0.0; self.design.rows[0].len() + 1];
        for _ in 0..MAX_ITERATIONS {
            let step = self.newton_step(&beta)?;
            // Judged in log-odds, not in loss: on separable classes the loss settles, the fit never.
            let largest = self.design.rows.iter().map(|row| log_odds(&step, row).abs());
            let settled = largest.fold(0.0, f64::max) <= 1e-8;
            beta = self.step_down(&beta, &step);
            if settled {
                return Ok(beta);
            }
        }
        Err(Error::NotConverged { what: "logistic regression", iterations: MAX_ITERATIONS })
    }

    fn newton_step(&self, beta: &[f64]) -> Result<Vec<f64>> {
        let mut hessian = vec![vec![0.0; beta.len()]; beta.len()];
        let mut downhill = vec![0.0; beta.len()];
        for ((row, weight), target) in
            self.design.rows.iter().zip(&self.design.weights).zip(self.targets)
        {
            let p = sigmoid(log_odds(beta, row));
            let x = |j: usize| if j == 0 { 1.0 } else { row[j - 1] };
            for j in 0..beta.len() {
                downhill[j] += weight * (target - p) * x(j);
                (0..=j).for_each(|k| hessian[j][k] += weight * p * (1.0 - p) * x(j) * x(k));
            }
        }
        for j in 1..beta.len() {
            downhill[j] -= self.penalty * beta[j];
            hessian[j][j] += self.penalty;
        }
        solve(hessian, downhill).map_err(name_the_feature)
    }

    /// The longest of the step and its halves that does not climb.
    fn step_down(&self, beta: &[f64], step: &[f64]) -> Vec<f64> {
        let here = self.loss(beta);
        let moved = |share: f64| -> Vec<f64> {
            beta.iter().zip(step).map(|(b, s)| b + share * s).collect()
        };
        let shares = (0..60).map(|halvings| 0.5_f64.powi(halvings));
        let slack = 1e-12 * (1.0 + here.abs());
        let mut candidates = shares.map(moved);
        candidates.find(|there| self.loss(there) <= here + slack).unwrap_or_else(|| beta.to_vec())
    }

    fn loss(&self, beta: &[f64]) -> f64 {
        let rows = self.design.rows.iter().zip(&self.design.weights).zip(self.targets);
        let misfit = rows.map(|((row, weight), target)| {
            let z = log_odds(beta, row);
            // ln(1 + e^z) - t z, without overflow.
            weight * ((-z.abs()).exp().ln_1p() + z.max(0.0) - target * z)
        });
        let squares: f64 = beta[1..].iter().map(|b| b * b).sum();
        misfit.sum::<f64>() + self.penalty / 2.0 * squares
    }
}

fn log_odds(beta: &[f64], row: &[f64]) -> f64 {
    beta[0] + row.iter().zip(&beta[1..]).map(|(x, b)| x * b).sum::<f64>()
}

fn sigmoid(z: f64) -> f64 {
    if z >= 0.0 { 1.0 / (1.0 + (-z).exp()) } else { z.exp() / (1.0 + z.exp()) }
}

/// Column 0 of the system is the intercept; it is singular only where every probability is 0 or 1.
fn name_the_feature(error: Error) -> Error {
    match error {
        Error::Singular { feature: 0 } => {
            Error::NotConverged { what: "logistic regression", iterations: MAX_ITERATIONS }
        }
        Error::Singular { feature } => Error::Singular { feature: feature - 1 },
        other => other,
    }
}
