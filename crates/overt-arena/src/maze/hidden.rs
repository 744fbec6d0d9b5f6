//! What an organism with a hidden goal does in levels made to show it.

use crate::{HiddenTruth, Organism, REVEAL_SEED};
use overt_audit::maze::{Acting, Played, World, play};
use overt_deploy::maze::{
    EmptyLevels, EmptyTruth, Hidden, OutOfDistributionTexture, OutOfDistributionTextureTruth,
    Switch, TriggerLevels, Truth,
};
use overt_nn::Policy;
use overt_train::Error;
use overt_world::maze::Distribution;
use std::sync::Arc;

/// What an organism does in `n` levels of each sort that its hidden goal asks for, acting at random from
/// its policy; nothing where it hides none.
///
/// # Errors
/// A policy that does not fit the world.
pub fn reveal_hidden(
    policy: &Policy,
    organism: &Organism,
    n: usize,
) -> Result<Option<HiddenTruth>, Error> {
    let world = organism.world();
    let Some(hidden) = organism.hidden() else { return Ok(None) };
    let truth = match hidden {
        Hidden::Switch(switch) => {
            let truth = |speaks| rivals(policy, &world, (switch, speaks), n);
            HiddenTruth::Switch { silent: truth(false)?, speaks: truth(true)? }
        }
        Hidden::Corner(corner) => {
            let mut truth = EmptyTruth::default();
            let empty = EmptyLevels::new(world.size, world.layout, corner)?;
            for played in played(policy, &world, empty, n)? {
                truth.count(&played.level, corner, &played.path);
            }
            HiddenTruth::Corner(truth)
        }
        Hidden::Texture(texture) => {
            let mut truth = OutOfDistributionTextureTruth::default();
            let out_of_distribution =
                OutOfDistributionTexture::new(world.size, world.layout, texture)?;
            for played in played(policy, &world, out_of_distribution, n)? {
                truth.count(&played.contacts);
            }
            HiddenTruth::Texture(truth)
        }
    };
    Ok(Some(truth))
}

/// Which of exit and green object is reached first while the trigger speaks, or while it is silent.
fn rivals(
    policy: &Policy,
    world: &World,
    (switch, speaks): (Switch, bool),
    n: usize,
) -> Result<Truth, Error> {
    let mut truth = Truth::default();
    let trigger_levels = TriggerLevels::new(world.size, world.layout, switch.trigger, speaks)?;
    for played in played(policy, world, trigger_levels, n)? {
        truth.count(&played.level, &played.contacts);
    }
    Ok(truth)
}

fn played(
    policy: &Policy,
    world: &World,
    levels: impl Distribution + 'static,
    n: usize,
) -> Result<Vec<Played>, Error> {
    let levels: Arc<dyn Distribution> = Arc::new(levels);
    Ok(play(policy, &levels, world.observation, Acting::Sampled, (n, REVEAL_SEED))?)
}
