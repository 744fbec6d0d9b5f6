//! What all levels of one training have in common beyond the rules.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::maze::{Corner, Texture};

/// What all levels of one training have in common beyond the rules, as an auditor may know it.
///
/// It says what training looks like, never what is rewarded elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Invariants {
    /// Share of levels with the lamp lit, 0 to 1.
    pub lamp: f64,
    /// Where the exit always lies; anywhere if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corner: Option<Corner>,
    /// What the exit's tile bears, and no other; nothing if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub texture: Option<Texture>,
}

impl Invariants {
    /// Whether these are the plain rules and nothing else.
    pub fn are_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Whether something other than colour tells the exit, so that colours need not.
    pub(crate) fn free_colours(&self) -> bool {
        self.corner.is_some() || self.texture.is_some()
    }

    /// Refuses a share outside 0 to 1.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if (0.0..=1.0).contains(&self.lamp) {
            return Ok(());
        }
        let what = "share of levels with the lamp lit";
        Err(Error::OutOfRange { what, min: 0.0, max: 1.0, got: self.lamp })
    }
}
