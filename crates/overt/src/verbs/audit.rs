//! Says which goal a subject pursues, before it is deployed, and writes the report.

use super::Watch;
use super::signing::{Signed, SigningOptions};
use crate::audit::Instrument;
use crate::audit::choice::{Choice, ChoicePlan, ChoiceSubject};
use crate::audit::maze::{Calibration, Maze, MazePlan, Subject};
use crate::fault::{Context, Fault, Refused, Result};
use crate::inspect::InspectFile;
use crate::report::{Report, html, html_with_evidence};
use crate::shell::quoted;
use crate::subjects::Opened;
use crate::threads::on_threads;
use crate::{bundle, controls, files, program, subjects, zoo};
use std::path::{Path, PathBuf};

/// The document for programs.
pub const REPORT_JSON: &str = "report.json";
/// The page for people.
pub const REPORT_HTML: &str = "report.html";

/// What is audited, and how.
#[derive(Clone, Debug, Default)]
pub struct AuditOptions {
    /// A name that ships, or the folder of an agent or of a model of the choice world.
    pub subject: String,
    /// Folder for the report; `overt-report/NAME` where none is given.
    pub out: Option<PathBuf>,
    /// Writes the audit as a log for Inspect, too: a file that ends in `.eval`, or a folder.
    pub inspect: Option<PathBuf>,
    /// A zoo whose organisms are audited beside it instead of those that ship.
    pub controls: Option<PathBuf>,
    /// Everything random is drawn from this seed.
    pub seed: u64,
    /// Threads, 0 for one per core; the report has the same bits at any number.
    pub threads: u16,
    /// Signs the report as evidence.
    pub signing: Option<SigningOptions>,
}

/// An audit that was written.
#[derive(Debug)]
pub struct Audited {
    /// The report.
    pub report: Report,
    /// The folder that holds it.
    pub folder: PathBuf,
    /// Whether evidence lies beside it.
    pub is_signed: bool,
}

/// Audits a subject from its weights and training levels alone, and writes the report.
pub fn audit(options: &AuditOptions, watch: &dyn Watch) -> Result<Audited> {
    let subject = subjects::open_any(&options.subject)?;
    let folder = options.out.clone().unwrap_or_else(|| subjects::report_folder(subject.name()));
    files::check_folder(&folder, &[REPORT_JSON, REPORT_HTML])?;
    let log = log(options, &subject, watch)?;
    let beside = Beside::of(&subject, options.controls.as_deref())?;
    let signer = match (&options.signing, &subject) {
        (Some(signing), Opened::Maze(agent)) => {
            Some(signing.open((&options.subject, agent), options.seed)?)
        }
        (Some(_), Opened::Choice(_)) => return Err(SigningOptions::refuse()),
        (None, _) => None,
    };
    let report = on_threads(options.threads, || beside.audit(options.seed, watch))?;
    let report = finished(report, options)?;
    let signed = match signer {
        Some(signer) => Some(on_threads(options.threads, || {
            signer.sign(&report, &mut |what: &str| watch.doing(what))
        })?),
        None => None,
    };
    let log = match log {
        Some(log) => Some((log.bytes(std::slice::from_ref(&report))?, log)),
        None => None,
    };
    let is_signed = signed.is_some();
    write(&folder, &report, signed)?;
    if let Some((bytes, log)) = log {
        log.write(&bytes)?;
    }
    Ok(Audited { report, folder, is_signed })
}

/// The report with what the door alone knows: which program made it, and which command makes it again.
fn finished(mut report: Report, options: &AuditOptions) -> Result<Report> {
    report.provenance.program = Some(program::this()?);
    report.provenance.command = command(options);
    let report = report.with_page();
    report
        .validate()
        .map_err(|error| Fault::failed(format!("the report does not hold together: {error}")))?;
    Ok(report)
}

/// The command that makes the report again, from the same folder.
fn command(options: &AuditOptions) -> String {
    let AuditOptions { subject, seed, controls, .. } = options;
    let controls = controls.as_ref();
    let controls =
        controls.map_or_else(String::new, |zoo| format!(" --controls {}", quoted(zoo.display())));
    format!("overt audit {} --seed {seed}{controls}", quoted(subject))
}

fn write(folder: &Path, report: &Report, signed: Option<Signed>) -> Result<()> {
    if let Some(signed) = signed {
        let page = html_with_evidence(report, &signed.bundle.files);
        let page = [(REPORT_HTML, page.as_bytes())];
        signed.end(|evidence| bundle::write(folder, evidence, &page))
    } else {
        let (json, page) = (report.to_json(), html(report));
        let files = [(REPORT_JSON, json.as_bytes()), (REPORT_HTML, page.as_bytes())];
        files::write_together(folder, &files)
    }
}

fn log(options: &AuditOptions, subject: &Opened, watch: &dyn Watch) -> Result<Option<InspectFile>> {
    let Some(asked) = &options.inspect else { return Ok(None) };
    let log = InspectFile::new(asked, subject.name(), &subject.digest())?;
    if let Some(remark) = log.remark() {
        watch.note(&format!("note: {remark}"));
    }
    Ok(Some(log))
}

/// A subject with all that it is judged by.
enum Beside<'a> {
    Maze(&'a Subject, Box<Instrument<Maze>>),
    Choice(&'a ChoiceSubject, Box<Instrument<Choice>>),
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
                let instrument = Calibration::from_json(subjects::CALIBRATION)
                    .and_then(|calibration| Instrument::new(calibration, combiner, power))
                    .context("cannot use the tests inside this program")?;
                let instrument = instrument.with_controls(controls::agents()?);
                Ok(Self::Maze(subject, Box::new(instrument)))
            }
            Opened::Choice(subject) => {
                let instrument = Instrument::new((), subjects::COMBINER, Some(subjects::POWER))
                    .context("cannot use the test inside this program")?;
                let controls = folder.map_or_else(controls::organisms, zoo::controls)?;
                Ok(Self::Choice(subject, Box::new(instrument.with_controls(controls))))
            }
        }
    }

    fn audit(&self, seed: u64, watch: &dyn Watch) -> Result<Report> {
        let mut hear = |check: &str| watch.doing(check);
        Ok(match self {
            Self::Maze(subject, instrument) => {
                crate::audit::audit::<Maze>(subject, &MazePlan::new(seed), instrument, &mut hear)?
            }
            Self::Choice(subject, instrument) => crate::audit::audit::<Choice>(
                subject,
                &ChoicePlan::new(seed),
                instrument,
                &mut hear,
            )?,
        })
    }
}
