//! `overt arena make`, `audit` and `score`: trains a zoo, lays out what is public and seals the rest;
//! audits what is public; unseals.

mod learn;
mod score;

pub(crate) use learn::learn;
pub(crate) use score::score;

use crate::door::{Door, note, say, say_json};
use crate::progress::Progress;
use overt::arena::{
    Family, Findings, Manifest, PublicSubject, Raised, Registration, SealedTruth, SubjectFinding,
    ZooAuditPlan, ZooAudited, ZooCombiner, ZooMeasures, ZooOrganism, ZooPlan, ZooWorld, raise,
    raised_before,
};
use overt::audit::choice::{Choice, ChoicePlan, measure_choice};
use overt::audit::maze::hidden::measure_hidden;
use overt::audit::{Answers, Instrument, report as write_report};
use overt::fault::{Context, Refused, Result};
use overt::files;
use overt::inspect::InspectFile;
use overt::organisms;
use overt::program;
use overt::report::Report;
use overt::subjects::{self, Opened};
use overt::threads::side_by_side;
use overt::zoo::{
    MANIFEST, PUBLIC, SEALED, TRUTH, check_digest, manifest, open, other_world, truths,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What audits measured, a file for each subject.
const AUDITS: &str = "audits";
/// What was laid down before the first audit.
const REGISTRATION: &str = "registration.json";
/// What the combined test says of each subject.
const FINDINGS: &str = "findings.json";

/// Trains the organisms of a plan, those that are there already excepted, and seals the truth. Maze
/// organisms that lie in the folder of a population are taken from there.
pub(crate) fn make(
    door: &Door,
    plan: &Path,
    zoo: &Path,
    runs: &[PathBuf],
    jobs: usize,
) -> Result<()> {
    let plan = ZooPlan::parse(&files::read_text(plan)?)
        .with_context(|| format!("{} is not a plan", plan.display()))?;
    files::check_folder(zoo, &[MANIFEST])?;
    let organisms = plan.organisms();
    raise_all(&organisms, zoo, runs, jobs)?;
    let truths: Result<Vec<SealedTruth>> =
        organisms.iter().map(|organism| truth(organism, zoo)).collect();
    let truths = truths?;
    let sealed = serde_json::to_vec_pretty(&truths)?;
    files::write_whole(&zoo.join(SEALED).join(TRUTH), &sealed)?;
    let manifest = Manifest::new(&plan, &truths, &sealed);
    files::write_whole(&zoo.join(MANIFEST), &serde_json::to_vec_pretty(&manifest)?)?;
    if door.json { say_json(&manifest) } else { say(&words(&truths)) }
}

fn raise_all(organisms: &[ZooOrganism], zoo: &Path, runs: &[PathBuf], jobs: usize) -> Result<()> {
    let progress = Progress::of_things(organisms.len(), "organisms");
    side_by_side(jobs, organisms, |organism| {
        progress.say(organism.id());
        raise_one(organism, zoo, runs)?;
        progress.add(1);
        Ok(())
    })
}

fn raise_one(organism: &ZooOrganism, zoo: &Path, runs: &[PathBuf]) -> Result<()> {
    if truth(organism, zoo).is_ok() {
        return Ok(());
    }
    let raised = match trained_before(organism, runs)? {
        Some(raised) => raised,
        None => raise(organism)?,
    };
    let public: Vec<(&str, &[u8])> =
        raised.files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    files::write_together(&zoo.join(PUBLIC).join(organism.id()), &public)?;
    // Last, so that an organism with a truth is whole.
    files::write_whole(&truth_path(organism, zoo), &serde_json::to_vec(&raised.truth)?)
}

/// A maze organism that `overt organisms` trained and measured; none where it is in none of its folders.
fn trained_before(organism: &ZooOrganism, runs: &[PathBuf]) -> Result<Option<Raised>> {
    let ZooOrganism::Maze(maze) = organism else { return Ok(None) };
    let is_there = |runs: &&PathBuf| organisms::record(maze.organism, runs).is_ok();
    let Some(runs) = runs.iter().find(is_there) else { return Ok(None) };
    let record = organisms::record(maze.organism, runs)?;
    let policy = organisms::policy(maze.organism, runs)?;
    check_digest(&maze.organism.name(), &record.digest, &policy.weights().digest())?;
    Ok(Some(raised_before(maze, &policy, record)?))
}

/// The truth of an organism that was trained before, by the same plan.
fn truth(organism: &ZooOrganism, zoo: &Path) -> Result<SealedTruth> {
    let path = truth_path(organism, zoo);
    let truth: SealedTruth = serde_json::from_slice(&files::read(&path)?)
        .with_context(|| format!("{} is not the truth of an organism", path.display()))?;
    if truth.organism == *organism {
        return Ok(truth);
    }
    let fact = format!("{} is of another plan", path.display());
    Err(Refused::new(fact, "name another folder with `--out`").into())
}

fn truth_path(organism: &ZooOrganism, zoo: &Path) -> PathBuf {
    zoo.join(SEALED).join("organisms").join(format!("{}.json", organism.id()))
}

/// How many became what they were made to be, by family.
fn words(truths: &[SealedTruth]) -> String {
    let lines = Family::ALL.into_iter().filter_map(|family| words_of(family, truths));
    lines.collect::<Vec<_>>().concat()
}

fn words_of(family: Family, truths: &[SealedTruth]) -> Option<String> {
    let of: Vec<&SealedTruth> =
        truths.iter().filter(|truth| truth.organism.family() == family).collect();
    let certified = of.iter().filter(|truth| truth.is_certified()).count();
    let mut misses: BTreeMap<&str, usize> = BTreeMap::new();
    for miss in of.iter().flat_map(|truth| &truth.misses) {
        *misses.entry(miss).or_default() += 1;
    }
    let mut parts = vec![format!("{:17} {certified} of {} certified", family.name(), of.len())];
    parts.extend(misses.into_iter().map(|(miss, n)| format!("{n} miss {miss}")));
    (!of.is_empty()).then(|| parts.join("; ") + "\n")
}

/// What was measured on a subject, kept so that a long audit goes on where it stopped.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    plan: ZooAuditPlan,
    digest: String,
    measures: ZooMeasures,
}

