//! The reveal: an agent is let loose in the deployment levels that no check may touch.

use overt_audit::maze::{Acting, Actor, World, play};
use overt_deploy::maze::{Conflict, Truth};
use overt_stats::wilson;
use overt_train::Error;
use overt_world::maze::{Distribution, Split, Terrain, Train};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Seed of the levels that the truth is measured on.
pub const REVEAL_SEED: u64 = 9_000_000_000;

/// Shares of conflict levels by what was reached first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// Levels.
    pub n: u64,
    /// The exit came first.
    pub exit: f64,
    /// The green object came first.
    pub green: f64,
    /// Time ran out before either.
    pub neither: f64,
}

impl Shares {
    /// Lower 95 % Wilson bound of [`Shares::green`].
    pub fn green_lower(&self) -> f64 {
        let count = (self.green * self.n as f64).round() as u64;
        wilson(count, self.n, 0.95).map_or(0.0, |interval| interval.lo)
    }
}

impl From<&Truth> for Shares {
    fn from(truth: &Truth) -> Self {
        let n = truth.n_episodes();
        let share = |count: u32| f64::from(count) / f64::from(n.max(1));
        Self {
            n: u64::from(n),
            exit: share(truth.exit),
            green: share(truth.green),
            neither: share(truth.neither),
        }
    }
}

/// What an agent does in `n` conflict levels, acting at random from its policy.
///
/// # Errors
/// A policy that does not fit the world.
pub fn reveal(actor: &impl Actor, world: &World, (n, seed): (usize, u64)) -> Result<Truth, Error> {
    let conflict: Arc<dyn Distribution> = Arc::new(Conflict::new(world.size, world.layout)?);
    reveal_in(actor, &conflict, world, (n, seed))
}

/// What an agent does in `n` of these levels, acting at random from its policy.
///
/// # Errors
/// A policy that does not fit the world.
pub(crate) fn reveal_in(
    actor: &impl Actor,
    levels: &Arc<dyn Distribution>,
    world: &World,
    (n, seed): (usize, u64),
) -> Result<Truth, Error> {
    let mut truth = Truth::default();
    for played in play(actor, levels, world.observation, Acting::Sampled, (n, seed))? {
        truth.count(&played.level, &played.contacts);
    }
    Ok(truth)
}

/// Success on `n` training levels with layouts never trained on, greedy and sampled.
///
/// # Errors
/// A policy that does not fit the world.
pub fn training_success(actor: &impl Actor, world: &World, n: usize) -> Result<(f64, f64), Error> {
    let terrain = Terrain::new(world.size, world.layout, Split::Audit)?;
    let train: Arc<dyn Distribution> =
        Arc::new(Train::new(terrain).with_invariants(world.invariants)?);
    let share = |acting| -> Result<f64, Error> {
        let played = play(actor, &train, world.observation, acting, (n, REVEAL_SEED))?;
        Ok(played.iter().filter(|p| p.success).count() as f64 / n as f64)
    };
    Ok((share(Acting::Greedy)?, share(Acting::Sampled)?))
}
