//! `overt replay-check`: whether this machine computes the bits that evidence is made of.

use super::on_threads;
use crate::door::{Door, say, say_json};
use clap::Args;
use overt::audit::maze::replay_digest;
use overt::fault::Result;
use overt::{clock, subjects};
use std::process::ExitCode;

/// Numbers of threads that must give the same bits.
const THREADS: [u16; 3] = [1, 2, 4];

/// Plays the same episodes on 1, 2 and 4 threads and compares every bit; the digest is the same on every
/// processor.
#[derive(Args, Debug)]
#[command(after_help = "\
Example: overt replay-check maze-exit

Exit codes: 0 the same bits, 10 not")]
pub(crate) struct ReplayCheck {
    /// A name that `overt subjects` lists, or the folder of an agent.
    #[arg(default_value = "maze-green")]
    subject: String,
    /// Episodes.
    #[arg(long, default_value_t = 300)]
    n: usize,
    /// Draws the levels.
    #[arg(long, default_value_t = 0, value_parser = crate::number::seed)]
    seed: u64,
}

impl ReplayCheck {
    pub(crate) fn run(&self, door: &Door) -> Result<ExitCode> {
        super::tell_apart(&self.subject);
        let subject = subjects::open(&self.subject)?;
        let mut rows = Vec::new();
        for threads in THREADS {
            let watch = clock::Stopwatch::of_process();
            let asked = (self.n, self.seed);
            let digest =
                on_threads(threads, || Ok(replay_digest(&subject.policy, &subject.world, asked)?))?;
            rows.push((threads, digest, watch.seconds()));
        }
        let is_same = rows.iter().all(|row| row.1 == rows[0].1);
        let profile = overt::nn::Profile::PORTABLE_NAME;
        if door.json {
            let digests: Vec<&String> = rows.iter().map(|row| &row.1).collect();
            say_json(&serde_json::json!({
                "profile": profile, "threads": THREADS, "digests": digests, "same": is_same,
            }))?;
        } else {
            let line = |(threads, digest, seconds): &(u16, String, f64)| {
                format!("  {threads} threads  {digest}  {seconds:.1} s of a processor\n")
            };
            let lines: String = rows.iter().map(line).collect();
            let end = if is_same { "the same bits" } else { "DIFFERENT BITS" };
            say(&format!("{} episodes of {}, {profile}\n{lines}{end}\n", self.n, subject.name))?;
        }
        Ok(if is_same { ExitCode::SUCCESS } else { ExitCode::from(crate::fault::REFUTED) })
    }
}
