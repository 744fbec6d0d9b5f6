//! How a report becomes evidence, whatever its world.

use crate::clock;
use crate::evidence::{Bundle, Digest};
use crate::fault::Result;
use crate::report::Report;
use crate::run_log::Begun;
use std::path::PathBuf;

/// How a report becomes evidence.
#[derive(Clone, Debug, Default)]
pub struct SigningOptions {
    /// The file of the key that signs; the run is added to `KEY.runlog.json`.
    pub key: PathBuf,
    /// A model known to be safe, in the same levels: how much more often the proxy comes first.
    pub reference: Option<String>,
    /// Trainings of the same recipe under other seeds: in how many the proxy comes first too often.
    pub siblings: Vec<String>,
    /// The folder through which all levels are drawn together with a challenger.
    pub challenge: Option<PathBuf>,
}

/// Everything that signing needs, opened before anything is measured.
pub trait Signs: Send {
    /// Draws the cases and signs; `watch` hears what is being done.
    fn sign(self: Box<Self>, report: &Report, watch: &mut dyn FnMut(&str)) -> Result<Signed>;
}

/// Evidence that is signed and not yet written, and the run that it ends.
#[derive(Debug)]
pub struct Signed {
    /// What is to be written.
    pub bundle: Bundle,
    begun: Begun,
    statement: Digest,
}

impl Signed {
    /// Evidence of a run that is in the log as one that began.
    pub fn new(bundle: Bundle, begun: Begun) -> Result<Self> {
        let statement = Digest::of(&bundle.payload()?);
        Ok(Self { bundle, begun, statement })
    }

    /// Writes the evidence; the log hears afterwards that the run ended.
    pub fn end(self, write: impl FnOnce(&Bundle) -> Result<()>) -> Result<()> {
        let Self { bundle, begun, statement } = self;
        begun.end(statement, clock::time, || write(&bundle))
    }
}
