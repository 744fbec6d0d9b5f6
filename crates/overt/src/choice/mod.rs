//! What the choice world brings along to the doors: its folders, its combined test and its controls.

mod controls;
mod offered;

pub use controls::organisms;
pub use offered::open_choice;

use controls::STORED;

/// The combined test of models that choose, as `overt arena learn` wrote it.
pub const COMBINER: &[u8] = include_bytes!("../../../../subjects/combiner.json");
/// Its measured power, as `overt arena score --power-into` wrote it.
pub const POWER: &[u8] = include_bytes!("../../../../subjects/power.json");
