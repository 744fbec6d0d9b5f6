use crate::{configs, lively, observation, policies, random};
use burn::tensor::{Device, Tensor};
use overt_nn::{Forward, Outputs, Policy, Weights};
use overt_site::{Array, Edit, Pass, Run};

/// Relative step of the finite differences.
const STEP: f32 = 1e-3;

/// Numbers that mix every logit and the value of every row, each with a weight of its own.
#[derive(Clone, Copy)]
struct Mix {
    logits: f32,
    value: f32,
}

const MIXES: [Mix; 3] = [
    Mix { logits: 1.0, value: 0.0 },
    Mix { logits: 0.0, value: 1.0 },
    Mix { logits: 1.0, value: -2.0 },
];

impl Mix {
    fn weights(self, rows: usize, actions: usize) -> (Array, Array) {
        let scale = |mut array: Array, by: f32| {
            array.values.iter_mut().for_each(|v| *v *= by);
            array
        };
        (
            scale(random(&[rows, actions], 21), self.logits),
            scale(random(&[rows, 1], 22), self.value),
        )
    }

    fn tensor(self, out: &Outputs<Tensor<2>>) -> Tensor<1> {
        let [rows, actions] = out.logits.dims();
        let (logits, value) = self.weights(rows, actions);
        let device = out.logits.device();
        let logits = (out.logits.clone() * logits.tensor(&device)).sum();
        let value = (out.value.clone() * value.tensor(&device)).sum();
        match (self.logits != 0.0, self.value != 0.0) {
            (true, false) => logits,
            (false, true) => value,
            _ => logits + value,
        }
    }

