//! What the binary promises, asked from outside: every test runs `overt` as a person would.
#![expect(clippy::unwrap_used, reason = "helpers of tests, too")]

mod audit;
mod bad_input;
mod benchmark;
mod challenge;
mod choice;
mod compare;
mod drift;
mod export;
mod gate;
mod guard;
mod help;
mod inspect;
mod language;
#[path = "../../../overt-evidence/tests/it/made.rs"]
#[expect(dead_code, reason = "its own crate asks it for more")]
mod made;
mod overt;
mod pages;
mod reveal;
mod signed;
mod subjects;
mod train;
mod watch;

use ::overt::evidence;
