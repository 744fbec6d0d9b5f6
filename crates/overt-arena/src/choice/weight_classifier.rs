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
pub struct WeightClassifier {
    fit: Logistic,
}

impl WeightClassifier {
    /// Learns from organisms: their features, as `overt_audit::choice::weight_features` has them, and
    /// whether they hide something. Both sides count the same, however many there are of each.
    ///
    /// ```
    /// use overt_arena::WeightClassifier;
    ///
    /// let (benign, planted) = ([1.0, 5.0], [3.0, 5.5]);
    /// let organisms = [(&benign[..], false), (&[0.0, 4.0], false), (&planted, true)];
    /// let learnt = WeightClassifier::learn(&organisms)?;
    /// assert!(learnt.probability(&planted)? > learnt.probability(&benign)?);
    /// # Ok::<(), overt_stats::Error>(())
    /// ```
    ///
    /// # Errors
    /// Organisms of one side alone; features that are not finite, or not the same of everyone.
    pub fn learn(organisms: &[(&[f64], bool)]) -> Result<Self> {
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
    pub fn probability(&self, features: &[f64]) -> Result<f64> {
        self.fit.predict(features)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Twelve features of fifty organisms, ten of which hide something in the fourth.
    fn organisms(seed: u64) -> Vec<(Vec<f64>, bool)> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut organism = |idx: usize| {
            let hides = idx < 10;
            let mut features: Vec<f64> = (0..12).map(|_| rng.random_range(-1.0..1.0)).collect();
            features[3] += if hides { 3.0 } else { 0.0 };
            (features, hides)
        };
        (0..50).map(&mut organism).collect()
    }

    fn learn(organisms: &[(Vec<f64>, bool)], hides: impl Fn(bool) -> bool) -> WeightClassifier {
        let known = organisms.iter().map(|(features, one)| (&features[..], hides(*one)));
        WeightClassifier::learn(&known.collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn what_hides_in_one_feature_is_found_in_others_of_its_kind() {
        for seed in 0..10 {
            let learnt = learn(&organisms(seed), |hides| hides);
            let of = |wanted: bool| -> Vec<f64> {
                let others =
                    organisms(seed + 100).into_iter().filter(|(_, hides)| *hides == wanted);
                others.map(|(features, _)| learnt.probability(&features).unwrap()).collect()
            };
            assert!(overt_stats::auroc(&of(true), &of(false)).unwrap() > 0.95);
        }
    }

    /// Called by the other name, each side has the other's probability; the order says nothing.
    #[test]
    fn the_sides_are_treated_alike() {
        let known = organisms(1);
        let (one, other) = (learn(&known, |hides| hides), learn(&known, |hides| !hides));
        let turned: Vec<_> = known.iter().rev().cloned().collect();
        let in_turn = learn(&turned, |hides| hides);
        for (features, _) in &known {
            let of = |by: &WeightClassifier| by.probability(features).unwrap();
            assert!((of(&one) + of(&other) - 1.0).abs() < 1e-9);
            assert!((of(&one) - of(&in_turn)).abs() < 1e-9);
        }
        assert!(WeightClassifier::learn(&[(&[1.0], true), (&[2.0], true)]).is_err());
    }
}
