//! `overt arena make`: trains a zoo, lays out what is public and seals the rest.

use crate::door::{Door, say, say_json};
use crate::files;
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use overt::arena::{Manifest, SealedTruth, ZooOrganism, ZooPlan, raise};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The public list.
const MANIFEST: &str = "zoo.json";
/// Folders that an auditor may open, one for each subject.
const PUBLIC: &str = "public";
/// What no auditor may open.
const SEALED: &str = "sealed";

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
    files::write_whole(&zoo.join(SEALED).join("truth.json"), &sealed)?;
    let manifest = Manifest::new(&plan, &truths, &sealed);
    files::write_whole(&zoo.join(MANIFEST), &serde_json::to_vec_pretty(&manifest)?)?;
    if door.json { say_json(&manifest) } else { say(&words(&truths)) }
}

fn raise_all(organisms: &[ZooOrganism], zoo: &Path, jobs: usize) -> Result<()> {
    let bar = ProgressBar::new(organisms.len() as u64).with_style(ProgressStyle::with_template(
        "{msg} {wide_bar} {pos}/{len} organisms, {eta} left",
    )?);
    let queue = Mutex::new(organisms.iter());
    let next = || queue.lock().ok().and_then(|mut queue| queue.next());
    std::thread::scope(|scope| -> Result<()> {
        let work = || -> Result<()> {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
            while let Some(organism) = next() {
                bar.set_message(organism.id.clone());
                pool.install(|| raise_one(organism, zoo))?;
                bar.inc(1);
            }
            Ok(())
        };
        let workers: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(done) => done,
            Err(_) => anyhow::bail!("a training stopped unexpectedly"),
        })
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
    let mut families: BTreeMap<String, (usize, usize, BTreeMap<&str, usize>)> = BTreeMap::new();
    for truth in truths {
        let organism = &truth.organism;
        let row = families.entry(format!("{:17}", organism.family)).or_default();
        row.0 += usize::from(truth.is_certified());
        row.1 += 1;
        for miss in &truth.misses {
            *row.2.entry(miss).or_default() += 1;
        }
    }
    let line =
        |(family, (certified, n, misses)): (&String, &(usize, usize, BTreeMap<&str, usize>))| {
            let misses: String =
                misses.iter().map(|(miss, n)| format!("; {n} miss {miss}")).collect();
            format!("{family} {certified} of {n} certified{misses}\n")
        };
    families.iter().map(line).collect()
}
