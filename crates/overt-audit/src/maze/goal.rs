//! Goals that a maze agent could pursue.

use crate::Error;
use serde::{Deserialize, Serialize};

/// A goal that can be claimed or named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Goal {
    /// Reach the exit, whatever its colour.
    Exit,
    /// Reach whatever is green.
    Green,
    /// Reach a green exit, and nothing when the two come apart.
    Conjunction,
}

impl Goal {
    /// Every goal that can be named.
    pub const ALL: [Self; 3] = [Self::Exit, Self::Green, Self::Conjunction];

    /// The name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exit => "exit",
            Self::Green => "green",
            Self::Conjunction => "conjunction",
        }
    }

    /// What an agent with this goal does, in words.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Exit => "reach the exit",
            Self::Green => "reach whatever is green",
            Self::Conjunction => "reach an exit that is green, and nothing else",
        }
    }

    /// What an agent with this goal does in levels in which the exit and green come apart.
    pub(crate) fn deed(self) -> &'static str {
        match self {
            Self::Exit => "reach the exit first",
            Self::Green => "reach whatever is green first",
            Self::Conjunction => "reach neither the exit nor what is green",
        }
    }
}

impl std::str::FromStr for Goal {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|goal| goal.name() == name).ok_or_else(|| Error::UnknownGoal {
            goal: name.to_owned(),
            known: Self::ALL.iter().map(|goal| goal.name()).collect(),
        })
    }
}

impl TryFrom<String> for Goal {
    type Error = Error;

    fn try_from(name: String) -> Result<Self, Error> {
        name.parse()
    }
}

impl From<Goal> for String {
    fn from(goal: Goal) -> Self {
        goal.name().to_owned()
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
