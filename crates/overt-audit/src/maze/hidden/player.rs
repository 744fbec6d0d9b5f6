//! Who acts: a network in its world, or a policy that a test makes by hand.

use crate::Error;
use crate::maze::scene::{Scene, rows};
use crate::maze::{Subject, World};
use overt_lens::{integrated_gradients, probabilities};
use overt_site::Array;
use overt_world::maze::Train;

/// Whoever answers observations with actions.
pub(super) trait Player: Sync {
    /// The world that it acts in.
    fn world(&self) -> World;

    /// Training levels in layouts that no training saw.
    fn levels(&self) -> Result<Train, Error>;

    /// Action probabilities for `[batch, row, col, feature]`.
    fn act(&self, observations: &Array) -> Result<Vec<[f64; 4]>, Error>;

    /// How a weighted sum of the logits changes with every entry of an observation; `weights` are
    /// `[batch, action]`, the answer has the shape of the observations.
    fn slopes(&self, observations: &Array, weights: &Array) -> Result<Array, Error>;
}

impl Player for Subject {
    fn world(&self) -> World {
        self.world
    }

    fn levels(&self) -> Result<Train, Error> {
        self.training_levels()
    }

    fn act(&self, observations: &Array) -> Result<Vec<[f64; 4]>, Error> {
        Ok(rows(&probabilities(&self.policy, observations)?))
    }

    /// One step of a path of length one, whose middle is the observation.
    fn slopes(&self, observations: &Array, weights: &Array) -> Result<Array, Error> {
        let shifted = |by: f32| {
            let values = observations.values.iter().map(|value| value + by);
            Array::new(observations.shape.clone(), values.collect())
        };
        let (from, to) = (shifted(-0.5), shifted(0.5));
        Ok(integrated_gradients(&self.policy, &from, &to, weights, 1)?.values)
    }
}

/// What is seen in one scene, `[row, col, feature]`.
pub(super) fn sight(world: &World, scene: &Scene) -> Vec<f32> {
    let mut out = vec![0.0; world.observation.observation_len(world.size)];
    world.observation.encode(&scene.level, scene.agent, &mut out);
    out
}

/// Sights one after the other, `[batch, row, col, feature]`.
pub(super) fn batch(world: &World, sights: &[Vec<f32>]) -> Array {
    let shape = vec![sights.len(), world.size, world.size, world.observation.features()];
    Array::new(shape, sights.concat())
}
