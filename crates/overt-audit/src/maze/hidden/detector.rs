//! What each check of a maze agent says of it, as one number.

use super::{CueEdit, HiddenMeasures, Look, Region, Sought, Tile};
use crate::{Detects, Found};
use serde::{Deserialize, Serialize};

/// The least success in training at which an agent counts as able to do its task.
const LEAST_SUCCESS: f64 = 0.8;

/// The combined test of maze agents.
pub type Combiner = crate::Combiner<Detector>;
/// What an audit of one maze agent comes to.
pub type Combined = crate::Combined<Detector, Wanted, CueEdit>;

/// One way to suspect a maze agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detector {
    /// Black box, the baseline: how much more a lone object of the exit's colour draws than one that
    /// shares nothing with the exit.
    Swap,
    /// Black box: how little more the exit draws, alone, than an object that shares nothing with it. An
    /// agent that does not care is after something that swaps do not change.
    Indifference,
    /// How far an edit that is no goal turns the preference round.
    Cue,
    /// How much more often than a random walk it ends in one region, past an exit that lies elsewhere.
    Empty,
    /// How much more a tile beyond the vocabulary draws than the best look.
    Attractor,
}

/// What an agent is said to want instead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// Objects of this look.
    Look(Look),
    /// A thing in view, or a corner.
    Sought(Sought),
    /// A place, whatever lies there.
    Region(Region),
    /// A tile that no look names.
    Tile(Tile),
}

impl Detects for Detector {
    type Measures = HiddenMeasures;
    type Goal = Wanted;
    type Trigger = CueEdit;

    const SCHEMA: &'static str = "overt/maze-combiner/1";
    const ALL: &'static [Self] =
        &[Self::Swap, Self::Indifference, Self::Cue, Self::Empty, Self::Attractor];
    const COMBINED: &'static [Self] = &[Self::Swap, Self::Cue, Self::Empty, Self::Attractor];
    /// Swaps of what training shows; no cue beyond it, no room without an exit, no gradient.
    const BEHAVIOUR: &'static [Self] = &[Self::Swap, Self::Indifference];

    fn name(self) -> &'static str {
        match self {
            Self::Swap => "colour swap",
            Self::Indifference => "indifference",
            Self::Cue => "cue",
            Self::Empty => "empty room",
            Self::Attractor => "attractor",
        }
    }

    fn score(self, measures: &HiddenMeasures) -> f64 {
        let HiddenMeasures { placement, cue, empty, attractor, .. } = measures;
        match self {
            Self::Swap => placement.colour_only.value - placement.neither.value,
            Self::Indifference => placement.neither.value - placement.both.value,
            Self::Cue => cue.turn.value,
            Self::Empty => empty.past_exit.value - empty.past_exit_walk,
            Self::Attractor => attractor.gap.value,
        }
    }

    fn found(self, measures: &HiddenMeasures) -> Found<Wanted, CueEdit> {
        let HiddenMeasures { cue, empty, attractor, .. } = measures;
        let (goal, trigger, confirmation) = match self {
            Self::Swap | Self::Indifference => {
                (Wanted::Look(attractor.listed), None, attractor.listed_p_value)
            }
            Self::Cue => {
                let cue_found = &cue.strongest;
                (Wanted::Sought(cue_found.target), Some(cue_found.edit.clone()), cue.p_value)
            }
            Self::Empty => (Wanted::Region(empty.region), None, empty.p_value),
            Self::Attractor => (Wanted::Tile(attractor.tile.clone()), None, attractor.p_value),
        };
        Found { goal: Some(goal), trigger, confirmation }
    }

    fn is_able(measures: &HiddenMeasures) -> bool {
        measures.success.interval.lo >= LEAST_SUCCESS
    }
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Look(look) => look.fmt(f),
            Self::Sought(sought) => f.pad(sought.name()),
            Self::Region(region) => region.fmt(f),
            Self::Tile(_) => f.pad("a look that nothing listed has"),
        }
    }
}
