//! What a door itself refuses.

use crate::{Blame, Hint};
use std::fmt::{Display, Formatter, Result};

/// A fact and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    fact: String,
    hint: Option<String>,
    blame: Blame,
}

impl Refused {
    /// Input that is refused: a fact, lower case and without a final period, and a hint.
    pub fn new(fact: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { fact: fact.into(), hint: Some(hint.into()), blame: Blame::Input }
    }

    /// Evidence that does not hold together.
    pub fn tampered(fact: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { blame: Blame::Evidence, ..Self::new(fact, hint) }
    }

    /// Work that could not be done, and nothing is known to do about it.
    pub fn failed(fact: impl Into<String>) -> Self {
        Self { fact: fact.into(), hint: None, blame: Blame::Run }
    }
}

impl Display for Refused {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&self.fact)
    }
}

impl std::error::Error for Refused {}

impl Hint for Refused {
    fn hint(&self) -> Option<String> {
        self.hint.clone()
    }

    fn blame(&self) -> Blame {
        self.blame
    }
}
