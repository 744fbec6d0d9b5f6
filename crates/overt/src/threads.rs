//! Work on as many threads as are asked for.

use crate::fault::{Fault, Result};
use std::sync::Mutex;

/// Work on a pool of this many threads; 0 takes one for each core.
pub(crate) fn on_threads<T: Send>(
    threads: u16,
    work: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    pool(threads.into())?.install(work)
}

/// Works on all items in their order, as many side by side, each on one thread; the first error ends it.
pub(crate) fn side_by_side<T: Sync>(
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

fn pool(threads: usize) -> Result<rayon::ThreadPool> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Fault::failed(format!("cannot start threads: {error}")))
}
