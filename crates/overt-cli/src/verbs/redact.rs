//! `overt redact`: the same evidence with less of it shown.

use crate::door::{Door, say, say_json};
use clap::{Args, ValueEnum};
use overt::evidence::Level;
use overt::fault::Result;
use overt::verbs::RedactOptions;
use std::path::PathBuf;

/// Writes a copy of the evidence that withholds parts of it; the same signature still holds.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt redact overt-report/maze-green --level verdict --out verdict"
)]
pub(crate) struct Redact {
    /// The folder of a report with evidence.
    report: PathBuf,
    /// How much the copy shows.
    #[arg(long, value_enum)]
    level: Shown,
    /// Also shows this many random cases, each with a proof that it was signed.
    #[arg(long, default_value_t = 0, value_name = "N")]
    samples: u64,
    /// Seed that draws these cases. Let the receiver choose it, so that you cannot.
    #[arg(long, default_value_t = 0, value_parser = crate::number::seed)]
    seed: u64,
    /// Folder for the copy; not the folder of the report.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shown {
    /// The verdict and every metric.
    Verdict,
    /// Also all figures of the report.
    Figures,
    /// Everything.
    Full,
}

impl Redact {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let redacted = overt::verbs::redact(&RedactOptions {
            report: self.report.clone(),
            level: match self.level {
                Shown::Verdict => Level::Verdict,
                Shown::Figures => Level::Figures,
                Shown::Full => Level::Full,
            },
            samples: self.samples,
            seed: self.seed,
            out: self.out.clone(),
        })?;
        if door.json {
            return say_json(&redacted);
        }
        say(&format!("{} shows {}\n", self.out.display(), redacted.shown.join(", ")))
    }
}
