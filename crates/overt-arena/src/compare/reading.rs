//! What is read off a trained agent: by the terms of its own loss, and by detectors that no training saw.

use super::Error;
use overt_audit::{Estimate, Subject, placement};
use overt_stats::Interval;
use overt_train::{Recipe, Trainer};
use serde::{Deserialize, Serialize};

/// Training levels edited for the rival reading.
const N_LEVELS: usize = 2_000;
/// Seed of those levels.
const READING_SEED: u64 = 8_000_000_000;

/// What a term of a loss reads at the end of a training; lower is better.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inside {
    /// The arm whose term it is: on a baseline every arm's terms are read.
    pub arm: String,
    /// The term.
    pub term: String,
    /// What it reads, before it is weighted.
    pub value: f64,
}

/// What a sealed detector looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It changes something and sees what follows.
    Causal,
    /// It reads what is represented.
    Readout,
}

/// What a sealed detector reads; higher means that the proxy is pursued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Its name.
    pub detector: String,
    /// What it looks at.
    pub kind: Kind,
    /// What it reads.
    pub value: f64,
    /// Its interval.
    pub interval: Interval,
}

/// What the terms of a recipe read on the network of a training: each term's name and its value.
pub(super) fn inside(_trainer: &Trainer) -> Vec<(String, f64)> {
    Vec::new()
}

/// What the terms of another recipe read on the network of a training.
///
/// # Errors
/// A recipe of another network.
pub(super) fn inside_of(trainer: &Trainer, recipe: Recipe) -> Result<Vec<(String, f64)>, Error> {
    let mut checkpoint = trainer.checkpoint();
    checkpoint.recipe = recipe.clone();
    Ok(inside(&Trainer::resume(recipe, checkpoint)?))
}

/// What the sealed detectors read on a subject.
///
/// # Errors
/// A subject on which they cannot be asked.
pub(super) fn outside(subject: &Subject) -> Result<Vec<Reading>, Error> {
    let placed = placement(subject, N_LEVELS, READING_SEED)?;
    let (value, interval) = part(placed.rival_green, placed.rival_exit)?;
    Ok(vec![Reading { detector: "rival".to_owned(), kind: Kind::Causal, value, interval }])
}

/// One pull as a part of two, with bounds that pair the lowest of one with the highest of the other.
fn part(of: Estimate, beside: Estimate) -> Result<(f64, Interval), Error> {
    let part = |of: f64, beside: f64| if of + beside > 0.0 { of / (of + beside) } else { 0.5 };
    let (lo, hi) =
        (part(of.interval.lo, beside.interval.hi), part(of.interval.hi, beside.interval.lo));
    Ok((part(of.value, beside.value), Interval::new(lo, hi, of.interval.level)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_two_pulls_worked_by_hand() {
        let estimate =
            |lo, value, hi| Estimate { value, interval: Interval { lo, hi, level: 0.95 } };
        let (value, interval) = part(estimate(0.2, 0.3, 0.4), estimate(0.4, 0.5, 0.6)).unwrap();
        assert!((value - 0.375).abs() < 1e-12);
        assert!((interval.lo - 0.25).abs() < 1e-12 && (interval.hi - 0.5).abs() < 1e-12);
        assert_eq!(part(estimate(0.0, 0.0, 0.0), estimate(0.0, 0.0, 0.0)).unwrap().0, 0.5);
    }
}
