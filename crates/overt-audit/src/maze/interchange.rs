//! Check 3c, interchange: the representation of the exit is exchanged, and the behaviour watched.
//!
//! Two questions. Does the place at which the exit is represented decide where the subject goes:
//! its vector is moved to another cell, against a random control of equal length. And which part of its
//! vector: only the component within the subspace along which training's own distractors of one
//! shape and different colours differ is exchanged for a distractor's, or only the rest
//! (distributed interchange, Geiger et al. 2023). No observation shows a swapped colour.

use crate::Error;
use crate::estimate::{self, Estimate};
use crate::maze::Subject;
use crate::maze::attribution::replaced;
use crate::maze::scene::{Scene, mass, observe, rows, training_scenes};
use overt_lens::{Edited, Subspace, move_cells, random_control, transplant};
use overt_lens::{transplant_outside, transplant_within, values_at};
use overt_site::Array;
use overt_world::Colour;
use overt_world::maze::{Cell, Object, ObjectRef, Shape};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The site at which objects are represented cell by cell.
pub(crate) const SITE: &str = "embed.pre";
/// Dimensions kept of the subspace of colours: red, green and blue.
const COLOUR_DIMENSIONS: usize = 3;

/// What interchange measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interchanged {
    /// Training frames.
    pub n: usize,
    /// Pull of the exit in the plain run.
    pub plain: Estimate,
    /// Pull of the exit after its whole vector became a distractor's.
    pub whole: Estimate,
    /// Pull after only the colour component did.
    pub colour: Estimate,
    /// Pull after only the rest did.
    pub rest: Estimate,
    /// Share of the whole effect that the colour component has: `(plain − colour) / (plain − whole)`.
    pub colour_share: Estimate,
    /// The same for the rest.
    pub rest_share: Estimate,
    /// Pull of an empty cell before the exit's vector is moved there.
    pub empty_before: Estimate,
    /// Pull of the empty cell after.
    pub moved: Estimate,
    /// Pull of the empty cell after a change of equal length in a random direction.
    #[serde(alias = "moved_sham")]
    pub moved_random_control: Estimate,
}

/// Puts the question to a subject.
///
/// # Errors
/// A subject that does not fit its world.
pub fn interchange(subject: &Subject, n: usize, seed: u64) -> Result<Interchanged, Error> {
    let scenes = training_scenes(subject, n, seed)?;
    let base = observe(subject, &scenes);
    let source = observe(subject, &replaced(&scenes, seed)?);
    let exits: Vec<Cell> = cells(&scenes)?;
    let at: Vec<usize> = indices(&scenes, &exits);
    let policy = &subject.policy;
    let colours = colour_subspace(subject, &scenes, &base)?;

    let plain = pull(&scenes, &exits, &rows(&overt_lens::probabilities(policy, &base)?));
    let after = |edited: Edited| pull(&scenes, &exits, &rows(&edited.outputs.probabilities()));
    let whole = after(transplant(policy, &base, &source, SITE, &at)?);
    let colour = after(transplant_within(policy, &base, &source, (SITE, &at), &colours)?);
    let rest = after(transplant_outside(policy, &base, &source, (SITE, &at), &colours)?);
    let share = |part: &[f64]| share(&plain, part, &whole, seed);
    let [empty_before, moved, moved_random_control] = moves(subject, &scenes, &base, &at, seed)?;
    Ok(Interchanged {
        n,
        plain: Estimate::mean_of(&plain, seed)?,
        whole: Estimate::mean_of(&whole, seed)?,
        colour: Estimate::mean_of(&colour, seed)?,
        rest: Estimate::mean_of(&rest, seed)?,
        colour_share: share(&colour)?,
        rest_share: share(&rest)?,
        empty_before,
        moved,
        moved_random_control,
    })
}

/// `Σ (plain − part) / Σ (plain − whole)`.
fn share(plain: &[f64], part: &[f64], whole: &[f64], seed: u64) -> Result<Estimate, Error> {
    let units: Vec<[f64; 2]> =
        (0..plain.len()).map(|i| [plain[i] - part[i], plain[i] - whole[i]]).collect();
    Estimate::of(&units, seed, |units| {
        let part: f64 = units.iter().map(|u| u[0]).sum();
        let whole: f64 = units.iter().map(|u| u[1]).sum();
        Some(estimate::share(part, whole, (-2.0, 3.0)))
    })
}

