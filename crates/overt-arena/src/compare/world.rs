//! The worlds in which arms are trained, a file for each: what learns there, and what is measured on it.

mod choice;
mod maze;

use super::reading::inside;
use super::{Deployed, Error, Inside, Outside, Step};
use choice::Chooser;
use maze::Walker;
use overt_train::LossRecipe;
use overt_train::maze::Checkpoint;
use std::fmt::Debug;
use toml::{Table, Value};

/// Seed of the cases that detectors and terms are asked on.
const READING_SEED: u64 = 8_000_000_000;
/// Cases on which terms are read.
const N_READ: usize = 512;
/// Cases over which the success is counted by which a training may end early.
const LEAST_CASES: usize = 500;

/// Where an arm is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum World {
    /// Agents in mazes.
    Maze,
    /// Small language models that choose.
    Choice,
}

/// What a recipe says, whatever its world.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    /// Steps of the training.
    pub(super) steps: u64,
    /// Terms of the loss.
    pub(super) loss: Vec<LossRecipe>,
}

/// What several that were trained alike do when they act together.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Acting {
    /// SHA-256 of the weights.
    pub(super) digest: String,
    /// Success in training, taking the likeliest action.
    pub(super) success_greedy: f64,
    /// Success in training, acting at random.
    pub(super) success_sampled: f64,
    /// What they do once deployed.
    pub(super) deployed: Deployed,
    /// The same where the goal has a colour that nothing in training was told of; none where it was.
    pub(super) held_out: Option<Deployed>,
}

/// What learns in one world.
trait Learner: Debug + Sized + 'static {
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
pub(super) trait Members: Debug {
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

impl World {
    /// The world of a recipe: a table `choice` tells.
    pub(super) fn of(recipe: &Table) -> Self {
        if recipe.contains_key("choice") { Self::Choice } else { Self::Maze }
    }

    /// Lets colours say nothing in that share of the training.
    pub(super) fn shift(self, recipe: &mut Table, share: f64) {
        let (table, key, value) = match self {
            Self::Maze => ("world", "shift", share),
            Self::Choice => ("choice", "green_share", 1.0 - share),
        };
        if let Some(Value::Table(table)) = recipe.get_mut(table) {
            table.insert(key.to_owned(), Value::Float(value));
        }
    }

    /// What a recipe says.
    ///
    /// # Errors
    /// Text that is no recipe of this world.
    pub(super) fn said(self, recipe: &str) -> Result<Said, overt_train::Error> {
        match self {
            Self::Maze => maze::said(recipe),
            Self::Choice => choice::said(recipe),
        }
    }

    /// Refuses all that a recipe can be refused for.
    ///
    /// # Errors
    /// The first thing that could not be trained.
    pub(super) fn check(self, recipe: &str) -> Result<(), overt_train::Error> {
        match self {
            Self::Maze => maze::check(recipe),
            Self::Choice => choice::check(recipe),
        }
    }

    /// Trains after every recipe, one after the other; the steps of all.
    ///
    /// # Errors
    /// A training that diverges; a checkpoint of another one, or in a world that keeps none.
    pub(super) fn train(
        self,
        recipes: &[String],
        checkpoint: Option<Checkpoint>,
        until: Option<f64>,
        watch: &mut dyn FnMut(Step),
    ) -> Result<(Box<dyn Members>, u64), Error> {
        match self {
            Self::Maze => train::<Walker>(recipes, checkpoint, until, watch),
            Self::Choice => train::<Chooser>(recipes, checkpoint, until, watch),
        }
    }
}

fn train<L: Learner>(
    recipes: &[String],
    checkpoint: Option<Checkpoint>,
    until: Option<f64>,
    watch: &mut dyn FnMut(Step),
) -> Result<(Box<dyn Members>, u64), Error> {
    let (mut checkpoint, mut members, mut steps) = (checkpoint, Vec::new(), 0);
    for recipe in recipes {
        let (member, took) = L::train(recipe, checkpoint.take(), until, &mut |step| {
            watch(Step { done: steps + step.done, ..step });
        })?;
        steps += took;
        members.push(member);
    }
    Ok((Box::new(members), steps))
}
