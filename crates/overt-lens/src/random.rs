//! Seeded randomness: one stream per purpose, the same numbers everywhere.

use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One stream of a seed.
pub(crate) fn stream(seed: u64, stream: usize) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream as u64);
    rng
}

/// The numbers `0..n` in random order (Durstenfeld 1964, algorithm 235).
pub(crate) fn permutation(n: usize, rng: &mut ChaCha8Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        // The high word of a product: uniform to 2^-64.
        let pick = ((u128::from(rng.next_u64()) * (last as u128 + 1)) >> 64) as usize;
        order.swap(last, pick);
    }
    order
}

/// A vector of length 1, uniform over the sphere (Muller 1959).
pub(crate) fn direction(n: usize, rng: &mut ChaCha8Rng) -> Vec<f64> {
    loop {
        let vector: Vec<f64> = (0..n).map(|_| normal(rng)).collect();
        let length = vector.iter().map(|v| v * v).sum::<f64>().sqrt();
        if length > 1e-6 {
            return vector.iter().map(|v| v / length).collect();
        }
    }
}

/// A standard normal number (Box and Muller 1958).
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()
}
