//! What time it is.
#![expect(clippy::disallowed_methods, reason = "this is the room that has a clock")]

use crate::evidence::Time;
use crate::fault::{Fault, Refused, Result};
use crate::report::Moment;
use cpu_time::{ProcessTime, ThreadTime};
use std::time::{SystemTime, UNIX_EPOCH};

/// Sets the clock, in seconds after 1970 began, so that the same work is the same bytes again:
/// <https://reproducible-builds.org/specs/source-date-epoch/>.
const SET: &str = "SOURCE_DATE_EPOCH";

/// How much of a processor something takes, in seconds. What else the machine does, and how long the work
/// waits, hardly counts.
#[derive(Debug)]
pub struct Stopwatch(Started);

#[derive(Debug)]
enum Started {
    Thread(ThreadTime),
    Process(ProcessTime),
}

impl Stopwatch {
    /// Of work that stays on this thread.
    pub fn of_thread() -> Self {
        Self(Started::Thread(ThreadTime::now()))
    }

    /// Of work that all threads share.
    pub fn of_process() -> Self {
        Self(Started::Process(ProcessTime::now()))
    }

    /// How much it was so far.
    pub fn seconds(&self) -> f64 {
        let elapsed = match &self.0 {
            Started::Thread(start) => start.elapsed(),
            Started::Process(start) => start.elapsed(),
        };
        elapsed.as_secs_f64()
    }
}

/// Now, or when the environment says that it is.
pub fn now() -> Result<Moment> {
    let seconds = if let Ok(set) = std::env::var(SET) {
        set.parse().ok().ok_or_else(|| refused(&set))?
    } else {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.map_err(|_early| Fault::failed("it is before 1970"))?.as_secs()
    };
    Ok(Moment::after_1970(seconds).ok_or_else(|| refused(&seconds))?)
}

/// Now, as evidence writes it.
pub fn time() -> Result<Time> {
    let text = now()?.to_string();
    Ok(text.replace("+00:00", "Z").parse()?)
}

fn refused(set: &dyn std::fmt::Display) -> Refused {
    let fact = format!("{SET} is `{set}`, expected seconds from 1970 on, before the year 10000");
    Refused::new(fact, format!("unset {SET} to take the time of the machine"))
}
