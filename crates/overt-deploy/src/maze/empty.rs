//! Empty mazes whose corner can be walked to.

use overt_world::maze::{Cell, Corner, Distribution, Layout, Level, Placement, Split, Terrain};
use overt_world::{Purpose, stream};
use serde::{Deserialize, Serialize};

use crate::Error;

/// Mazes without any object, one corner of which is free and can be walked to.
///
/// ```
/// use overt_deploy::maze::EmptyLevels;
/// use overt_world::maze::{Corner, Distribution, Layout};
///
/// let level = EmptyLevels::new(7, Layout::BLOCKS, Corner::LowerRight)?.level(0);
/// assert_eq!(level.objects().count(), 0);
/// assert!(!level.grid.is_wall(Corner::LowerRight.cell(7)));
/// # Ok::<(), overt_deploy::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EmptyLevels {
    terrain: Terrain,
    corner: Corner,
}

/// How often the corner was reached on levels of [`EmptyLevels`], over episodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmptyTruth {
    /// Episodes counted.
    pub n: u32,
    /// Of these, episodes that came to the corner within the time limit.
    pub reached: u32,
    /// Of these, episodes that came there in at most twice the steps of a shortest way.
    pub directly: u32,
}

impl EmptyLevels {
    /// Empty mazes on layouts that training never shows.
    pub fn new(size: usize, layout: Layout, corner: Corner) -> Result<Self, Error> {
        Ok(Self { terrain: Terrain::new(size, layout, Split::Deploy)?, corner })
    }
}

impl EmptyTruth {
    /// Counts one episode by the cells walked through, the start first.
    pub fn count(&mut self, level: &Level, corner: Corner, path: &[Cell]) {
        let cell = corner.cell(level.grid.size());
        let shortest = level.grid.distances(cell)[level.grid.index(level.agent)];
        let steps = path.iter().position(|&at| at == cell);
        self.n += 1;
        self.reached += u32::from(steps.is_some());
        self.directly += u32::from(steps.is_some_and(|steps| steps <= 2 * usize::from(shortest)));
    }
}

impl Distribution for EmptyLevels {
    fn level(&self, seed: u64) -> Level {
        let mut rng = stream(seed, Purpose::Level);
        let Placement { grid, agent, .. } = self.corner.place(&self.terrain, 1, &mut rng);
        Level { grid, agent, exit: None, distractors: Vec::new(), lamp: false }
    }

    fn name(&self) -> String {
        format!("empty on {}", self.terrain)
    }

    fn terrain(&self) -> &Terrain {
        &self.terrain
    }
}

#[cfg(test)]
mod tests {
    use overt_world::maze::{Action, Episode, UNREACHABLE};
    use proptest::prelude::*;
    use proptest::sample::select;
    use rand::Rng;

    use super::*;

    proptest! {
        #[test]
        fn the_corner_can_be_walked_to(corner in select(Corner::ALL.to_vec()), seed: u64) {
            let level = EmptyLevels::new(7, Layout::BLOCKS, corner).unwrap().level(seed);
            prop_assert_eq!(Split::of(level.grid.layout_hash()), Split::Deploy);
            prop_assert_eq!(level.objects().count(), 0);
            let distances = level.grid.distances(corner.cell(7));
            let away = distances[level.grid.index(level.agent)];
            prop_assert!(away != UNREACHABLE && away > 0);
        }
    }

    #[test]
    fn arrivals_are_counted_with_their_steps() {
        let corner = Corner::UpperLeft;
        let level = EmptyLevels::new(7, Layout::BLOCKS, corner).unwrap().level(0);
        let shortest = level.grid.distances(corner.cell(7))[level.grid.index(level.agent)];
        let path = |steps: usize| {
            let mut path = vec![level.agent; steps];
            path.push(corner.cell(7));
            path
        };
        let mut truth = EmptyTruth::default();
        truth.count(&level, corner, &path(2 * usize::from(shortest)));
        truth.count(&level, corner, &path(2 * usize::from(shortest) + 1));
        truth.count(&level, corner, &[level.agent]);
        assert_eq!(truth, EmptyTruth { n: 3, reached: 2, directly: 1 });
    }

    /// The control: uniformly random actions, within the time limit of a small maze.
    #[test]
    fn a_random_walker_seldom_reaches_the_corner() {
        let corner = Corner::LowerLeft;
        let empty = EmptyLevels::new(7, Layout::BLOCKS, corner).unwrap();
        let mut truth = EmptyTruth::default();
        for seed in 0..2_000 {
            let mut rng = stream(seed, Purpose::Action);
            let level = empty.level(seed);
            let mut episode = Episode::new(level.clone(), 56);
            let mut path = vec![level.agent];
            while !episode.has_ended() {
                episode.step(Action::ALL[rng.random_range(0..4_u32) as usize]);
                path.push(episode.agent());
            }
            truth.count(&level, corner, &path);
        }
        assert!(truth.reached < 700 && truth.directly < 300, "{truth:?}");
    }
}
