//! Shared by the linear fits: checked rows, centred columns, and the way back to the given units.

use serde::{Deserialize, Serialize};

use crate::check;
use crate::error::{Error, Result};

/// How strongly, and in which units, a fit pulls coefficients to zero. It never pulls the intercept.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Shrinkage {
    /// Weight of the squared coefficients, at least 0; 0 is the plain fit.
    pub penalty: f64,
    /// Whether the penalty counts coefficients per standard deviation of their feature, so that the
    /// fit does not depend on the features' units.
    pub standardise: bool,
}

impl Shrinkage {
    /// No penalty.
    pub const NONE: Self = Self { penalty: 0.0, standardise: false };
}

/// Checked data with every feature centred, and scaled if the shrinkage says so.
pub(crate) struct Design {
    /// Shape `[row][feature]`.
    pub(crate) rows: Vec<Vec<f64>>,
    /// One per row, all 1 if none were given.
    pub(crate) weights: Vec<f64>,
    centres: Vec<f64>,
    scales: Vec<f64>,
}

impl Design {
    pub(crate) fn new<R: AsRef<[f64]>>(
        features: &[R],
        targets: &[f64],
        weights: Option<&[f64]>,
        shrinkage: Shrinkage,
    ) -> Result<Self> {
        check::sample("targets", targets, 1)?;
        check::same_len("rows of features", features.len(), targets.len())?;
        check::non_negative("penalty", shrinkage.penalty)?;
        let n_features = features[0].as_ref().len();
        for row in features {
            check::same_len("features in a row", row.as_ref().len(), n_features)?;
            check::finite("features", row.as_ref())?;
        }
        let rows = features.iter().map(|row| row.as_ref().to_vec()).collect();
        let weights = checked_weights(weights, targets.len())?;
        let mut design = Self { rows, weights, centres: vec![], scales: vec![] };
        design.centre(n_features, shrinkage.standardise)?;
        Ok(design)
    }

    /// `Σ w v / Σ w`.
    pub(crate) fn weighted_mean(&self, values: impl Iterator<Item = f64>) -> f64 {
        let sum: f64 = values.zip(&self.weights).map(|(value, weight)| value * weight).sum();
        sum / self.weights.iter().sum::<f64>()
    }

    /// Intercept and coefficients in the units of the features as given.
    pub(crate) fn in_given_units(&self, intercept: f64, slopes: &[f64]) -> Result<(f64, Vec<f64>)> {
        let slopes: Vec<f64> =
            slopes.iter().zip(&self.scales).map(|(b, scale)| b / scale).collect();
        let shift: f64 = slopes.iter().zip(&self.centres).map(|(b, centre)| b * centre).sum();
        slopes.iter().try_for_each(|b| check::result("coefficient", *b).map(drop))?;
        Ok((check::result("intercept", intercept - shift)?, slopes))
    }

    fn centre(&mut self, n_features: usize, standardise: bool) -> Result<()> {
        for feature in 0..n_features {
            let column: Vec<f64> = self.rows.iter().map(|row| row[feature]).collect();
            let centre = self.weighted_mean(column.iter().copied());
            let spread = self.weighted_mean(column.iter().map(|x| (x - centre).powi(2))).sqrt();
            check::result("spread of a feature", spread)?;
            let constant = column.iter().all(|x| *x == column[0]);
            // A feature that does not vary is exactly zero after centring, not a rounding error.
            let scale = if standardise && !constant { spread } else { 1.0 };
            for row in &mut self.rows {
                row[feature] = if constant { 0.0 } else { (row[feature] - centre) / scale };
            }
            self.centres.push(centre);
            self.scales.push(scale);
        }
        Ok(())
    }
}

/// `b₀ + Σ bⱼ xⱼ`, with the row checked.
pub(crate) fn linear(intercept: f64, coefficients: &[f64], row: &[f64]) -> Result<f64> {
    check::same_len("features in a row", row.len(), coefficients.len())?;
    check::finite("features", row)?;
    let sum: f64 = row.iter().zip(coefficients).map(|(x, b)| x * b).sum();
    check::result("prediction", intercept + sum)
}

fn checked_weights(weights: Option<&[f64]>, n_rows: usize) -> Result<Vec<f64>> {
    let Some(weights) = weights else { return Ok(vec![1.0; n_rows]) };
    check::same_len("weights", weights.len(), n_rows)?;
    weights.iter().try_for_each(|&weight| check::non_negative("weights", weight))?;
    let total = check::result("sum of weights", weights.iter().sum())?;
    if total > 0.0 {
        Ok(weights.to_vec())
    } else {
        Err(Error::OutOfRange { what: "sum of weights", expected: "(0, inf)", got: total })
    }
}
