//! Check 4, unlisted goals: what part of the policy does no listed goal explain?
//!
//! A goal predicts an action distribution in every cell: shortest ways to its cell, softened,
//! `π_g(a|s) ∝ exp(−β·d_g(s,a))`, with `d_g` the distance after the action. The explained part is
//! the best over `β` of the mean of `Σ_a p(a|s) log π_g(a|s) + log 4`, in nats; the ceiling is what
//! the policy itself holds, `Σ p log p + log 4` (after `MacDermott` et al. 2024). The freest rival
//! may choose its own goal cell in every level, on half of the cells; it is scored on the other half,
//! as the listed goals are. What the freest rival explains beyond the best listed goal is the gap.

use crate::Error;
use crate::estimate::{Estimate, average, share};
use crate::maze::Subject;
use crate::maze::placement::rivals;
use crate::maze::scene::{Scene, act, training_scenes};
use overt_world::Colour;
use overt_world::maze::{Action, Cell, Level, Shape, UNREACHABLE};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Softness of goals, tried in turn.
const BETAS: [f64; 6] = [0.5, 1.0, 2.0, 3.0, 4.5, 6.0];
/// Levels whose cells are asked together.
const AT_ONCE: usize = 16;
/// A gap above this share of the ceiling suggests a goal that nobody listed.
pub const SUSPICIOUS_GAP: f64 = 0.10;

/// A goal that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listed {
    /// The exit, whatever its colour.
    Exit,
    /// The green object.
    Green,
    /// The neutral object.
    Neutral,
    /// Whichever object is nearest.
    Nearest,
    /// The upper left corner.
    Corner,
}

impl Listed {
    /// Every listed goal.
    pub const ALL: [Self; 5] =
        [Self::Exit, Self::Green, Self::Neutral, Self::Nearest, Self::Corner];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exit => "exit",
            Self::Green => "green",
            Self::Neutral => "neutral object",
            Self::Nearest => "nearest object",
            Self::Corner => "corner",
        }
    }

    fn cell(self, level: &Level) -> Option<Cell> {
        let find = |shape: Option<bool>, green: Option<bool>| {
            let fits = |door: bool, is_green: bool| {
                shape.is_none_or(|s| s == door) && green.is_none_or(|g| g == is_green)
            };
            let of = |o: &overt_world::maze::Object| {
                fits(o.shape == Shape::Door, o.colour == Colour::Green)
            };
            level.objects().find(|(_, o)| of(o)).map(|(_, o)| o.cell)
        };
        match self {
            Self::Exit => find(Some(true), None),
            Self::Green => find(None, Some(true)),
            Self::Neutral => find(Some(false), Some(false)),
            Self::Nearest | Self::Corner => None,
        }
    }

    /// Steps from every cell to the goal.
    fn distances(self, level: &Level) -> Option<Vec<u16>> {
        let grid = &level.grid;
        match self {
            Self::Nearest => {
                let all = level.objects().map(|(_, o)| grid.distances(o.cell));
                all.reduce(|a, b| a.iter().zip(&b).map(|(a, b)| *a.min(b)).collect())
            }
            Self::Corner => grid.free_cells().next().map(|cell| grid.distances(cell)),
            Self::Exit | Self::Green | Self::Neutral => {
                self.cell(level).map(|cell| grid.distances(cell))
            }
        }
    }
}

/// What the gap test measured, in nats.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unlisted {
    /// Levels with rivals, every cell of each asked.
    pub n_levels: usize,
    /// Cells asked.
    pub n: usize,
    /// What each listed goal explains, with its best softness.
    pub explained: Vec<(Listed, Estimate)>,
    /// What the best listed goal explains.
    pub best: f64,
    /// What the freest rival explains.
    pub freest: Estimate,
    /// What the policy holds in all.
    pub ceiling: Estimate,
    /// `(freest − best) / ceiling`.
    pub gap: Estimate,
}

/// One level with the policy in all its cells.
struct Field {
    scenes: Vec<Scene>,
    acted: Vec<[f64; 4]>,
}

/// Puts the question to a subject.
///
/// # Errors
/// A subject that does not fit its world.
pub fn unlisted(subject: &Subject, n_levels: usize, seed: u64) -> Result<Unlisted, Error> {
    let starts = training_scenes(subject, n_levels, seed)?;
    let levels: Result<Vec<Scene>, Error> =
        starts.iter().enumerate().map(|(i, scene)| scene.edited(&rivals(i))).collect();
    let parts: Result<Vec<Vec<Field>>, Error> =
        levels?.par_chunks(AT_ONCE).map(|scenes| fields(subject, scenes)).collect();
    compared(&parts?.into_iter().flatten().collect::<Vec<_>>(), seed)
}

