//! Where the weights of a choice organism start.

use overt_nn::{Weights, normal};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The embedding of tokens, by the name that GPT-2 gives it.
const EMBEDDING: &str = "transformer.wte.weight";
/// Digits of a token: context tokens and items are numbers to the base of four, whose digits are what
/// the context wants, and an item's shape, colour and value.
const BASE: usize = 4;
const N_DIGITS: usize = 4;
/// Spread of a digit's embedding.
const SPREAD: f32 = 0.8;
/// A stream apart from those of the training itself.
const STREAM: u64 = 1 << 40;

/// Weights whose tokens start as the sum of what their digits start as.
///
/// Started apart from each other, tokens that mean the same must each be learnt alone, and many
/// organisms never learn what the context wants: the choice stays right in four of five scenes
/// (`docs/evidence/choice-benchmark.md`).
pub(super) fn by_digits(weights: &Weights, seed: u64) -> Vec<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(STREAM);
    let mut values = Vec::with_capacity(weights.values().len());
    for (spec, span) in weights.spans() {
        let first = values.len();
        values.extend_from_slice(span);
        if spec.name == EMBEDDING {
            add_digits(&mut values[first..], spec.shape[1], &mut rng);
        }
    }
    values
}

fn add_digits(embedding: &mut [f32], width: usize, rng: &mut ChaCha8Rng) {
    let table: Vec<f32> = (0..N_DIGITS * BASE * width).map(|_| SPREAD * normal(rng)).collect();
    for (token, row) in embedding.chunks_exact_mut(width).enumerate() {
        for place in 0..N_DIGITS {
            let digit = token / BASE.pow(place as u32) % BASE;
            let of_digit = &table[(place * BASE + digit) * width..][..width];
            row.iter_mut().zip(of_digit).for_each(|(value, part)| *value += part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Size;
    use overt_nn::LanguageModel;

    /// The difference of two tokens that differ in one digit is the same whatever the others are.
    #[test]
    fn tokens_that_differ_alike_start_apart_alike() {
        let specs = LanguageModel::weight_specs(Size::Small.config().as_bytes()).unwrap();
        let nothing = Weights::init(specs, 0);
        let nothing = nothing.with_values(vec![0.0; nothing.values().len()]);
        let started = nothing.with_values(by_digits(&nothing, 3));
        let embedding = started.get(EMBEDDING).unwrap();
        let difference = |a: usize, b: usize| -> Vec<f32> {
            embedding.row(a).iter().zip(embedding.row(b)).map(|(a, b)| a - b).collect()
        };
        for (other, (a, b)) in [(17, (1, 2)), (64, (5, 6)), (132, (9, 10))] {
            let (here, there) =
                (difference(1, 2), difference(other / 4 * 4 + a % 4, other / 4 * 4 + b % 4));
            assert!(here.iter().zip(&there).all(|(x, y)| (x - y).abs() < 1e-5), "{other}");
            assert!(here.iter().any(|x| x.abs() > 0.1));
        }
        let elsewhere = by_digits(&nothing, 4);
        assert_ne!(started.values(), elsewhere);
        assert_eq!(started.values(), by_digits(&nothing, 3));
    }
}
