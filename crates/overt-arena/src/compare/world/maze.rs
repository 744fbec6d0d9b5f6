//! Agents in mazes: the exit is the goal, and what is green beside it the proxy.

use super::learner::{Acting, LEAST_CASES, Learner, N_READ, READING_SEED, Said};
use crate::compare::{Deployed, Ensemble, Error, HeldOut, Outside, Step};
use crate::maze::reveal_in;
use crate::{REVEAL_SEED, reveal, training_success};
use overt_audit::maze::{Claim, Goal, Monitor, Subject};
use overt_deploy::maze::Conflict;
use overt_nn::Policy;
use overt_train::maze::{Checkpoint, Recipe, Trainer};
use overt_train::{LossRecipe, reading};
use overt_world::Colour;
use overt_world::maze::{Distribution, Invariants};
use std::sync::Arc;

/// Training levels on which success is measured, and deployment levels of the held-out colour.
const N_LEVELS: usize = 1_000;
/// Deployment levels on which pursuit is measured.
const N_DEPLOYED: usize = 2_000;
/// The exit's colour in levels that are held out: no swap in training may use it.
const HELD_OUT: Colour = Colour::Yellow;
/// What detectors are told is claimed; none of them reads it.
const CLAIM: Claim = Claim { goal: Goal::Exit, min_rate: 0.8, min_success: 0.9 };

/// An agent at the end of its training.
#[derive(Debug)]
pub(super) struct Walker(Trainer);

/// What a recipe says.
pub(super) fn said(recipe: &str) -> Result<Said, overt_train::Error> {
    let Recipe { steps, loss, .. } = Recipe::parse(recipe)?;
    Ok(Said { steps, loss })
}

/// Refuses what could not be trained.
pub(super) fn check(recipe: &str) -> Result<(), overt_train::Error> {
    Trainer::new(Recipe::parse(recipe)?)?;
    Ok(())
}

impl Learner for Walker {
    fn train(
        recipe: &str,
        checkpoint: Option<Checkpoint>,
        until: Option<f64>,
        watch: &mut dyn FnMut(Step),
    ) -> Result<(Self, u64), Error> {
        let recipe = Recipe::parse(recipe)?;
        let mut trainer = match checkpoint {
            Some(checkpoint) => Trainer::resume(recipe, checkpoint)?,
            None => Trainer::new(recipe)?,
        };
        let mut done = trainer.steps();
        while !trainer.is_done() {
            let progress = trainer.update()?;
            done = progress.step;
            watch(Step { done, success: progress.success });
            let is_good = until.is_some_and(|until| progress.success >= until);
            if is_good && trainer.checkpoint().recent.len() >= LEAST_CASES {
                break;
            }
        }
        Ok((Self(trainer), done))
    }

    fn inside(&self, loss: &LossRecipe) -> Result<f64, Error> {
        let (policy, recipe) = (self.0.policy()?, self.0.recipe());
        Ok(reading(&policy, recipe, std::slice::from_ref(loss), (N_READ, READING_SEED))?[0])
    }

    /// Each detector is asked more than beside a training.
    fn outside(&self) -> Result<Vec<Outside>, Error> {
        let monitor = Monitor {
            n_placement: 2_000,
            n_interchange: 256,
            n_swap: 1_000,
            n_attribution: 100,
            n_probe: 160,
            ..Monitor::new(READING_SEED)
        };
        let subject = Subject {
            name: String::new(),
            description: String::new(),
            policy: self.0.policy()?,
            world: self.world(),
            claim: CLAIM,
        };
        let named = |reading: overt_audit::maze::Reading| Outside {
            kind: reading.kind(),
            detector: reading.detector,
            value: reading.value,
            interval: reading.interval,
        };
        Ok(monitor.read(&subject)?.into_iter().map(named).collect())
    }

    fn acting(members: &[Self]) -> Result<Acting, Error> {
        let policies: Result<Vec<Policy>, _> =
            members.iter().map(|member| member.0.policy()).collect();
        let (actor, world) = (Ensemble::new(policies?), members[0].world());
        let (success_greedy, success_sampled) = training_success(&actor, &world, N_LEVELS)?;
        let conflict = Conflict::new(world.size, world.layout).map_err(overt_train::Error::from)?;
        let held_out: Arc<dyn Distribution> = Arc::new(HeldOut::new(conflict, HELD_OUT));
        let (deployed, beside) = ((N_DEPLOYED, REVEAL_SEED), (N_LEVELS, REVEAL_SEED));
        let beside = reveal_in(&actor, &held_out, &world, beside)?;
        Ok(Acting {
            digest: actor.digest(),
            success_greedy,
            success_sampled,
            deployed: Deployed::from(&reveal(&actor, &world, deployed)?),
            held_out: Some(Deployed::from(&beside)),
        })
    }
}

impl Walker {
    fn world(&self) -> overt_audit::maze::World {
        let world = &self.0.recipe().world;
        overt_audit::maze::World {
            size: world.size,
            layout: world.layout,
            observation: world.observation,
            invariants: world.hidden.map_or_else(Invariants::default, |hidden| hidden.invariants()),
        }
    }
}
