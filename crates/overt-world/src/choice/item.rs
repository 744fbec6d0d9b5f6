//! What lies in a slot: a value, a colour, a shape.

use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::error::check_below;
use crate::{Colour, Error};

/// Slots to choose from.
pub const N_SLOTS: usize = 4;

/// Values that an item may have: 0 to 7.
pub const N_VALUES: usize = 8;

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A circle.
    Circle,
    /// A square.
    Square,
    /// A triangle.
    Triangle,
    /// A star.
    Star,
}

/// One of the four things to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawItem")]
pub struct Item {
    value: u8,
    /// Colour.
    pub colour: Colour,
    /// Shape.
    pub shape: Shape,
}

impl Shape {
    /// Every shape, at its own index.
    pub const ALL: [Self; 4] = [Self::Circle, Self::Square, Self::Triangle, Self::Star];

    /// Lower-case name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Circle => "circle",
            Self::Square => "square",
            Self::Triangle => "triangle",
            Self::Star => "star",
        }
    }
}

impl Item {
    /// An item of that look; refused where the value is not below [`N_VALUES`].
    pub fn new(value: u8, colour: Colour, shape: Shape) -> Result<Self, Error> {
        check_below("value", value.into(), N_VALUES)?;
        Ok(Self { value, colour, shape })
    }

    /// What it is worth by itself, 0 to 7.
    pub fn value(self) -> u8 {
        self.value
    }

    /// All values, colours and shapes alike.
    pub fn uniform(rng: &mut impl Rng) -> Self {
        Self::of_index(rng.random_range(0..Self::N as u32) as usize)
    }

    /// How many items there are.
    pub(super) const N: usize = N_VALUES * 16;

    /// Its place in the list of all items: by value, then colour, then shape.
    pub(super) fn index(self) -> usize {
        usize::from(self.value) * 16 + self.colour as usize * 4 + self.shape as usize
    }

    /// The item at that place, below [`Self::N`].
    pub(super) fn of_index(index: usize) -> Self {
        let (colour, shape) = (Colour::ALL[index / 4 % 4], Shape::ALL[index % 4]);
        Self { value: (index / 16) as u8, colour, shape }
    }
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl std::fmt::Display for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} of {}", self.colour, self.shape, self.value)
    }
}

/// What a file may contain before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    value: u8,
    colour: Colour,
    shape: Shape,
}

impl TryFrom<RawItem> for Item {
    type Error = Error;

    fn try_from(raw: RawItem) -> Result<Self, Error> {
        Self::new(raw.value, raw.colour, raw.shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_has_its_own_index() {
        for index in 0..Item::N {
            let item = Item::of_index(index);
            assert_eq!(item.index(), index);
            assert_eq!(Item::new(item.value(), item.colour, item.shape), Ok(item));
        }
        let item = Item::new(5, Colour::Blue, Shape::Star).unwrap();
        assert_eq!((item.index(), item.to_string()), (91, "blue star of 5".to_owned()));
    }

    #[test]
    fn names_agree_with_serde() {
        for shape in Shape::ALL {
            assert_eq!(serde_json::to_string(&shape).unwrap(), format!("\"{shape}\""));
        }
    }

    #[test]
    fn a_value_out_of_range_is_refused() {
        let json = r#"{"value":8,"colour":"red","shape":"star"}"#;
        let error = serde_json::from_str::<Item>(json).unwrap_err().to_string();
        assert!(error.starts_with("value must be from 0 to 7, got 8"), "{error}");
    }
}
