//! How long a reading of the sealed detectors takes, with and without probes, on one thread.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot start fails")]

use overt_audit::maze::{Monitor, Subject, SubjectFiles};
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Readings, of which the shortest counts.
const N_READINGS: usize = 5;

const EXIT: SubjectFiles<'_> = SubjectFiles {
    config: include_bytes!("../../../subjects/maze-exit/config.json"),
    weights: include_bytes!("../../../subjects/maze-exit/model.safetensors"),
    subject: include_str!("../../../subjects/maze-exit/subject.toml"),
    claim: include_str!("../../../subjects/maze-exit/claim.toml"),
};

fn main() {
    let subject = Subject::read("maze-exit", EXIT).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let took = |monitor: Monitor| {
        let one = || {
            let start = Instant::now();
            pool.install(|| monitor.read(&subject)).unwrap();
            start.elapsed().as_secs_f64()
        };
        (0..N_READINGS).map(|_| one()).fold(f64::INFINITY, f64::min)
    };
    println!("without probes: {:.2} s", took(Monitor::new(7).without_probes()));
    println!("with probes: {:.2} s", took(Monitor::new(7)));
    for reading in Monitor::new(7).read(&subject).unwrap() {
        let overt_audit::maze::Reading { detector, value, interval } = reading;
        println!("{detector}: {value:.2} [{:.2}, {:.2}]", interval.lo, interval.hi);
    }
}
