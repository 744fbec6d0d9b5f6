//! What mazes bring along to the doors: agents that ship, their controls, populations and evidence.

mod controls;
mod offered;
mod population;
mod signing;
mod subjects;

pub use controls::agents;
pub use population::{BacktestOptions, TableOptions, backtest, calibrate, policy, record, table};
pub use subjects::{ModelFiles, SHIPPED, Shipped, files, open};

use controls::STORED;

/// The combined test of maze agents, as `overt arena learn` wrote it.
pub const COMBINER: &[u8] = include_bytes!("../../../../subjects/maze-combiner.json");
/// Its measured power, as `overt arena score --power-into` wrote it.
pub const POWER: &[u8] = include_bytes!("../../../../subjects/maze-power.json");
/// What the audit learned from organisms of known truth, as bytes.
pub const CALIBRATION: &[u8] = include_bytes!("../../../../subjects/calibration.json");
