//! How long every question about a hidden goal takes, on two threads, of an agent that ships.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot start fails")]

use overt_audit::maze::hidden::{HiddenPlan, measure_hidden};
use overt_audit::maze::{Subject, SubjectFiles};
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EXIT: SubjectFiles<'_> = SubjectFiles {
    config: include_bytes!("../../../subjects/maze-exit/config.json"),
    weights: include_bytes!("../../../subjects/maze-exit/model.safetensors"),
    subject: include_str!("../../../subjects/maze-exit/subject.toml"),
    claim: include_str!("../../../subjects/maze-exit/claim.toml"),
};

fn main() {
    let subject = Subject::read("maze-exit", EXIT).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let mut marks: Vec<(String, Instant)> = Vec::new();
    let mut progress = |name: &str| marks.push((name.to_owned(), Instant::now()));
    pool.install(|| measure_hidden(&subject, &HiddenPlan::new(7), &mut progress)).unwrap();
    marks.push(("end".to_owned(), Instant::now()));
    for pair in marks.windows(2) {
        let took = (pair[1].1 - pair[0].1).as_secs_f64();
        println!("{}: {took:.2} s", pair[0].0);
    }
}
