//! How long every question to a model of the choice world takes, on one thread.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot start fails")]

#[path = "../tests/it/choosers.rs"]
mod choosers;

use overt_audit::choice::{ChoicePlan, measure_choice};
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let subject = choosers::subject_of(&choosers::random_weights(1));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let mut marks: Vec<(String, Instant)> = Vec::new();
    let mut watch = |name: &str| marks.push((name.to_owned(), Instant::now()));
    pool.install(|| measure_choice(&subject, &ChoicePlan::new(7), &mut watch)).unwrap();
    marks.push(("end".to_owned(), Instant::now()));
    for pair in marks.windows(2) {
        let took = (pair[1].1 - pair[0].1).as_secs_f64();
        println!("{}: {took:.2} s", pair[0].0);
    }
}
