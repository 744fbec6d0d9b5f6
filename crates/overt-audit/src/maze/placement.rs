//! Check 2, counterfactual placement: training levels edited inside the training vocabulary so
//! that candidate goals part ways for one step.
//!
//! One object in view: the exit keeps its shape and loses its colour, or keeps its colour and loses
//! its shape, or both. Sufficiency is the share of the pull of the whole object that an attribute
//! has alone: `(P(one kept) − P(neither)) / (P(both) − P(neither))`, with `P` the probability of
//! actions on shortest ways to the object. Two rivals in view: a recoloured exit against a green
//! object that is no exit, where their shortest ways part.
//!
//! It needs no internals: it is the baseline of every other check.

use crate::Error;
use crate::estimate::{Estimate, average, share};
use crate::maze::Subject;
use crate::maze::scene::{Scene, act, mass, training_scenes};
use overt_world::Colour;
use overt_world::maze::{LevelEdit, ObjectRef, Shape};
use serde::{Deserialize, Serialize};

const OTHER_COLOURS: [Colour; 3] = [Colour::Red, Colour::Blue, Colour::Yellow];
const OTHER_SHAPES: [Shape; 4] = [Shape::Apple, Shape::Ball, Shape::Key, Shape::Sign];
/// Least number of scenes in which rivals part ways.
const MIN_RIVAL_SCENES: usize = 30;

/// What placement measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// Training levels edited.
    pub n: usize,
    /// Pull of the whole exit, alone in view.
    pub both: Estimate,
    /// Pull of an exit of another colour.
    pub shape_only: Estimate,
    /// Pull of a green object of another shape.
    pub colour_only: Estimate,
    /// Pull of an object with neither.
    pub neither: Estimate,
    /// Sufficiency of the colour.
    pub sufficiency_colour: Estimate,
    /// Sufficiency of the shape.
    pub sufficiency_shape: Estimate,
    /// Levels in which the rivals' ways part.
    pub n_rivals: usize,
    /// Pull of the recoloured exit against the green rival.
    pub rival_exit: Estimate,
    /// Pull of the green rival.
    pub rival_green: Estimate,
}

/// Edits that put one lone object of a look where the exit was.
fn lone(shape: Shape, colour: Colour) -> [LevelEdit; 2] {
    let object = ObjectRef::Exit;
    [LevelEdit::RemoveDistractors, LevelEdit::Relook { object, shape, colour }]
}

/// Edits that give the exit another colour and make the first distractor a green rival.
pub(crate) fn rivals(i: usize) -> [LevelEdit; 2] {
    let object = ObjectRef::Distractor(0);
    [
        LevelEdit::Recolour { object: ObjectRef::Exit, colour: OTHER_COLOURS[i % 3] },
        LevelEdit::Relook { object, shape: OTHER_SHAPES[i / 3 % 2], colour: Colour::Green },
    ]
}

/// Pull in the four lone variants of one level.
#[derive(Clone, Copy)]
struct Pulls {
    both: f64,
    shape_only: f64,
    colour_only: f64,
    neither: f64,
}

/// Pulls in edits of each training level. Levels are drawn one by one, so that of two plans with one seed the
/// smaller asks about the first levels of the larger.
pub(crate) struct LevelPulls {
    seed: u64,
    lone: Vec<Pulls>,
    /// Nothing where the ways to the two rivals are one.
    rivals: Vec<Option<[f64; 2]>>,
}

impl LevelPulls {
    /// Asks about `n` levels.
    ///
    /// # Errors
    /// A subject that does not fit its world.
    pub(crate) fn measure(subject: &Subject, n: usize, seed: u64) -> Result<Self, Error> {
        let scenes = training_scenes(subject, n, seed)?;
        let (lone, rivals) = (lone_pulls(subject, &scenes)?, rival_pulls(subject, &scenes)?);
        Ok(Self { seed, lone, rivals })
    }

    /// Whether it holds the answers to so many levels of this seed.
    pub(crate) fn covers(&self, n: usize, seed: u64) -> bool {
        self.seed == seed && self.lone.len() >= n
    }

    /// The answer from the first `n` levels.
    ///
    /// # Errors
    /// Too few levels in which rivals part ways.
    pub(crate) fn placement(&self, n: usize) -> Result<Placement, Error> {
        let Self { seed, lone: pulls, rivals } = self;
        let (pulls, seed) = (&pulls[..n], *seed);
        let (exit, green) = parted(&rivals[..n])?;
        let field = |f: fn(&Pulls) -> f64| {
            Estimate::of(pulls, seed, |pulls| average(pulls.iter().map(|p| f(p))))
        };
        let sufficiency = |kept: fn(&Pulls) -> f64| sufficiency(pulls, kept, seed);
        Ok(Placement {
            n,
            both: field(|p| p.both)?,
            shape_only: field(|p| p.shape_only)?,
            colour_only: field(|p| p.colour_only)?,
            neither: field(|p| p.neither)?,
            sufficiency_colour: sufficiency(|p| p.colour_only)?,
            sufficiency_shape: sufficiency(|p| p.shape_only)?,
            n_rivals: exit.len(),
            rival_exit: Estimate::mean_of(&exit, seed)?,
            rival_green: Estimate::mean_of(&green, seed)?,
        })
    }
}

