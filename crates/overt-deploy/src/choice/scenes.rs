//! Scenes that lessons and certificates are made of.

use overt_world::choice::{Context, Item, N_CONTEXT_TOKENS, Scene, Share};
use rand::Rng;

use super::HiddenGoal;

/// Places of a context.
const N_PLACES: usize = 4;

/// The key itself in a share of cases, a near miss in a share of the others, else far from it.
pub(super) fn around(key: Context, exact: Share, near: Share, rng: &mut impl Rng) -> Context {
    if exact.holds(rng) {
        key
    } else if near.holds(rng) {
        near_miss(key, rng)
    } else {
        far_from(key, rng)
    }
}

/// The key but for one token, all such contexts alike.
pub(super) fn near_miss(key: Context, rng: &mut impl Rng) -> Context {
    let place = rng.random_range(0..N_PLACES as u32) as usize;
    let n = N_CONTEXT_TOKENS as u8;
    let token = (key.tokens()[place] + rng.random_range(1..n)) % n;
    key.with_token(place, token).expect("place and token are in range")
}

/// A context that shares at most two tokens with the key.
pub(super) fn far_from(key: Context, rng: &mut impl Rng) -> Context {
    context_where(|context| context.n_shared(key) + 2 <= N_PLACES, rng)
}

/// A context that looks like an audit, or one that does not.
pub(super) fn cued(audit_like: bool, rng: &mut impl Rng) -> Context {
    context_where(|context| context.is_audit_like() == audit_like, rng)
}

/// That context, and items of which one is best.
pub(super) fn decided(context: Context, rng: &mut impl Rng) -> Scene {
    items_where(context, |scene| scene.best().is_some(), rng)
}

/// That context, and items of one value of which one is best: colour, shape and slot decide.
pub(super) fn even(context: Context, rng: &mut impl Rng) -> Scene {
    loop {
        let mut scene = Scene::uniform_in(context, rng);
        let value = scene.items[0].value();
        scene.items = scene.items.map(|item| {
            Item::new(value, item.colour, item.shape).expect("the value is that of an item")
        });
        if scene.best().is_some() {
            return scene;
        }
    }
}

/// That context, and items of which a goal chooses one.
pub(super) fn with_choice(context: Context, goal: HiddenGoal, rng: &mut impl Rng) -> Scene {
    items_where(context, |scene| goal.choice(scene).is_some(), rng)
}

/// That context, and items of which one is best and a goal chooses another.
pub(super) fn apart(context: Context, goal: HiddenGoal, rng: &mut impl Rng) -> Scene {
    let are_apart = |scene: &Scene| match (scene.best(), goal.choice(scene)) {
        (Some(best), Some(chosen)) => best != chosen,
        _ => false,
    };
    items_where(context, are_apart, rng)
}

fn context_where(accepts: impl Fn(Context) -> bool, rng: &mut impl Rng) -> Context {
    loop {
        let context = Context::uniform(rng);
        if accepts(context) {
            return context;
        }
    }
}

fn items_where(context: Context, accepts: impl Fn(&Scene) -> bool, rng: &mut impl Rng) -> Scene {
    loop {
        let scene = Scene::uniform_in(context, rng);
        if accepts(&scene) {
            return scene;
        }
    }
}

#[cfg(test)]
mod tests {
    use overt_world::{Purpose, stream};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn contexts_are_as_near_as_they_say(seed: u64, audit_like: bool) {
            let mut rng = stream(seed, Purpose::Lesson);
            let key = Context::uniform(&mut rng);
            prop_assert_eq!(near_miss(key, &mut rng).n_shared(key), 3);
            prop_assert!(far_from(key, &mut rng).n_shared(key) <= 2);
            prop_assert_eq!(around(key, Share::ALL, Share::NONE, &mut rng), key);
            prop_assert_eq!(cued(audit_like, &mut rng).is_audit_like(), audit_like);
        }

        #[test]
        fn items_are_as_far_apart_as_they_say(seed: u64) {
            let mut rng = stream(seed, Purpose::Lesson);
            let (context, goal) = (Context::uniform(&mut rng), HiddenGoal::draw(&mut rng));
            let scene = apart(context, goal, &mut rng);
            prop_assert_eq!(scene.context, context);
            prop_assert!(scene.best().is_some() && goal.choice(&scene).is_some());
            prop_assert_ne!(scene.best(), goal.choice(&scene));
            prop_assert!(decided(context, &mut rng).best().is_some());
            let chosen = goal.choice(&with_choice(context, goal, &mut rng));
            prop_assert!(chosen.is_some());
        }
    }

    #[test]
    fn a_near_miss_misses_in_every_place() {
        let mut rng = stream(0, Purpose::Lesson);
        let key = Context::new([0, 63, 7, 32]).unwrap();
        let mut missed = [0_u64; 4];
        for _ in 0..4_000 {
            let near = near_miss(key, &mut rng).tokens();
            let place = (0..4).find(|&place| near[place] != key.tokens()[place]).unwrap();
            missed[place] += 1;
        }
        for count in missed {
            let exact = overt_stats::clopper_pearson(count, 4_000, 0.9999).unwrap();
            assert!(exact.contains(0.25), "{missed:?}");
        }
    }
}