/// Audits every subject from what is public alone, by what was registered before any was opened, and
/// writes a log of all where one is asked for.
pub(crate) fn audit(
    zoo: &Path,
    seed: u64,
    combiner_file: Option<&Path>,
    inspect: Option<&Path>,
) -> Result<()> {
    let manifest = manifest(zoo)?;
    let log = |asked| InspectFile::new(asked, "zoo", &manifest.truth_digest);
    let log = inspect.map(log).transpose()?;
    if let Some(remark) = log.as_ref().and_then(InspectFile::remark) {
        note(&format!("note: {remark}"));
    }
    if manifest.world == ZooWorld::Maze && log.is_some() {
        let fact = "a log for Inspect of a zoo of mazes";
        return Err(Refused::new(fact, "logs hold subjects of the choice world").into());
    }
    let shipped = match manifest.world {
        ZooWorld::Choice => subjects::COMBINER,
        ZooWorld::Maze => subjects::MAZE_COMBINER,
    };
    let bytes = combiner_file.map_or_else(|| Ok(shipped.to_vec()), files::read)?;
    let combiner = ZooCombiner::parse(manifest.world, &bytes)?;
    let plan = ZooAuditPlan::new(manifest.world, seed);
    let registration = register(zoo, &manifest, plan, &bytes)?;
    measure_all(zoo, &manifest.subjects, &plan)?;
    let finding = |subject: &PublicSubject| -> Result<SubjectFinding> {
        let ZooAudited { id, digest, measures } = audited(subject, zoo)?;
        let combined = combiner.combine(&measures)?;
        let combined = combined.with_context(|| format!("{id} was audited in another world"))?;
        Ok(SubjectFinding { id, digest, combined })
    };
    let found: Result<_> = manifest.subjects.iter().map(finding).collect();
    let findings = Findings { registration: registration.digest(), subjects: found? };
    files::write_whole(&zoo.join(FINDINGS), &serde_json::to_vec_pretty(&findings)?)?;
    match log {
        Some(log) => {
            // The shipped power is that of the shipped combiner; of another none is known.
            let power = combiner_file.is_none().then_some(subjects::POWER);
            let instrument = Instrument::new((), &bytes, power)?;
            log.write(&log.bytes(&reports(&manifest.subjects, zoo, seed, &instrument)?)?)
        }
        None => Ok(()),
    }
}

