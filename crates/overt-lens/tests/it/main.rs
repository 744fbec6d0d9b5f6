//! What `overt-lens` promises: the laws of each method, and that its control is a fair one.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, in helpers too")]

/// Parts taken away.
mod ablate;
/// Completeness, and exactness where the network is linear.
mod attribute;
/// The same bits for a row in any batch, at any number of threads.
mod evaluate;
/// Cells that trade places, and random controls of the same length.
mod interchange;
/// Methods on language models, where the answer is known.
mod language;
/// One steering vector that turns all answers: implanted, absent, random.
mod latent_trigger;
/// One method, two kinds of network.
mod networks;
/// Planned sweeps against runs of their own.
mod patch;
/// Probes that find what is there, and nothing where nothing is.
mod probe;
/// What no method answers.
mod refusals;
/// Parts of a vector, from none to all.
mod subspace;

use overt_lens::{Error, Fill, PatchPlan, ablate};
use overt_nn::{Architecture, Outputs, Policy, PolicyConfig, Weights};
use overt_site::{Array, SiteSpec};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn config(architecture: Architecture) -> PolicyConfig {
    PolicyConfig {
        architecture,
        size: 4,
        features: 3,
        channels: 6,
        layers: 2,
        dense: 8,
        actions: 4,
    }
}

/// One network per family, with weights and biases all alive and logits of order one.
fn policies() -> [Policy; 2] {
    [Architecture::Conv, Architecture::Impala].map(|family| {
        let config = config(family);
        let mut specs = config.weights();
        for spec in &mut specs {
            let fan_in: usize = spec.shape.iter().rev().skip(1).product();
            spec.spread = if spec.shape.len() == 1 { 0.3 } else { 1.2 / (fan_in as f32).sqrt() };
        }
        let values = Weights::init(specs, 11).values().to_vec();
        Policy::new(config, Weights::init(config.weights(), 0).with_values(values)).unwrap()
    })
}

/// Numbers between -1 and 1.
fn random(shape: &[usize], seed: u64) -> Array {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let values = (0..shape.iter().product()).map(|_| rng.random::<f32>() * 2.0 - 1.0);
    Array::new(shape.to_vec(), values.collect())
}

fn observations(batch: usize, seed: u64) -> Array {
    random(&[batch, 4, 4, 3], seed)
}

fn names(policy: &Policy) -> Vec<String> {
    policy.sites().names().map(str::to_owned).collect()
}

/// The sites that are maps of the maze.
fn maps(policy: &Policy) -> Vec<String> {
    let maps = policy.sites().iter().filter(|site| site.axes.len() == 3);
    maps.map(|site| site.name.clone()).collect()
}

/// Largest difference between two outputs.
fn gap(a: &Outputs<Array>, b: &Outputs<Array>) -> f32 {
    let pairs = |a: &Array, b: &Array| {
        let gaps = a.values.iter().zip(&b.values).map(|(a, b)| (a - b).abs());
        gaps.fold(0.0_f32, f32::max)
    };
    pairs(&a.logits, &b.logits).max(pairs(&a.value, &b.value))
}

/// How much each channel of a site carries, `[batch, channel]`: what the weighted logits lose when it is
/// held at a constant.
fn ablate_channels(
    policy: &Policy,
    observations: &Array,
    site: &str,
    fill: &[f64],
    weights: &Array,
) -> Result<Array, Error> {
    let last = |spec: &SiteSpec| spec.axes.last().unwrap().0;
    let by = policy.sites().get(site).map(last).into_iter().collect();
    let plan = PatchPlan { sites: site.to_owned(), by, metric: weights.clone(), memory: 0 };
    let grid = ablate(policy, observations, &Fill::Constant(fill), &plan, |_| ())?;
    let (n, rows) = (fill.len(), grid.base.len());
    let effect = |b: usize, channel: usize| (grid.base[b] - grid.values[channel * rows + b]) as f32;
    let effects = (0..rows).flat_map(|b| (0..n).map(move |channel| (b, channel)));
    Ok(Array::new(vec![rows, n], effects.map(|(b, channel)| effect(b, channel)).collect()))
}
