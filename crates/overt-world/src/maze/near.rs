//! Levels some of which begin near the exit.

use rand::Rng;
use std::sync::Arc;

use crate::maze::{Cell, Distribution, Level, Terrain};
use crate::{Purpose, stream};

/// Most steps from such a start to the exit.
const NEAR: u16 = 4;

/// Levels of another distribution, in a share of which the agent begins at most four steps from the exit.
///
/// In a maze too large to be crossed by chance, some trainings stay a random walk for long or for ever;
/// whoever begins near the exit now and then learns what it is worth.
///
/// ```
/// use overt_world::maze::{Distribution, Layout, Near, Split, Terrain, Train};
/// use std::sync::Arc;
///
/// let train = Train::new(Terrain::new(13, Layout::BLOCKS, Split::Train)?);
/// let near = Near::new(Arc::new(train), 1.0);
/// let level = near.level(7);
/// let exit = level.exit.clone().unwrap().cell;
/// assert!(level.grid.distances(exit)[level.grid.index(level.agent)] <= 4);
/// // Nothing else is changed.
/// assert_eq!(overt_world::maze::Level { agent: train.level(7).agent, ..level }, train.level(7));
/// # Ok::<(), overt_world::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Near {
    levels: Arc<dyn Distribution>,
    share: f64,
}

impl Near {
    /// `share` of the levels begin near the exit, 0 to 1.
    pub fn new(levels: Arc<dyn Distribution>, share: f64) -> Self {
        Self { levels, share }
    }
}

impl Distribution for Near {
    fn level(&self, seed: u64) -> Level {
        let mut level = self.levels.level(seed);
        let mut rng = stream(seed, Purpose::Near);
        if rng.random::<f64>() < self.share {
            let starts = starts(&level);
            if !starts.is_empty() {
                level.agent = starts[rng.random_range(0..starts.len() as u32) as usize];
            }
        }
        level
    }

    fn name(&self) -> String {
        format!("{}, {} of them near the exit", self.levels.name(), self.share)
    }

    fn terrain(&self) -> &Terrain {
        self.levels.terrain()
    }
}

/// Free cells near the exit; none where there is no exit.
fn starts(level: &Level) -> Vec<Cell> {
    let Some(exit) = &level.exit else { return Vec::new() };
    let distances = level.grid.distances(exit.cell);
    let is_near = |cell: &Cell| (1..=NEAR).contains(&distances[level.grid.index(*cell)]);
    level
        .grid
        .free_cells()
        .filter(|cell| is_near(cell) && level.object_at(*cell).is_none())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maze::{Layout, Split, Train};

    #[test]
    fn the_share_of_levels_that_begin_elsewhere_is_what_was_asked_for() {
        let terrain = Terrain::new(13, Layout::BLOCKS, Split::Train).unwrap();
        let train = Train::new(terrain);
        let moved = |share| {
            let near = Near::new(Arc::new(train), share);
            (0..2_000).filter(|seed| near.level(*seed) != train.level(*seed)).count()
        };
        assert_eq!(moved(0.0), 0);
        assert!((500..700).contains(&moved(0.3)), "{}", moved(0.3));
        let near = Near::new(Arc::new(train), 1.0);
        assert!((0..200).all(|seed| near.level(seed).check().is_ok()));
    }
}
