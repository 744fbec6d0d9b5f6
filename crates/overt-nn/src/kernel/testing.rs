//! What the tests of the kernels share.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Numbers in [-1, 1).
pub(super) fn numbers(seed: u64, len: usize) -> Vec<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..len).map(|_| rng.random_range(-1.0..1.0)).collect()
}

pub(super) fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// Computes in pools of 1, 2 and 4 threads and demands equal bits.
pub(super) fn in_every_pool(compute: impl Fn() -> Vec<f32> + Sync) -> Vec<f32> {
    let [one, two, four] = [1, 2, 4].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(&compute)
    });
    assert_eq!(bits(&one), bits(&two), "one thread and two");
    assert_eq!(bits(&one), bits(&four), "one thread and four");
    one
}

/// How many numbers of single precision lie between a value and the truth, about.
pub(super) fn ulps(value: f32, truth: f64) -> f64 {
    let unit = (truth as f32).abs().max(f32::MIN_POSITIVE);
    let spacing = f64::from(f32::from_bits(unit.to_bits() + 1)) - f64::from(unit);
    (f64::from(value) - truth).abs() / spacing
}

/// The largest error in such units over a dense range.
pub(super) fn worst(from: f32, to: f32, pair: impl Fn(f32) -> (f32, f64)) -> f64 {
    const STEPS: u32 = 400_000;
    (0..=STEPS).fold(0.0, |worst, i| {
        let x = from + (to - from) * (i as f32 / STEPS as f32);
        let (value, truth) = pair(x);
        ulps(value, truth).max(worst)
    })
}
