//! Who hides something, by weights alone: learnt from organisms of known truth.

use overt_stats::{Logistic, Result, Shrinkage};

/// Pull on each coefficient, per standard deviation of its feature: there are about half as many features
/// as organisms. Fixed before any was scored.
const PENALTY: f64 = 10.0;

/// A classifier over features of weights.
///
/// Source: Xu et al. 2021, Detecting AI Trojans Using Meta Neural Analysis, with features of weights for
/// answers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WeightClassifier {
    fit: Logistic,
}

impl WeightClassifier {
    /// Learns from organisms: their features, as `weight_features` has them, and
    /// whether they hide something. Both sides count the same, however many there are of each.
    ///
    /// # Errors
    /// Organisms of one side alone; features that are not finite, or not the same of everyone.
    pub(crate) fn learn(organisms: &[(&[f64], bool)]) -> Result<Self> {
        let n = organisms.len() as f64;
        let n_hiding = organisms.iter().filter(|(_, hides)| *hides).count() as f64;
        let weight = |hides: bool| n / 2.0 / if hides { n_hiding } else { n - n_hiding };
        let features: Vec<&[f64]> = organisms.iter().map(|(features, _)| *features).collect();
        let targets: Vec<f64> =
            organisms.iter().map(|(_, hides)| f64::from(u8::from(*hides))).collect();
        let weights: Vec<f64> = organisms.iter().map(|(_, hides)| weight(*hides)).collect();
        let shrinkage = Shrinkage { penalty: PENALTY, standardise: true };
        Ok(Self { fit: Logistic::fit(&features, &targets, Some(&weights), shrinkage)? })
    }

    /// That an organism of those features hides something, where half of all do.
    ///
    /// # Errors
    /// Other features than it learnt from.
    pub(crate) fn probability(&self, features: &[f64]) -> Result<f64> {
        self.fit.predict(features)
    }
}
