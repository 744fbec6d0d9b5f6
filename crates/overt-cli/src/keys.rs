//! Keys on disk, and the log of all runs that lies beside a key.

use crate::fault::Refused;
use crate::files;
use anyhow::{Context, Result};
use overt::evidence::run_log::{Entry, Event, Log};
use overt::evidence::{Digest, SigningKey, Time, VerifyingKey};
use std::path::{Path, PathBuf};

/// Reads a key that signs.
pub(crate) fn signing(path: &Path) -> Result<SigningKey> {
    let read = || -> Result<_> { Ok(SigningKey::from_pem(&files::read_text(path)?)?) };
    read().with_context(|| format!("cannot use {}", path.display()))
}

/// Reads a key that checks.
pub(crate) fn verifying(path: &Path) -> Result<VerifyingKey> {
    let read = || -> Result<_> { Ok(VerifyingKey::from_pem(&files::read_text(path)?)?) };
    read().with_context(|| format!("cannot use {}", path.display()))
}

/// 32 bytes that nobody can guess.
pub(crate) fn secret() -> Result<[u8; 32]> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)
        .map_err(|error| Refused::new(format!("no random bytes: {error}"), "try again"))?;
    Ok(secret)
}

/// The log of all runs of a key, which lies beside it.
#[derive(Debug)]
pub(crate) struct RunLog {
    path: PathBuf,
    /// Its entries so far.
    pub(crate) log: Log,
}

impl RunLog {
    /// The log of the key in that file.
    pub(crate) fn of(key: &Path) -> Result<Self> {
        let mut path = key.as_os_str().to_owned();
        path.push(".runlog.json");
        let path = PathBuf::from(path);
        let log = if path.exists() {
            Log::read(&files::read(&path)?)
                .with_context(|| format!("cannot use {}", path.display()))?
        } else {
            Log::default()
        };
        Ok(Self { path, log })
    }

    /// A plan was fixed.
    pub(crate) fn began(&mut self, time: Time, plan: Digest) -> Result<()> {
        self.add(time, Event::Began { plan })
    }

    /// Its run ended in a statement.
    pub(crate) fn ended(&mut self, time: Time, plan: Digest, statement: Digest) -> Result<()> {
        self.add(time, Event::Ended { plan, statement })
    }

    fn add(&mut self, time: Time, event: Event) -> Result<()> {
        // A clock that was set back must not make a log that nobody can read.
        let time = self.log.entries.last().map_or(time.clone(), |last| time.max(last.time.clone()));
        self.log.entries.push(Entry { time, event });
        files::write_whole(&self.path, &self.log.to_bytes()?)
    }
}
