//! Random orders.

use rand::Rng;

/// The numbers below `n` in random order.
pub(super) fn shuffled(n: usize, rng: &mut impl Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        order.swap(last, rng.random_range(0..=last as u32) as usize);
    }
    order
}
