//! `overt audit`: says which goal a subject pursues, before it is deployed.

use super::on_threads;
use crate::door::{Door, say};
use crate::inspect::InspectFile;
use crate::subjects::Opened;
use crate::{files, subjects};
use anyhow::{Context, Result, anyhow};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use overt::audit::choice::{ChoicePlan, audit_choice};
use overt::audit::{Calibration, Plan, Subject, audit};
use overt::report::{Report, html, terminal};
use std::path::PathBuf;
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
    /// Everything random is drawn from this seed.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Threads, 0 for one per core; the report has the same bits at any number.
    #[arg(long, default_value_t = 0, value_name = "N",
        value_parser = clap::value_parser!(u16).range(..=1024))]
    threads: u16,
}

impl Audit {
    pub(crate) fn run(&self, door: &Door) -> Result<ExitCode> {
        let subject = subjects::open_any(&self.subject)?;
        let out = self.out.clone().unwrap_or_else(|| subjects::report_folder(subject.name()));
        files::check_folder(&out, &[REPORT_JSON, REPORT_HTML])?;
        let log = self.log(&subject)?;
        let report = on_threads(self.threads, || self.audit(&subject))?;
        report.validate().map_err(|error| anyhow!("the report does not hold together: {error}"))?;
        let json = report.to_json();
        let page = html(&report);
        let log = match log {
            Some(log) => Some((log.bytes(std::slice::from_ref(&report))?, log)),
            None => None,
        };
        files::write_together(
            &out,
            &[(REPORT_JSON, json.as_bytes()), (REPORT_HTML, page.as_bytes())],
        )?;
        if let Some((bytes, log)) = log {
            log.write(&bytes)?;
        }
        if door.json {
            say(&json)?;
        } else {
            let path = out.join(REPORT_HTML);
            say(&terminal(&report, door.style(), &path.display().to_string()))?;
        }
        Ok(ExitCode::from(u8::try_from(report.verdict.exit_code())?))
    }

    fn log(&self, subject: &Opened) -> Result<Option<InspectFile>> {
        let log = |asked: &PathBuf| InspectFile::new(asked, subject.name(), &subject.digest());
        self.inspect.as_ref().map(log).transpose()
    }

    fn audit(&self, subject: &Opened) -> Result<Report> {
        let bar = ProgressBar::new_spinner()
            .with_style(ProgressStyle::with_template("{spinner} {elapsed} {msg}")?);
        bar.enable_steady_tick(Duration::from_millis(100));
        let mut watch = |check: &str| bar.set_message(check.to_owned());
        let report = match subject {
            Opened::Maze(subject) => self.audit_maze(subject, &mut watch),
            Opened::Choice(subject) => {
                audit_choice(subject, &ChoicePlan::new(self.seed), &mut watch).map_err(Into::into)
            }
        };
        bar.finish_and_clear();
        report
    }

    fn audit_maze(&self, subject: &Subject, watch: &mut dyn FnMut(&str)) -> Result<Report> {
        let calibration = Calibration::from_json(subjects::CALIBRATION)
            .context("cannot use the calibration inside this program")?;
        Ok(audit(subject, &Plan::new(self.seed), &calibration, watch)?)
    }
}
