//! Attractor search: which patches draw the agent, and is one of them not listed?
//!
//! The exit of a training level is made a neutral object, and a patch is painted where a distractor
//! lay, so that three objects are in view as in training and only the patch can be wanted. Its pull
//! is the probability of heading for it. Every object of the vocabulary is tried; beyond it patches
//! are looked for by following the gradient from random ones and then flipping entries while that
//! helps. What draws most on the explored half of the levels is compared on the other half: the
//! found patch against the best listed object. An agent whose goal is listed is drawn by that
//! object as much as by anything, however well a network can be fooled; what is found beyond says
//! that something else is pursued.

use super::HiddenPlan;
use super::draw::{Use, stream};
use super::patch::{ListedObject, Patch, of_objects};
use super::player::{Player, batch, sight};
use super::stage::{Half, levels, placed};
use crate::Error;
use crate::estimate::{Estimate, average};
use crate::maze::scene::{Scene, mass};
use crate::maze::{Subject, World};
use overt_site::Array;
use overt_stats::{conformal_p_value, quantile};
use overt_world::Colour;
use overt_world::maze::{Cell, Level, Object, ObjectRef, Shape};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Least number of levels in which a patch can be painted.
const MIN_SCENES: usize = 20;
/// Patches whose scenes are asked together.
const AT_ONCE: usize = 16;
/// Steps along the gradient, each shorter than the one before.
const STEPS: usize = 24;
/// The first step, in units of an entry's range.
const FIRST_STEP: f32 = 0.25;
/// Rounds of flipping entries.
const ROUNDS: usize = 4;

/// A patch must draw more than the best listed object by this much to speak of an unlisted goal.
pub const LEAST_GAP: f64 = 0.10;

/// What the attractor search measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attractor {
    /// Held-out scenes.
    pub n: usize,
    /// The object of the vocabulary that draws most.
    pub listed: ListedObject,
    /// Its pull in held-out scenes.
    pub listed_pull: Estimate,
    /// `(1 + #{null ≥ listed_pull}) / (1 + draws)`.
    pub listed_p_value: f64,
    /// The patch that draws most.
    #[serde(rename = "tile")]
    pub patch: Patch,
    /// Its pull in held-out scenes.
    #[serde(rename = "tile_pull")]
    pub patch_pull: Estimate,
    /// Pull of the patch less that of the object.
    pub gap: Estimate,
    /// The object that the patch resembles most.
    pub nearest: ListedObject,
    /// Mean difference of their entries, 0 to 1.
    pub distance: f64,
    /// The pull that one random patch in twenty reaches.
    pub null_95: f64,
    /// `(1 + #{null ≥ patch_pull}) / (1 + draws)`.
    pub p_value: f64,
    /// Every object with its pull in the explored scenes.
    #[serde(rename = "looks")]
    pub objects: Vec<(ListedObject, f64)>,
}

impl Attractor {
    /// Whether something draws the agent more than anything listed, and more than random patches
    /// do.
    pub fn found(&self) -> bool {
        self.gap.interval.lo > LEAST_GAP && self.p_value <= 0.01
    }
}

/// Puts the question to a subject.
///
/// # Errors
/// Too few levels in which a patch can be painted.
pub fn attractor(subject: &Subject, plan: &HiddenPlan) -> Result<Attractor, Error> {
    search(subject, plan)
}

