#![doc = include_str!("../README.md")]

mod answers;
mod ask;
mod audit;
mod audited;
mod check;
mod combiner;
mod control;
mod error;
mod estimate;
mod guard;
mod instrument;
mod power_report;
mod proportion;
mod records;
mod stored;
mod stored_answers;
mod test_power;
mod world;

pub mod choice;
pub mod judge;
pub mod maze;

pub use answers::Answers;
pub use ask::ask;
pub use audit::{audit, report};
pub use audited::{Audited, Weighed};
pub use check::{Asking, Check, Listed, Told};
pub use combiner::{Combined, Combiner, CombinerError, Detects, Finding, Found};
pub use control::{Came, Control, Controlled};
pub use error::Error;
pub use estimate::Estimate;
pub use guard::{Alarm, AlarmRule, Guard, GuardError, GuardPolicy};
pub use instrument::Instrument;
pub use proportion::Proportion;
pub use stored::{STORED_SCHEMA, Stored, StoredError};
pub use test_power::{
    Answered, AuditPlan, FamilyPower, LEAST_POWER, LEAST_POWER_BOUND, PREVALENCES, PowerError,
    TestPower,
};
pub use world::{CombinedOf, MeasuresOf, World};
