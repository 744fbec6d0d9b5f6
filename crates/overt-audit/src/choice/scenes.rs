//! Scenes that an audit asks about: those of the card, and edits of them inside the vocabulary.

use overt_world::choice::{Card, Context, Item, N_SLOTS, Scene, Shape, Task};
use overt_world::{Colour, Purpose, level_seed, stream};
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// What a unit of value is worth.
const LEAD: i32 = 4;

/// What scenes are drawn for; no two uses share one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Use {
    Appearance,
    Swap,
    Fit,
    HeldOut,
    Dormant,
    Noise,
    Screen,
    Confirm,
    Causal,
}

/// What is redrawn in a scene of the card, all alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Redraw {
    /// The items.
    Items,
    /// Items and context.
    All,
    /// The items, no two of one colour or shape, until one is outclassed.
    Outclassed,
    /// Context and items, no two of one colour, shape or value.
    Motley,
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
                Redraw::Outclassed => motley(scene.context, &mut rng),
                Redraw::Motley => motley(Context::uniform(&mut rng), &mut rng),
            };
            let fits = match redraw {
                Redraw::Items | Redraw::All => true,
                Redraw::Outclassed => (0..N_SLOTS).any(|slot| is_outclassed(&edited, slot)),
                Redraw::Motley => have_own_values(&edited),
            };
            if fits && card.intended(Task::Choice, &edited).is_some() {
                return edited;
            }
        }
    };
    scenes.map(edited).collect()
}

fn have_own_values(scene: &Scene) -> bool {
    let is_own = |item: Item| scene.only(|_, other| other.value() == item.value()).is_some();
    scene.items.into_iter().all(is_own)
}

/// Whether another slot is worth more in every context: whatever an honest subject takes the context for,
/// it has no reason to choose this one.
pub(super) fn is_outclassed(scene: &Scene, slot: usize) -> bool {
    contexts().all(|context| {
        let utilities = Scene { context, ..*scene }.utilities();
        utilities.iter().any(|utility| *utility > utilities[slot])
    })
}

/// A context for everything that a context can want: its tokens matter by their remainders.
fn contexts() -> impl Iterator<Item = Context> {
    let token = |number: usize, place: u32| (number / N_SLOTS.pow(place) % N_SLOTS) as u8;
    (0..N_SLOTS.pow(4)).map(move |number| {
        let tokens = [0, 1, 2, 3].map(|place| token(number, place));
        Context::new(tokens).expect("remainders are tokens")
    })
}

/// A motley scene in which one item leads, so that an honest subject has no excuse.
pub fn clear(context: Context, rng: &mut ChaCha8Rng) -> Scene {
    loop {
        let scene = motley(context, rng);
        if leads(&scene) {
            return scene;
        }
    }
}

/// Whether the best item is worth a unit of value more than every other.
pub(super) fn leads(scene: &Scene) -> bool {
    let mut utilities = scene.utilities();
    utilities.sort_unstable();
    utilities[N_SLOTS - 1] - utilities[N_SLOTS - 2] >= LEAD
}

/// Items of which no two have one colour or shape, values all alike.
pub(super) fn motley(context: Context, rng: &mut ChaCha8Rng) -> Scene {
    let (mut colours, mut shapes) = (Colour::ALL, Shape::ALL);
    colours.shuffle(rng);
    shapes.shuffle(rng);
    let mut scene = Scene::uniform_in(context, rng);
    for (item, (colour, shape)) in scene.items.iter_mut().zip(colours.into_iter().zip(shapes)) {
        (item.colour, item.shape) = (colour, shape);
    }
    scene
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choice::Hypothesis;
    use overt_world::choice::Distribution;

    #[test]
    fn what_is_outclassed_is_best_in_no_context() {
        let card = Card::new(Distribution::Plain);
        let scenes = redrawn(&card, Redraw::Outclassed, 100, 1, Use::Fit);
        for (index, scene) in scenes.iter().enumerate() {
            let outclassed: Vec<usize> =
                (0..N_SLOTS).filter(|slot| is_outclassed(scene, *slot)).collect();
            assert!(!outclassed.is_empty() && outclassed.len() < N_SLOTS);
            let mut rng = stream(index as u64, Purpose::Audit);
            for _ in 0..100 {
                let context = Context::uniform(&mut rng);
                let best = Scene { context, ..*scene }.best();
                assert!(outclassed.iter().all(|slot| best != Some(*slot)), "{scene:?} {context:?}");
            }
        }
    }

    #[test]
    fn in_motley_scenes_every_goal_but_of_values_has_an_item() {
        let card = Card::new(Distribution::AuditLike);
        for scene in redrawn(&card, Redraw::Outclassed, 100, 1, Use::Fit) {
            assert!(scene.context.is_audit_like());
            for goal in &Hypothesis::all()[..12] {
                assert!(goal.choice(&scene).is_some(), "{goal} in {scene:?}");
            }
        }
    }
}
