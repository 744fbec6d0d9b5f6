//! `overt audit`: says which goal a subject pursues, before it is deployed.

mod signing;

use super::{on_threads, zoo};
use crate::door::{Door, note, say};
use crate::fault::Refused;
use crate::inspect::InspectFile;
use crate::subjects::Opened;
use crate::{bundle, controls, files, program, subjects};
use anyhow::{Context, Result, anyhow};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use overt::audit::choice::{self, ChoicePlan, ChoiceSubject, audit_choice};
use overt::audit::hidden::HiddenPlan;
use overt::audit::{Instrument, Plan, Subject, audit};
use overt::evidence::Bundle;
use overt::report::{Report, html, html_with_evidence, terminal};
use signing::{Signer, Signing};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// The document for programs.
pub(crate) const REPORT_JSON: &str = "report.json";
/// The page for people.
const REPORT_HTML: &str = "report.html";

/// Audits a subject from its weights and training levels alone, and writes the report.
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
    /// Writes the audit as a log for Inspect, too: a file that ends in `.eval`, or a folder.
    #[arg(long, value_name = "FILE")]
    inspect: Option<PathBuf>,
    /// A zoo whose organisms are audited beside it instead of those that ship: their truth is unsealed.
    #[arg(long, value_name = "ZOO")]
    controls: Option<PathBuf>,
    /// Everything random is drawn from this seed.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Threads, 0 for one per core; the report has the same bits at any number.
    #[arg(long, default_value_t = 0, value_name = "N",
        value_parser = clap::value_parser!(u16).range(..=1024))]
    threads: u16,
    #[command(flatten)]
    signing: Signing,
}

impl Audit {
    pub(crate) fn run(&self, door: &Door) -> Result<ExitCode> {
        let subject = subjects::open_any(&self.subject)?;
        let out = self.out.clone().unwrap_or_else(|| subjects::report_folder(subject.name()));
        files::check_folder(&out, &[REPORT_JSON, REPORT_HTML])?;
        let (log, beside) = (self.log(&subject)?, Beside::of(&subject, self.controls.as_deref())?);
        let signer = match &subject {
            Opened::Maze(agent) => self.signing.open((&self.subject, agent), self.seed)?,
            Opened::Choice(_) => self.signing.refuse()?,
        };
        let mut report = on_threads(self.threads, || self.audit(&beside))?;
        report.provenance.program = Some(program::this()?);
        report.validate().map_err(|error| anyhow!("the report does not hold together: {error}"))?;
        let evidence = match signer {
            Some(signer) => on_threads(self.threads, || Self::sign(signer, &report))?,
            None => Bundle::default(),
        };
        let json = report.to_json();
        let page = if evidence.files.is_empty() {
            html(&report)
        } else {
            html_with_evidence(&report, &evidence.files)
        };
        let log = match log {
            Some(log) => Some((log.bytes(std::slice::from_ref(&report))?, log)),
            None => None,
        };
        let (json_file, page_file) =
            ((REPORT_JSON, json.as_bytes()), (REPORT_HTML, page.as_bytes()));
        if evidence.files.is_empty() {
            files::write_together(&out, &[json_file, page_file])?;
        } else {
            bundle::write(&out, &evidence, &[page_file])?;
        }
        if let Some((bytes, log)) = log {
            log.write(&bytes)?;
        }
        if door.json {
            say(&json)?;
        } else {
            let path = out.join(REPORT_HTML);
            say(&terminal(&report, door.style(), &path.display().to_string()))?;
        }
        if !evidence.files.is_empty() {
            note(&format!("signed: `overt verify {}` checks it", out.display()));
        }
        Ok(ExitCode::from(u8::try_from(report.verdict.exit_code())?))
    }

    fn log(&self, subject: &Opened) -> Result<Option<InspectFile>> {
        let log = |asked: &PathBuf| InspectFile::new(asked, subject.name(), &subject.digest());
        self.inspect.as_ref().map(log).transpose()
    }

    fn sign(signer: Signer<'_>, report: &Report) -> Result<Bundle> {
        let bar = spinner()?;
        let bundle = signer.sign(report, &mut |what| bar.set_message(what.to_owned()));
        bar.finish_and_clear();
        bundle
    }

    fn audit(&self, beside: &Beside<'_>) -> Result<Report> {
        let bar = spinner()?;
        let mut watch = |check: &str| bar.set_message(check.to_owned());
        let report = match beside {
            Beside::Maze(subject, instrument) => {
                let plans = (&Plan::new(self.seed), &HiddenPlan::new(self.seed));
                audit(subject, plans, instrument, &mut watch)
            }
            Beside::Choice(subject, instrument) => {
                audit_choice(subject, &ChoicePlan::new(self.seed), instrument, &mut watch)
            }
        };
        bar.finish_and_clear();
        Ok(report?)
    }
}

fn spinner() -> Result<ProgressBar> {
    let bar = ProgressBar::new_spinner()
        .with_style(ProgressStyle::with_template("{spinner} {elapsed} {msg}")?);
    bar.enable_steady_tick(Duration::from_millis(100));
    Ok(bar)
}

/// A subject with all that it is judged by.
enum Beside<'a> {
    Maze(&'a Subject, Box<Instrument>),
    Choice(&'a ChoiceSubject, Box<choice::Instrument>),
}

impl<'a> Beside<'a> {
    fn of(subject: &'a Opened, folder: Option<&Path>) -> Result<Self> {
        match subject {
            Opened::Maze(_) if folder.is_some() => {
                let fact = "a zoo holds no controls of an agent in a maze";
                Err(Refused::new(fact, "leave `--controls` out; the twins are its controls").into())
            }
            Opened::Maze(subject) => {
                let (combiner, power) = (subjects::MAZE_COMBINER, Some(subjects::MAZE_POWER));
                let instrument = Instrument::read(subjects::CALIBRATION, combiner, power)
                    .context("cannot use the tests inside this program")?;
                let instrument = instrument.with_controls(controls::agents()?);
                Ok(Self::Maze(subject, Box::new(instrument)))
            }
            Opened::Choice(subject) => {
                let instrument =
                    choice::Instrument::read(subjects::COMBINER, Some(subjects::POWER))
                        .context("cannot use the test inside this program")?;
                let controls = folder.map_or_else(controls::organisms, zoo::controls)?;
                Ok(Self::Choice(subject, Box::new(instrument.with_controls(controls))))
            }
        }
    }
}
