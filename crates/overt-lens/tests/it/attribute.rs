use crate::{config, names, observations, policies, random};
use overt_lens::{Path, integrated_gradients, integrated_gradients_at, values_at};
use overt_nn::{Architecture, Policy, Weights};
use overt_site::Array;

/// Mean gap over rows whose output moves at all.
fn mean_gap(gaps: &[f64], change: &[f64]) -> f64 {
    let moved: Vec<f64> =
        gaps.iter().zip(change).filter(|(_, c)| c.abs() > 1e-2).map(|(g, _)| *g).collect();
    moved.iter().sum::<f64>() / moved.len() as f64
}

#[test]
fn the_parts_add_up_to_the_change_the_better_the_more_steps() {
    for policy in policies() {
        let (x, zero) = (observations(24, 1), Array::zeros(vec![24, 4, 4, 3]));
        let weights = random(&[24, 4], 2);
        let gap = |steps| {
            let found = integrated_gradients(&policy, &zero, &x, &weights, steps).unwrap();
            mean_gap(&found.gap, &found.change)
        };
        let gaps = [gap(2), gap(16), gap(128)];
        assert!(gaps[0] > 2.0 * gaps[1] && gaps[1] > 2.0 * gaps[2], "{gaps:?}");
        assert!(gaps[2] < 0.02, "{gaps:?}");
    }
}

#[test]
fn every_site_is_complete() {
    for policy in policies() {
        let (x, other) = (observations(6, 1), observations(6, 2));
        let weights = random(&[6, 4], 3);
        for site in names(&policy).iter().filter(|site| *site != "value") {
            let from = values_at(&policy, &other, site).unwrap();
            let to = values_at(&policy, &x, site).unwrap();
            let path = Path { site, from: &from, to: &to };
            let found = integrated_gradients_at(&policy, &x, path, &weights, 200).unwrap();
            assert_eq!(found.values.shape, to.shape);
            for (gap, change) in found.gap.iter().zip(&found.change) {
                assert!(gap * change.abs().max(0.05) < 0.01, "`{site}`: {gap} of {change}");
            }
        }
    }
}

#[test]
fn entries_that_do_not_move_carry_nothing() {
    for policy in policies() {
        let x = observations(3, 1);
        let mut baseline = observations(3, 2);
        let moving = |idx: usize| idx.is_multiple_of(5);
        for (idx, value) in baseline.values.iter_mut().enumerate() {
            if !moving(idx) {
                *value = x.values[idx];
            }
        }
        let weights = random(&[3, 4], 3);
        let found = integrated_gradients(&policy, &baseline, &x, &weights, 8).unwrap();
        for (idx, value) in found.values.values.iter().enumerate() {
            assert!(moving(idx) || *value == 0.0, "entry {idx} carries {value}");
        }
        assert!(found.values.values.iter().any(|value| *value != 0.0));
        let still = integrated_gradients(&policy, &x, &x, &weights, 8).unwrap();
        assert!(still.values.values.iter().all(|value| *value == 0.0));
        assert_eq!((&still.change, &still.gap), (&vec![0.0; 3], &vec![0.0; 3]));
    }
}

/// With every unit on, the network is linear: one step is exact, and each part is weight times
/// difference.
#[test]
fn a_linear_network_is_exact_in_one_step() {
    let config = config(Architecture::Conv);
    let random = random(&[Weights::init(config.weights(), 0).values().len()], 5);
    let weights = Weights::init(config.weights(), 0).with_values(random.values);
    let positive: Vec<f32> = weights
        .spans()
        .flat_map(|(spec, values)| {
            let on = !spec.name.starts_with("policy");
            values.iter().map(move |v| if on { v.abs() } else { *v })
        })
        .collect();
    let policy = Policy::new(config, weights.with_values(positive)).unwrap();
    let x =
        Array::new(vec![2, 4, 4, 3], observations(2, 1).values.iter().map(|v| v.abs()).collect());
    let zero = Array::zeros(x.shape.clone());
    let margin = Array::new(vec![2, 4], vec![1.0, -1.0, 0.0, 0.0, 0.0, 1.0, 0.0, -2.0]);
    let one = integrated_gradients(&policy, &zero, &x, &margin, 1).unwrap();
    let many = integrated_gradients(&policy, &zero, &x, &margin, 9).unwrap();
    for row in 0..2 {
        assert!(one.gap[row] < 1e-4, "{:?}", one.gap);
        for (a, b) in one.values.row(row).iter().zip(many.values.row(row)) {
            assert!((a - b).abs() <= 1e-4 * a.abs().max(1e-3), "{a} and {b}");
        }
    }
}

#[test]
fn opposite_weights_carry_the_opposite() {
    let [policy, _] = policies();
    let (x, zero) = (observations(2, 1), Array::zeros(vec![2, 4, 4, 3]));
    let weights = random(&[2, 4], 3);
    let mut opposite = weights.clone();
    opposite.values.iter_mut().for_each(|w| *w = -*w);
    let found = integrated_gradients(&policy, &zero, &x, &weights, 4).unwrap();
    let mirror = integrated_gradients(&policy, &zero, &x, &opposite, 4).unwrap();
    for (a, b) in found.values.values.iter().zip(&mirror.values.values) {
        assert_eq!(*a, -*b);
    }
}
