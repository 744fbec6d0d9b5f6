//! What is read off a trained agent: by the terms of its own loss, and by detectors that no training saw.

use super::Error;
use overt_audit::{Kind, Monitor, Subject};
use overt_nn::Policy;
use overt_stats::Interval;
use overt_train::{LossRecipe, Recipe, Weight, reading};
use serde::{Deserialize, Serialize};

/// Seed of the levels that detectors and terms are asked on.
const READING_SEED: u64 = 8_000_000_000;
/// Frames on which terms are read.
const N_FRAMES: usize = 512;

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

/// What a sealed detector reads; higher means that the proxy is pursued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outside {
    /// Its name.
    pub detector: String,
    /// Whether it says what is used, or only what can be read.
    pub kind: Kind,
    /// What it reads.
    pub value: f64,
    /// Its interval.
    pub interval: Interval,
}

/// What the terms of several arms read on a policy, on levels that no training saw. What differs by its
/// weight alone is read once.
///
/// # Errors
/// Terms that do not fit the network.
pub(super) fn inside(
    policy: &Policy,
    recipe: &Recipe,
    arms: &[(String, Vec<LossRecipe>)],
) -> Result<Vec<Inside>, Error> {
    let weightless = |loss: &LossRecipe| LossRecipe { weight: Weight::Always(0.0), ..loss.clone() };
    let mut asked: Vec<LossRecipe> = Vec::new();
    for loss in arms.iter().flat_map(|(_, losses)| losses).map(weightless) {
        if !asked.contains(&loss) {
            asked.push(loss);
        }
    }
    let mut read = Vec::new();
    for loss in &asked {
        let one = std::slice::from_ref(loss);
        read.extend(reading(policy, recipe, one, (N_FRAMES, READING_SEED))?);
    }
    let value = |loss: &LossRecipe| {
        let place = asked.iter().position(|known| *known == weightless(loss));
        place.map_or(0.0, |place| read[place])
    };
    let of_arm = |(arm, losses): &(String, Vec<LossRecipe>)| {
        let of = |loss: &LossRecipe| Inside {
            arm: arm.clone(),
            term: loss.term.name().to_owned(),
            value: value(loss),
        };
        losses.iter().map(of).collect::<Vec<_>>()
    };
    Ok(arms.iter().flat_map(of_arm).collect())
}

/// What the sealed detectors read on a subject, each asked more than beside a training.
///
/// # Errors
/// A subject on which they cannot be asked.
pub(super) fn outside(subject: &Subject) -> Result<Vec<Outside>, Error> {
    let monitor = Monitor {
        n_placement: 2_000,
        n_interchange: 256,
        n_swap: 1_000,
        n_attribution: 100,
        n_probe: 160,
        ..Monitor::new(READING_SEED)
    };
    let named = |reading: overt_audit::Reading| Outside {
        kind: reading.kind(),
        detector: reading.detector,
        value: reading.value,
        interval: reading.interval,
    };
    Ok(monitor.read(subject)?.into_iter().map(named).collect())
}
