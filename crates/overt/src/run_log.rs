//! The log of all runs of a key, which lies beside the key: `KEY.runlog.json`.
//!
//! Two programs may sign with one key at the same time. Each change of the log reads it, adds one entry and
//! writes it, all under a lock, so no entry is lost. A run first writes its evidence and then says that it
//! ended: an entry that says so names evidence that was on the disk. A run that fails stays in the log as
//! one that began.

use crate::evidence::Digest;
use crate::evidence::Time;
use crate::evidence::run_log::{Entry, Event, Log};
use crate::fault::{Context, Result};
use crate::files;
use std::path::{Path, PathBuf};

/// A run that is in the log as one that began.
#[derive(Debug)]
pub struct Begun {
    path: PathBuf,
    plan: Digest,
    log: Log,
}

impl Begun {
    /// Adds that a run of this plan began to the log of the key in that file.
    pub fn new(key: &Path, time: Time, plan: Digest) -> Result<Self> {
        let path = path(key);
        let log = add(&path, time, Event::Began { plan })?;
        Ok(Self { path, plan, log })
    }

    /// The log up to the entry of this run, which is its last.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// When the run began, as the log has it: no earlier than the entry before it.
    pub fn time(&self) -> Option<&Time> {
        self.log.entries.last().map(|entry| &entry.time)
    }

    /// Writes the evidence, and adds that the run ended only when that was done.
    pub fn end(
        self,
        statement: Digest,
        now: impl FnOnce() -> Result<Time>,
        write: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let path = self.path.display();
        write().with_context(|| format!("the run stays unfinished in {path}"))?;
        add(&self.path, now()?, Event::Ended { plan: self.plan, statement })?;
        Ok(())
    }
}

/// Where the log of a key lies.
fn path(key: &Path) -> PathBuf {
    let mut path = key.as_os_str().to_owned();
    path.push(".runlog.json");
    path.into()
}

/// Adds an entry and gives the log as it is then.
fn add(path: &Path, time: Time, event: Event) -> Result<Log> {
    files::locked(path, || {
        let mut log = if path.exists() {
            Log::read(&files::read(path)?)
                .with_context(|| format!("cannot use {}", path.display()))?
        } else {
            Log::default()
        };
        // A clock that was set back must not make a log that nobody can read.
        let time = log.entries.last().map_or(time.clone(), |last| time.max(last.time.clone()));
        log.entries.push(Entry { time, event });
        files::write_whole(path, &log.to_bytes()?)?;
        Ok(log)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: u32) -> Time {
        "2026-11-30T09:00:00Z".parse::<Time>().unwrap().minutes_later(minute)
    }

    fn read(key: &Path) -> Log {
        Log::read(&files::read(&path(key)).unwrap()).unwrap()
    }

    #[test]
    fn runs_that_begin_at_the_same_time_all_stay_in_the_log() {
        let desk = tempfile::tempdir().unwrap();
        let key = desk.path().join("my.key");
        let begin = |plan: u8| Begun::new(&key, at(0), Digest([plan; 32])).unwrap();
        let places: Vec<usize> = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..8).map(|plan| scope.spawn(move || begin(plan))).collect();
            let runs = runs.into_iter().map(|run| run.join().unwrap());
            runs.map(|run| run.log().entries.len()).collect()
        });
        let mut each = places.clone();
        each.sort_unstable();
        assert_eq!(each, [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(read(&key).runs(), (8, 0));
    }

    #[test]
    fn a_run_whose_evidence_cannot_be_written_stays_unfinished() {
        let desk = tempfile::tempdir().unwrap();
        let (key, taken) = (desk.path().join("my.key"), desk.path().join("taken"));
        files::write_whole(&taken, b"a file where a folder should be").unwrap();
        let run = Begun::new(&key, at(0), Digest([7; 32])).unwrap();
        let write = || files::write_together(&taken, &[("evidence.json", b"{}")]);
        let error = run.end(Digest([8; 32]), || Ok(at(1)), write).unwrap_err();
        assert!(error.to_string().contains("stays unfinished in"), "{error}");
        assert_eq!(read(&key).runs(), (1, 0));

        let run = Begun::new(&key, at(2), Digest([7; 32])).unwrap();
        let write = || files::write_together(&desk.path().join("out"), &[("evidence.json", b"{}")]);
        run.end(Digest([8; 32]), || Ok(at(3)), write).unwrap();
        assert_eq!(read(&key).runs(), (2, 1));
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_the_order() {
        let desk = tempfile::tempdir().unwrap();
        let key = desk.path().join("my.key");
        Begun::new(&key, at(5), Digest([1; 32])).unwrap();
        let later = Begun::new(&key, at(0), Digest([2; 32])).unwrap();
        assert_eq!(later.time(), Some(&at(5)));
    }
}
