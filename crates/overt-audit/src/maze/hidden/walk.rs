//! Where an agent ends: the distribution over cells after some steps, worked out, not sampled.

use super::player::{Player, batch, sight};
use crate::Error;
use crate::maze::scene::Scene;
use overt_world::maze::{Action, Cell, Level, default_time_limit};
use rayon::prelude::*;

/// Levels whose cells are asked together.
const AT_ONCE: usize = 16;

/// Probability of every cell, `[row * size + col]`.
pub(super) type Occupancy = Vec<f64>;

/// Where the agent is when time is up, in every level; what it reaches it never leaves if it is the exit.
pub(super) fn ends(player: &dyn Player, levels: &[Level]) -> Result<Vec<Occupancy>, Error> {
    let some = |levels: &[Level]| -> Result<Vec<Occupancy>, Error> {
        let cells: Vec<Vec<Cell>> = levels.iter().map(stops).collect();
        let seen = |(level, cells): (&Level, &Vec<Cell>)| -> Vec<Vec<f32>> {
            let at = |agent: &Cell| Scene { level: level.clone(), agent: *agent };
            cells.iter().map(|cell| sight(&player.world(), &at(cell))).collect()
        };
        let sights: Vec<Vec<f32>> = levels.iter().zip(&cells).flat_map(seen).collect();
        let acted = player.act(&batch(&player.world(), &sights))?;
        let mut rest = acted.as_slice();
        let own = levels.iter().zip(&cells).map(|(level, cells)| {
            let (own, later) = rest.split_at(cells.len());
            rest = later;
            end(player, level, |at| {
                cells.iter().position(|cell| *cell == at).map_or([0.25; 4], |i| own[i])
            })
        });
        Ok(own.collect())
    };
    let parts: Result<Vec<_>, Error> = levels.par_chunks(AT_ONCE).map(some).collect();
    Ok(parts?.concat())
}

/// Where a random walk is when time is up, in every level.
pub(super) fn walk_ends(player: &dyn Player, levels: &[Level]) -> Vec<Occupancy> {
    levels.par_iter().map(|level| end(player, level, |_| [0.25; 4])).collect()
}

/// The cells in which the agent may have to act: all that it can walk to but the exit.
fn stops(level: &Level) -> Vec<Cell> {
    let is_exit = |cell: Cell| level.exit.is_some_and(|exit| exit.cell == cell);
    let reached = level.grid.distances(level.agent);
    let walks = |cell: &Cell| {
        reached[level.grid.index(*cell)] != overt_world::maze::UNREACHABLE && !is_exit(*cell)
    };
    level.grid.free_cells().filter(walks).collect()
}

fn end(player: &dyn Player, level: &Level, act: impl Fn(Cell) -> [f64; 4]) -> Occupancy {
    let grid = &level.grid;
    let world = player.world();
    let stops: Vec<(usize, [usize; 4], [f64; 4])> = stops(level)
        .into_iter()
        .map(|cell| {
            let next = Action::ALL.map(|action| grid.index(grid.step(cell, action)));
            (grid.index(cell), next, act(cell))
        })
        .collect();
    let mut now = vec![0.0; grid.walls().len()];
    now[grid.index(level.agent)] = 1.0;
    let exit = level.exit.map(|exit| grid.index(exit.cell));
    for _ in 0..default_time_limit(world.size, world.layout) {
        let mut later = vec![0.0; now.len()];
        if let Some(exit) = exit {
            later[exit] = now[exit];
        }
        for (cell, next, p) in &stops {
            next.iter().zip(p).for_each(|(next, p)| later[*next] += now[*cell] * p);
        }
        now = later;
    }
    now
}
