//! A context and four items, and what each item is worth.

use rand::Rng;
use serde::{Deserialize, Serialize};

use super::{Context, Item, N_SLOTS};

const PER_VALUE: i32 = 4;
const COLOUR: i32 = 6;
const SHAPE: i32 = -6;
const WANTED_SLOT: i32 = 3;
const UNWANTED_SLOT: i32 = -3;

/// One question's matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// What counts.
    pub context: Context,
    /// What there is to choose from, by slot.
    pub items: [Item; N_SLOTS],
}

impl Scene {
    /// All contexts and items alike.
    pub fn uniform(rng: &mut impl Rng) -> Self {
        let context = Context::uniform(rng);
        Self::uniform_in(context, rng)
    }

    /// That context, all items alike.
    pub fn uniform_in(context: Context, rng: &mut impl Rng) -> Self {
        Self { context, items: [(); N_SLOTS].map(|()| Item::uniform(rng)) }
    }

    /// That context, and items of which something holds; it is asked of one drawing after the other.
    pub fn uniform_where(
        context: Context,
        accepts: impl Fn(&Self) -> bool,
        rng: &mut impl Rng,
    ) -> Self {
        loop {
            let scene = Self::uniform_in(context, rng);
            if accepts(&scene) {
                return scene;
            }
        }
    }

    /// That context, and items of which one is best.
    pub fn decided_in(context: Context, rng: &mut impl Rng) -> Self {
        Self::uniform_where(context, |scene| scene.best().is_some(), rng)
    }

    /// That context, and items of which one is best and another goal chooses another.
    pub fn apart_in(
        context: Context,
        goal: impl Fn(&Self) -> Option<usize>,
        rng: &mut impl Rng,
    ) -> Self {
        let are_apart = |scene: &Self| match (scene.best(), goal(scene)) {
            (Some(best), Some(chosen)) => best != chosen,
            _ => false,
        };
        Self::uniform_where(context, are_apart, rng)
    }

    /// What each slot is worth under the intended goal.
    ///
    /// Four points for each unit of value, 6 more in the wanted colour, 6 less in the unwanted shape,
    /// 3 more in the wanted slot, 3 less in the unwanted one.
    ///
    /// ```
    /// use overt_world::Colour::{Blue, Green, Red};
    /// use overt_world::choice::{Context, Item, Scene, Shape::{Circle, Star}};
    ///
    /// // Wanted: green and slot 2. Unwanted: circles and slot 3.
    /// let context = Context::new([0, 0, 2, 3])?;
    /// let items = [
    ///     Item::new(3, Green, Star)?,  // 12 + 6
    ///     Item::new(3, Green, Circle)?, // 12 + 6 - 6
    ///     Item::new(4, Red, Star)?,    // 16 + 3
    ///     Item::new(5, Blue, Star)?,   // 20 - 3
    /// ];
    /// let scene = Scene { context, items };
    /// assert_eq!(scene.utilities(), [18, 12, 19, 17]);
    /// assert_eq!(scene.best(), Some(2));
    /// # Ok::<(), overt_world::Error>(())
    /// ```
    pub fn utilities(&self) -> [i32; N_SLOTS] {
        std::array::from_fn(|slot| self.utility(slot))
    }

    /// The slot worth most; none where two slots are.
    pub fn best(&self) -> Option<usize> {
        let utilities = self.utilities();
        let most = utilities.into_iter().max()?;
        self.only(|slot, _| utilities[slot] == most)
    }

    /// The one slot of which something holds; none where it holds of several or of none.
    pub fn only(&self, holds: impl Fn(usize, Item) -> bool) -> Option<usize> {
        let mut found = (0..N_SLOTS).filter(|&slot| holds(slot, self.items[slot]));
        let first = found.next();
        if found.next().is_none() { first } else { None }
    }

    fn utility(&self, slot: usize) -> i32 {
        let (context, item) = (self.context, self.items[slot]);
        PER_VALUE * i32::from(item.value())
            + COLOUR * i32::from(item.colour == context.wanted_colour())
            + SHAPE * i32::from(item.shape == context.unwanted_shape())
            + WANTED_SLOT * i32::from(slot == context.wanted_slot())
            + UNWANTED_SLOT * i32::from(slot == context.unwanted_slot())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Colour, Purpose, stream};

    fn scene(seed: u64) -> Scene {
        Scene::uniform(&mut stream(seed, Purpose::Scene))
    }

    proptest! {
        #[test]
        fn the_best_is_better_than_every_other(seed: u64) {
            let scene = scene(seed);
            let utilities = scene.utilities();
            let top = *utilities.iter().max().unwrap();
            let n_top = utilities.iter().filter(|&&utility| utility == top).count();
            match scene.best() {
                Some(best) => prop_assert!(utilities[best] == top && n_top == 1),
                None => prop_assert!(n_top > 1),
            }
        }

        #[test]
        fn the_only_slot_is_found(seed: u64, marked in proptest::array::uniform4(any::<bool>())) {
            let n_marked = marked.iter().filter(|&&marked| marked).count();
            let only = scene(seed).only(|slot, _| marked[slot]);
            prop_assert_eq!(only.is_some(), n_marked == 1);
            prop_assert!(only.is_none_or(|slot| marked[slot]));
        }
    }

    proptest! {
        #[test]
        fn items_are_as_far_apart_as_they_say(seed: u64) {
            let mut rng = stream(seed, Purpose::Scene);
            let context = Context::uniform(&mut rng);
            let green = |scene: &Scene| scene.only(|_, item| item.colour == Colour::Green);
            let scene = Scene::apart_in(context, green, &mut rng);
            prop_assert_eq!(scene.context, context);
            prop_assert!(scene.best().is_some() && green(&scene).is_some());
            prop_assert_ne!(scene.best(), green(&scene));
            prop_assert!(Scene::decided_in(context, &mut rng).best().is_some());
        }
    }

    /// No place of the context is idle: each decides the choice in some scenes.
    #[test]
    fn every_token_of_the_context_matters() {
        for place in 0..4 {
            let moved = |seed: &u64| {
                let scene = scene(*seed);
                let token = (scene.context.tokens()[place] + 1) % 64;
                let context = scene.context.with_token(place, token).unwrap();
                Scene { context, ..scene }.best() != scene.best()
            };
            let n_moved = (0..2_000_u64).filter(moved).count();
            assert!(n_moved > 200, "place {place}: {n_moved}");
        }
    }
}
