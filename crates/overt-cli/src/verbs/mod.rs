//! The verbs of the command line, one file each.

pub(crate) mod arena;
pub(crate) mod audit;
pub(crate) mod certify;
pub(crate) mod generate;
pub(crate) mod lens;
pub(crate) mod organisms;
pub(crate) mod patch;
pub(crate) mod reveal;
pub(crate) mod run;
pub(crate) mod sites;
pub(crate) mod subjects;
pub(crate) mod train;
pub(crate) mod watch;
pub(crate) mod zoo;

use anyhow::Result;

/// Work on a pool of this many threads; 0 takes one for each core.
fn on_threads<T: Send>(threads: u16, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build()?.install(work)
}
