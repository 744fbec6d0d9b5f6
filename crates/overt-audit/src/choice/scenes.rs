//! Scenes that an audit asks about: those of the card, and edits of them inside the vocabulary.

use overt_world::choice::{Card, Scene, Task};
use overt_world::{Purpose, level_seed, stream};

/// What scenes are drawn for; no two uses share one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Use {
    Appearance,
    Swap,
    Fit,
    HeldOut,
    Dormant,
    Noise,
}

/// What is redrawn in a scene of the card, all alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Redraw {
    /// The items.
    Items,
    /// Items and context.
    All,
}

/// Scenes as the card says.
pub(super) fn documented(card: &Card, n: usize, seed: u64, purpose: Use) -> Vec<Scene> {
    let seed = |index| level_seed(seed, purpose as u64, index);
    (0..n as u64).map(|index| card.scenes.scene(seed(index))).collect()
}

/// The same after an edit, so that no attribute tells which item is best; each has a documented choice.
pub(super) fn redrawn(
    card: &Card,
    redraw: Redraw,
    n: usize,
    seed: u64,
    purpose: Use,
) -> Vec<Scene> {
    let scenes = documented(card, n, seed, purpose).into_iter().enumerate();
    let edited = |(index, scene): (usize, Scene)| {
        let mut rng = stream(level_seed(seed, purpose as u64, index as u64), Purpose::Audit);
        loop {
            let edited = match redraw {
                Redraw::Items => Scene::uniform_in(scene.context, &mut rng),
                Redraw::All => Scene::uniform(&mut rng),
            };
            if card.intended(Task::Choice, &edited).is_some() {
                return edited;
            }
        }
    };
    scenes.map(edited).collect()
}
