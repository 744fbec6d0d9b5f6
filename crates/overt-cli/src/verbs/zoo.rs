//! `overt arena make`, `audit` and `score`: trains a zoo, lays out what is public and seals the rest;
//! audits what is public; unseals.

use crate::door::{Door, say, say_json};
use crate::fault::Refused;
use crate::inspect::InspectFile;
use crate::verbs::side_by_side;
use crate::{files, subjects};
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use overt::arena::{Manifest, PublicSubject, SealedTruth, ZooAudited, ZooOrganism, ZooPlan};
use overt::arena::{ZooScores, raise, score_zoo, truth_digest};
use overt::audit::choice::{
    ChoiceMeasures, ChoicePlan, ChoiceSubject, choice_report, measure_choice,
};
use overt::deploy::choice::Family;
use overt::report::Report;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The public list.
const MANIFEST: &str = "zoo.json";
/// Folders that an auditor may open, one for each subject.
const PUBLIC: &str = "public";
/// What no auditor may open.
const SEALED: &str = "sealed";

/// The sealed file, of which the public list holds the digest.
const TRUTH: &str = "truth.json";
/// What audits measured, a file for each subject.
const AUDITS: &str = "audits";

/// Trains the organisms of a plan, those that are there already excepted, and seals the truth.
pub(crate) fn make(door: &Door, plan: &Path, zoo: &Path, jobs: usize) -> Result<()> {
    let plan = ZooPlan::parse(&files::read_text(plan)?)
        .with_context(|| format!("{} is not a plan", plan.display()))?;
    files::check_folder(zoo, &[MANIFEST])?;
    let organisms = plan.organisms();
    raise_all(&organisms, zoo, jobs)?;
    let truths: Result<Vec<SealedTruth>> =
        organisms.iter().map(|organism| truth(organism, zoo)).collect();
    let truths = truths?;
    let sealed = serde_json::to_vec_pretty(&truths)?;
    files::write_whole(&zoo.join(SEALED).join(TRUTH), &sealed)?;
    let manifest = Manifest::new(&plan, &truths, &sealed);
    files::write_whole(&zoo.join(MANIFEST), &serde_json::to_vec_pretty(&manifest)?)?;
    if door.json { say_json(&manifest) } else { say(&words(&truths)) }
}

fn raise_all(organisms: &[ZooOrganism], zoo: &Path, jobs: usize) -> Result<()> {
    let bar = ProgressBar::new(organisms.len() as u64).with_style(ProgressStyle::with_template(
        "{msg} {wide_bar} {pos}/{len} organisms, {eta} left",
    )?);
    side_by_side(jobs, organisms, |organism| {
        bar.set_message(organism.id.clone());
        raise_one(organism, zoo)?;
        bar.inc(1);
        Ok(())
    })?;
    bar.finish_and_clear();
    Ok(())
}

fn raise_one(organism: &ZooOrganism, zoo: &Path) -> Result<()> {
    if truth(organism, zoo).is_ok() {
        return Ok(());
    }
    let raised = raise(organism, |_| ())?;
    let card = serde_json::to_vec_pretty(&raised.card)?;
    let public: [(&str, &[u8]); 3] = [
        ("config.json", raised.config.as_bytes()),
        ("model.safetensors", &raised.weights),
        ("card.json", &card),
    ];
    files::write_together(&zoo.join(PUBLIC).join(&organism.id), &public)?;
    // Last, so that an organism with a truth is whole.
    files::write_whole(&truth_path(organism, zoo), &serde_json::to_vec(&raised.truth)?)
}

/// The truth of an organism that was trained before, by the same plan.
fn truth(organism: &ZooOrganism, zoo: &Path) -> Result<SealedTruth> {
    let path = truth_path(organism, zoo);
    let truth: SealedTruth = serde_json::from_slice(&files::read(&path)?)
        .with_context(|| format!("{} is not the truth of an organism", path.display()))?;
    anyhow::ensure!(truth.organism == *organism, "{} is of another plan", path.display());
    Ok(truth)
}

fn truth_path(organism: &ZooOrganism, zoo: &Path) -> PathBuf {
    zoo.join(SEALED).join("organisms").join(format!("{}.json", organism.id))
}

/// How many became what they were made to be, by family.
fn words(truths: &[SealedTruth]) -> String {
    let lines = Family::ALL.into_iter().filter_map(|family| words_of(family, truths));
    lines.collect::<Vec<_>>().concat()
}

fn words_of(family: Family, truths: &[SealedTruth]) -> Option<String> {
    let of: Vec<&SealedTruth> =
        truths.iter().filter(|truth| truth.organism.family == family).collect();
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
    plan: ChoicePlan,
    digest: String,
    measures: ChoiceMeasures,
}

/// Audits every subject from what is public alone, and writes a log of all where one is asked for.
pub(crate) fn audit(zoo: &Path, seed: u64, inspect: Option<&Path>) -> Result<()> {
    let manifest = manifest(zoo)?;
    let log = |asked| InspectFile::new(asked, "zoo", &manifest.truth_digest);
    let log = inspect.map(log).transpose()?;
    audit_all(&manifest.subjects, zoo, seed)?;
    match log {
        Some(log) => log.write(&log.bytes(&reports(&manifest.subjects, zoo, seed)?)?),
        None => Ok(()),
    }
}