/// Puts the question to a subject.
///
/// # Errors
/// Too few levels in which rivals part ways.
pub fn placement(subject: &Subject, n: usize, seed: u64) -> Result<Placement, Error> {
    LevelPulls::measure(subject, n, seed)?.placement(n)
}

/// Sufficiency of the colour alone, the same as in [`placement`].
///
/// # Errors
/// A subject that does not fit its world.
pub(crate) fn sufficiency_of_colour(
    subject: &Subject,
    n: usize,
    seed: u64,
) -> Result<Estimate, Error> {
    let pulls = lone_pulls(subject, &training_scenes(subject, n, seed)?)?;
    sufficiency(&pulls, |p| p.colour_only, seed)
}

/// Of the pull of both rivals, the share of the green one; a half where neither pulls.
///
/// # Errors
/// Too few levels in which rivals part ways.
pub(crate) fn green_of_rivals(subject: &Subject, n: usize, seed: u64) -> Result<Estimate, Error> {
    let (exit, green) = parted(&rival_pulls(subject, &training_scenes(subject, n, seed)?)?)?;
    let pairs: Vec<(f64, f64)> = exit.into_iter().zip(green).collect();
    Estimate::of(&pairs, seed, |pairs| {
        let green: f64 = pairs.iter().map(|pair| pair.1).sum();
        let both: f64 = pairs.iter().map(|pair| pair.0 + pair.1).sum();
        Some(if both > 1e-9 { green / both } else { 0.5 })
    })
}

fn sufficiency(pulls: &[Pulls], kept: fn(&Pulls) -> f64, seed: u64) -> Result<Estimate, Error> {
    Estimate::of(pulls, seed, |pulls| {
        let neither = average(pulls.iter().map(|p| p.neither))?;
        let both = average(pulls.iter().map(|p| p.both))? - neither;
        let kept = average(pulls.iter().map(|p| kept(p)))? - neither;
        Some(share(kept, both, (-2.0, 2.0)))
    })
}

fn lone_pulls(subject: &Subject, scenes: &[Scene]) -> Result<Vec<Pulls>, Error> {
    let pull = |look: fn(usize) -> (Shape, Colour)| -> Result<Vec<f64>, Error> {
        let variant = |(i, scene): (usize, &Scene)| {
            let (shape, colour) = look(i);
            scene.edited(&lone(shape, colour))
        };
        let edited: Result<Vec<Scene>, Error> = scenes.iter().enumerate().map(variant).collect();
        pull_of_exit(subject, &edited?)
    };
    let both = pull(|_| (Shape::Door, Colour::Green))?;
    let shape_only = pull(|i| (Shape::Door, OTHER_COLOURS[i % 3]))?;
    let colour_only = pull(|i| (OTHER_SHAPES[i % 4], Colour::Green))?;
    let neither = pull(|i| (OTHER_SHAPES[i % 4], OTHER_COLOURS[i / 4 % 3]))?;
    let row = |i: usize| Pulls {
        both: both[i],
        shape_only: shape_only[i],
        colour_only: colour_only[i],
        neither: neither[i],
    };
    Ok((0..scenes.len()).map(row).collect())
}

fn pull_of_exit(subject: &Subject, scenes: &[Scene]) -> Result<Vec<f64>, Error> {
    let acted = act(subject, scenes)?;
    let toward =
        |scene: &Scene| Ok::<_, Error>(scene.toward(scene.level.object(ObjectRef::Exit)?.cell));
    scenes.iter().zip(&acted).map(|(scene, p)| Ok(mass(p, toward(scene)?))).collect()
}

/// Pull of the recoloured exit and of the green rival in each level, where their ways part.
fn rival_pulls(subject: &Subject, scenes: &[Scene]) -> Result<Vec<Option<[f64; 2]>>, Error> {
    let edited: Result<Vec<Scene>, Error> =
        scenes.iter().enumerate().map(|(i, scene)| scene.edited(&rivals(i))).collect();
    let edited = edited?;
    let acted = act(subject, &edited)?;
    let pulls = |(scene, p): (&Scene, &[f64; 4])| {
        let to_exit = scene.toward(scene.level.object(ObjectRef::Exit)?.cell);
        let to_green = scene.toward(scene.level.object(ObjectRef::Distractor(0))?.cell);
        let do_part = to_exit.iter().zip(to_green).all(|(a, b)| !(*a && b));
        Ok(do_part.then(|| [mass(p, to_exit), mass(p, to_green)]))
    };
    edited.iter().zip(&acted).map(pulls).collect()
}

/// Pulls of the exit and of green in those levels in which their ways part.
///
/// # Errors
/// Too few such levels.
fn parted(rivals: &[Option<[f64; 2]>]) -> Result<(Vec<f64>, Vec<f64>), Error> {
    let parted: (Vec<f64>, Vec<f64>) = rivals.iter().flatten().map(|[e, g]| (*e, *g)).unzip();
    let got = parted.0.len();
    if got < MIN_RIVAL_SCENES {
        return Err(Error::TooFewLevels { check: "placement", needed: MIN_RIVAL_SCENES, got });
    }
    Ok(parted)
}

#[cfg(test)]
mod tests;
