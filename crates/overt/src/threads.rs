//! Work on as many threads as are asked for.

use crate::fault::{Fault, Result};

/// Work on a pool of this many threads; 0 takes one for each core.
pub(crate) fn on_threads<T: Send>(
    threads: u16,
    work: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build();
    pool.map_err(|error| Fault::failed(format!("cannot start threads: {error}")))?.install(work)
}
