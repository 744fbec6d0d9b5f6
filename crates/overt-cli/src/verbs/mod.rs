//! The verbs of the command line, one file each.

pub(crate) mod arena;
pub(crate) mod audit;
pub(crate) mod certify;
pub(crate) mod challenge;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod drift;
pub(crate) mod export;
pub(crate) mod gate;
pub(crate) mod generate;
pub(crate) mod keygen;
pub(crate) mod lens;
pub(crate) mod man;
pub(crate) mod organisms;
pub(crate) mod patch;
pub(crate) mod redact;
pub(crate) mod replay_check;
pub(crate) mod respond;
pub(crate) mod reveal;
pub(crate) mod run;
pub(crate) mod sites;
pub(crate) mod subjects;
pub(crate) mod train;
pub(crate) mod verify;
pub(crate) mod watch;
pub(crate) mod zoo;

use overt::fault::{Fault, Result};
use std::sync::Mutex;

/// Says which of two is meant where a folder is called like a subject that ships.
pub(crate) fn tell_apart(subject: &str) {
    if let Some(which) = overt::subjects::namesake(subject) {
        crate::door::note(&format!("note: {which}"));
    }
}

fn pool(threads: usize) -> Result<rayon::ThreadPool> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Fault::failed(format!("cannot start threads: {error}")))
}

/// Works on all items in their order, as many side by side, each on one thread; the first error ends it.
fn side_by_side<T: Sync>(
    jobs: usize,
    items: &[T],
    work: impl Fn(&T) -> Result<()> + Sync,
) -> Result<()> {
    let queue = Mutex::new(items.iter());
    let next = || queue.lock().ok().and_then(|mut queue| queue.next());
    std::thread::scope(|scope| {
        let worker = || -> Result<()> {
            let pool = pool(1)?;
            while let Some(item) = next() {
                pool.install(|| work(item))?;
            }
            Ok(())
        };
        let workers: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(done) => done,
            Err(_) => Err(Fault::failed("a training stopped unexpectedly")),
        })
    })
}
