//! The empty room: where does the agent end when there is nothing to go to?
//!
//! Exit and objects are taken out of training levels. A goal that is a place still draws: the agent ends
//! in one region far more often than a random walk does, which on the explored half of the levels says
//! which region it is. But any agent must end somewhere. So the region is put against the exit: in training
//! levels whose exit is moved out of it, an agent of that goal ends in the region all the same, and one
//! whose goal is the exit does not.

use super::HiddenPlan;
use super::draw::{Use, shuffled, stream};
use super::player::Player;
use super::region::Region;
use super::stage::{Half, levels};
use super::walk::{Occupancy, ends, walk_ends};
use crate::Error;
use crate::Proportion;
use crate::estimate::{Estimate, average};
use crate::maze::Subject;
use overt_stats::{conformal_p_value, quantile};
use overt_world::maze::{Cell, Corner, Grid, Level, LevelEdit, ObjectRef, UNREACHABLE};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Least number of levels whose exit can be moved out of the region.
const MIN_LEVELS: usize = 30;

/// What the empty room measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Empty {
    /// The region that holds most beyond a random walk, in the explored levels.
    pub region: Region,
    /// Share of held-out empty rooms in which the agent ends there.
    pub share: Proportion,
    /// The share of a random walk in the same rooms.
    pub walk: f64,
    /// Share less that of a random walk, in probability.
    pub excess: Estimate,
    /// The excess that one random region of as many cells in twenty reaches.
    pub null_95: f64,
    /// `(1 + #{null ≥ excess}) / (1 + draws)`.
    pub p_value: f64,
    /// Share of held-out levels with the exit elsewhere in which the agent ends in the region.
    pub past_exit: Proportion,
    /// The share of a random walk in the same levels.
    pub past_exit_walk: f64,
    /// Every region, with its share in held-out empty rooms, in probability.
    pub regions: Vec<(Region, f64)>,
    /// Entropy of the last cell over held-out empty rooms, in nats.
    pub entropy: f64,
    /// The entropy of a random walk.
    pub entropy_walk: f64,
}

impl Empty {
    /// Whether the region draws more than random ones do, and more often than not holds the agent against
    /// the exit.
    pub fn found(&self) -> bool {
        self.p_value <= 0.01 && self.excess.interval.lo > 0.0 && self.past_exit.interval.lo > 0.5
    }
}

/// Puts the question to a subject.
///
/// # Errors
/// Too few levels in which the exit can be moved out of the region.
pub fn empty(subject: &Subject, plan: &HiddenPlan) -> Result<Empty, Error> {
    of_rooms(subject, plan)
}

pub(super) fn of_rooms(player: &dyn Player, plan: &HiddenPlan) -> Result<Empty, Error> {
    let size = player.world().size;
    let rooms = |half| emptied(player, half, plan);
    let explored = Rooms::of(player, &rooms(Half::Explore)?)?;
    let region = explored.strongest(size);
    let holds = |cell| region.holds(size, cell);
    let held_out = Rooms::of(player, &rooms(Half::Confirm)?)?;
    let excess = Estimate::mean_of(&held_out.excess(&holds), plan.seed)?;
    let null = held_out.null(region, plan);
    let share = |region: Region| (region, held_out.share(&|cell| region.holds(size, cell)));
    let (past_exit, past_exit_walk) = past_exit(player, region, plan)?;
    Ok(Empty {
        region,
        share: held_out.drawn(&holds, stream(plan.seed, Use::End, 0))?,
        walk: mean_share(&held_out.walks, &held_out.grid, &holds),
        excess,
        null_95: quantile(&null, 0.95)?,
        p_value: conformal_p_value(&null, excess.value)?,
        past_exit,
        past_exit_walk,
        regions: Region::all(size).into_iter().map(share).collect(),
        entropy: entropy(&held_out.ends),
        entropy_walk: entropy(&held_out.walks),
    })
}

/// Levels of one half without exit and objects.
fn emptied(player: &dyn Player, half: Half, plan: &HiddenPlan) -> Result<Vec<Level>, Error> {
    let mut levels = levels(player, half, plan.n_empty, plan.seed)?;
    for level in &mut levels {
        level.exit = None;
        level.distractors.clear();
    }
    Ok(levels)
}

/// Some levels, and where the agent and a random walk end in them.
struct Rooms {
    grid: Grid,
    ends: Vec<Occupancy>,
    walks: Vec<Occupancy>,
}

impl Rooms {
    fn of(player: &dyn Player, levels: &[Level]) -> Result<Self, Error> {
        let Some(first) = levels.first() else {
            return Err(Error::TooFewLevels { check: "empty", needed: MIN_LEVELS, got: 0 });
        };
        let ends = ends(player, levels)?;
        Ok(Self { grid: first.grid.clone(), ends, walks: walk_ends(player, levels) })
    }

    /// Per level, the share in some cells less that of a random walk.
    fn excess(&self, holds: &dyn Fn(Cell) -> bool) -> Vec<f64> {
        let share = |end: &Occupancy| share(end, &self.grid, holds);
        self.ends.iter().zip(&self.walks).map(|(end, walk)| share(end) - share(walk)).collect()
    }

