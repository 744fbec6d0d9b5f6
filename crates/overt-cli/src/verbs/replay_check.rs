//! `overt replay-check`: whether this machine computes the bits that evidence is made of.

use crate::door::{Door, say, say_json};
use clap::Args;
use overt::fault::Result;
use overt::verbs::{ReplayCheckOptions, ReplayChecked};
use std::process::ExitCode;

/// Checks that this machine computes the same bits at any number of threads: plays the same episodes on 1, 2
/// and 4 threads. The digest is the same on every processor.
#[derive(Args, Debug)]
#[command(after_help = "\
Example: overt replay-check maze-exit

Exit codes: 0 the same bits, 10 not")]
pub(crate) struct ReplayCheck {
    /// A name that `overt subjects` lists, or the folder of an agent.
    #[arg(default_value = "maze-green")]
    subject: String,
    /// Number of episodes.
    #[arg(long, default_value_t = 300)]
    n: usize,
    /// Seed of the levels.
    #[arg(long, default_value_t = 0, value_parser = crate::number::seed)]
    seed: u64,
}

impl ReplayCheck {
    pub(crate) fn run(&self, door: &Door) -> Result<ExitCode> {
        super::tell_apart(&self.subject);
        let checked = overt::verbs::replay_check(&ReplayCheckOptions {
            subject: self.subject.clone(),
            n: self.n,
            seed: self.seed,
        })?;
        if door.json {
            say_json(&checked)?;
        } else {
            say(&self.in_words(&checked))?;
        }
        Ok(if checked.same { ExitCode::SUCCESS } else { ExitCode::from(crate::fault::REFUTED) })
    }

    fn in_words(&self, checked: &ReplayChecked) -> String {
        let ReplayChecked { digests, profile, same, threads, subject, seconds } = checked;
        let rows = threads.iter().zip(digests).zip(seconds);
        let line = |((threads, digest), seconds): ((&u16, &String), &f64)| {
            let noun = if *threads == 1 { "thread " } else { "threads" };
            format!("  {threads} {noun}  {digest}  {seconds:.1} s of a processor\n")
        };
        let lines: String = rows.map(line).collect();
        let end = if *same { "the same bits" } else { "DIFFERENT BITS" };
        format!("{} episodes of {subject}, {profile}\n{lines}{end}\n", self.n)
    }
}
