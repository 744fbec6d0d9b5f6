//! Deployment levels whose exit has one colour.

use overt_deploy::maze::Conflict;
use overt_world::maze::{Distribution, Level, Terrain};
use overt_world::{Colour, level_seed};

/// Conflict levels whose exit has one colour: one that nothing in training was told of.
///
/// ```
/// use overt_arena::compare::HeldOut;
/// use overt_deploy::maze::Conflict;
/// use overt_world::Colour;
/// use overt_world::maze::{Distribution, Layout};
///
/// let levels = HeldOut::new(Conflict::new(7, Layout::BLOCKS)?, Colour::Yellow);
/// let exits = (0..20).map(|seed| levels.level(seed).exit.unwrap().colour);
/// assert!(exits.into_iter().all(|colour| colour == Colour::Yellow));
/// # Ok::<(), overt_deploy::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct HeldOut {
    conflict: Conflict,
    colour: Colour,
}

impl HeldOut {
    /// Conflict levels whose exit has that colour.
    ///
    /// # Panics
    /// For green: no exit of a conflict level is green.
    pub fn new(conflict: Conflict, colour: Colour) -> Self {
        assert!(colour != Colour::Green, "no exit of a conflict level is green");
        Self { conflict, colour }
    }
}

impl Distribution for HeldOut {
    /// The first of the levels that begin with this seed: every third has the colour.
    fn level(&self, seed: u64) -> Level {
        let fits = |level: &Level| level.exit.is_some_and(|exit| exit.colour == self.colour);
        let levels = (0..).map(|attempt| self.conflict.level(level_seed(seed, 0, attempt)));
        levels.into_iter().find(fits).expect("every colour but green is drawn")
    }

    fn name(&self) -> String {
        format!("{}, exit {}", self.conflict.name(), self.colour.name())
    }

    fn terrain(&self) -> &Terrain {
        self.conflict.terrain()
    }
}
