//! Interchange interventions: a cell of the network holds what another cell, or another run, held.
//!
//! Source: Geiger et al. 2021, "Causal Abstractions of Neural Networks", section 3.

use crate::cells::{Cells, Edited};
use crate::{Error, evaluate};
use overt_nn::Policy;
use overt_site::Array;

/// Swaps the vectors of two cells in every row: `to` holds what `from` held, and the reverse.
///
/// If the network keeps "the goal is here" in the cell's vector, it now heads for the other cell.
/// A row whose two cells are the same is left alone.
///
/// # Shapes
/// `base [batch, row, col, feature]`; `from [batch]`, `to [batch]`, each `row · size + col`.
///
/// ```
/// # use overt_nn::{Architecture, Policy, PolicyConfig};
/// # use overt_site::Array;
/// # let config = PolicyConfig { architecture: Architecture::Conv, size: 2, features: 1, channels: 2, layers: 1, dense: 4, actions: 4 };
/// let policy = Policy::init(config, 7)?;
/// let base = Array::new(vec![1, 2, 2, 1], vec![9.0, 0.0, 0.0, 5.0]);
/// let moved = overt_lens::move_cells(&policy, &base, "input", &[0], &[3])?;
/// assert_eq!(moved.values.values, [5.0, 0.0, 0.0, 9.0]);
/// assert_eq!(moved.change, [32.0_f64.sqrt()]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn move_cells(
    policy: &Policy,
    base: &Array,
    site: &str,
    from: &[usize],
    to: &[usize],
) -> Result<Edited, Error> {
    let cells = Cells::of(policy, site)?;
    cells.check(base.rows(), from)?;
    cells.check(base.rows(), to)?;
    let own = evaluate::values_at(policy, base, site)?;
    let mut values = own.clone();
    for (row, (from, to)) in from.iter().zip(to).enumerate() {
        let (from, to) = (cells.range(row, *from), cells.range(row, *to));
        values.values[to.clone()].copy_from_slice(&own.values[from.clone()]);
        values.values[from].copy_from_slice(&own.values[to]);
    }
    Edited::run(policy, base, site, &own, values)
}

/// One cell of every row holds what the same cell held in the same row of another batch.
///
/// # Shapes
/// `base` and `source [batch, row, col, feature]`; `cells [batch]`, each `row · size + col`, or 0
/// for a site that is not a map.
pub fn transplant(
    policy: &Policy,
    base: &Array,
    source: &Array,
    site: &str,
    cells: &[usize],
) -> Result<Edited, Error> {
    let places = Cells::of(policy, site)?;
    evaluate::expect_shape("source", &base.shape, source)?;
    places.check(base.rows(), cells)?;
    let own = evaluate::values_at(policy, base, site)?;
    let theirs = evaluate::values_at(policy, source, site)?;
    let mut values = own.clone();
    for (row, cell) in cells.iter().enumerate() {
        let range = places.range(row, *cell);
        values.values[range.clone()].copy_from_slice(&theirs.values[range]);
    }
    Edited::run(policy, base, site, &own, values)
}