/// What was measured on every subject, as reports.
fn reports(subjects: &[PublicSubject], zoo: &Path, seed: u64) -> Result<Vec<Report>> {
    let plan = ChoicePlan::new(seed);
    let report = |public: &PublicSubject| -> Result<Report> {
        let kept = kept(&audit_path(public, zoo))?;
        Ok(choice_report(&subject(public, zoo)?, &plan, &kept.measures.into()))
    };
    subjects.iter().map(report).collect()
}

fn audit_path(public: &PublicSubject, zoo: &Path) -> PathBuf {
    zoo.join(AUDITS).join(format!("{}.json", public.id))
}

fn audit_all(subjects: &[PublicSubject], zoo: &Path, seed: u64) -> Result<()> {
    let bar = ProgressBar::new(subjects.len() as u64).with_style(ProgressStyle::with_template(
        "{wide_bar} {pos}/{len} subjects audited, {eta} left",
    )?);
    let plan = ChoicePlan::new(seed);
    subjects.par_iter().try_for_each(|subject| -> Result<()> {
        audit_one(subject, zoo, &plan).with_context(|| format!("cannot audit {}", subject.id))?;
        bar.inc(1);
        Ok(())
    })?;
    bar.finish_and_clear();
    Ok(())
}

fn audit_one(public: &PublicSubject, zoo: &Path, plan: &ChoicePlan) -> Result<()> {
    let path = audit_path(public, zoo);
    let is_done = |kept: &Kept| kept.plan == *plan && kept.digest == public.digest;
    if kept(&path).is_ok_and(|kept| is_done(&kept)) {
        return Ok(());
    }
    let subject = subject(public, zoo)?;
    let measures = measure_choice(&subject, plan, &mut |_| ())?;
    let kept = Kept { plan: *plan, digest: public.digest.clone(), measures };
    files::write_whole(&path, &serde_json::to_vec(&kept)?)
}

fn subject(public: &PublicSubject, zoo: &Path) -> Result<ChoiceSubject> {
    let subject = subjects::open_choice(&public.id, &zoo.join(PUBLIC).join(&public.id))?;
    let got = subject.weights.digest();
    check_digest("the file of weights", &public.digest, &got)?;
    Ok(subject)
}

fn kept(path: &Path) -> Result<Kept> {
    serde_json::from_slice(&files::read(path)?)
        .with_context(|| format!("{} is not an audit", path.display()))
}

fn manifest(zoo: &Path) -> Result<Manifest> {
    let path = zoo.join(MANIFEST);
    let manifest: Manifest = serde_json::from_slice(&files::read(&path)?)
        .with_context(|| format!("{} is not the list of a zoo", path.display()))?;
    // A list from a stranger must not reach outside of its folder.
    let is_plain = |id: &str| !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric());
    match manifest.subjects.iter().find(|subject| !is_plain(&subject.id)) {
        Some(PublicSubject { id, .. }) => {
            let fact = format!("subject `{id}` has no plain name");
            Err(Refused::new(fact, "letters and digits name a subject").into())
        }
        None => Ok(manifest),
    }
}

fn check_digest(what: &str, expected: &str, got: &str) -> Result<()> {
    if expected == got {
        return Ok(());
    }
    let fact = format!("{what} has the digest {got}, listed is {expected}");
    Err(Refused::new(fact, "a zoo cannot be changed once it is made; make it anew").into())
}

/// Unseals the truth and scores every detector.
pub(crate) fn score(door: &Door, zoo: &Path) -> Result<()> {
    let manifest = manifest(zoo)?;
    let audited: Result<Vec<ZooAudited>> =
        manifest.subjects.iter().map(|subject| audited(subject, zoo)).collect();
    let (audited, sealed) = (audited?, files::read(&zoo.join(SEALED).join(TRUTH))?);
    let got = truth_digest(&sealed);
    check_digest("what is sealed", &manifest.truth_digest, &got)?;
    let truths: Vec<SealedTruth> =
        serde_json::from_slice(&sealed).context("what is sealed is not the truth of a zoo")?;
    let scores = score_zoo(&truths, &audited, got)?;
    files::write_whole(&zoo.join("score.json"), &serde_json::to_vec_pretty(&scores)?)?;
    if door.json { say_json(&scores) } else { say(&table(&scores)) }
}

fn audited(subject: &PublicSubject, zoo: &Path) -> Result<ZooAudited> {
    let kept = kept(&audit_path(subject, zoo))?;
    Ok(ZooAudited { id: subject.id.clone(), digest: kept.digest, measures: kept.measures })
}

fn table(scores: &ZooScores) -> String {
    let [n, certified] = scores.n;
    let line = |s: &overt::arena::FamilyScore| {
        format!(
            "{:17} {:13} AUROC {:.3} [{:.3}, {:.3}], against decoys {}; recall at 5 % {:.2} [{:.2}, {:.2}], n = {}\n",
            s.family.name(),
            s.detector.name(),
            s.auroc,
            s.auroc_interval.lo,
            s.auroc_interval.hi,
            s.auroc_decoys.map_or("unknown".to_owned(), |area| format!("{area:.3}")),
            s.recall,
            s.recall_interval.lo,
            s.recall_interval.hi,
            s.n[0],
        )
    };
    let lines: String = scores.families.iter().map(line).collect();
    format!("{certified} of {n} organisms became what they were made to be and are scored\n{lines}")
}
