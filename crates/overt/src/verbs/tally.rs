//! How far work on several threads is, as one number that only grows.

use super::Watch;
use std::sync::Mutex;

/// Counts what is done on any thread, and says it.
pub(super) struct Tally<'a> {
    watch: &'a dyn Watch,
    done: Mutex<u64>,
    all: u64,
}

impl<'a> Tally<'a> {
    /// Nothing is done yet of all that there is to do.
    pub(super) fn new(watch: &'a dyn Watch, all: u64) -> Self {
        watch.reached(0, all);
        Self { watch, done: Mutex::new(0), all }
    }

    /// So much more is done.
    pub(super) fn add(&self, n: u64) {
        // It is said under the lock, so that nobody hears a smaller number after a larger one.
        if let Ok(mut done) = self.done.lock() {
            *done += n;
            self.watch.reached(*done, self.all);
        }
    }

    /// This is being done now.
    pub(super) fn say(&self, what: &str) {
        self.watch.doing(what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Remembers how far it was.
    #[derive(Default)]
    struct Heard(Mutex<Vec<(u64, u64)>>);

    impl Watch for Heard {
        fn reached(&self, done: u64, all: u64) {
            self.0.lock().unwrap().push((done, all));
        }
    }

    #[test]
    fn many_threads_are_heard_as_one_number_that_only_grows() {
        let heard = Heard::default();
        let tally = Tally::new(&heard, 200);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..25).for_each(|_| tally.add(1)));
            }
        });
        let expect: Vec<(u64, u64)> = (0..=200).map(|done| (done, 200)).collect();
        assert_eq!(heard.0.into_inner().unwrap(), expect);
    }
}
