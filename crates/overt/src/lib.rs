#![doc = include_str!("../README.md")]

pub mod benchmark;
pub mod bundle;
pub mod choice;
pub mod clock;
pub mod exchange;
pub mod fault;
pub mod files;
pub mod given;
pub mod inspect;
pub mod keys;
pub mod maze;
pub mod models;
pub mod names;
pub mod program;
pub mod run_log;
pub mod shell;
pub mod signing;
pub mod subjects;
pub mod threads;
pub mod verbs;
pub mod worlds;

pub use overt_arena as arena;
pub use overt_audit as audit;
pub use overt_deploy as deploy;
pub use overt_evidence as evidence;
pub use overt_lens as lens;
pub use overt_nn as nn;
pub use overt_replay as replay;
pub use overt_report as report;
pub use overt_site as site;
pub use overt_stats as stats;
pub use overt_train as train;
pub use overt_world as world;