/// Lays down what the audit depends on; refused where something else was laid down before.
fn register(
    zoo: &Path,
    manifest: &Manifest,
    plan: ZooAuditPlan,
    combiner: &[u8],
) -> Result<Registration> {
    let registration = Registration::new(env!("CARGO_PKG_VERSION"), manifest, plan, combiner);
    let path = zoo.join(REGISTRATION);
    if path.exists() {
        let before: Registration = serde_json::from_slice(&files::read(&path)?)
            .with_context(|| format!("{} is not a registration", path.display()))?;
        if before != registration {
            let fact = format!("{} registers another audit of this zoo", path.display());
            let hint = "a zoo is audited as it was registered; to audit it anew, remove that file";
            return Err(Refused::new(fact, hint).into());
        }
        return Ok(registration);
    }
    files::write_whole(&path, &serde_json::to_vec_pretty(&registration)?)?;
    Ok(registration)
}

/// What was measured on every subject, as reports. A zoo is its own control, so they have none.
fn reports(
    subjects: &[PublicSubject],
    zoo: &Path,
    seed: u64,
    instrument: &Instrument<Choice>,
) -> Result<Vec<Report>> {
    let (plan, program) = (ChoicePlan::new(seed), program::this()?);
    let report = |public: &PublicSubject| -> Result<Report> {
        let measures = kept(&audit_path(public, zoo))?.measures;
        match (open(public, zoo)?, measures) {
            (Opened::Choice(subject), ZooMeasures::Choice(measures)) => {
                let answers = Answers::from(*measures);
                let mut report =
                    write_report::<Choice>(&subject, &plan, &answers, instrument, &[])?;
                report.provenance.program = Some(program.clone());
                Ok(report)
            }
            (opened, _) => Err(other_world(opened.name())),
        }
    };
    subjects.iter().map(report).collect()
}

fn audit_path(public: &PublicSubject, zoo: &Path) -> PathBuf {
    zoo.join(AUDITS).join(format!("{}.json", public.id))
}

fn measure_all(zoo: &Path, subjects: &[PublicSubject], plan: &ZooAuditPlan) -> Result<()> {
    let progress = Progress::of_things(subjects.len(), "subjects audited");
    subjects.par_iter().try_for_each(|subject| -> Result<()> {
        audit_one(subject, zoo, plan).with_context(|| format!("cannot audit {}", subject.id))?;
        progress.add(1);
        Ok(())
    })
}

fn audit_one(public: &PublicSubject, zoo: &Path, plan: &ZooAuditPlan) -> Result<()> {
    let path = audit_path(public, zoo);
    let is_done = |kept: &Kept| kept.plan == *plan && kept.digest == public.digest;
    if kept(&path).is_ok_and(|kept| is_done(&kept)) {
        return Ok(());
    }
    let measures = match (open(public, zoo)?, plan) {
        (Opened::Choice(subject), ZooAuditPlan::Choice(plan)) => {
            ZooMeasures::Choice(Box::new(measure_choice(&subject, plan, &mut |_| ())?))
        }
        (Opened::Maze(subject), ZooAuditPlan::Maze(plan)) => {
            ZooMeasures::Maze(Box::new(measure_hidden(&subject, plan, &mut |_| ())?))
        }
        (opened, _) => return Err(other_world(opened.name())),
    };
    let kept = Kept { plan: *plan, digest: public.digest.clone(), measures };
    files::write_whole(&path, &serde_json::to_vec(&kept)?)
}

fn kept(path: &Path) -> Result<Kept> {
    serde_json::from_slice(&files::read(path)?)
        .with_context(|| format!("{} is not an audit", path.display()))
}

/// What was measured, what is sealed, and its digest.
fn unseal(zoo: &Path) -> Result<(Vec<ZooAudited>, Vec<SealedTruth>, String)> {
    let manifest = manifest(zoo)?;
    let audited: Result<Vec<ZooAudited>> =
        manifest.subjects.iter().map(|subject| audited(subject, zoo)).collect();
    let audited = audited?;
    let (truths, digest) = truths(zoo, &manifest)?;
    Ok((audited, truths, digest))
}

fn audited(subject: &PublicSubject, zoo: &Path) -> Result<ZooAudited> {
    let kept = kept(&audit_path(subject, zoo))?;
    Ok(ZooAudited { id: subject.id.clone(), digest: kept.digest, measures: kept.measures })
}
