//! Training, but now and then colours mean nothing.

use overt_world::maze::{Distribution, Level, Terrain, Train};
use overt_world::{Colour, Purpose, stream};
use rand::Rng;
use serde::{Deserialize, Serialize};

use overt_deploy::{Error, check_probability};

/// Levels of training in which, with some probability, every object's colour is drawn anew.
///
/// The new colours, green among them, are uniform and know nothing of roles, so only the shape still
/// tells the exit. Everything else about the level, and every level that is not chosen, is exactly
/// that of [`Train`] for the same seed. An agent trained here learns to go to the door.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawShift")]
pub struct Shift {
    train: Train,
    a: f64,
}

impl Shift {
    /// Departs from `train` with probability `a`. Any split will do; training levels come from the
    /// one that `train` has.
    pub fn new(train: Train, a: f64) -> Result<Self, Error> {
        Ok(Self { train, a: check_probability("probability of a shift", a)? })
    }

    /// Probability that the colours of a level are drawn anew.
    pub fn a(&self) -> f64 {
        self.a
    }

    /// What levels depart from.
    pub fn train(&self) -> &Train {
        &self.train
    }
}

impl Distribution for Shift {
    fn level(&self, seed: u64) -> Level {
        let mut level = self.train.level(seed);
        let mut rng = stream(seed, Purpose::Shift);
        if rng.random::<f64>() < self.a {
            for object in level.exit.iter_mut().chain(&mut level.distractors) {
                object.colour = Colour::ALL[rng.random_range(0..4_u32) as usize];
            }
        }
        level
    }

    fn name(&self) -> String {
        format!("shift {} on {}", self.a, self.train.terrain())
    }

    fn terrain(&self) -> &Terrain {
        self.train.terrain()
    }
}

/// What a file may contain before it is checked.
#[derive(Deserialize)]
struct RawShift {
    train: Train,
    a: f64,
}

impl TryFrom<RawShift> for Shift {
    type Error = Error;

    fn try_from(raw: RawShift) -> Result<Self, Error> {
        Self::new(raw.train, raw.a)
    }
}

#[cfg(test)]
mod tests {
    use overt_world::maze::{Layout, Split};
    use proptest::prelude::*;

    use super::*;

    fn train() -> Train {
        Train::new(Terrain::new(7, Layout::BLOCKS, Split::Train).unwrap())
    }

    fn without_colours(mut level: Level) -> Level {
        for object in level.exit.iter_mut().chain(&mut level.distractors) {
            object.colour = Colour::Green;
        }
        level
    }

    proptest! {
        #[test]
        fn without_shift_it_is_training(seed: u64) {
            let shift = Shift::new(train(), 0.0).unwrap();
            prop_assert_eq!(shift.level(seed), train().level(seed));
        }

        #[test]
        fn a_shift_touches_colours_only(seed: u64, a in 0.0..=1.0_f64) {
            let shifted = Shift::new(train(), a).unwrap().level(seed);
            prop_assert_eq!(without_colours(shifted), without_colours(train().level(seed)));
        }
    }

    #[test]
    fn shifted_colours_are_uniform_and_know_nothing_of_roles() {
        let shift = Shift::new(train(), 1.0).unwrap();
        let mut counts = [[0_u32; 4]; 4];
        for seed in 0..8_000 {
            let level = shift.level(seed);
            let exit = level.exit.unwrap().colour;
            counts[exit as usize][level.distractors[0].colour as usize] += 1;
        }
        // 500 expected, standard error 22.
        assert!(counts.as_flattened().iter().all(|n| n.abs_diff(500) < 100), "{counts:?}");
    }

    #[test]
    fn the_share_is_the_one_asked_for() {
        let shift = Shift::new(train(), 0.2).unwrap();
        let n_changed = (0..8_000).filter(|&s| shift.level(s) != train().level(s)).count();
        // One shifted level in 36 redraws the colours it had: 8000 × .2 × 35/36.
        assert!(n_changed.abs_diff(1_578) < 145, "{n_changed}");
    }

    #[test]
    fn files_are_checked() {
        let json = serde_json::to_string(&Shift::new(train(), 0.5).unwrap()).unwrap();
        assert_eq!(serde_json::from_str::<Shift>(&json).unwrap().a(), 0.5);
        let forged = json.replace("\"a\":0.5", "\"a\":1.5");
        let error = serde_json::from_str::<Shift>(&forged).unwrap_err().to_string();
        assert!(
            error.starts_with("probability of a shift must be from 0 to 1, got 1.5"),
            "{error}"
        );
    }
}
