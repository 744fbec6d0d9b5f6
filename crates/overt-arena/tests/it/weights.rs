//! Features of weights alone, and the classifier that learns from them.

use crate::detectors::{random_weights, subject_of, with_rows};
use crate::tried::weight_classifier::WeightClassifier;
use crate::tried::weight_features::{
    WeightFeature, kurtosis, narrow, singular_values, weight_features,
};
use overt_site::Array;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Names are the same for everyone; a token that is set apart shows in its feature alone.
#[test]
fn features_are_named_alike_for_everyone() {
    let [one, other] =
        [random_weights(1), random_weights(2)].map(|w| weight_features(&subject_of(&w)).unwrap());
    let names = |features: &[WeightFeature]| -> Vec<String> {
        features.iter().map(|feature| feature.name.clone()).collect()
    };
    assert_eq!(names(&one), names(&other));
    assert!(one.iter().zip(&other).any(|(a, b)| a.value != b.value));
    let apart = weight_features(&subject_of(&with_rows(&[21], 6.0))).unwrap();
    let first = |features: &[WeightFeature]| {
        features.iter().find(|feature| feature.name == "token 1").unwrap().value
    };
    assert!(first(&apart) > first(&one) + 0.5);
}

/// Weights that are twice as large differ in their sizes alone.
#[test]
fn twice_the_weights_are_twice_the_size_and_nothing_else() {
    let weights = random_weights(1);
    let twice = weights.with_values(weights.values().iter().map(|value| 2.0 * value).collect());
    let [one, other] = [&weights, &twice].map(|w| weight_features(&subject_of(w)).unwrap());
    assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(other) {
        let more = if one.name.ends_with("size") { 2.0_f64.ln() } else { 0.0 };
        assert!((other.value - one.value - more).abs() < 1e-3, "{}", one.name);
    }
}

/// A matrix of two stretched directions, worked by hand, and its transpose.
#[test]
fn singular_values_are_those_of_a_diagonal() {
    let mut values = vec![0.0; 5 * 3];
    (values[0], values[4], values[8]) = (2.0, -7.0, 1.0);
    let tall = Array::new(vec![5, 3], values.clone());
    let found = singular_values(&narrow(&tall)).unwrap();
    let expected = [7.0, 2.0, 1.0];
    assert!(found.iter().zip(expected).all(|(got, want)| (got - want).abs() < 1e-9));
    let turned = (0..3).flat_map(|column| (0..5).map(move |row| row * 3 + column));
    let wide = Array::new(vec![3, 5], turned.map(|at| values[at]).collect());
    assert_eq!(narrow(&wide), tall);
}

#[test]
fn one_row_that_stands_out_has_the_greater_kurtosis() {
    let even: Vec<f64> = (0..50).map(|nth| f64::from(nth % 5)).collect();
    let mut spiked = even.clone();
    spiked[7] = 40.0;
    assert!(kurtosis(&even).unwrap() < 2.0 && kurtosis(&spiked).unwrap() > 20.0);
    assert!(kurtosis(&[1.0; 4]).is_err());
}

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
            let others = organisms(seed + 100).into_iter().filter(|(_, hides)| *hides == wanted);
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
