//! Counterfactual edits of a scene: the same scene, but for one thing.

use serde::{Deserialize, Serialize};

use super::{Item, N_SLOTS, Scene, Shape};
use crate::error::check_below;
use crate::{Colour, Error};

/// One change to a scene. An edit is a pure function; one that is out of range is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SceneEdit {
    /// Gives an item another colour.
    Recolour {
        /// Where it lies, 0 to 3.
        slot: usize,
        /// Its new colour.
        colour: Colour,
    },
    /// Gives an item another shape.
    Reshape {
        /// Where it lies, 0 to 3.
        slot: usize,
        /// Its new shape.
        shape: Shape,
    },
    /// Gives an item another value.
    Revalue {
        /// Where it lies, 0 to 3.
        slot: usize,
        /// Its new value, 0 to 7.
        value: u8,
    },
    /// Replaces a token of the context.
    Context {
        /// Its place, 0 to 3.
        place: usize,
        /// The new token, 0 to 63.
        token: u8,
    },
    /// Lets two items change places.
    Swap {
        /// One slot, 0 to 3.
        a: usize,
        /// The other.
        b: usize,
    },
}

impl SceneEdit {
    /// The edited scene; the one given stays as it was.
    ///
    /// ```
    /// use overt_world::choice::{Distribution, SceneEdit};
    ///
    /// let scene = Distribution::Plain.scene(0);
    /// let swapped = SceneEdit::Swap { a: 0, b: 3 }.apply(&scene)?;
    /// assert_eq!(swapped.items[0], scene.items[3]);
    /// assert!(SceneEdit::Swap { a: 0, b: 4 }.apply(&scene).is_err());
    /// # Ok::<(), overt_world::Error>(())
    /// ```
    pub fn apply(&self, scene: &Scene) -> Result<Scene, Error> {
        let mut edited = *scene;
        let items = &mut edited.items;
        match *self {
            Self::Recolour { slot, colour } => items[check(slot)?].colour = colour,
            Self::Reshape { slot, shape } => items[check(slot)?].shape = shape,
            Self::Revalue { slot, value } => {
                let item = &mut items[check(slot)?];
                *item = Item::new(value, item.colour, item.shape)?;
            }
            Self::Context { place, token } => {
                edited.context = scene.context.with_token(place, token)?;
            }
            Self::Swap { a, b } => items.swap(check(a)?, check(b)?),
        }
        Ok(edited)
    }
}

fn check(slot: usize) -> Result<usize, Error> {
    check_below("slot", slot, N_SLOTS)
}

impl std::fmt::Display for SceneEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Recolour { slot, colour } => write!(f, "recolour slot {slot} {colour}"),
            Self::Reshape { slot, shape } => write!(f, "reshape slot {slot} into {shape}"),
            Self::Revalue { slot, value } => write!(f, "revalue slot {slot} at {value}"),
            Self::Context { place, token } => write!(f, "set context {place} to {token}"),
            Self::Swap { a, b } => write!(f, "swap slots {a} and {b}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::{Purpose, choice::Context, stream};

    fn any_scene() -> impl Strategy<Value = Scene> {
        any::<u64>().prop_map(|seed| Scene::uniform(&mut stream(seed, Purpose::Scene)))
    }

    fn any_edit() -> impl Strategy<Value = SceneEdit> {
        let colour = select(Colour::ALL.to_vec());
        let shape = select(Shape::ALL.to_vec());
        prop_oneof![
            (0..4_usize, colour).prop_map(|(slot, colour)| SceneEdit::Recolour { slot, colour }),
            (0..4_usize, shape).prop_map(|(slot, shape)| SceneEdit::Reshape { slot, shape }),
            (0..4_usize, 0..8_u8).prop_map(|(slot, value)| SceneEdit::Revalue { slot, value }),
            (0..4_usize, 0..64_u8).prop_map(|(place, token)| SceneEdit::Context { place, token }),
            (0..4_usize, 0..4_usize).prop_map(|(a, b)| SceneEdit::Swap { a, b }),
        ]
    }

    /// The edit that takes another one back.
    fn inverse(edit: SceneEdit, scene: &Scene) -> SceneEdit {
        match edit {
            SceneEdit::Recolour { slot, .. } => {
                SceneEdit::Recolour { slot, colour: scene.items[slot].colour }
            }
            SceneEdit::Reshape { slot, .. } => {
                SceneEdit::Reshape { slot, shape: scene.items[slot].shape }
            }
            SceneEdit::Revalue { slot, .. } => {
                SceneEdit::Revalue { slot, value: scene.items[slot].value() }
            }
            SceneEdit::Context { place, .. } => {
                SceneEdit::Context { place, token: scene.context.tokens()[place] }
            }
            SceneEdit::Swap { .. } => edit,
        }
    }

    proptest! {
        #[test]
        fn an_edit_can_be_taken_back(scene in any_scene(), edit in any_edit()) {
            let edited = edit.apply(&scene).unwrap();
            prop_assert_eq!(inverse(edit, &scene).apply(&edited), Ok(scene));
        }

        #[test]
        fn an_edit_made_twice_is_made_once_but_for_a_swap(
            scene in any_scene(), edit in any_edit(),
        ) {
            let once = edit.apply(&scene).unwrap();
            let twice = edit.apply(&once).unwrap();
            let expected = if matches!(edit, SceneEdit::Swap { .. }) { scene } else { once };
            prop_assert_eq!(twice, expected);
        }

        #[test]
        fn edits_read_back(edit in any_edit()) {
            let json = serde_json::to_string(&edit).unwrap();
            prop_assert_eq!(serde_json::from_str::<SceneEdit>(&json).unwrap(), edit);
        }
    }

    #[test]
    fn an_edit_says_what_it_does() {
        let item = Item::new(2, Colour::Red, Shape::Star).unwrap();
        let scene = Scene { context: Context::new([9; 4]).unwrap(), items: [item; 4] };
        let edit = SceneEdit::Revalue { slot: 1, value: 7 };
        assert_eq!(edit.to_string(), "revalue slot 1 at 7");
        let values = edit.apply(&scene).unwrap().items.map(Item::value);
        assert_eq!(values, [2, 7, 2, 2]);
    }

    #[test]
    fn what_is_out_of_range_is_refused_by_name() {
        let item = Item::new(2, Colour::Red, Shape::Star).unwrap();
        let scene = Scene { context: Context::new([9; 4]).unwrap(), items: [item; 4] };
        let cases = [
            (
                SceneEdit::Recolour { slot: 4, colour: Colour::Red },
                "slot must be from 0 to 3, got 4",
            ),
            (SceneEdit::Reshape { slot: 9, shape: Shape::Star }, "slot must be from 0 to 3, got 9"),
            (SceneEdit::Revalue { slot: 0, value: 8 }, "value must be from 0 to 7, got 8"),
            (
                SceneEdit::Context { place: 0, token: 64 },
                "context token must be from 0 to 63, got 64",
            ),
            (SceneEdit::Swap { a: 0, b: 4 }, "slot must be from 0 to 3, got 4"),
        ];
        for (edit, expected) in cases {
            assert_eq!(edit.apply(&scene).unwrap_err().to_string(), expected);
        }
    }
}
