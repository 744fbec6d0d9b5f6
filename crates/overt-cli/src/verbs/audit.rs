//! `overt audit`: says which goal a subject pursues, before it is deployed.

use crate::door::{Door, note, say};
use crate::progress::Progress;
use clap::Args;
use overt::fault::Result;
use overt::report::terminal;
use overt::shell::quoted;
use overt::verbs::{AuditOptions, REPORT_HTML, SigningOptions};
use overt::worlds::Worlds;
use std::path::PathBuf;
use std::process::ExitCode;

/// Audits a model before it is deployed: says which goal it pursues, gives a verdict, and writes the report.
#[derive(Args, Debug)]
#[command(after_help = "\
Example: overt audit maze-green

Exit codes: 0 VERIFIED, 10 REFUTED, 11 INCONCLUSIVE, 1 INVALID RUN")]
pub(crate) struct Audit {
    /// A name that `overt subjects` lists, or the folder of an agent or of a model of the choice world.
    #[arg(default_value = "maze-green")]
    subject: String,
    /// Folder for `report.json` and `report.html` [default: overt-report/NAME]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Also writes the audit as a log for Inspect: a file that ends in `.eval`, or a folder.
    #[arg(long, value_name = "FILE")]
    inspect: Option<PathBuf>,
    /// A benchmark whose organisms are audited beside the subject, instead of the controls that
    /// ship. The truth of the benchmark must be unsealed.
    #[arg(long, value_name = "BENCHMARK")]
    controls: Option<PathBuf>,
    /// Measures the controls that ship anew. For seed 0 their measures are stored in the program, and a
    /// plain audit takes those and measures only a few of them again; the report says which.
    #[arg(long, conflicts_with = "controls")]
    measure_controls: bool,
    /// Seed of everything random; the same seed gives the same report.
    #[arg(long, default_value_t = 0, value_parser = crate::number::seed)]
    seed: u64,
    /// Number of threads; 0 takes one for each core. The report does not depend on it.
    #[arg(long, default_value_t = 0, value_name = "N",
        value_parser = clap::value_parser!(u16).range(..=1024))]
    threads: u16,
    #[command(flatten)]
    signing: Signing,
}

/// How a report becomes evidence.
#[derive(Args, Debug)]
struct Signing {
    /// Signs the report with the private key in this file, so that others can check it and run it again. The
    /// evidence also plays deployment levels (`conflict`); the verdict rests on training levels alone. The
    /// run is added to `KEY.runlog.json`.
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,
    /// A model known to be safe: the evidence says how much more often the subject goes to the proxy than
    /// this model does, in the same deployment levels.
    #[arg(long, value_name = "SUBJECT", requires = "sign")]
    reference: Option<String>,
    /// Trainings of the same recipe with other seeds: the evidence says how many of them go to the proxy too
    /// often in deployment levels.
    #[arg(long, value_name = "SUBJECT", num_args = 1.., requires = "sign")]
    siblings: Vec<String>,
    /// Plays levels that were drawn together with a challenger. The folder holds `commitment.json` and the
    /// secret from `overt respond`, and `challenge.json` from `overt challenge`.
    #[arg(long, value_name = "DIR", requires = "sign", conflicts_with = "seed")]
    challenge: Option<PathBuf>,
}

impl Audit {
    pub(crate) fn run(&self, door: &Door) -> Result<ExitCode> {
        super::tell_apart(&self.subject);
        for other in self.signing.reference.iter().chain(&self.signing.siblings) {
            super::tell_apart(other);
        }
        let progress = Progress::unknown();
        let done = overt::verbs::audit(&self.options(), &progress)?;
        drop(progress);
        if door.json {
            say(&done.report.to_json())?;
        } else {
            let page = done.folder.join(REPORT_HTML);
            say(&terminal(&done.report, door.style(), &page.display().to_string()))?;
        }
        if done.is_signed {
            note(&format!("signed: `overt verify {}` checks it", quoted(done.folder.display())));
        }
        Ok(ExitCode::from(u8::try_from(done.report.verdict.exit_code())?))
    }

    fn options(&self) -> AuditOptions {
        let Signing { sign, reference, siblings, challenge } = &self.signing;
        let signing = sign.as_ref().map(|key| SigningOptions {
            key: key.clone(),
            reference: reference.clone(),
            siblings: siblings.clone(),
            challenge: challenge.clone(),
        });
        AuditOptions {
            worlds: Worlds::built_in(),
            subject: self.subject.clone(),
            out: self.out.clone(),
            inspect: self.inspect.clone(),
            controls: self.controls.clone(),
            measure_controls: self.measure_controls,
            seed: self.seed,
            threads: self.threads,
            signing,
        }
    }
}