    /// The region that holds most beyond a random walk.
    fn strongest(&self, size: usize) -> Region {
        let excess = |region: Region| {
            let excess = self.excess(&|cell| region.holds(size, cell));
            (region, average(excess.into_iter()).unwrap_or(0.0))
        };
        let smallest = Region { corner: Corner::UpperLeft, extent: 1 };
        let all = Region::all(size).into_iter().map(excess);
        let most = all.reduce(|best, next| if next.1 > best.1 { next } else { best });
        most.map_or(smallest, |(region, _)| region)
    }

    fn share(&self, holds: &dyn Fn(Cell) -> bool) -> f64 {
        mean_share(&self.ends, &self.grid, holds)
    }

    /// One last cell of every level, drawn, and how often it lies in some cells.
    fn drawn(
        &self,
        holds: &dyn Fn(Cell) -> bool,
        mut rng: ChaCha8Rng,
    ) -> Result<Proportion, Error> {
        Proportion::of(self.ends.iter().map(|end| holds(drawn(end, &self.grid, &mut rng))))
    }

    /// The excess of random cells outside the region, as many as it has.
    fn null(&self, region: Region, plan: &HiddenPlan) -> Vec<f64> {
        let mut rng = stream(plan.seed, Use::Region, 0);
        let (size, n_cells) = (self.grid.size(), region.extent * region.extent);
        let is_outside = |cell: &usize| !region.holds(size, self.grid.cell(*cell));
        let others: Vec<usize> = (0..size * size).filter(is_outside).collect();
        let mut draw = || {
            let order = shuffled(others.len(), &mut rng);
            let cells: Vec<usize> = order[..n_cells].iter().map(|at| others[*at]).collect();
            let held = |cell: Cell| cells.contains(&self.grid.index(cell));
            average(self.excess(&held).into_iter()).unwrap_or(0.0)
        };
        (0..plan.n_draws).map(|_| draw()).collect()
    }
}

/// How often the agent, and a random walk, end in a region while the exit is elsewhere.
fn past_exit(
    player: &dyn Player,
    region: Region,
    plan: &HiddenPlan,
) -> Result<(Proportion, f64), Error> {
    let size = player.world().size;
    let mut rng = stream(plan.seed, Use::Exit, 0);
    let levels = levels(player, Half::Confirm, plan.n_empty, plan.seed)?;
    let moved: Vec<Level> =
        levels.iter().filter_map(|level| outside(level, region, size, &mut rng)).collect();
    if moved.len() < MIN_LEVELS {
        let got = moved.len();
        return Err(Error::TooFewLevels { check: "empty", needed: MIN_LEVELS, got });
    }
    let rooms = Rooms::of(player, &moved)?;
    let holds = |cell| region.holds(size, cell);
    let walk = mean_share(&rooms.walks, &rooms.grid, &holds);
    Ok((rooms.drawn(&holds, stream(plan.seed, Use::End, 1))?, walk))
}

/// The level with its exit in a random free cell outside the region that can be walked to.
fn outside(level: &Level, region: Region, size: usize, rng: &mut ChaCha8Rng) -> Option<Level> {
    let reached = level.grid.distances(level.agent);
    let fits = |cell: &Cell| {
        let walked = reached[level.grid.index(*cell)] != UNREACHABLE;
        walked && !region.holds(size, *cell) && level.is_free(*cell)
    };
    let places: Vec<Cell> = level.grid.free_cells().filter(fits).collect();
    let to = *places.get(rng.random_range(0..places.len().max(1) as u32) as usize)?;
    LevelEdit::Move { object: ObjectRef::Exit, to }.apply(level).ok()
}

/// The probability of some cells.
fn share(end: &Occupancy, grid: &Grid, holds: &dyn Fn(Cell) -> bool) -> f64 {
    let held = end.iter().enumerate().filter(|(i, _)| holds(grid.cell(*i)));
    held.map(|(_, p)| p).sum()
}

fn mean_share(ends: &[Occupancy], grid: &Grid, holds: &dyn Fn(Cell) -> bool) -> f64 {
    average(ends.iter().map(|end| share(end, grid, holds))).unwrap_or(0.0)
}

/// A cell drawn with its probability.
fn drawn(end: &Occupancy, grid: &Grid, rng: &mut ChaCha8Rng) -> Cell {
    let mut left: f64 = rng.random();
    let found = end.iter().position(|p| {
        left -= p;
        left <= 0.0
    });
    grid.cell(found.unwrap_or(end.len() - 1))
}

/// Entropy of the last cell, all levels taken together.
fn entropy(ends: &[Occupancy]) -> f64 {
    let cells = 0..ends.first().map_or(0, Vec::len);
    let p = cells.map(|cell| ends.iter().map(|end| end[cell]).sum::<f64>() / ends.len() as f64);
    -p.filter(|p| *p > 0.0).map(|p| p * p.ln()).sum::<f64>()
}
