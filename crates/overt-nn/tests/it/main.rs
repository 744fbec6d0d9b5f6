//! What `overt-nn` promises: the invariants of a network that is opened, and of its files.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, in helpers too")]

/// Adapters against what PEFT computes, their laws and their gates.
mod adapters;
/// Chat templates against transformers, and templates of strangers.
mod chats;
/// Our convolution against the general one, in every direction of the derivative.
mod conv;
/// Damaged, lying and oversized files are each their own error.
mod files;
/// Generation with keys and values kept, against generation without.
mod generation;
/// Language models against what Hugging Face transformers computes.
mod goldens;
/// Gradients at sites and of weights against finite differences.
mod gradients;
/// Gradients of a language model by its weights, and what it is saved as.
mod learner;
/// A trained encoder against PyTorch.
mod minilm;
/// The portable profile against a plain scalar formula.
mod portable;
/// Taps, edits and patches over every site of every architecture.
mod runs;
/// The rules of drawing against transformers.
mod sampling;
/// Models from strangers: faults, odd names, seeded mutations.
mod strangers;
/// Text in and out, and tokenizers that do not fit.
mod tokenizers;

use overt_nn::{Architecture, Policy, PolicyConfig, Weights};
use overt_site::Array;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A small network of each family, with extents that are multiples of nothing.
fn configs() -> [PolicyConfig; 2] {
    let conv = PolicyConfig {
        architecture: Architecture::Conv,
        size: 5,
        features: 3,
        channels: 6,
        layers: 2,
        dense: 9,
        actions: 4,
    };
    [conv, PolicyConfig { architecture: Architecture::Impala, ..conv }]
}

/// One network per family, with weights and biases all alive.
fn policies() -> Vec<Policy> {
    configs().map(|config| Policy::new(config, lively(config)).unwrap()).into()
}

/// Weights of a trained look: every bias off zero, logits of order one.
fn lively(config: PolicyConfig) -> Weights {
    let mut specs = config.weights();
    for spec in &mut specs {
        let fan_in: usize = spec.shape.iter().rev().skip(1).product();
        spec.spread = if spec.shape.len() == 1 { 0.3 } else { 1.2 / (fan_in as f32).sqrt() };
    }
    let random = Weights::init(specs, 11);
    Weights::init(config.weights(), 0).with_values(random.values().to_vec())
}

/// Numbers between -1 and 1.
fn random(shape: &[usize], seed: u64) -> Array {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let values = (0..shape.iter().product()).map(|_| rng.random::<f32>() * 2.0 - 1.0);
    Array::new(shape.to_vec(), values.collect())
}

fn observation(config: &PolicyConfig, batch: usize) -> Array {
    random(&[batch, config.size, config.size, config.features], 3)
}

fn bits(array: &Array) -> Vec<u32> {
    array.values.iter().map(|v| v.to_bits()).collect()
}
