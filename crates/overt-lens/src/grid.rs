//! What sweeps share: cells told apart by sites and axes, and one number for each.

use crate::{Error, Metric, Network, Patches, Swept, Values};
use overt_nn::{Cell, Estimate};
use overt_site::{Axis, Select, SiteSpec};

/// What is patched, and what is read.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchPlan<M = Metric> {
    /// Sites, as a pattern in which `*` stands for any characters.
    pub sites: String,
    /// Axes along which each index is a cell of its own; all others are patched whole.
    pub by: Vec<Axis>,
    /// What is read: a [`Metric`] of a language model, weights of the logits of a policy.
    pub metric: M,
    /// Bytes that a part of the sweep of a language model may take.
    pub memory: usize,
}

/// The metric of every cell: sites first, then the axes in the order of the plan, then the rows.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchGrid {
    /// The patched sites.
    pub sites: Vec<String>,
    /// The axes that tell cells apart, with their extents.
    pub axes: Vec<(Axis, usize)>,
    /// One number for every row of every cell, rows fastest, then the last axis.
    pub values: Vec<f64>,
    /// The metric of the run that is patched, `[row]`.
    pub base: Vec<f64>,
    /// The metric of the run that the patches come from, `[row]`, where there is one.
    pub source: Option<Vec<f64>>,
    /// What it took.
    pub estimate: Estimate,
}

/// Runs a plan over an input, with values from wherever they come.
pub(crate) fn sweep<N: Network>(
    network: &N,
    base: &N::Input,
    values: Values<'_, N>,
    plan: &PatchPlan<N::Metric>,
    start: impl FnOnce(&Estimate),
    progress: impl FnMut(usize),
) -> Result<PatchGrid, Error> {
    let sites = network.sites(base);
    let specs: Vec<&SiteSpec> = sites.matching(&plan.sites)?.collect();
    let (cells, axes) = cells(&specs, &plan.by)?;
    let (metric, memory) = (&plan.metric, plan.memory);
    let patches = Patches { base, values, cells: &cells, metric, memory };
    let Swept { base, source, values, estimate } = network.sweep(&patches, start, progress)?;
    let sites = specs.iter().map(|spec| spec.name.clone()).collect();
    Ok(PatchGrid { sites, axes, values: values.concat(), base, source, estimate })
}

/// Axes that tell cells apart, with their extents.
type Axes = Vec<(Axis, usize)>;

/// One cell for every site and index.
pub(crate) fn cells(specs: &[&SiteSpec], by: &[Axis]) -> Result<(Vec<Cell>, Axes), Error> {
    let mut axes = Vec::new();
    let mut cells = Vec::new();
    for spec in specs {
        let mut extents = Vec::new();
        for axis in by {
            let found = spec.axes.iter().find(|(a, _)| a == axis);
            extents.push(*found.ok_or_else(|| overt_site::Error::NoAxis {
                site: spec.name.clone(),
                axis: axis.to_string(),
            })?);
        }
        if axes.is_empty() {
            axes.clone_from(&extents);
        }
        if axes != extents {
            return Err(Error::UnevenSites { site: spec.name.clone() });
        }
        let n: usize = extents.iter().map(|(_, n)| n).product();
        for flat in 0..n {
            cells.push(Cell { site: spec.name.clone(), select: one(&extents, flat) });
        }
    }
    Ok((cells, axes))
}

/// The entries of one cell.
fn one(extents: &[(Axis, usize)], mut flat: usize) -> Select {
    let mut axes = Vec::with_capacity(extents.len());
    for (axis, n) in extents.iter().rev() {
        axes.push((*axis, vec![flat % n]));
        flat /= n;
    }
    if axes.is_empty() { Select::All } else { Select::Along { batch: None, axes } }
}