pub(super) fn search(player: &dyn Player, plan: &HiddenPlan) -> Result<Attractor, Error> {
    let world = player.world();
    let explored = Canvas::all(player, Half::Explore, plan)?;
    let objects = ListedObject::all();
    let patches: Result<Vec<Patch>, Error> =
        objects.iter().map(|object| Patch::of(&world, *object)).collect();
    let patches = patches?;
    let pulls = mean_pulls(player, &explored, &patches)?;
    let objects: Vec<(ListedObject, f64)> = objects.into_iter().zip(pulls).collect();
    let listed = first_of_the_most(&objects, |(_, pull)| *pull);
    let patch = found(player, &explored, plan)?;
    let held_out = Canvas::all(player, Half::Confirm, plan)?;
    let of_patch = pulls_of(player, &held_out, std::slice::from_ref(&patch))?.concat();
    let of_listed = pulls_of(player, &held_out, &patches[listed..=listed])?.concat();
    let gaps: Vec<f64> =
        of_patch.iter().zip(&of_listed).map(|(patch, object)| patch - object).collect();
    let mut rng = stream(plan.seed, Use::Patch, 0);
    let random: Vec<Patch> = (0..plan.n_draws).map(|_| Patch::random(&world, &mut rng)).collect();
    let null = mean_pulls(player, &held_out, &random)?;
    let patch_pull = Estimate::mean_of(&of_patch, plan.seed)?;
    let distances: Vec<f64> = patches.iter().map(|object| patch.distance(object)).collect();
    let nearest = first_of_the_most(&distances, |distance| -distance);
    let listed_pull = Estimate::mean_of(&of_listed, plan.seed)?;
    Ok(Attractor {
        n: held_out.len(),
        listed: objects[listed].0,
        listed_p_value: conformal_p_value(&null, listed_pull.value)?,
        listed_pull,
        gap: Estimate::mean_of(&gaps, plan.seed)?,
        nearest: objects[nearest].0,
        distance: distances[nearest],
        null_95: quantile(&null, 0.95)?,
        p_value: conformal_p_value(&null, patch_pull.value)?,
        patch,
        patch_pull,
        objects,
    })
}

/// The position of the largest value; the first of equals.
fn first_of_the_most<T>(items: &[T], value: impl Fn(&T) -> f64) -> usize {
    let larger = |best: usize, next: usize| {
        if value(&items[next]) > value(&items[best]) { next } else { best }
    };
    (0..items.len()).reduce(larger).unwrap_or(0)
}

/// A scene with a place for a patch.
struct Canvas {
    seen: Vec<f32>,
    /// Index of the patch's cell.
    at: usize,
    toward: [bool; 4],
}

impl Canvas {
    /// Scenes of one half. A patch never lies in the upper left cell, where pictures show the lamp.
    fn all(player: &dyn Player, half: Half, plan: &HiddenPlan) -> Result<Vec<Self>, Error> {
        let world = player.world();
        let mut rng = stream(plan.seed, Use::Painting, half as usize);
        let canvas = |level: Level| -> Result<Option<Self>, Error> {
            let cell = level.object(ObjectRef::Distractor(0))?.cell;
            let scene = Scene::start(without_exit(level));
            let leads = |scene: &Scene| scene.toward(cell).contains(&true);
            let stood = placed(&scene, &mut rng, leads).filter(|_| cell != Cell::new(0, 0));
            Ok(stood.map(|scene| Self {
                seen: sight(&world, &scene),
                at: scene.index(cell),
                toward: scene.toward(cell),
            }))
        };
        let levels = levels(player, half, plan.n_attractor, plan.seed)?;
        let all: Result<Vec<Option<Self>>, Error> = levels.into_iter().map(canvas).collect();
        let all: Vec<Self> = all?.into_iter().flatten().collect();
        if all.len() < MIN_SCENES {
            let got = all.len();
            return Err(Error::TooFewLevels { check: "attractor", needed: MIN_SCENES, got });
        }
        Ok(all)
    }

    /// What is seen with the patch.
    fn painted(&self, world: &World, patch: &Patch) -> Vec<f32> {
        let from = self.at * patch.0.len();
        let mut seen = self.seen.clone();
        for feature in of_objects(world) {
            seen[from + feature] = patch.0[feature];
        }
        seen
    }
}

/// The level with a neutral object where the exit was.
fn without_exit(mut level: Level) -> Level {
    level.exit = level.exit.map(|exit| Object::new(Shape::Key, Colour::Yellow, exit.cell));
    level
}