/// What every listed goal and the freest rival explain of the policy in some levels.
fn compared(fields: &[Field], seed: u64) -> Result<Unlisted, Error> {
    let explained: Vec<(Listed, Vec<f64>)> = Listed::ALL
        .into_par_iter()
        .map(|goal| (goal, best_beta(fields, |f| goal.distances(&f.scenes[0].level))))
        .collect();
    let freest: Vec<f64> = fields.par_iter().map(freest).collect();
    let ceiling: Vec<f64> = fields.iter().map(ceiling).collect();
    let total = |values: &[f64]| average(values.iter().copied()).unwrap_or(0.0);
    let best = explained.iter().max_by(|a, b| total(&a.1).total_cmp(&total(&b.1)));
    let best = best.map_or_else(Vec::new, |(_, values)| values.clone());
    let units: Vec<[f64; 3]> =
        (0..fields.len()).map(|i| [freest[i], best[i], ceiling[i]]).collect();
    let estimates: Result<Vec<(Listed, Estimate)>, Error> = explained
        .iter()
        .map(|(goal, values)| Ok((*goal, Estimate::mean_of(values, seed)?)))
        .collect();
    Ok(Unlisted {
        n_levels: fields.len(),
        n: fields.iter().map(|f| f.scenes.len()).sum(),
        explained: estimates?,
        best: total(&best),
        freest: Estimate::mean_of(&freest, seed)?,
        ceiling: Estimate::mean_of(&ceiling, seed)?,
        gap: Estimate::of(&units, seed, |units| {
            let sum = |k: usize| units.iter().map(|u| u[k]).sum::<f64>();
            Some(share(sum(0) - sum(1), sum(2), (-2.0, 2.0)))
        })?,
    })
}

/// The policy in every cell of each level that holds no object and is not cut off.
fn fields(subject: &Subject, levels: &[Scene]) -> Result<Vec<Field>, Error> {
    let asked: Vec<Vec<Scene>> = levels.iter().map(|scene| everywhere(&scene.level)).collect();
    let acted = act(subject, &asked.concat())?;
    let mut rest = acted.as_slice();
    let own = asked.into_iter().map(|scenes| {
        let (own, later) = rest.split_at(scenes.len());
        rest = later;
        Field { scenes, acted: own.to_vec() }
    });
    Ok(own.collect())
}

/// The level with the agent in every cell that holds no object and is not cut off.
fn everywhere(level: &Level) -> Vec<Scene> {
    let reached = level.grid.distances(level.agent);
    let asked = level.grid.free_cells().filter(|cell| {
        level.object_at(*cell).is_none() && reached[level.grid.index(*cell)] != UNREACHABLE
    });
    asked.map(|agent| Scene { level: level.clone(), agent }).collect()
}

/// Per level, what the policy holds: its negative entropy against uniform.
fn ceiling(field: &Field) -> f64 {
    let holds = |p: &[f64; 4]| {
        p.iter().filter(|p| **p > 0.0).map(|p| p * p.ln()).sum::<f64>() + 4.0_f64.ln()
    };
    average(field.acted.iter().skip(1).step_by(2).map(holds)).unwrap_or(0.0)
}

/// Per level, what a goal explains on the odd cells with the softness that is best on the even ones
/// of all levels.
fn best_beta(fields: &[Field], distances: impl Fn(&Field) -> Option<Vec<u16>>) -> Vec<f64> {
    let maps: Vec<Option<Vec<u16>>> = fields.iter().map(&distances).collect();
    let explain = |beta: f64, odd: bool| -> Vec<f64> {
        let one = |(f, map): (&Field, &Option<Vec<u16>>)| {
            map.as_ref().map_or(0.0, |map| explained(f, map, beta, odd))
        };
        fields.iter().zip(&maps).map(one).collect()
    };
    let score = |beta: &f64| explain(*beta, false).iter().sum::<f64>();
    let beta = BETAS.into_iter().max_by(|a, b| score(a).total_cmp(&score(b)));
    explain(beta.unwrap_or(1.0), true)
}

/// What the level's own best goal cell explains: chosen on even cells, scored on odd ones.
fn freest(field: &Field) -> f64 {
    let grid = &field.scenes[0].level.grid;
    let fits = grid.free_cells().flat_map(|cell| {
        let map = grid.distances(cell);
        BETAS.map(|beta| (explained(field, &map, beta, false), cell, beta))
    });
    fits.max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or(0.0, |(_, cell, beta)| explained(field, &grid.distances(cell), beta, true))
}

/// Mean over the odd or the even cells of `Σ_a p log π + log 4`.
fn explained(field: &Field, map: &[u16], beta: f64, odd: bool) -> f64 {
    let cells = field.scenes.iter().zip(&field.acted).skip(usize::from(odd)).step_by(2);
    let one = |(scene, p): (&Scene, &[f64; 4])| {
        let goal = softened(scene, map, beta);
        p.iter().zip(goal).map(|(p, g)| p * g.ln()).sum::<f64>() + 4.0_f64.ln()
    };
    average(cells.map(one)).unwrap_or(0.0)
}

/// Action probabilities of an agent that goes to the cell at distance zero of a map.
pub(crate) fn softened(scene: &Scene, map: &[u16], beta: f64) -> [f64; 4] {
    let grid = &scene.level.grid;
    let here = map[grid.index(scene.agent)];
    if here == UNREACHABLE {
        return [0.25; 4];
    }
    let after = |action| f64::from(map[grid.index(grid.step(scene.agent, action))]);
    let weights = Action::ALL.map(|a| (-beta * (after(a) - f64::from(here))).exp());
    let sum: f64 = weights.iter().sum();
    weights.map(|w| w / sum)
}

#[cfg(test)]
mod tests;
