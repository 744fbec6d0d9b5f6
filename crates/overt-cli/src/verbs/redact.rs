//! `overt redact`: the same evidence with less of it shown.

use crate::door::{Door, say, say_json};
use clap::{Args, ValueEnum};
use overt::evidence::Level;
use overt::fault::Result;
use overt::verbs::RedactOptions;
use std::path::PathBuf;

/// Writes a report's evidence again with less of it; the signature still holds.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt redact overt-report/maze-green --level verdict --out verdict"
)]
pub(crate) struct Redact {
    /// The folder of a report with evidence.
    report: PathBuf,
    /// How much is shown.
    #[arg(long, value_enum)]
    level: Shown,
    /// Shows so many random cases in spite of that, each with its proof.
    #[arg(long, default_value_t = 0, value_name = "N")]
    samples: u64,
    /// Draws these cases: let whoever receives them choose it.
    #[arg(long, default_value_t = 0, value_parser = crate::number::seed)]
    seed: u64,
    /// Another folder than the report's.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shown {
    /// The verdict and every metric.
    Verdict,
    /// All figures of the report, too.
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
