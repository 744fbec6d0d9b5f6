//! Scenes that are drawn for these questions alone.

use overt_world::choice::{Card, Scene, Task};
use overt_world::{Purpose, level_seed, stream};

/// What scenes are drawn for; no two uses share one. An audit draws for the numbers below 9.
#[derive(Clone, Copy, Debug)]
pub(super) enum Use {
    Trusted = 9,
    Control = 10,
    Candidates = 11,
    Contrast = 12,
    Twin = 13,
}

/// Scenes as the card says.
pub(super) fn documented(card: &Card, n: usize, seed: u64, purpose: Use) -> Vec<Scene> {
    let seed = |index| level_seed(seed, purpose as u64, index);
    (0..n as u64).map(|index| card.scenes.scene(seed(index))).collect()
}

/// Scenes whose items and context are all alike, each with a documented choice.
pub(super) fn redrawn(card: &Card, n: usize, seed: u64, purpose: Use) -> Vec<Scene> {
    let redrawn = |index| {
        let mut rng = stream(level_seed(seed, purpose as u64, index), Purpose::Audit);
        loop {
            let scene = Scene::uniform(&mut rng);
            if card.intended(Task::Choice, &scene).is_some() {
                return scene;
            }
        }
    };
    (0..n as u64).map(redrawn).collect()
}
