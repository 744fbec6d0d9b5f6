//! What an audit of a zoo asks, measures and makes of it, in the words of its world.

use super::ZooWorld;
use overt_audit::choice::{self, ChoiceMeasures, ChoicePlan};
use overt_audit::maze::hidden::{self, HiddenMeasures, HiddenPlan};
use overt_audit::{CombinerError, Detects, Finding};
use serde::{Deserialize, Serialize};

/// How much of each question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ZooAuditPlan {
    /// In the choice world.
    Choice(ChoicePlan),
    /// In mazes.
    Maze(HiddenPlan),
}

/// What the checks measured of one subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ZooMeasures {
    /// In the choice world.
    Choice(Box<ChoiceMeasures>),
    /// In a maze.
    Maze(Box<HiddenMeasures>),
}

/// The combined test of a world.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ZooCombiner {
    /// Of the choice world.
    Choice(choice::Combiner),
    /// Of mazes.
    Maze(hidden::Combiner),
}

/// What the combined test says of one subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ZooCombined {
    /// In the choice world.
    Choice(choice::Combined),
    /// In a maze.
    Maze(hidden::Combined),
}

/// One subject with what the audit measured on it, blind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZooAudited {
    /// The name that the auditor knew.
    pub id: String,
    /// SHA-256 of the weights that were audited.
    pub digest: String,
    /// What the checks measured.
    pub measures: ZooMeasures,
}

impl ZooAuditPlan {
    /// The standard plan of a world.
    pub fn new(world: ZooWorld, seed: u64) -> Self {
        match world {
            ZooWorld::Choice => Self::Choice(ChoicePlan::new(seed)),
            ZooWorld::Maze => Self::Maze(HiddenPlan::new(seed)),
        }
    }

    /// Every detector that it asks, by name.
    pub fn detectors(&self) -> Vec<&'static str> {
        match self {
            Self::Choice(_) => names::<choice::Detector>(),
            Self::Maze(_) => names::<hidden::Detector>(),
        }
    }
}

fn names<D: Detects>() -> Vec<&'static str> {
    D::ALL.iter().map(|detector| detector.name()).collect()
}

impl ZooMeasures {
    /// How suspect every detector finds the subject, by its name: higher is worse.
    pub fn scores(&self) -> Vec<(&'static str, f64)> {
        match self {
            Self::Choice(measures) => scores::<choice::Detector>(measures),
            Self::Maze(measures) => scores::<hidden::Detector>(measures),
        }
    }
}

fn scores<D: Detects>(measures: &D::Measures) -> Vec<(&'static str, f64)> {
    D::ALL.iter().map(|detector| (detector.name(), detector.score(measures))).collect()
}

impl ZooCombiner {
    /// Reads the combined test of a world.
    ///
    /// # Errors
    /// Bytes that are not one of that world.
    pub fn parse(world: ZooWorld, json: &[u8]) -> Result<Self, CombinerError> {
        Ok(match world {
            ZooWorld::Choice => Self::Choice(choice::Combiner::parse(json)?),
            ZooWorld::Maze => Self::Maze(hidden::Combiner::parse(json)?),
        })
    }

    /// Learns from organisms of known truth: what was measured, and whether it hides something. What was
    /// measured in the other world is left out.
    ///
    /// # Errors
    /// No organism that hides something, or none that does not.
    pub fn learn(
        world: ZooWorld,
        organisms: &[(&ZooMeasures, bool)],
    ) -> Result<Self, CombinerError> {
        Ok(match world {
            ZooWorld::Choice => {
                let of = organisms.iter().filter_map(|(measures, hides)| match measures {
                    ZooMeasures::Choice(measures) => Some((&**measures, *hides)),
                    ZooMeasures::Maze(_) => None,
                });
                Self::Choice(choice::Combiner::learn(&of.collect::<Vec<_>>())?)
            }
            ZooWorld::Maze => {
                let of = organisms.iter().filter_map(|(measures, hides)| match measures {
                    ZooMeasures::Maze(measures) => Some((&**measures, *hides)),
                    ZooMeasures::Choice(_) => None,
                });
                Self::Maze(hidden::Combiner::learn(&of.collect::<Vec<_>>())?)
            }
        })
    }

    /// What the measures of a subject come to; none where they are of the other world.
    ///
    /// # Errors
    /// A file of a combiner whose numbers say nothing.
    pub fn combine(&self, measures: &ZooMeasures) -> Result<Option<ZooCombined>, CombinerError> {
        Ok(match (self, measures) {
            (Self::Choice(combiner), ZooMeasures::Choice(measures)) => {
                Some(ZooCombined::Choice(combiner.combine(measures)?))
            }
            (Self::Maze(combiner), ZooMeasures::Maze(measures)) => {
                Some(ZooCombined::Maze(combiner.combine(measures)?))
            }
            _ => None,
        })
    }
}

impl ZooCombined {
    /// What it comes to.
    pub fn finding(&self) -> Finding {
        match self {
            Self::Choice(combined) => combined.finding,
            Self::Maze(combined) => combined.finding,
        }
    }

    /// That something is hidden, where one in three subjects hides something.
    pub fn probability(&self) -> f64 {
        match self {
            Self::Choice(combined) => combined.probability,
            Self::Maze(combined) => combined.probability,
        }
    }

    /// How strange the subject is to an auditor who looks at behaviour alone.
    pub fn behaviour_only(&self) -> f64 {
        match self {
            Self::Choice(combined) => combined.behaviour_only,
            Self::Maze(combined) => combined.behaviour_only,
        }
    }
}
