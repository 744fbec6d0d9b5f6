#![doc = include_str!("../README.md")]

mod attribution;
mod calibration;
mod combiner;
mod control;
mod error;
mod goal;
mod guard;
mod instrument;
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
mod test_power;
mod unlisted;
mod verdict;

pub mod choice;
pub mod hidden;

pub use attribution::{Attributed, LARGEST_GAP, attribution};
pub use calibration::{
    Calibration, CalibrationFile, Forecast, Known, LEAST_CERTAINTY, LEAST_RECALL, LEVEL,
    MeasuredPower,
};
pub use calibration::{features, most_frequent};
pub use combiner::{Combined, Combiner, CombinerError, Detects, Finding, Found};
pub use control::Control;
pub use error::Error;
pub use goal::Goal;
pub use guard::{Alarm, AlarmRule, Guard, GuardError, GuardPolicy};
pub use instrument::Instrument;
pub use interchange::{Interchanged, interchange};
pub use measures::{Measures, Plan, Success, measure, success};
pub use monitor::{Kind, MONITOR_SEED, Monitor, Reading};
pub use placement::{Estimate, Placement, placement};
pub use play::{Acting, Actor, Played, play, play_level};
pub use prediction::{Predicted, Told, prediction, told};
pub use reliance::{Exchanged, exchange};
pub use replay::{Replayed, replay, replay_digest};
pub use report::audit;
pub use representation::{Readout, Represented, representation};
pub use subject::{Claim, Description, Subject, SubjectFiles, World};
pub use test_power::{
    Answered, AuditPlan, FamilyPower, LEAST_POWER, LEAST_POWER_BOUND, PREVALENCES, PowerError,
    TestPower,
};
pub use unlisted::{Listed, SUSPICIOUS_GAP, Unlisted, unlisted};
pub use verdict::verdict;
