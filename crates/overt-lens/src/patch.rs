//! Patching: a part of the network holds what another part, or the same part in another run, held.
//!
//! Source: Vig et al., Investigating gender bias in language models using causal mediation analysis
//! (2020), section 3; Geiger et al., Causal abstractions of neural networks (2021), section 3; Meng et
//! al., Locating and editing factual associations in GPT (2022), section 2.

use crate::cells::{Cells, Edited, EditedOf};
use crate::grid::sweep;
use crate::{Error, Network, PatchGrid, PatchPlan, Values, evaluate, expect::expect_len};
use overt_nn::Estimate;

/// Swaps the vectors of two cells in every row: `to` holds what `from` held, and the reverse.
///
/// If the network keeps "the goal is here" in the cell's vector, it now heads for the other cell.
/// A row whose two cells are the same is left alone.
///
/// # Shapes
/// `from [batch]`, `to [batch]`, each `row · size + col` of a map, or a position of a prompt.
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
pub fn move_cells<N: Network>(
    network: &N,
    base: &N::Input,
    site: &str,
    from: &[usize],
    to: &[usize],
) -> Result<EditedOf<N>, Error> {
    let (cells, rows) = (Cells::of(network, base, site)?, network.rows(base));
    cells.check(rows, from)?;
    cells.check(rows, to)?;
    let own = evaluate::values_at(network, base, site)?;
    let mut values = own.clone();
    for (row, (from, to)) in from.iter().zip(to).enumerate() {
        let (from, to) = (cells.range(row, *from), cells.range(row, *to));
        values.values[to.clone()].copy_from_slice(&own.values[from.clone()]);
        values.values[from].copy_from_slice(&own.values[to]);
    }
    Edited::run(network, base, site, &own, values)
}

/// One cell of every row holds what the same cell held in the same row of another input: a patch whose
/// place may differ from row to row.
///
/// # Shapes
/// `base` and `source` alike; `cells [batch]`, each `row · size + col` of a map, a position of a prompt,
/// or 0 for any other site.
///
/// ```
/// # use overt_nn::{LanguageModel, Tokens};
/// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/gpt2");
/// let model = LanguageModel::<f32>::open(folder.as_ref())?;
/// let (base, source) = (Tokens::new(&[vec![3, 14, 15]])?, Tokens::new(&[vec![3, 14, 51]])?);
/// let patched = overt_lens::transplant(&model, &base, &source, "embed", &[2])?;
/// // The prompts differ in their last token alone.
/// assert_eq!(patched.outputs, overt_lens::outputs(&model, &source)?);
/// # Ok::<(), overt_lens::Error>(())
/// ```
pub fn transplant<N: Network>(
    network: &N,
    base: &N::Input,
    source: &N::Input,
    site: &str,
    cells: &[usize],
) -> Result<EditedOf<N>, Error> {
    let (places, rows) = (Cells::of(network, base, site)?, network.rows(base));
    network.expect_alike("source", base, source)?;
    expect_len("rows of the source", rows, network.rows(source))?;
    places.check(rows, cells)?;
    let own = evaluate::values_at(network, base, site)?;
    let theirs = evaluate::values_at(network, source, site)?;
    let mut values = own.clone();
    for (row, cell) in cells.iter().enumerate() {
        let range = places.range(row, *cell);
        values.values[range.clone()].copy_from_slice(&theirs.values[range]);
    }
    Edited::run(network, base, site, &own, values)
}

/// Patches parts of the run over `source` into the run over `base`, cell by cell, the same in all rows.
///
/// Each cell has the bits that a run of its own would give.
///
/// # Errors
/// Inputs of different length, sites that are not there or, in a language model, not in a block, an axis
/// that a site lacks.
pub fn activation_patching<N: Network>(
    network: &N,
    base: &N::Input,
    source: &N::Input,
    plan: &PatchPlan<N::Metric>,
    start: impl FnOnce(&Estimate),
    progress: impl FnMut(usize),
) -> Result<PatchGrid, Error> {
    network.expect_alike("source", base, source)?;
    sweep(network, base, Values::Of(source), plan, start, progress)
}
