//! What a person can say of a level or a scene that is not the goal.

use crate::Error;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Something about a level or a scene that can change while the goal stays where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Concept {
    /// The colour of every object.
    Colour,
    /// The same, and drawn is any mixture of red, green and blue but those near yellow, which detectors
    /// keep for themselves.
    Tint,
    /// The shape of every object.
    Shape,
    /// Whether the lamp is lit.
    Lamp,
}

impl Concept {
    /// Every concept.
    pub const ALL: [Self; 4] = [Self::Colour, Self::Tint, Self::Shape, Self::Lamp];

    /// Name in recipes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Colour => "colour",
            Self::Tint => "tint",
            Self::Shape => "shape",
            Self::Lamp => "lamp",
        }
    }
}

impl fmt::Display for Concept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Concept {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let unknown = || Error::UnknownName {
            kind: "concept",
            got: name.to_owned(),
            valid: "colour, tint, shape, lamp",
        };
        Self::ALL.into_iter().find(|concept| concept.name() == name).ok_or_else(unknown)
    }
}

/// Places among the known values of a concept of those that are named, each once; of all where none is.
pub(crate) fn places(
    concept: Concept,
    (known, valid): (&[&str], &'static str),
    values: &[String],
) -> Result<Vec<usize>, Error> {
    let place = |name: &String| {
        let unknown = || Error::UnknownName { kind: concept.name(), got: name.clone(), valid };
        known.iter().position(|value| value == name).ok_or_else(unknown)
    };
    let mut places: Vec<usize> = values.iter().map(place).collect::<Result<_, _>>()?;
    places.sort_unstable();
    places.dedup();
    if values.is_empty() {
        places = (0..known.len()).collect();
    }
    if places.len() < 2 {
        let (what, max) = ("number of values to draw from", known.len() as f64);
        return Err(Error::OutOfRange { what, min: 2.0, max, got: places.len() as f64 });
    }
    Ok(places)
}
