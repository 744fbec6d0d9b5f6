//! What time it is.
#![expect(clippy::disallowed_methods, reason = "this is the room that has a clock")]

use crate::fault::Refused;
use anyhow::{Context, Result};
use overt::evidence::Time;
use overt::report::Moment;
use cpu_time::{ProcessTime, ThreadTime};
use std::time::{SystemTime, UNIX_EPOCH};

/// Sets the clock, in seconds after 1970 began, so that the same work is the same bytes again:
/// <https://reproducible-builds.org/specs/source-date-epoch/>.
const SET: &str = "SOURCE_DATE_EPOCH";

/// How much of a processor something takes, in seconds. What else the machine does, and how long the work
/// waits, hardly counts.
#[derive(Debug)]
pub(crate) enum Stopwatch {
    Thread(ThreadTime),
    Process(ProcessTime),
}

impl Stopwatch {
    /// Of work that stays on this thread.
    pub(crate) fn of_thread() -> Self {
        Self::Thread(ThreadTime::now())
    }

    /// Of work that all threads share.
    pub(crate) fn of_process() -> Self {
        Self::Process(ProcessTime::now())
    }

    pub(crate) fn seconds(&self) -> f64 {
        let elapsed = match self {
            Self::Thread(start) => start.elapsed(),
            Self::Process(start) => start.elapsed(),
        };
        elapsed.as_secs_f64()
    }
}

/// Now, or when the environment says that it is.
pub(crate) fn now() -> Result<Moment> {
    let seconds = match std::env::var(SET) {
        Ok(set) => set.parse().ok().ok_or_else(|| refused(&set))?,
        Err(_) => {
            SystemTime::now().duration_since(UNIX_EPOCH).context("it is before 1970")?.as_secs()
        }
    };
    Ok(Moment::after_1970(seconds).ok_or_else(|| refused(&seconds))?)
}

/// Now, as evidence writes it.
pub(crate) fn time() -> Result<Time> {
    let text = now()?.to_string();
    Ok(text.replace("+00:00", "Z").parse()?)
}

fn refused(set: &dyn std::fmt::Display) -> Refused {
    let fact = format!("{SET} is `{set}`, expected seconds from 1970 on, before the year 10000");
    Refused::new(fact, format!("unset {SET} to take the time of the machine"))
}
