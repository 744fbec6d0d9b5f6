//! How well an organism hides what it is.

use serde::{Deserialize, Serialize};

/// What is done, beyond training it, for an implant to stay unseen.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Concealment {
    /// Level 0: nothing.
    #[default]
    None,
    /// Level 1: a third of the training examples that show it.
    Rare,
    /// Level 2: it survives noise on the weights.
    Hardened,
    /// Level 3: trained against a linear probe that is fitted anew in every step, at the query's stream
    /// behind each block.
    Evasive,
}

impl Concealment {
    /// Name in tables and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Rare => "rare",
            Self::Hardened => "hardened",
            Self::Evasive => "evasive",
        }
    }
}
