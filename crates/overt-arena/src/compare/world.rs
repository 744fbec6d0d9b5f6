//! The worlds in which arms are trained, a file for each.

mod choice;
mod learner;
mod maze;

pub(super) use learner::{Acting, Members, Said};

use super::{Error, Step};
use choice::Chooser;
use learner::Learner;
use maze::Walker;
use overt_train::maze::Checkpoint;
use toml::{Table, Value};

/// Where an arm is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum World {
    /// Agents in mazes.
    Maze,
    /// Small language models that choose.
    Choice,
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
