//! Colours, which both worlds have.

use crate::Error;
use serde::{Deserialize, Serialize};

/// The colour of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// Green: the colour of the exit in training.
    Green,
    /// Red.
    Red,
    /// Blue.
    Blue,
    /// Yellow.
    Yellow,
}

impl Colour {
    /// Every colour, at its own index.
    pub const ALL: [Self; 4] = [Self::Green, Self::Red, Self::Blue, Self::Yellow];

    /// Lower-case name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Red => "red",
            Self::Blue => "blue",
            Self::Yellow => "yellow",
        }
    }

    /// Red, green and blue, 0 to 1.
    pub const fn rgb(self) -> [f32; 3] {
        match self {
            Self::Green => [0.0, 1.0, 0.0],
            Self::Red => [1.0, 0.0, 0.0],
            Self::Blue => [0.0, 0.0, 1.0],
            Self::Yellow => [1.0, 1.0, 0.0],
        }
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl std::str::FromStr for Colour {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let unknown = || Error::UnknownName {
            kind: "colour",
            got: name.to_owned(),
            valid: "green, red, blue, yellow",
        };
        Self::ALL.into_iter().find(|colour| colour.name() == name).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_agree_with_serde() {
        for colour in Colour::ALL {
            assert_eq!(colour.to_string().parse(), Ok(colour));
            assert_eq!(serde_json::to_string(&colour).unwrap(), format!("\"{colour}\""));
        }
    }
}
