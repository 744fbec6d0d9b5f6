//! Least squares with a penalty, for a handful of features.

use serde::{Deserialize, Serialize};

use crate::check;
use crate::cholesky::solve;
use crate::design::{Design, Shrinkage, linear};
use crate::error::Result;

/// A fitted line or plane: `ŷ = b₀ + Σ bⱼ xⱼ`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Ridge {
    /// `b₀`, in the unit of the target.
    pub intercept: f64,
    /// `bⱼ`, in units of target per unit of feature `j` as given.
    pub coefficients: Vec<f64>,
}

impl Ridge {
    /// Minimises `Σ wᵢ (yᵢ - ŷᵢ)² + λ Σ bⱼ²` over rows of features; weights are 1 if `None`.
    ///
    /// It solves the normal equations of the centred features by Cholesky, so it is meant for a handful
    /// of features. [`Shrinkage::NONE`] gives (weighted) least squares. Without a penalty, two features
    /// that carry the same information are an error.
    /// Source: Hoerl and Kennard, Technometrics 12 (1970), 55–67.
    ///
    /// ```
    /// use overt_stats::{Ridge, Shrinkage};
    /// let line = Ridge::fit(&[[0.0], [1.0], [2.0]], &[1.0, 3.0, 5.0], None, Shrinkage::NONE)?;
    /// assert!((line.predict(&[10.0])? - 21.0).abs() < 1e-12);
    /// # Ok::<(), overt_stats::Error>(())
    /// ```
    pub fn fit<R: AsRef<[f64]>>(
        features: &[R],
        targets: &[f64],
        weights: Option<&[f64]>,
        shrinkage: Shrinkage,
    ) -> Result<Self> {
        let design = Design::new(features, targets, weights, shrinkage)?;
        let centre = design.weighted_mean(targets.iter().copied());
        check::result("mean target", centre)?;
        let n_features = design.rows[0].len();
        let mut normal = vec![vec![0.0; n_features]; n_features];
        let mut moments = vec![0.0; n_features];
        for ((row, weight), target) in design.rows.iter().zip(&design.weights).zip(targets) {
            for j in 0..n_features {
                moments[j] += weight * row[j] * (target - centre);
                (0..=j).for_each(|k| normal[j][k] += weight * row[j] * row[k]);
            }
        }
        (0..n_features).for_each(|j| normal[j][j] += shrinkage.penalty);
        let (intercept, coefficients) = design.in_given_units(centre, &solve(normal, moments)?)?;
        Ok(Self { intercept, coefficients })
    }

    /// `ŷ` for one row of features, in the unit of the target.
    pub fn predict(&self, row: &[f64]) -> Result<f64> {
        linear(self.intercept, &self.coefficients, row)
    }
}