    fn number(self, out: &Outputs<Array>) -> f64 {
        let (logits, value) = self.weights(out.logits.rows(), out.logits.shape[1]);
        dot(&out.logits.values, &logits.values) + dot(&out.value.values, &value.values)
    }
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

fn norm(a: &[f32]) -> f64 {
    dot(a, a).sqrt()
}

/// A direction of the given length, two parts along the gradient and one random.
fn direction(gradient: &[f32], length: f64, seed: u64) -> Vec<f32> {
    let noise = random(&[gradient.len()], seed).values;
    let (g, n) = (norm(gradient).max(1e-12), norm(&noise));
    let mixed: Vec<f32> = gradient
        .iter()
        .zip(&noise)
        .map(|(a, b)| (2.0 * f64::from(*a) / g + f64::from(*b) / n) as f32)
        .collect();
    let scale = length / norm(&mixed);
    mixed.iter().map(|v| (f64::from(*v) * scale) as f32).collect()
}

/// Within 2 %: rectifiers that switch inside the step bend the finite difference by that much.
#[track_caller]
fn close(got: f64, expected: f64, gradient: f64, why: &str) {
    let tolerance = 0.02 * expected.abs() + 2e-3 * gradient;
    assert!((got - expected).abs() <= tolerance, "{why}: got {got}, expected {expected}");
}

#[test]
fn the_gradient_at_every_site_matches_finite_differences() {
    for policy in policies() {
        for site in policy.sites().iter() {
            for mix in MIXES {
                let off = (site.name == "logits" && mix.logits == 0.0)
                    || (site.name == "value" && mix.value == 0.0);
                if !off {
                    check_site(&policy, &site.name, mix);
                }
            }
        }
    }
}

fn check_site(policy: &Policy, site: &str, mix: Mix) {
    let x = observation(policy.config(), 2);
    let (plain, mut trace) = policy.run(&x, &Run::new().tap(site)).unwrap();
    let own = trace.take(site).unwrap();
    let run = Run::new().gradient(site);
    let (out, found) = policy.gradients(&x, &run, |out| mix.tensor(out)).unwrap();
    assert_eq!(out, plain, "differentiating `{site}` changed the output");
    let gradient = &found[site];
    assert_eq!(gradient.shape, own.shape);
    for seed in 0..4 {
        let length = f64::from(STEP) * norm(&own.values);
        let step = direction(&gradient.values, length, seed);
        let at = |sign: f32| {
            let by = step.iter().map(|v| v * sign).collect();
            let edit = Edit::add(Array::new(own.shape.clone(), by));
            mix.number(&policy.run(&x, &Run::new().edit(site, edit)).unwrap().0)
        };
        let expected = (at(1.0) - at(-1.0)) / 2.0;
        let got = dot(&gradient.values, &step);
        close(got, expected, norm(&gradient.values) * length, site);
    }
}

#[test]
fn the_gradient_of_every_weight_matches_finite_differences() {
    for config in configs() {
        let weights = lively(config);
        let x = observation(&config, 3);
        let device = Device::flex().autodiff();
        let mix = MIXES[2];
        let forward = Forward::new(config, &weights, &device).differentiable();
        let out = forward.call(x.tensor(&device), &mut Pass::plain());
        let gradients = mix.tensor(&out).backward();
        let gradient = forward.parameters().gradient(&weights, &gradients);
        let mut start = 0;
        for (spec, own) in weights.spans() {
            let span = start..start + own.len();
            start = span.end;
            for seed in 0..3 {
                let length = f64::from(STEP) * norm(own);
                let step = direction(&gradient[span.clone()], length, seed);
                let at = |sign: f32| moved(&weights, span.start, &step, sign);
                let number = |w: Weights| {
                    let policy = Policy::new(config, w).unwrap();
                    mix.number(&policy.run(&x, &Run::new()).unwrap().0)
                };
                let expected = (number(at(1.0)) - number(at(-1.0))) / 2.0;
                let got = dot(&gradient[span.clone()], &step);
                close(got, expected, norm(&gradient[span.clone()]) * length, &spec.name);
            }
        }
        assert_eq!(start, gradient.len());
    }
}

fn moved(weights: &Weights, start: usize, step: &[f32], sign: f32) -> Weights {
    let mut values = weights.values().to_vec();
    values[start..].iter_mut().zip(step).for_each(|(v, s)| *v += sign * s);
    weights.with_values(values)
}

#[test]
fn a_rows_gradient_is_its_own() {
    for policy in policies() {
        let x = observation(policy.config(), 3);
        let run = Run::new().gradient("input");
        let whole = policy.gradients(&x, &run, |out| out.logits.clone().sum()).unwrap().1;
        let two = Array::new(vec![2, 5, 5, 3], x.values[..150].to_vec());
        let part = policy.gradients(&two, &run, |out| out.logits.clone().sum()).unwrap().1;
        assert_eq!(whole["input"].row(0), part["input"].row(0));
        assert_eq!(whole["input"].row(1), part["input"].row(1));
    }
}

#[test]
fn many_sites_are_differentiated_at_once() {
    for policy in policies() {
        let x = observation(policy.config(), 2);
        let run = policy.sites().names().fold(Run::new(), Run::gradient);
        let mix = MIXES[2];
        let all = policy.gradients(&x, &run, |out| mix.tensor(out)).unwrap().1;
        for site in policy.sites().names() {
            let alone = Run::new().gradient(site);
            let alone = policy.gradients(&x, &alone, |out| mix.tensor(out)).unwrap().1;
            assert_eq!(all[site], alone[site], "{site}");
        }
    }
}

#[test]
fn a_scalar_that_does_not_depend_on_the_site_is_an_error() {
    for policy in policies() {
        let x = observation(policy.config(), 2);
        let expected = "the scalar does not depend on `value`, so it has no gradient there";
        for run in [Run::new().gradient("value"), Run::new().gradient("value").gradient("input")] {
            let error = policy.gradients(&x, &run, |out| out.logits.clone().sum()).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        let cut =
            Run::new().gradient("input").edit("logits", Edit::replace(Array::zeros(vec![2, 4])));
        let error = policy.gradients(&x, &cut, |out| out.logits.clone().sum()).unwrap_err();
        assert!(error.to_string().contains("does not depend on `input`"), "{error}");
    }
}

#[test]
fn a_run_that_asks_for_no_gradient_gets_none() {
    let policy = &policies()[0];
    let x = observation(policy.config(), 2);
    let (out, found) = policy.gradients(&x, &Run::new(), |out| out.logits.clone().sum()).unwrap();
    assert_eq!(out, policy.run(&x, &Run::new()).unwrap().0);
    assert!(found.is_empty());
}

/// A linear chain worked by hand: one cell, weights that pass the number through.
#[test]
fn a_gradient_worked_by_hand() {
    let config = overt_nn::PolicyConfig {
        size: 1,
        features: 1,
        channels: 1,
        layers: 0,
        dense: 1,
        actions: 1,
        ..configs()[0]
    };
    let values = [2.0, 1.0, 3.0, 0.0, 5.0, 0.0, 7.0, 0.0];
    let weights = Weights::init(config.weights(), 0).with_values(values.to_vec());
    let policy = Policy::new(config, weights).unwrap();
    let x = Array::new(vec![1, 1, 1, 1], vec![4.0]);
    let run = Run::new().gradient("input").gradient("embed.post");
    let (out, found) = policy.gradients(&x, &run, |out| out.logits.clone().sum()).unwrap();
    // relu(relu(4·2 + 1)·3)·5 and ·7
    assert_eq!((out.logits.values[0], out.value.values[0]), (135.0, 189.0));
    assert_eq!(found["embed.post"].values, [15.0]);
    assert_eq!(found["input"].values, [30.0]);
}
