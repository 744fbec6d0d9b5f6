//! Things in a maze: a shape, a colour, a place.

use serde::{Deserialize, Serialize};

use crate::Colour;
use crate::Error;
use crate::maze::{Cell, Texture};

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// The shape of the exit in training.
    Door,
    /// An apple.
    Apple,
    /// A ball.
    Ball,
    /// A key.
    Key,
    /// A sign.
    Sign,
}

/// A thing at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Object {
    /// Shape.
    pub shape: Shape,
    /// Colour.
    pub colour: Colour,
    /// Place.
    pub cell: Cell,
    /// What fills its tile around the shape: nothing, as a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub texture: Option<Texture>,
    /// A mixture of colours in the place of its own: nothing, as a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tint: Option<Tint>,
}

/// A mixture of red, green and blue, each 0 to 255; tiles show it, planes do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Tint(pub [u8; 3]);

impl Shape {
    /// Every shape, at its own index.
    pub const ALL: [Self; 5] = [Self::Door, Self::Apple, Self::Ball, Self::Key, Self::Sign];

    /// Lower-case name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Door => "door",
            Self::Apple => "apple",
            Self::Ball => "ball",
            Self::Key => "key",
            Self::Sign => "sign",
        }
    }
}

impl Object {
    /// An object of that look at that place.
    pub const fn new(shape: Shape, colour: Colour, cell: Cell) -> Self {
        Self { shape, colour, cell, texture: None, tint: None }
    }

    /// Red, green and blue, 0 to 1: those of its tint, or of its colour.
    pub fn rgb(&self) -> [f32; 3] {
        self.tint.map_or(self.colour.rgb(), |Tint(mixed)| mixed.map(|x| f32::from(x) / 255.0))
    }
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl std::fmt::Display for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} at {}", self.colour, self.shape, self.cell)
    }
}

impl std::str::FromStr for Shape {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let unknown = || Error::UnknownName {
            kind: "shape",
            got: name.to_owned(),
            valid: "door, apple, ball, key, sign",
        };
        Self::ALL.into_iter().find(|shape| shape.name() == name).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_agree_with_serde() {
        for shape in Shape::ALL {
            assert_eq!(shape.to_string().parse(), Ok(shape));
            assert_eq!(serde_json::to_string(&shape).unwrap(), format!("\"{shape}\""));
        }
    }

    #[test]
    fn unknown_names_list_the_valid_ones() {
        let error = "pear".parse::<Shape>().unwrap_err().to_string();
        assert_eq!(error, "unknown shape `pear`: expected one of door, apple, ball, key, sign");
    }
}
