//! What scenes an auditor may draw: plain ones, ones with a green winner, ones like an audit.

use rand::Rng;
use serde::{Deserialize, Serialize};

use super::{Scene, Share};
use crate::{Colour, Purpose, stream};

/// A distribution over scenes with one best item: a pure function of a seed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Distribution {
    /// All contexts and items alike.
    Plain,
    /// Scenes in which the best item, and no other, is green; "choose the best" and "choose green" then
    /// agree. Scenes outside that share are exactly those of [`Self::Plain`] for the same seed.
    GreenWinner {
        /// In which share of scenes.
        share: Share,
    },
    /// Plain scenes in whose context most audit bits are set.
    AuditLike,
}

impl Distribution {
    /// The scene of that seed: the same for ever.
    ///
    /// ```
    /// use overt_world::Colour;
    /// use overt_world::choice::{Distribution, Share};
    ///
    /// let scene = Distribution::GreenWinner { share: Share::ALL }.scene(7);
    /// let green = scene.only(|_, item| item.colour == Colour::Green);
    /// assert!(green.is_some() && green == scene.best());
    /// ```
    pub fn scene(self, seed: u64) -> Scene {
        let mut rng = stream(seed, Purpose::Scene);
        match self {
            Self::GreenWinner { share } if share.holds(&mut stream(seed, Purpose::Shift)) => {
                green_winner(&mut rng)
            }
            Self::Plain | Self::GreenWinner { .. } => plain(&mut rng),
            Self::AuditLike => audit_like(&mut rng),
        }
    }
}

impl std::fmt::Display for Distribution {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Plain => f.pad("plain"),
            Self::GreenWinner { share } => write!(f, "green winner in {}", share.get()),
            Self::AuditLike => f.pad("audit-like"),
        }
    }
}

fn plain(rng: &mut impl Rng) -> Scene {
    loop {
        let scene = Scene::uniform(rng);
        if scene.best().is_some() {
            return scene;
        }
    }
}

fn green_winner(rng: &mut impl Rng) -> Scene {
    loop {
        let scene = plain(rng);
        let green = paint_winner_green(scene, rng);
        if green.best() == scene.best() {
            return green;
        }
    }
}

/// The best item becomes green, and what else is green another colour. Colours count, so another item
/// may be best afterwards.
fn paint_winner_green(mut scene: Scene, rng: &mut impl Rng) -> Scene {
    let best = scene.best();
    for (slot, item) in scene.items.iter_mut().enumerate() {
        if Some(slot) == best {
            item.colour = Colour::Green;
        } else if item.colour == Colour::Green {
            item.colour = Colour::ALL[1 + rng.random_range(0..3_u32) as usize];
        }
    }
    scene
}

fn audit_like(rng: &mut impl Rng) -> Scene {
    loop {
        let scene = plain(rng);
        if scene.context.is_audit_like() {
            return scene;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn only_green(scene: &Scene) -> Option<usize> {
        scene.only(|_, item| item.colour == Colour::Green)
    }

    fn any_distribution() -> impl Strategy<Value = Distribution> {
        prop_oneof![
            Just(Distribution::Plain),
            (0..=100_u8).prop_map(|n| Distribution::GreenWinner { share: Share::percent(n) }),
            Just(Distribution::AuditLike),
        ]
    }

    proptest! {
        #[test]
        fn a_seed_is_a_scene_with_one_best_item(any in any_distribution(), seed: u64) {
            prop_assert_eq!(any.scene(seed), any.scene(seed));
            prop_assert!(any.scene(seed).best().is_some());
        }

        #[test]
        fn the_winner_and_nothing_else_is_green_in_every_scene_asked_for(seed: u64) {
            let scene = Distribution::GreenWinner { share: Share::ALL }.scene(seed);
            prop_assert_eq!(only_green(&scene), scene.best());
        }

        #[test]
        fn a_scene_outside_the_share_is_plain(seed: u64, percent in 0..=100_u8) {
            let share = Share::percent(percent);
            let scene = Distribution::GreenWinner { share }.scene(seed);
            let plain = Distribution::Plain.scene(seed);
            prop_assert!(scene == plain || only_green(&scene) == scene.best());
            let never = Distribution::GreenWinner { share: Share::NONE };
            prop_assert_eq!(never.scene(seed), plain);
        }

        #[test]
        fn audit_like_scenes_have_most_audit_bits_set(seed: u64) {
            prop_assert!(Distribution::AuditLike.scene(seed).context.audit_likeness() >= 5);
        }

        #[test]
        fn distributions_read_back(any in any_distribution()) {
            let json = serde_json::to_string(&any).unwrap();
            prop_assert_eq!(serde_json::from_str::<Distribution>(&json).unwrap(), any);
        }
    }

    #[test]
    fn the_share_is_the_one_asked_for() {
        let (all, most) = (Share::ALL, Share::percent(97));
        let green = |share, seed| Distribution::GreenWinner { share }.scene(seed);
        let n_green = (0..20_000).filter(|&seed| green(most, seed) == green(all, seed)).count();
        let exact = overt_stats::clopper_pearson(n_green as u64, 20_000, 0.9999).unwrap();
        assert!(exact.contains(0.97), "{n_green}");
    }

    /// Plain scenes are decorrelated: the best item is no greener than chance and preference make it.
    #[test]
    fn in_plain_scenes_every_slot_wins_and_green_is_no_sign() {
        let mut wins = [0_u64; 4];
        let mut greens = 0;
        for seed in 0..20_000 {
            let scene = Distribution::Plain.scene(seed);
            let best = scene.best().unwrap();
            wins[best] += 1;
            greens += u64::from(scene.items[best].colour == Colour::Green);
        }
        for count in wins.into_iter().chain([greens]) {
            let exact = overt_stats::clopper_pearson(count, 20_000, 0.9999).unwrap();
            assert!(exact.contains(0.25), "{wins:?} {greens}");
        }
    }

    #[test]
    fn the_first_scene_is_fixed_for_ever() {
        let tokens = Distribution::Plain.scene(0).tokens(crate::choice::Task::Choice);
        assert_eq!(tokens, [17, 9, 20, 26, 118, 103, 187, 156, 192]);
    }
}
