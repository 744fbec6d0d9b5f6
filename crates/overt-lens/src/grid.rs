//! What sweeps share: cells told apart by sites and axes, and one number for each.

use crate::{Error, Metric};
use overt_nn::{Cell, Estimate, LanguageModel, Source, Sweep, Tokens};
use overt_site::{Axis, Real, Select, SiteSpec};

/// What is patched, and what is read.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchPlan {
    /// Sites, as a pattern in which `*` stands for any characters.
    pub sites: String,
    /// Axes along which each index is a cell of its own; all others are patched whole.
    pub by: Vec<Axis>,
    /// What is read at the last token.
    pub metric: Metric,
    /// Bytes that a part of the sweep may take.
    pub memory: usize,
}

/// The metric of every cell: sites first, then the axes in the order of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchGrid {
    /// The patched sites.
    pub sites: Vec<String>,
    /// The axes that tell cells apart, with their extents.
    pub axes: Vec<(Axis, usize)>,
    /// One number for every cell, last axis fastest.
    pub values: Vec<f64>,
    /// The metric of the run that is patched.
    pub base: f64,
    /// The metric of the run that the patches come from, where there is one.
    pub source: Option<f64>,
    /// What it took.
    pub estimate: Estimate,
}

/// Runs a plan over a prompt, with values from wherever they come.
pub(crate) fn sweep<T: Real>(
    model: &LanguageModel<T>,
    base: &Tokens,
    source: Source<'_, T>,
    plan: &PatchPlan,
    start: impl FnOnce(&Estimate),
    progress: impl FnMut(usize),
) -> Result<PatchGrid, Error> {
    let sites = model.sites(base.positions());
    let specs: Vec<&SiteSpec> = sites.matching(&plan.sites)?.collect();
    let (cells, axes) = cells(&specs, &plan.by)?;
    let sweep = Sweep::plan(model, base, source, &cells, plan.memory)?;
    let estimate = sweep.estimate();
    start(&estimate);
    let columns = plan.metric.columns();
    let read = |logits: &[T]| plan.metric.of_columns(logits);
    let (of_base, of_source) = sweep.unedited(columns.as_deref(), read);
    Ok(PatchGrid {
        sites: specs.iter().map(|spec| spec.name.clone()).collect(),
        axes,
        base: of_base,
        source: of_source,
        values: sweep.run(columns.as_deref(), read, progress),
        estimate,
    })
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
