//! `overt audit`: says which goal a subject pursues, before it is deployed.

use super::on_threads;
use crate::door::{Door, say};
use crate::{files, subjects};
use anyhow::{Context, Result, anyhow};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use overt::audit::{Calibration, Plan, Subject, audit};
use overt::report::{Report, html, terminal};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// The document for programs.
pub(crate) const REPORT_JSON: &str = "report.json";
/// The page for people.
const REPORT_HTML: &str = "report.html";

/// Audits an agent from its weights and training levels alone, and writes the report.
#[derive(Args, Debug)]
#[command(after_help = "\
Example: overt audit maze-green

Exit codes: 0 VERIFIED, 10 REFUTED, 11 INCONCLUSIVE")]
pub(crate) struct Audit {
    /// A name that `overt subjects` lists, or a folder.
    #[arg(default_value = "maze-green")]
    subject: String,
    /// Folder for `report.json` and `report.html` [default: overt-report/NAME]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
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
        let subject = subjects::open(&self.subject)?;
        let out = self.out.clone().unwrap_or_else(|| subjects::report_folder(&subject));
        files::check_folder(&out, &[REPORT_JSON, REPORT_HTML])?;
        let report = on_threads(self.threads, || self.audit(&subject))?;
        report.validate().map_err(|error| anyhow!("the report does not hold together: {error}"))?;
        let json = report.to_json();
        let page = html(&report);
        files::write_together(
            &out,
            &[(REPORT_JSON, json.as_bytes()), (REPORT_HTML, page.as_bytes())],
        )?;
        if door.json {
            say(&json)?;
        } else {
            let path = out.join(REPORT_HTML);
            say(&terminal(&report, door.style(), &path.display().to_string()))?;
        }
        Ok(ExitCode::from(u8::try_from(report.verdict.exit_code())?))
    }

    fn audit(&self, subject: &Subject) -> Result<Report> {
        let calibration = Calibration::from_json(subjects::CALIBRATION)
            .context("cannot use the calibration inside this program")?;
        let bar = ProgressBar::new_spinner()
            .with_style(ProgressStyle::with_template("{spinner} {elapsed} {msg}")?);
        bar.enable_steady_tick(Duration::from_millis(100));
        let mut watch = |check: &str| bar.set_message(check.to_owned());
        let report = audit(subject, &Plan::new(self.seed), &calibration, &mut watch);
        bar.finish_and_clear();
        Ok(report?)
    }
}
