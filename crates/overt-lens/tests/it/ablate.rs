use crate::{ablate_channels, maps, names, observations, policies, random};
use overt_lens::{channel_means, outputs, outputs_given, values_at, weighted_logits};
use overt_nn::Policy;
use overt_site::{Array, Axis, Edit, Run, Select};

fn width(policy: &Policy, site: &str) -> usize {
    policy.sites().get(site).unwrap().axes.last().unwrap().1
}

#[test]
fn a_channel_set_to_zero_is_a_channel_scaled_by_zero() {
    for policy in policies() {
        let (x, weights) = (observations(3, 1), random(&[3, 4], 2));
        let plain = weighted_logits(&outputs(&policy, &x).unwrap(), &weights).unwrap();
        for site in maps(&policy).iter().filter(|site| *site != "input") {
            let effects = ablate_channels(&policy, &x, site, &[0.0; 6], &weights).unwrap();
            for channel in 0..6 {
                let edit = Edit::zero().at(Select::along(Axis::Channel, &[channel]));
                let (out, _) = policy.run(&x, &Run::new().edit(site, edit)).unwrap();
                let ablated = weighted_logits(&out, &weights).unwrap();
                for row in 0..3 {
                    let expected = (plain[row] - ablated[row]) as f32;
                    assert_eq!(effects.row(row)[channel], expected, "`{site}` {channel}");
                }
            }
        }
    }
}

#[test]
fn the_mean_is_over_rows_and_cells() {
    for policy in policies() {
        let x = observations(5, 1);
        for site in names(&policy) {
            let values = values_at(&policy, &x, &site).unwrap();
            let means = channel_means(&policy, &x, &site).unwrap();
            let n = width(&policy, &site);
            assert_eq!(means.len(), n);
            let last: Vec<f32> = values.values.iter().copied().skip(n - 1).step_by(n).collect();
            let expected = last.iter().sum::<f32>() / last.len() as f32;
            assert!((means[n - 1] - f64::from(expected)).abs() < 1e-5, "{site}");
        }
    }
}

#[test]
fn a_channel_that_already_holds_the_fill_has_no_effect() {
    let [policy, _] = policies();
    let (x, weights) = (observations(3, 1), random(&[3, 4], 2));
    let mut values = values_at(&policy, &x, "embed.post").unwrap();
    values.values.iter_mut().skip(2).step_by(6).for_each(|v| *v = 0.25);
    let held = outputs_given(&policy, &x, "embed.post", &values).unwrap();
    let plain = weighted_logits(&outputs(&policy, &x).unwrap(), &weights).unwrap();
    let held = weighted_logits(&held, &weights).unwrap();
    let effects = ablate_channels(&policy, &x, "embed.post", &[0.25; 6], &weights).unwrap();
    for row in 0..3 {
        assert_eq!(effects.row(row)[2], (plain[row] - held[row]) as f32);
    }
    let constant = Array::zeros(x.shape.clone());
    let effects = ablate_channels(&policy, &constant, "input", &[0.0; 3], &weights).unwrap();
    assert!(effects.values.iter().all(|e| *e == 0.0));
}

#[test]
fn an_effect_is_linear_in_the_weights() {
    let [policy, _] = policies();
    let (x, weights) = (observations(2, 1), random(&[2, 4], 2));
    let double = Array::new(vec![2, 4], weights.values.iter().map(|w| 2.0 * w).collect());
    let once = ablate_channels(&policy, &x, "conv.1.post", &[0.0; 6], &weights).unwrap();
    let twice = ablate_channels(&policy, &x, "conv.1.post", &[0.0; 6], &double).unwrap();
    for (a, b) in once.values.iter().zip(&twice.values) {
        assert!((2.0 * a - b).abs() < 1e-6);
    }
}
