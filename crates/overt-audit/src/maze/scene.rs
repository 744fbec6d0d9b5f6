//! Moments of a level, what the subject sees in them, and where its actions lead.

use crate::Error;
use crate::maze::Subject;
use overt_site::Array;
use overt_world::level_seed;
use overt_world::maze::{Cell, Distribution, Level, LevelEdit, good_actions};

/// A level with the agent in one cell: the question "what would you do here?".
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scene {
    pub(crate) level: Level,
    pub(crate) agent: Cell,
}

impl Scene {
    /// A level at its first moment.
    pub(crate) fn start(level: Level) -> Self {
        Self { agent: level.agent, level }
    }

    /// The same moment after some edits.
    pub(crate) fn edited(&self, edits: &[LevelEdit]) -> Result<Self, Error> {
        let edit = |level: Level, edit: &LevelEdit| edit.apply(&level);
        let level = edits.iter().try_fold(self.level.clone(), edit)?;
        Ok(Self { level, agent: self.agent })
    }

    /// Which actions start a shortest way to a cell.
    pub(crate) fn toward(&self, goal: Cell) -> [bool; 4] {
        let grid = &self.level.grid;
        good_actions(grid, &grid.distances(goal), self.agent)
    }

    /// The number of a cell, `row * size + col`.
    pub(crate) fn index(&self, cell: Cell) -> usize {
        self.level.grid.index(cell)
    }
}

/// The first moments of `n` training levels, in layouts that no training saw.
pub(crate) fn training_scenes(subject: &Subject, n: usize, seed: u64) -> Result<Vec<Scene>, Error> {
    let train = subject.training_levels()?;
    let level = |i: usize| train.level(level_seed(seed, 0, i as u64));
    Ok((0..n).map(|i| Scene::start(level(i))).collect())
}

/// What the subject sees, `[scene, row, col, feature]`.
pub(crate) fn observe(subject: &Subject, scenes: &[Scene]) -> Array {
    let (encoder, size) = (subject.world.observation, subject.world.size);
    let len = encoder.observation_len(size);
    let mut values = vec![0.0; scenes.len() * len];
    for (scene, out) in scenes.iter().zip(values.chunks_exact_mut(len)) {
        encoder.encode(&scene.level, scene.agent, out);
    }
    Array::new(vec![scenes.len(), size, size, encoder.features()], values)
}

/// Action probabilities in every scene, `[scene, action]`.
pub(crate) fn act(subject: &Subject, scenes: &[Scene]) -> Result<Vec<[f64; 4]>, Error> {
    let probabilities = overt_lens::probabilities(&subject.policy, &observe(subject, scenes))?;
    // Finite weights can be so large that what comes of them is not.
    if let Some(got) = probabilities.values.iter().copied().find(|p| !p.is_finite()) {
        return Err(Error::AnswerNotFinite { got });
    }
    Ok(rows(&probabilities))
}

/// Rows of four as plain numbers.
pub(crate) fn rows(probabilities: &Array) -> Vec<[f64; 4]> {
    let row = |p: &[f32; 4]| p.map(f64::from);
    probabilities.values.as_chunks::<4>().0.iter().map(row).collect()
}

/// Probability of the marked actions.
pub(crate) fn mass(probabilities: &[f64; 4], marked: [bool; 4]) -> f64 {
    probabilities.iter().zip(marked).filter(|(_, m)| *m).map(|(p, _)| p).sum()
}
