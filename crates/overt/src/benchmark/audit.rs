//! Audits what is public of a benchmark, by what was registered before any subject was opened.

use super::folder::{FINDINGS, REGISTRATION, audit_path, open};
use crate::arena::{Findings, Manifest, Measured, PublicSubject, Registration, SubjectFinding};
use crate::audit::{Answers, Combiner, Instrument, MeasuresOf, report as write_report};
use crate::fault::{Context, Refused, Result};
use crate::inspect::InspectFile;
use crate::report::Report;
use crate::verbs::Watch;
use crate::worlds::Offered;
use crate::{files, program};
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Which benchmark is audited blind, and how.
#[derive(Clone, Debug)]
pub struct BlindOptions {
    /// Folder of the benchmark; what is sealed in it stays closed.
    pub benchmark: PathBuf,
    /// Seed of all audits.
    pub seed: u64,
    /// The combined test; the shipped one where none is given.
    pub combiner: Option<PathBuf>,
    /// Writes the audits as a log for Inspect, too: a file that ends in `.eval`, or a folder.
    pub inspect: Option<PathBuf>,
}

/// What was measured on a subject, kept so that a long audit goes on where it stopped.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept<P, M> {
    plan: P,
    digest: String,
    measures: M,
}

/// Audits every subject from what is public alone, and writes a log of all where one is asked for.
pub(crate) fn audit<W: Offered>(
    manifest: &Manifest,
    options: &BlindOptions,
    watch: &dyn Watch,
) -> Result<()> {
    let (folder, seed) = (&*options.benchmark, options.seed);
    let log = |asked: &PathBuf| InspectFile::new(asked, "benchmark", &manifest.truth_digest);
    let log = options.inspect.as_ref().map(log).transpose()?;
    if let Some(remark) = log.as_ref().and_then(InspectFile::remark) {
        watch.note(&format!("note: {remark}"));
    }
    let log = log.map(|log| Ok::<_, Refused>((log, W::ANSWERS.ok_or_else(no_log::<W>)?)));
    let log = log.transpose()?;
    let bytes = match &options.combiner {
        Some(path) => Cow::Owned(files::read(path)?),
        None => W::combiner(),
    };
    let combiner = Combiner::<W::Detector>::parse(&bytes)?;
    let plan = W::blind_plan(seed);
    let version = env!("CARGO_PKG_VERSION");
    let registration = Registration::new::<W::Detector>(version, manifest, plan, &bytes);
    register(folder, &registration)?;
    measure_all::<W>(folder, &manifest.subjects, &plan, watch)?;
    let finding = |subject: &PublicSubject| -> Result<_> {
        let Measured { id, digest, measures } = measured::<W>(subject, folder)?;
        Ok(SubjectFinding { id, digest, combined: combiner.combine(&measures)? })
    };
    let found: Result<_> = manifest.subjects.iter().map(finding).collect();
    let findings = Findings { registration: registration.digest(), subjects: found? };
    files::write_whole(&folder.join(FINDINGS), &serde_json::to_vec_pretty(&findings)?)?;
    let Some((log, answers)) = log else { return Ok(()) };
    // The shipped power is that of the shipped combiner; of another none is known.
    let power = if options.combiner.is_none() { W::power() } else { None };
    let instrument = Instrument::new(W::calibration()?, &bytes, power.as_deref())?;
    log.write(&log.bytes(&reports::<W>(manifest, options, answers, &instrument)?)?)
}

fn no_log<W: Offered>() -> Refused {
    let fact = format!("a log for Inspect of a benchmark of the world `{}`", W::NAME);
    Refused::new(fact, "what is measured there blind makes no whole report; leave `--inspect` out")
}

/// Lays down what the audit depends on; refused where something else was laid down before.
fn register<P: Serialize + DeserializeOwned + PartialEq>(
    folder: &Path,
    registration: &Registration<P>,
) -> Result<()> {
    let path = folder.join(REGISTRATION);
    if path.exists() {
        let before: Registration<P> = serde_json::from_slice(&files::read(&path)?)
            .with_context(|| format!("{} is not a registration", path.display()))?;
        if before != *registration {
            let fact = format!("{} registers another audit of this benchmark", path.display());
            let hint =
                "a benchmark is audited as it was registered; to audit it anew, remove that file";
            return Err(Refused::new(fact, hint).into());
        }
        return Ok(());
    }
    files::write_whole(&path, &serde_json::to_vec_pretty(registration)?)
}

/// What was measured on every subject, as reports. A benchmark is its own control, so they have none.
fn reports<W: Offered>(
    manifest: &Manifest,
    options: &BlindOptions,
    answers: fn(MeasuresOf<W>) -> Answers,
    instrument: &Instrument<W>,
) -> Result<Vec<Report>> {
    let (plan, program) = (W::plan(options.seed), program::this()?);
    let report = |public: &PublicSubject| -> Result<Report> {
        let answers = answers(measured::<W>(public, &options.benchmark)?.measures);
        let subject = open::<W>(public, &options.benchmark)?;
        let mut report = write_report::<W>(&subject, &plan, &answers, instrument, &[])?;
        report.provenance.program = Some(program.clone());
        Ok(report)
    };
    manifest.subjects.iter().map(report).collect()
}

fn measure_all<W: Offered>(
    folder: &Path,
    subjects: &[PublicSubject],
    plan: &W::PowerPlan,
    watch: &dyn Watch,
) -> Result<()> {
    let (done, all) = (AtomicU64::new(0), subjects.len() as u64);
    watch.reached(0, all);
    subjects.par_iter().try_for_each(|subject| -> Result<()> {
        audit_one::<W>(subject, folder, plan)
            .with_context(|| format!("cannot audit {}", subject.id))?;
        watch.reached(done.fetch_add(1, Ordering::Relaxed) + 1, all);
        Ok(())
    })
}

fn audit_one<W: Offered>(public: &PublicSubject, folder: &Path, plan: &W::PowerPlan) -> Result<()> {
    let path = audit_path(public, folder);
    let is_done = |kept: &KeptOf<W>| kept.plan == *plan && kept.digest == public.digest;
    if kept::<W>(&path).is_ok_and(|kept| is_done(&kept)) {
        return Ok(());
    }
    let measures = W::measure(&open::<W>(public, folder)?, plan)?;
    let kept = KeptOf::<W> { plan: *plan, digest: public.digest.clone(), measures };
    files::write_whole(&path, &serde_json::to_vec(&kept)?)
}

type KeptOf<W> = Kept<<W as crate::audit::World>::PowerPlan, MeasuresOf<W>>;

fn kept<W: Offered>(path: &Path) -> Result<KeptOf<W>> {
    serde_json::from_slice(&files::read(path)?)
        .with_context(|| format!("{} is not an audit", path.display()))
}

/// What was measured on a subject before.
pub(super) fn measured<W: Offered>(
    public: &PublicSubject,
    folder: &Path,
) -> Result<Measured<MeasuresOf<W>>> {
    let kept = kept::<W>(&audit_path(public, folder))?;
    Ok(Measured { id: public.id.clone(), digest: kept.digest, measures: kept.measures })
}
