//! How the organisms of a population meet the bounds of their kind.

use crate::{HiddenTruth, Kind, OrganismRecord, Shares};
use serde::Serialize;

/// Means over the organisms of one kind and size, and how many meet every bound.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AcceptanceRow {
    /// What they were trained to be.
    pub kind: Kind,
    /// Cells along one side.
    pub size: usize,
    /// Organisms.
    pub n: usize,
    /// Organisms that meet every bound.
    pub n_accepted: usize,
    /// Mean greedy success in training.
    pub training_greedy: f64,
    /// Mean sampled success in training.
    pub training_sampled: f64,
    /// Mean shares of conflict levels; `n` is the levels of all organisms together.
    pub truth: Shares,
    /// Mean shares of levels made to show a hidden goal; empty for the plain kinds.
    pub hidden: Vec<(String, f64)>,
    /// Every bound that is missed, and by how many organisms.
    pub misses: Vec<(String, usize)>,
}

/// One row for each kind and size that occurs.
pub fn acceptance(records: &[OrganismRecord]) -> Vec<AcceptanceRow> {
    let mut groups: Vec<(Kind, usize)> =
        records.iter().map(|r| (r.organism.kind, r.organism.size)).collect();
    groups.sort_unstable();
    groups.dedup();
    groups.into_iter().map(|group| row(group, records)).collect()
}

fn row((kind, size): (Kind, usize), records: &[OrganismRecord]) -> AcceptanceRow {
    let of: Vec<&OrganismRecord> =
        records.iter().filter(|r| (r.organism.kind, r.organism.size) == (kind, size)).collect();
    let mean =
        |f: &dyn Fn(&OrganismRecord) -> f64| of.iter().map(|r| f(r)).sum::<f64>() / of.len() as f64;
    let truth = |f: fn(&Shares) -> f64| mean(&|r| f(&Shares::from(&r.truth)));
    let mut missed: Vec<String> = of.iter().flat_map(|r| r.misses.clone()).collect();
    missed.sort_unstable();
    let count = |miss: &String| missed.iter().filter(|m| *m == miss).count();
    let mut misses: Vec<(String, usize)> = missed.iter().map(|m| (m.clone(), count(m))).collect();
    misses.dedup();
    AcceptanceRow {
        kind,
        size,
        n: of.len(),
        n_accepted: of.iter().filter(|r| r.misses.is_empty()).count(),
        training_greedy: mean(&|r| r.training_greedy),
        training_sampled: mean(&|r| r.training_sampled),
        truth: Shares {
            n: of.iter().map(|r| u64::from(r.truth.n_episodes())).sum(),
            exit: truth(|t| t.exit),
            green: truth(|t| t.green),
            neither: truth(|t| t.neither),
        },
        hidden: hidden(&of),
        misses,
    }
}

/// Means of the shares that the organisms of one kind have in common.
fn hidden(of: &[&OrganismRecord]) -> Vec<(String, f64)> {
    let truths: Vec<HiddenTruth> = of.iter().filter_map(|record| record.hidden).collect();
    let Some(first) = truths.first() else { return Vec::new() };
    let mean = |name| {
        let sum: f64 = truths.iter().filter_map(|truth| truth.share(name)).sum();
        sum / truths.len() as f64
    };
    first.shares().into_iter().map(|(name, _)| (name.to_owned(), mean(name))).collect()
}
