//! The control of every edit: as large, at the same cells, in a direction that means nothing.

use crate::cells::{Cells, Edited, EditedOf, distance};
use crate::expect::expect_shape;
use crate::random::{direction, stream};
use crate::{Error, Network, evaluate};
use overt_site::Real;
use rand_chacha::ChaCha8Rng;

/// Changes the same cells as an edit did, each by the same length (L2) in a random direction.
///
/// An edit that moves the behaviour shows something only against this: any push of that size may
/// move it. After a rectifier a random direction also leaves the values a network ever sees (below
/// zero), so the random control is a demanding one there and not a milder one.
///
/// The direction of a cell is a normal vector from stream `row` of the seed, so a row's control
/// does not depend on the batch around it.
///
/// `base` is the input that `edited` was made from.
///
/// ```
/// # use overt_nn::{Architecture, Policy, PolicyConfig};
/// # use overt_site::Array;
/// # let config = PolicyConfig { architecture: Architecture::Conv, size: 2, features: 3, channels: 2, layers: 1, dense: 4, actions: 4 };
/// let policy = Policy::init(config, 7)?;
/// let base = Array::new(vec![1, 2, 2, 3], (0..12).map(|i| i as f32).collect());
/// let moved = overt_lens::move_cells(&policy, &base, "input", &[0], &[3])?;
/// let control = overt_lens::random_control(&policy, &base, &moved, 7)?;
/// assert!((control.change[0] - moved.change[0]).abs() < 1e-5 * moved.change[0]);
/// assert_ne!(control.values, moved.values);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn random_control<N: Network>(
    network: &N,
    base: &N::Input,
    edited: &EditedOf<N>,
    seed: u64,
) -> Result<EditedOf<N>, Error> {
    let site = edited.site.as_str();
    let own = evaluate::values_at(network, base, site)?;
    expect_shape("values of the edit", &own.shape, &edited.values)?;
    let cells = Cells::of(network, base, site)?;
    let mut values = own.clone();
    for row in 0..own.rows() {
        let mut rng = stream(seed, row);
        for range in (0..cells.count).map(|cell| cells.range(row, cell)) {
            let length = distance(&own.values[range.clone()], &edited.values.values[range.clone()]);
            if length > 0.0 {
                push(&mut values.values[range], length, &mut rng);
            }
        }
    }
    Edited::run(network, base, site, &own, values)
}

/// Moves a vector by `length` in a random direction.
fn push<T: Real>(vector: &mut [T], length: f64, rng: &mut ChaCha8Rng) {
    let towards = direction(vector.len(), rng);
    for (value, d) in vector.iter_mut().zip(towards) {
        *value = T::nearest((*value).into() + length * d);
    }
}
