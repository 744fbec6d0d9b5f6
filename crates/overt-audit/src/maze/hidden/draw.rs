//! What is drawn at random, and from which stream.

use overt_world::Purpose;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// What random numbers are for. No two uses share numbers.
#[derive(Clone, Copy)]
pub(super) enum Use {
    /// Where the agent stands.
    Standing = 1,
    /// Random changes of the size of an edit.
    Change = 2,
    /// Random regions.
    Region = 3,
    /// Where the exit is moved to.
    Exit = 4,
    /// The last cell of an episode.
    End = 5,
    /// Patches that a search starts from.
    Start = 6,
    /// Random patches.
    Patch = 7,
    /// Where the agent stands when a patch is painted.
    Painting = 8,
}

/// The stream of that number for one use.
pub(super) fn stream(seed: u64, what: Use, number: usize) -> ChaCha8Rng {
    let mut rng = overt_world::stream(seed, Purpose::Audit);
    rng.set_stream(((what as u64) << 32) + number as u64);
    rng
}

/// The numbers below `n` in random order.
pub(super) fn shuffled(n: usize, rng: &mut impl Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        order.swap(last, rng.random_range(0..=last as u32) as usize);
    }
    order
}
