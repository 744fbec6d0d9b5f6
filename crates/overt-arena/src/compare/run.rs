//! One training of a study, and what is measured on it.

use super::reading::{inside, outside};
use super::{Arm, Deployed, Ensemble, Error, HeldOut, Inside, Outside, RunRecord, Study};
use crate::reveal::reveal_in;
use crate::{REVEAL_SEED, reveal, training_success};
use overt_audit::{Claim, Goal, Subject, World};
use overt_deploy::Conflict;
use overt_nn::Policy;
use overt_stats::Interval;
use overt_train::{Checkpoint, LossRecipe, Recipe, Trainer};
use overt_world::{Colour, Distribution, Habits};
use std::sync::Arc;

/// Training levels on which success is measured, and deployment levels of the held-out colour.
const N_LEVELS: usize = 1_000;
/// Deployment levels on which pursuit is measured.
const N_DEPLOYED: usize = 2_000;
/// The exit's colour in levels that are held out: no swap in training may use it.
const HELD_OUT: Colour = Colour::Yellow;
/// Episodes before a training may end early: as many as its success is counted over.
const LEAST_EPISODES: usize = 500;
/// What detectors are told is claimed; none of them reads it.
const CLAIM: Claim = Claim { goal: Goal::Exit, min_rate: 0.8, min_success: 0.9 };

/// Where a training stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Steps in the environment so far, of all members together.
    pub done: u64,
    /// Share of the last episodes that reached the exit.
    pub success: f64,
}

/// A training at its end.
#[derive(Debug)]
pub struct Trained {
    arm: Arm,
    seed: u64,
    plan: String,
    steps: u64,
    members: Vec<Trainer>,
    /// Arms whose terms are read on it, with their recipes: its own, or on the baseline all.
    read: Vec<(String, Recipe)>,
}

/// Trains one arm of a study under one seed, or goes on where a checkpoint of it was taken; `watch` sees
/// every update.
///
/// # Errors
/// A training that diverges; a checkpoint of another training.
pub fn train(
    study: &Study,
    arm: &Arm,
    seed: u64,
    checkpoint: Option<Checkpoint>,
    watch: &mut dyn FnMut(Step),
) -> Result<Trained, Error> {
    let mut checkpoint = checkpoint;
    let (mut members, mut steps) = (Vec::new(), 0);
    for member in arm.seeds(seed) {
        let recipe = arm.recipe(member)?;
        let mut trainer = match checkpoint.take() {
            Some(checkpoint) => Trainer::resume(recipe, checkpoint)?,
            None => Trainer::new(recipe)?,
        };
        steps += run(&mut trainer, arm.until, &mut |step| {
            watch(Step { done: steps + step.done, ..step });
        })?;
        members.push(trainer);
    }
    let arms = if arm.is_baseline() { study.arms() } else { vec![arm.clone()] };
    let with_terms = arms.into_iter().filter(|arm| arm.has_terms);
    let read: Result<_, Error> =
        with_terms.map(|arm| Ok((arm.name.clone(), arm.recipe(seed)?))).collect();
    let plan = study.digest(arm, seed);
    Ok(Trained { arm: arm.clone(), seed, plan, steps, members, read: read? })
}

/// Trains one member to its end; the steps that it took.
fn run(
    trainer: &mut Trainer,
    until: Option<f64>,
    watch: &mut dyn FnMut(Step),
) -> Result<u64, Error> {
    let mut done = trainer.steps();
    while !trainer.is_done() {
        let progress = trainer.update()?;
        done = progress.step;
        watch(Step { done, success: progress.success });
        let is_good = until.is_some_and(|until| progress.success >= until);
        if is_good && trainer.checkpoint().recent.len() >= LEAST_EPISODES {
            break;
        }
    }
    Ok(done)
}

impl Trained {
    /// Measures what came of it: success, pursuit in deployment, and what is read inside and outside of
    /// the loss. `seconds` of a processor is what the training took, which only the caller can know.
    ///
    /// # Errors
    /// A policy on which a detector cannot be asked.
    pub fn measure(&self, seconds: f64) -> Result<RunRecord, Error> {
        let policies: Result<Vec<Policy>, _> = self.members.iter().map(Trainer::policy).collect();
        let (actor, world) = (Ensemble::new(policies?), self.world());
        let (success_greedy, success_sampled) = training_success(&actor, &world, N_LEVELS)?;
        let conflict = Conflict::new(world.size, world.layout).map_err(overt_train::Error::from)?;
        let held_out: Arc<dyn Distribution> = Arc::new(HeldOut::new(conflict, HELD_OUT));
        let (deployed, beside) = ((N_DEPLOYED, REVEAL_SEED), (N_LEVELS, REVEAL_SEED));
        Ok(RunRecord {
            arm: self.arm.name.clone(),
            seed: self.seed,
            plan: self.plan.clone(),
            digest: actor.digest(),
            steps: self.steps,
            seconds,
            success_greedy,
            success_sampled,
            deployed: Deployed::from(&reveal(&actor, &world, deployed)?),
            held_out: Deployed::from(&reveal_in(&actor, &held_out, &world, beside)?),
            inside: self.inside()?,
            outside: self.outside(&actor)?,
            hidden: None,
        })
    }

    fn world(&self) -> World {
        let world = &self.members[0].recipe().world;
        World {
            size: world.size,
            layout: world.layout,
            observation: world.observation,
            habits: world.hidden.map_or_else(Habits::default, |hidden| hidden.habits()),
        }
    }

    /// Of an ensemble, the mean over its members.
    fn inside(&self) -> Result<Vec<Inside>, Error> {
        let losses: Vec<(String, Vec<LossRecipe>)> =
            self.read.iter().map(|(arm, recipe)| (arm.clone(), recipe.loss.clone())).collect();
        let of = |trainer: &Trainer| inside(&trainer.policy()?, trainer.recipe(), &losses);
        let read: Vec<Vec<Inside>> = self.members.iter().map(of).collect::<Result<_, Error>>()?;
        let all = read[0].iter().enumerate().map(|(idx, first)| {
            let value = mean(read.iter().map(|member| member[idx].value));
            Inside { value, ..first.clone() }
        });
        Ok(all.collect())
    }

    /// Of an ensemble, the mean over its members, bounds and all.
    fn outside(&self, ensemble: &Ensemble) -> Result<Vec<Outside>, Error> {
        let of = |policy: &Policy| {
            outside(&Subject {
                name: self.arm.name.clone(),
                description: String::new(),
                policy: policy.clone(),
                world: self.world(),
                claim: CLAIM,
            })
        };
        let read: Result<Vec<_>, Error> = ensemble.members().iter().map(of).collect();
        let read = read?;
        let all = read[0].iter().enumerate().map(|(idx, first)| {
            let over = |f: fn(&Outside) -> f64| mean(read.iter().map(|member| f(&member[idx])));
            let (lo, hi) = (over(|r| r.interval.lo), over(|r| r.interval.hi));
            let interval = Interval { lo, hi, ..first.interval };
            Outside { value: over(|r| r.value), interval, ..first.clone() }
        });
        Ok(all.collect())
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    values.sum::<f64>() / n
}
