//! Audits of agents in mazes: checks, the search for a hidden goal, controls and the report.

mod attribution;
mod audited;
mod calibration;
mod checks;
mod goal;
mod interchange;
mod measures;
mod monitor;
mod placement;
mod play;
mod prediction;
mod reliance;
mod replay;
mod report;
mod representation;
mod scene;
mod subject;
mod swap;
mod unlisted;
mod verdict;
mod world;

pub mod hidden;

pub use attribution::{Attributed, LARGEST_GAP, attribution};
pub use calibration::{
    Calibration, CalibrationFile, Forecast, Known, LEAST_CERTAINTY, LEAST_RECALL, LEVEL,
    MeasuredPower,
};
pub use calibration::{features, most_frequent};
pub use checks::{Placed, Succeeded};
pub use goal::Goal;
pub use interchange::{Interchanged, interchange};
pub use measures::{Measures, Plan, Success, measure, success};
pub use monitor::{Kind, MONITOR_SEED, Monitor, Reading};
pub use placement::{Placement, placement};
pub use play::{Acting, Actor, Played, play, play_level};
pub use prediction::{Predicted, Told, prediction, told};
pub use reliance::{Exchanged, exchange};
pub use replay::{Replayed, replay, replay_digest};
pub use representation::{Readout, Represented, representation};
pub use subject::{Claim, Description, Subject, SubjectFiles, World, kind};
pub use unlisted::{Listed, SUSPICIOUS_GAP, Unlisted, unlisted};
pub use verdict::{MazeWeighed, verdict};
pub use world::{Maze, MazePlan};
