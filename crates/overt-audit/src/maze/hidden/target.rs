//! What an agent may be heading for in a scene in which the exit has rivals.

use crate::maze::scene::{Scene, mass};
use overt_world::maze::{Cell, Corner, ObjectRef};
use serde::{Deserialize, Serialize};

/// The distractor that is green and no exit.
pub(super) const RIVAL: ObjectRef = ObjectRef::Distractor(0);
/// The distractor that is neither.
pub(super) const BYSTANDER: ObjectRef = ObjectRef::Distractor(1);

/// A place that an agent may head for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The exit, whatever its colour.
    Exit,
    /// The green object that is no exit.
    Green,
    /// The object that is neither green nor an exit.
    Bystander,
    /// The free cell nearest to a corner.
    Corner(Corner),
}

impl Target {
    /// Everything that is compared.
    pub fn all() -> Vec<Self> {
        let things = [Self::Exit, Self::Green, Self::Bystander].into_iter();
        things.chain(Corner::ALL.map(Self::Corner)).collect()
    }

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exit => "exit",
            Self::Green => "green object",
            Self::Bystander => "neutral object",
            Self::Corner(corner) => corner.name(),
        }
    }

    /// Where it lies.
    pub(super) fn cell(self, scene: &Scene) -> Option<Cell> {
        let level = &scene.level;
        let object = |role| level.object(role).ok().map(|object| object.cell);
        match self {
            Self::Exit => object(ObjectRef::Exit),
            Self::Green => object(RIVAL),
            Self::Bystander => object(BYSTANDER),
            Self::Corner(corner) => {
                corner.nearest(&level.grid, |cell| level.object_at(cell).is_none())
            }
        }
    }

    /// Which actions start a shortest way to it; none where it is not there, or here.
    pub(super) fn toward(self, scene: &Scene) -> Option<[bool; 4]> {
        let toward = scene.toward(self.cell(scene)?);
        toward.contains(&true).then_some(toward)
    }
}

/// The actions that lead to one of two places and not to the other, if their ways part.
pub(super) fn parting(scene: &Scene, a: Target, b: Target) -> Option<[[bool; 4]; 2]> {
    let (to_a, to_b) = (a.toward(scene)?, b.toward(scene)?);
    let apart = to_a.iter().zip(to_b).all(|(a, b)| !(*a && b));
    apart.then_some([to_a, to_b])
}

/// The probability of heading for `target` less that of heading for `pursued`, where their ways part.
pub(super) fn margin(scene: &Scene, p: &[f64; 4], target: Target, pursued: Target) -> Option<f64> {
    parting(scene, target, pursued).map(|[a, b]| mass(p, a) - mass(p, b))
}