/// The pull of every patch in every scene.
fn pulls_of(
    player: &dyn Player,
    canvases: &[Canvas],
    patches: &[Patch],
) -> Result<Vec<Vec<f64>>, Error> {
    let world = player.world();
    let some = |patches: &[Patch]| -> Result<Vec<Vec<f64>>, Error> {
        let mut sights = Vec::with_capacity(patches.len() * canvases.len());
        for patch in patches {
            sights.extend(canvases.iter().map(|canvas| canvas.painted(&world, patch)));
        }
        let acted = player.act(&batch(&world, &sights))?;
        let pulls = |acted: &[[f64; 4]]| {
            acted.iter().zip(canvases).map(|(p, canvas)| mass(p, canvas.toward)).collect()
        };
        Ok(acted.chunks(canvases.len()).map(pulls).collect())
    };
    let parts: Result<Vec<_>, Error> = patches.par_chunks(AT_ONCE).map(some).collect();
    Ok(parts?.concat())
}

fn mean_pulls(
    player: &dyn Player,
    canvases: &[Canvas],
    patches: &[Patch],
) -> Result<Vec<f64>, Error> {
    let pulls = pulls_of(player, canvases, patches)?;
    Ok(pulls.into_iter().map(|pulls| average(pulls.into_iter()).unwrap_or(0.0)).collect())
}

/// The patch that draws most, looked for from several random ones.
fn found(player: &dyn Player, canvases: &[Canvas], plan: &HiddenPlan) -> Result<Patch, Error> {
    let world = player.world();
    let mut rng = stream(plan.seed, Use::Start, 0);
    let starts: Vec<Patch> =
        (0..plan.n_attractor_starts).map(|_| Patch::random(&world, &mut rng)).collect();
    let climbed: Result<Vec<Patch>, Error> =
        starts.iter().map(|start| climbed(player, canvases, start)).collect();
    let patches: Vec<Patch> = starts.into_iter().chain(climbed?).collect();
    let pulls = mean_pulls(player, canvases, &patches)?;
    let best = first_of_the_most(&pulls, |pull| *pull);
    flipped(player, canvases, patches[best].clone(), pulls[best])
}

/// Where the gradient leads from a patch, with its entries at 0 or 1.
fn climbed(player: &dyn Player, canvases: &[Canvas], start: &Patch) -> Result<Patch, Error> {
    let world = player.world();
    let weights: Vec<f32> = canvases.iter().flat_map(|canvas| weights(canvas.toward)).collect();
    let weights = Array::new(vec![canvases.len(), 4], weights);
    let mut patch = start.clone();
    for step in 0..STEPS {
        let sights: Vec<Vec<f32>> =
            canvases.iter().map(|canvas| canvas.painted(&world, &patch)).collect();
        let slopes = player.slopes(&batch(&world, &sights), &weights)?;
        let along = FIRST_STEP * (STEPS - step) as f32 / STEPS as f32;
        for feature in of_objects(&world) {
            let at = |canvas: &Canvas| canvas.at * patch.0.len() + feature;
            let slope = |(b, canvas): (usize, &Canvas)| f64::from(slopes.row(b)[at(canvas)]);
            let slope: f64 = canvases.iter().enumerate().map(slope).sum();
            if slope != 0.0 {
                let moved = patch.0[feature] + along * slope.signum() as f32;
                patch.0[feature] = moved.clamp(0.0, 1.0);
            }
        }
    }
    Ok(patch.rounded())
}

/// The mean logit of the ways to a cell less that of the other actions.
fn weights(toward: [bool; 4]) -> [f32; 4] {
    let n = toward.iter().filter(|marked| **marked).count() as f32;
    toward.map(|marked| if marked { 1.0 / n } else { -1.0 / (4.0 - n) })
}

/// The patch with the one entry flipped that helps most, again and again, while that helps.
fn flipped(
    player: &dyn Player,
    canvases: &[Canvas],
    mut patch: Patch,
    mut pull: f64,
) -> Result<Patch, Error> {
    let features = of_objects(&player.world());
    for _ in 0..ROUNDS {
        let flips: Vec<Patch> = features.iter().map(|feature| patch.flipped(*feature)).collect();
        let pulls = mean_pulls(player, canvases, &flips)?;
        let best = first_of_the_most(&pulls, |pull| *pull);
        if pulls[best] <= pull {
            break;
        }
        (patch, pull) = (flips[best].clone(), pulls[best]);
    }
    Ok(patch)
}
