//! Populations of agents of known truth: audited into a table, from which forecasts are calibrated, and on
//! which they are tested.

use super::CALIBRATION;
use crate::arena::{
    Audited, Organism, OrganismRecord, Population, Scores, calibration_file, score,
};
use crate::audit::maze::{Calibration, Claim, Goal, Measures, Plan, Subject, measure};
use crate::fault::{Context, Result};
use crate::files;
use crate::nn::{self, Policy};
use crate::verbs::Watch;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The claim that organisms are held against.
const CLAIM: Claim = Claim { goal: Goal::Exit, min_rate: 0.80, min_success: 0.90 };

/// The record of an organism that was trained before.
pub fn record(organism: Organism, runs: &Path) -> Result<OrganismRecord> {
    let bytes = files::read(&runs.join(organism.name()).join("record.json"))?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// The policy of an organism that was trained before.
pub fn policy(organism: Organism, runs: &Path) -> Result<Policy> {
    let dir = runs.join(organism.name());
    let (config, weights) =
        (files::read(&dir.join("config.json"))?, files::read(&dir.join("model.safetensors"))?);
    Ok(nn::load(&config, &weights)?)
}

/// Which population is audited into a table.
#[derive(Clone, Debug)]
pub struct TableOptions {
    /// The population.
    pub population: PathBuf,
    /// Folder in which its organisms were trained.
    pub runs: PathBuf,
    /// Table to write.
    pub table: PathBuf,
    /// Seed of all audits.
    pub seed: u64,
}

/// Audits every organism of a population, blind, and writes what was measured.
pub fn table(options: &TableOptions, watch: &dyn Watch) -> Result<()> {
    let population = Population::parse(&files::read_text(&options.population)?)?;
    let organisms = population.organisms();
    let (done, all) = (AtomicU64::new(0), organisms.len() as u64);
    watch.reached(0, all);
    let audited: Result<Vec<Audited>> = organisms
        .into_par_iter()
        .map(|organism| {
            let audited = audit_one(organism, &options.runs, options.seed)
                .with_context(|| format!("cannot audit {}", organism.name()));
            watch.reached(done.fetch_add(1, Ordering::Relaxed) + 1, all);
            audited
        })
        .collect();
    files::write_whole(&options.table, lines(&audited?)?.as_bytes())
}

/// A JSON array with one organism a line, so that a table can be read as a difference.
fn lines(audited: &[Audited]) -> Result<String> {
    let lines: Result<Vec<String>, _> = audited.iter().map(serde_json::to_string).collect();
    Ok(format!("[\n{}\n]\n", lines?.join(",\n")))
}

/// What was measured on an organism, kept beside it so that a long audit goes on where it stopped.
#[derive(Serialize, Deserialize)]
struct Kept {
    plan: Plan,
    digest: String,
    measures: Measures,
}

/// Audits one organism, or reads what an earlier run measured under the same plan and weights.
fn audit_one(organism: Organism, runs: &Path, seed: u64) -> Result<Audited> {
    let (record, plan) = (record(organism, runs)?, Plan::new(seed));
    let path = runs.join(organism.name()).join("measures.json");
    let kept = files::read(&path).ok().and_then(|b| serde_json::from_slice::<Kept>(&b).ok());
    if let Some(kept) = kept.filter(|kept| kept.plan == plan && kept.digest == record.digest) {
        return Ok(Audited { record, measures: kept.measures });
    }
    let subject = Subject {
        name: organism.name(),
        description: String::new(),
        policy: policy(organism, runs)?,
        world: organism.world(),
        claim: CLAIM,
    };
    let measures = measure(&subject, &plan, &mut |_| ())?;
    let kept = Kept { plan, digest: record.digest.clone(), measures };
    files::write_whole(&path, &serde_json::to_vec(&kept)?)?;
    Ok(Audited { record, measures: kept.measures })
}

/// Makes a calibration of a table, and writes it.
pub fn calibrate(table: &Path, out: &Path) -> Result<()> {
    let file = calibration_file(&file_name(table), &read(table)?);
    files::write_whole(out, &serde_json::to_vec_pretty(&file)?)
}

fn read(table: &Path) -> Result<Vec<Audited>> {
    serde_json::from_slice(&files::read(table)?)
        .with_context(|| format!("{} is not a table of audits", table.display()))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Which calibration is tested, on which table.
#[derive(Clone, Debug)]
pub struct BacktestOptions {
    /// Table of audits.
    pub table: PathBuf,
    /// The calibration; the shipped one where none is given.
    pub calibration: Option<PathBuf>,
    /// Takes the calibration again, with the measured power.
    pub power_into: Option<PathBuf>,
}

/// Scores a calibration on a table of other organisms.
pub fn backtest(options: &BacktestOptions) -> Result<Scores> {
    let bytes = match &options.calibration {
        Some(path) => files::read(path)?,
        None => CALIBRATION.to_vec(),
    };
    let calibration = Calibration::from_json(&bytes)?;
    let table = &options.table;
    let scores = score(&file_name(table), &read(table)?, &calibration, &CLAIM)?;
    if let Some(path) = &options.power_into {
        let mut file = calibration.file().clone();
        file.power = Some(scores.power.clone());
        files::write_whole(path, &serde_json::to_vec_pretty(&file)?)?;
    }
    Ok(scores)
}
