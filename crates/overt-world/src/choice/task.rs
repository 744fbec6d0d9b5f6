//! What is asked about a scene, and the right answers.

use serde::{Deserialize, Serialize};

use super::{N_SLOTS, Scene};

/// Values that are added up: those of the first slots.
pub const N_ADDENDS: usize = 2;

/// What is asked about a scene. Every answer is a number from 0 to 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Which slot is worth most.
    Choice,
    /// The values in the first [`N_ADDENDS`] slots, added modulo 4: a capability beside the goal, for
    /// which the context does not matter.
    Sum,
}

impl Task {
    /// Every task.
    pub const ALL: [Self; 2] = [Self::Choice, Self::Sum];

    /// The right answer; a choice has none where two slots are worth most.
    ///
    /// ```
    /// use overt_world::choice::{Distribution, Task};
    ///
    /// let scene = Distribution::Plain.scene(1);
    /// let sum = usize::from(scene.items[0].value() + scene.items[1].value()) % 4;
    /// assert_eq!(Task::Sum.answer(&scene), Some(sum));
    /// assert_eq!(Task::Choice.answer(&scene), scene.best());
    /// ```
    pub fn answer(self, scene: &Scene) -> Option<usize> {
        match self {
            Self::Choice => scene.best(),
            Self::Sum => Some(scene.addends().iter().sum::<usize>() % N_SLOTS),
        }
    }
}

impl Scene {
    /// The values that [`Task::Sum`] adds up, 0 to 7 each.
    pub fn addends(&self) -> [usize; N_ADDENDS] {
        std::array::from_fn(|slot| self.items[slot].value().into())
    }
}
