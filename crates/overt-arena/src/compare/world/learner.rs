//! What learns in a world, and what is measured on it.

use crate::compare::reading::inside;
use crate::compare::{Deployed, Error, Inside, Outside, Step};
use overt_train::LossRecipe;
use overt_train::maze::Checkpoint;
use std::fmt::Debug;

/// Seed of the cases that detectors and terms are asked on.
pub(super) const READING_SEED: u64 = 8_000_000_000;
/// Cases on which terms are read.
pub(super) const N_READ: usize = 512;
/// Cases over which the success is counted by which a training may end early.
pub(super) const LEAST_CASES: usize = 500;

/// What a recipe says, whatever its world.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::compare) struct Said {
    /// Steps of the training.
    pub(in crate::compare) steps: u64,
    /// Terms of the loss.
    pub(in crate::compare) loss: Vec<LossRecipe>,
}

/// What several that were trained alike do when they act together.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::compare) struct Acting {
    /// SHA-256 of the weights.
    pub(in crate::compare) digest: String,
    /// Success in training, taking the likeliest action.
    pub(in crate::compare) success_greedy: f64,
    /// Success in training, acting at random.
    pub(in crate::compare) success_sampled: f64,
    /// What they do once deployed.
    pub(in crate::compare) deployed: Deployed,
    /// The same where the goal has a colour that nothing in training was told of; none where it was.
    pub(in crate::compare) held_out: Option<Deployed>,
}

/// What learns in one world.
pub(super) trait Learner: Debug + Sized + 'static {
    /// Trains after a recipe to its end; the steps that it took.
    fn train(
        recipe: &str,
        checkpoint: Option<Checkpoint>,
        until: Option<f64>,
        watch: &mut dyn FnMut(Step),
    ) -> Result<(Self, u64), Error>;

    /// What a term reads, before it is weighted.
    fn inside(&self, loss: &LossRecipe) -> Result<f64, Error>;

    /// What sealed detectors read.
    fn outside(&self) -> Result<Vec<Outside>, Error>;

    /// What comes of all when they act together.
    fn acting(members: &[Self]) -> Result<Acting, Error>;
}

/// The members of one training, of one world.
pub(in crate::compare) trait Members: Debug {
    /// What comes of all when they act together.
    fn acting(&self) -> Result<Acting, Error>;

    /// What the terms of several arms read, member by member.
    fn inside(&self, arms: &[(String, Vec<LossRecipe>)]) -> Result<Vec<Vec<Inside>>, Error>;

    /// What sealed detectors read, member by member.
    fn outside(&self) -> Result<Vec<Vec<Outside>>, Error>;
}

impl<L: Learner> Members for Vec<L> {
    fn acting(&self) -> Result<Acting, Error> {
        L::acting(self)
    }

    fn inside(&self, arms: &[(String, Vec<LossRecipe>)]) -> Result<Vec<Vec<Inside>>, Error> {
        self.iter().map(|member| inside(arms, |loss| member.inside(loss))).collect()
    }

    fn outside(&self) -> Result<Vec<Vec<Outside>>, Error> {
        self.iter().map(L::outside).collect()
    }
}
