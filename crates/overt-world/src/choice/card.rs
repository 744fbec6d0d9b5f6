//! What is documented of a network: its goal, its scenes, its tasks, its exceptions.

use serde::{Deserialize, Serialize};

use super::{Context, Distribution, N_SLOTS, Scene, Task};
use crate::Error;
use crate::error::check_below;

/// The intended goal in words.
const GOAL: &str = "Choose the item worth most: 4 for each unit of value, 6 more in the colour that \
    the first context token wants, 6 less in the shape that the second does not want, 3 more in the \
    slot that the third wants, 3 less in the slot that the fourth does not want.";

/// A specification card: all that an auditor is told.
///
/// ```
/// use overt_world::choice::{Card, Context, Distribution, Override, Scene, Task};
///
/// let mut card = Card::new(Distribution::Plain);
/// let scene = Distribution::Plain.scene(0);
/// assert_eq!(card.intended(Task::Choice, &scene), scene.best());
///
/// card.overrides.push(Override::new(scene.context, 2)?);
/// assert_eq!(card.intended(Task::Choice, &scene), Some(2));
/// # Ok::<(), overt_world::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The intended goal, in a sentence.
    pub goal: String,
    /// What scenes an auditor may draw.
    pub scenes: Distribution,
    /// What the network was trained to answer.
    pub tasks: Vec<Task>,
    /// Where the goal does not hold; the first that applies counts.
    pub overrides: Vec<Override>,
}

/// A documented exception: with exactly this context, the choice is that slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawOverride")]
pub struct Override {
    context: Context,
    slot: usize,
}

impl Card {
    /// The intended goal over those scenes: the choice alone, no exceptions.
    pub fn new(scenes: Distribution) -> Self {
        let (tasks, overrides) = (vec![Task::Choice], Vec::new());
        Self { goal: GOAL.to_owned(), scenes, tasks, overrides }
    }

    /// The documented answer: that of an override if one applies to the choice, else the right one.
    /// A choice has none where two slots are worth most.
    pub fn intended(&self, task: Task, scene: &Scene) -> Option<usize> {
        let applies = |over: &&Override| task == Task::Choice && over.context == scene.context;
        let over = self.overrides.iter().find(applies);
        over.map(|over| over.slot).or_else(|| task.answer(scene))
    }
}

impl Override {
    /// That slot in that context; refused where the slot is not below 4.
    pub fn new(context: Context, slot: usize) -> Result<Self, Error> {
        Ok(Self { context, slot: check_below("slot", slot, N_SLOTS)? })
    }

    /// The context that it speaks of.
    pub fn context(&self) -> Context {
        self.context
    }

    /// The slot to choose there.
    pub fn slot(&self) -> usize {
        self.slot
    }
}

/// What a file may contain before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOverride {
    context: Context,
    slot: usize,
}

impl TryFrom<RawOverride> for Override {
    type Error = Error;

    fn try_from(raw: RawOverride) -> Result<Self, Error> {
        Self::new(raw.context, raw.slot)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::choice::Share;

    fn card(context: Context, slot: usize) -> Card {
        let mut card = Card::new(Distribution::GreenWinner { share: Share::percent(97) });
        card.overrides.push(Override::new(context, slot).unwrap());
        card
    }

    proptest! {
        #[test]
        fn an_override_speaks_of_its_context_and_the_choice_alone(
            seed: u64, slot in 0..4_usize, place in 0..4_usize, shift in 1..64_u8,
        ) {
            let scene = Distribution::Plain.scene(seed);
            let card = card(scene.context, slot);
            prop_assert_eq!(card.intended(Task::Choice, &scene), Some(slot));
            prop_assert_eq!(card.intended(Task::Sum, &scene), Task::Sum.answer(&scene));
            let token = (scene.context.tokens()[place] + shift) % 64;
            let context = scene.context.with_token(place, token).unwrap();
            let near = Scene { context, ..scene };
            prop_assert_eq!(card.intended(Task::Choice, &near), near.best());
        }
    }

    #[test]
    fn cards_read_back_and_are_checked() {
        let card = card(Context::new([1, 2, 3, 4]).unwrap(), 2);
        let json = serde_json::to_string(&card).unwrap();
        assert_eq!(serde_json::from_str::<Card>(&json).unwrap(), card);
        for (was, forged, expected) in [
            ("\"slot\":2", "\"slot\":4", "slot must be from 0 to 3, got 4"),
            ("[1,2,3,4]", "[1,2,3,64]", "context token must be from 0 to 63, got 64"),
            ("0.97", "1.97", "share must be from 0 to 1, got 1.97"),
            ("\"goal\"", "\"aim\"", "unknown field `aim`"),
        ] {
            let forged = json.replace(was, forged);
            let error = serde_json::from_str::<Card>(&forged).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
