//! `overt redact`: the same evidence with less of it shown.

use crate::door::{Door, say};
use clap::{Args, ValueEnum};
use overt::evidence::Level;
use overt::fault::{Refused, Result};
use overt::report::evidence_html;
use overt::{bundle, files};
use rand::SeedableRng;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;
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
        if self.samples > 0 && self.level == Shown::Full {
            let fact = "`--samples` shows some cases, and `--level full` shows all";
            return Err(Refused::new(fact, "leave one of them out").into());
        }
        let whole = bundle::read(&self.report)?;
        files::check_empty(&self.out)?;
        let level = match self.level {
            Shown::Verdict => Level::Verdict,
            Shown::Figures => Level::Figures,
            Shown::Full => Level::Full,
        };
        let mut shown = whole.redact(level)?;
        if self.samples > 0 {
            let size = usize::try_from(whole.cases()?.size)?;
            let n = usize::try_from(self.samples)?.min(size);
            let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
            let kept: BTreeSet<usize> = sample(&mut rng, size, n).into_iter().collect();
            let sampled = whole.keep_cases(|at| kept.contains(&(at as usize)))?;
            let cases = overt::evidence::bundle::CASES;
            shown.files.insert(cases.to_owned(), sampled.file(cases)?.to_vec());
        }
        let page = evidence_html(&shown.files);
        bundle::write(&self.out, &shown, &[("evidence.html", page.as_bytes())])?;
        let names: Vec<&str> = shown.files.keys().map(String::as_str).collect();
        if door.json {
            return crate::door::say_json(&serde_json::json!({ "shown": names }));
        }
        say(&format!("{} shows {}\n", self.out.display(), names.join(", ")))
    }
}
