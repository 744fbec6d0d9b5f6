//! What is read off what was trained: by the terms of its own loss, and by detectors that no training saw.

use super::Error;
use overt_audit::maze::Kind;
use overt_stats::Interval;
use overt_train::{LossRecipe, Weight};
use serde::{Deserialize, Serialize};

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

/// What the terms of several arms read, on cases that no training saw. What differs by its weight alone is
/// read once.
///
/// # Errors
/// Terms that do not fit the network.
pub(super) fn inside(
    arms: &[(String, Vec<LossRecipe>)],
    read_one: impl Fn(&LossRecipe) -> Result<f64, Error>,
) -> Result<Vec<Inside>, Error> {
    let weightless = |loss: &LossRecipe| LossRecipe { weight: Weight::Always(0.0), ..loss.clone() };
    let mut asked: Vec<LossRecipe> = Vec::new();
    for loss in arms.iter().flat_map(|(_, losses)| losses).map(weightless) {
        if !asked.contains(&loss) {
            asked.push(loss);
        }
    }
    let read = asked.iter().map(read_one).collect::<Result<Vec<f64>, Error>>()?;
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
