//! Says which goal a subject pursues, before it is deployed, and writes the report.

use super::Watch;
use crate::fault::{Fault, Result};
use crate::inspect::InspectFile;
use crate::report::{Report, html, html_with_evidence};
use crate::shell::quoted;
use crate::signing::{Signed, SigningOptions};
use crate::threads::on_threads;
use crate::worlds::{AnySubject, Beside, Worlds};
use crate::{bundle, files, names, program};
use std::path::{Path, PathBuf};

/// The document for programs.
pub const REPORT_JSON: &str = "report.json";
/// The page for people.
pub const REPORT_HTML: &str = "report.html";

/// What is audited, and how.
#[derive(Clone, Debug, Default)]
pub struct AuditOptions {
    /// The worlds that the subject may be of.
    pub worlds: Worlds,
    /// A name that ships, or a folder of one of these worlds.
    pub subject: String,
    /// Folder for the report; `overt-report/NAME` where none is given.
    pub out: Option<PathBuf>,
    /// Writes the audit as a log for Inspect, too: a file that ends in `.eval`, or a folder.
    pub inspect: Option<PathBuf>,
    /// A benchmark whose organisms are audited beside it instead of those that ship.
    pub controls: Option<PathBuf>,
    /// Measures the controls that ship in this run, even where their measures are stored.
    pub measure_controls: bool,
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
    let subject = options.worlds.open(&options.subject)?;
    let folder = options.out.clone().unwrap_or_else(|| names::report_folder(subject.name()));
    files::check_folder(&folder, &[REPORT_JSON, REPORT_HTML])?;
    let log = log(options, &*subject, watch)?;
    let prepared = subject.prepare(beside(options))?;
    let signing = options.signing.as_ref();
    let signer = signing.map(|signing| subject.signer(signing, &options.subject, options.seed));
    let signer = signer.transpose()?;
    let report = on_threads(options.threads, || prepared(options.seed, watch))?;
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

fn beside(options: &AuditOptions) -> Beside<'_> {
    match &options.controls {
        Some(benchmark) => Beside::Benchmark(benchmark),
        None if options.measure_controls => Beside::ShippedMeasured,
        None => Beside::Shipped,
    }
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
    let AuditOptions { subject, seed, controls, measure_controls, .. } = options;
    let mut command = format!("overt audit {} --seed {seed}", quoted(subject));
    if let Some(benchmark) = controls {
        command.push_str(" --controls ");
        command.push_str(&quoted(benchmark.display()));
    }
    if *measure_controls {
        command += " --measure-controls";
    }
    command
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

fn log(
    options: &AuditOptions,
    subject: &dyn AnySubject,
    watch: &dyn Watch,
) -> Result<Option<InspectFile>> {
    let Some(asked) = &options.inspect else { return Ok(None) };
    let log = InspectFile::new(asked, subject.name(), &subject.digest())?;
    if let Some(remark) = log.remark() {
        watch.note(&format!("note: {remark}"));
    }
    Ok(Some(log))
}
