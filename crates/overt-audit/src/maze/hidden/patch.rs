//! One cell of an observation: objects of the vocabulary, and others.

use super::player::sight;
use crate::Error;
use crate::maze::World;
use crate::maze::scene::Scene;
use overt_world::Colour;
use overt_world::maze::{Attribute, Cell, Grid, Level, Object, Shape};
use rand::Rng;
use serde::{Deserialize, Serialize};

/// An object of the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ListedObject {
    /// Shape.
    pub shape: Shape,
    /// Colour.
    pub colour: Colour,
}

impl ListedObject {
    /// Every object.
    pub fn all() -> Vec<Self> {
        let of = |shape| Colour::ALL.map(|colour| Self { shape, colour });
        Shape::ALL.into_iter().flat_map(of).collect()
    }
}

impl std::fmt::Display for ListedObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.colour, self.shape)
    }
}

/// What is seen in one cell that holds an object: one number per feature, 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Patch(pub Vec<f32>);

impl Patch {
    /// How an object is seen.
    pub(super) fn of(world: &World, object: ListedObject) -> Result<Self, Error> {
        let (agent, cell) = (Cell::new(3, 3), Cell::new(1, 1));
        let grid = Grid::open(world.size)?;
        let exit = Some(Object::new(object.shape, object.colour, cell));
        let level = Level { grid, agent, exit, distractors: Vec::new(), lamp: false };
        let scene = Scene::start(level);
        let (features, at) = (world.observation.features(), scene.index(cell));
        Ok(Self(sight(world, &scene)[at * features..(at + 1) * features].to_vec()))
    }

    /// Every entry that an object may have is 0 or 1, as likely.
    pub(super) fn random(world: &World, rng: &mut impl Rng) -> Self {
        let mut values = vec![0.0; world.observation.features()];
        for feature in of_objects(world) {
            values[feature] = f32::from(u8::from(rng.random::<bool>()));
        }
        Self(values)
    }

    /// The same with every entry at 0 or 1, whichever is nearer.
    pub(super) fn rounded(&self) -> Self {
        Self(self.0.iter().map(|value| value.round()).collect())
    }

    /// The same with one entry at 1 less what it was.
    pub(super) fn flipped(&self, feature: usize) -> Self {
        let mut values = self.0.clone();
        values[feature] = 1.0 - values[feature];
        Self(values)
    }

    /// Mean absolute difference of the entries.
    pub(super) fn distance(&self, other: &Self) -> f64 {
        let differences = self.0.iter().zip(&other.0).map(|(a, b)| f64::from((a - b).abs()));
        differences.sum::<f64>() / self.0.len() as f64
    }
}

/// The features by which an object is seen.
pub(super) fn of_objects(world: &World) -> Vec<usize> {
    (0..world.observation.features()).filter(|feature| is_of_objects(world, *feature)).collect()
}

/// Whether an object is seen by this feature: all but wall, agent and lamp.
pub(super) fn is_of_objects(world: &World, feature: usize) -> bool {
    let attribute = world.observation.attribute_of(feature);
    !matches!(attribute, Attribute::Wall | Attribute::Agent | Attribute::Lamp)
}
