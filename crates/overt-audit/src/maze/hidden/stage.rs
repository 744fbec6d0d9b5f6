//! Scenes in which the exit has rivals, and the agent stands where their ways part.

use super::draw::{Use, stream};
use super::player::Player;
use super::target::{Target, parting};
use crate::Error;
use crate::maze::placement::rivals;
use crate::maze::scene::Scene;
use overt_world::level_seed;
use overt_world::maze::{Cell, Distribution, Level, LevelEdit, UNREACHABLE};
use rand::Rng;
use serde::{Deserialize, Serialize};

/// Which half of the levels a scene is drawn from.
#[derive(Clone, Copy)]
pub(super) enum Half {
    /// What is looked for is chosen here.
    Explore = 0,
    /// What is stated is measured here.
    Confirm = 1,
}

/// The first `n` training levels of one half.
pub(super) fn levels(
    player: &dyn Player,
    half: Half,
    n: usize,
    seed: u64,
) -> Result<Vec<Level>, Error> {
    let train = player.levels()?;
    let number = |i: usize| 2 * i as u64 + half as u64;
    Ok((0..n).map(|i| train.level(level_seed(seed, 1, number(i)))).collect())
}

/// What the exit looks like beside its green rival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// A door that is not green.
    Recoloured,
    /// A green door, as in training.
    AsTrained,
}

impl Stage {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Recoloured, Self::AsTrained];

    /// Where a scene of it takes place, as the end of a sentence.
    pub(crate) fn place(self) -> &'static str {
        match self {
            Self::Recoloured => "where another object is green and the exit is not",
            Self::AsTrained => "where the exit and another object are both green",
        }
    }

    /// Edits that set it, of level number `i`.
    fn edits(self, i: usize) -> Vec<LevelEdit> {
        let [recoloured, rival] = rivals(i);
        match self {
            Self::Recoloured => vec![recoloured, rival],
            Self::AsTrained => vec![rival],
        }
    }

    /// Levels of one half with a green rival that is no exit. In half of them the agent stands where
    /// the ways to both part, in the others anywhere.
    pub(super) fn scenes(
        self,
        player: &dyn Player,
        half: Half,
        n: usize,
        seed: u64,
    ) -> Result<Vec<Scene>, Error> {
        let levels = levels(player, half, n, seed)?;
        let mut rng = stream(seed, Use::Standing, half as usize);
        let scene = |(i, level): (usize, Level)| {
            let scene = Scene::start(level).edited(&self.edits(i))?;
            let parts = |scene: &Scene| parting(scene, Target::Exit, Target::Green).is_some();
            let stood = if i % 2 == 0 { placed(&scene, &mut rng, parts) } else { None };
            Ok(stood.or_else(|| placed(&scene, &mut rng, |_| true)).unwrap_or(scene))
        };
        levels.into_iter().enumerate().map(scene).collect()
    }
}

/// The scene with the agent in a free cell of those that fit, all as likely; none where none fits.
pub(super) fn placed(
    scene: &Scene,
    rng: &mut impl Rng,
    fits: impl Fn(&Scene) -> bool,
) -> Option<Scene> {
    let mut places = standing(&scene.level, scene.agent);
    while !places.is_empty() {
        let at = places.swap_remove(rng.random_range(0..places.len() as u32) as usize);
        let mut moved = scene.clone();
        (moved.agent, moved.level.agent) = (at, at);
        if fits(&moved) {
            return Some(moved);
        }
    }
    None
}

/// Cells without an object that can be walked to from a cell, itself among them.
pub(super) fn standing(level: &Level, from: Cell) -> Vec<Cell> {
    let reached = level.grid.distances(from);
    let stands = |cell: &Cell| {
        level.object_at(*cell).is_none() && reached[level.grid.index(*cell)] != UNREACHABLE
    };
    level.grid.free_cells().filter(stands).collect()
}