/// Moves the exit's vector to an empty cell that lies another way: pull of that cell before,
/// after, and after the random control.
fn moves(
    subject: &Subject,
    scenes: &[Scene],
    base: &Array,
    from: &[usize],
    seed: u64,
) -> Result<[Estimate; 3], Error> {
    let targets: Vec<Cell> = scenes.iter().map(empty_cell).collect();
    let to = indices(scenes, &targets);
    let edited = move_cells(&subject.policy, base, SITE, from, &to)?;
    let control = random_control(&subject.policy, base, &edited, seed)?;
    let before = rows(&overt_lens::probabilities(&subject.policy, base)?);
    let after = rows(&edited.outputs.probabilities());
    let control = rows(&control.outputs.probabilities());
    let mean = |acted: &[[f64; 4]]| Estimate::mean_of(&pull(scenes, &targets, acted), seed);
    Ok([mean(&before)?, mean(&after)?, mean(&control)?])
}

/// A free cell whose shortest ways share no first step with the exit's, or the farthest one.
fn empty_cell(scene: &Scene) -> Cell {
    let to_exit = scene.level.exit.map_or([false; 4], |exit| scene.toward(exit.cell));
    let grid = &scene.level.grid;
    let from_agent = grid.distances(scene.agent);
    let free = |cell: &Cell| {
        *cell != scene.agent
            && from_agent[grid.index(*cell)] != overt_world::maze::UNREACHABLE
            && scene.level.object_at(*cell).is_none()
    };
    let apart = |cell: &Cell| {
        let shared = scene.toward(*cell).iter().zip(to_exit).any(|(a, b)| *a && b);
        (!shared, from_agent[grid.index(*cell)])
    };
    grid.free_cells().filter(free).max_by_key(apart).unwrap_or(scene.agent)
}

/// The directions along which training's distractors of one shape and different colours differ.
fn colour_subspace(subject: &Subject, scenes: &[Scene], base: &Array) -> Result<Subspace, Error> {
    let values = values_at(&subject.policy, base, SITE)?;
    let width = values.shape[3];
    let mut sums: BTreeMap<(Shape, Colour), (Vec<f64>, f64)> = BTreeMap::new();
    for (row, scene) in scenes.iter().enumerate() {
        for Object { shape, colour, cell, .. } in &scene.level.distractors {
            let at = scene.index(*cell) * width;
            let (sum, n) = sums.entry((*shape, *colour)).or_insert_with(|| (vec![0.0; width], 0.0));
            let vector = &values.row(row)[at..at + width];
            sum.iter_mut().zip(vector).for_each(|(s, v)| *s += f64::from(*v));
            *n += 1.0;
        }
    }
    let mean = |key: &(Shape, Colour)| -> Option<Vec<f64>> {
        sums.get(key).map(|(sum, n)| sum.iter().map(|s| s / n).collect())
    };
    let mut differences = Vec::new();
    for shape in Shape::ALL {
        let Some(red) = mean(&(shape, Colour::Red)) else { continue };
        for colour in [Colour::Blue, Colour::Yellow] {
            let Some(other) = mean(&(shape, colour)) else { continue };
            differences.extend(other.iter().zip(&red).map(|(a, b)| (a - b) as f32));
        }
    }
    let rows = differences.len() / width;
    Ok(Subspace::span(&Array::new(vec![rows, width], differences), COLOUR_DIMENSIONS)?)
}

fn pull(scenes: &[Scene], goals: &[Cell], acted: &[[f64; 4]]) -> Vec<f64> {
    let pull = |((scene, goal), p): ((&Scene, &Cell), &[f64; 4])| mass(p, scene.toward(*goal));
    scenes.iter().zip(goals).zip(acted).map(pull).collect()
}

fn cells(scenes: &[Scene]) -> Result<Vec<Cell>, Error> {
    scenes.iter().map(|scene| Ok(scene.level.object(ObjectRef::Exit)?.cell)).collect()
}

fn indices(scenes: &[Scene], cells: &[Cell]) -> Vec<usize> {
    scenes.iter().zip(cells).map(|(scene, cell)| scene.index(*cell)).collect()
}
