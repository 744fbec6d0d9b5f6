//! Benchmarks and populations of known truth: made, audited blind, learnt from and scored.

pub use crate::benchmark::{BlindOptions, FamilyMade, Made, MakeOptions};
pub use crate::maze::{BacktestOptions, TableOptions, backtest, calibrate, table};

use super::Watch;
use crate::arena::{
    BenchmarkScore, Frozen, SCORE_SCHEMA, score_page, score_subjects, truth_digest,
};
use crate::benchmark::{Unsealed, manifest};
use crate::fault::{Context, Refused, Result};
use crate::files;
use crate::report::score_html;
use crate::worlds::Worlds;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The score, for programs.
const SCORE_JSON: &str = "score.json";
/// The score, for persons.
const SCORE_HTML: &str = "score.html";

/// Trains the organisms of a plan, those that are there already excepted, and seals what they are.
pub fn make(worlds: &Worlds, options: &MakeOptions, watch: &dyn Watch) -> Result<Made> {
    let plan = files::read_text(&options.plan)?;
    let world = worlds
        .of_plan(&plan)
        .with_context(|| format!("{} is not a plan", options.plan.display()))?;
    world.make(&plan, options, watch)
}

/// Audits every subject of a benchmark from what is public alone, by what was registered before any was
/// opened.
pub fn audit(worlds: &Worlds, options: &BlindOptions, watch: &dyn Watch) -> Result<()> {
    let list = manifest(&options.benchmark)?;
    worlds.of_name(&list.world)?.audit(&list, options, watch)
}

/// Unseals a benchmark that was audited, and writes the combined test that is learnt from it.
pub fn learn(worlds: &Worlds, benchmark: &Path, out: &Path) -> Result<()> {
    let list = manifest(benchmark)?;
    files::write_whole(out, &worlds.of_name(&list.world)?.learn(&list, benchmark)?)
}

/// Which benchmarks are scored, and how.
#[derive(Clone, Debug)]
pub struct ScoreOptions {
    /// Folders of benchmarks; several, beside each other, are scored as one.
    pub benchmarks: Vec<PathBuf>,
    /// Folder of another that was scored before, whose thresholds count as fixed beforehand.
    pub frozen: Option<PathBuf>,
    /// Takes how often the combined test was right.
    pub power_into: Option<PathBuf>,
}

/// A benchmark that was scored.
#[derive(Debug)]
pub struct Scored {
    /// The score.
    pub score: BenchmarkScore,
    /// Its page.
    pub page: PathBuf,
}

/// Unseals the truth and scores everyone who said something, in one benchmark or in several as if they were
/// one, and writes the score for programs and for persons.
pub fn score(worlds: &Worlds, options: &ScoreOptions) -> Result<Scored> {
    let frozen = options.frozen.as_deref().map(scored_before).transpose()?;
    let folder = folder_of(&options.benchmarks)?;
    let open = |benchmark: &PathBuf| -> Result<Unsealed> {
        let list = manifest(benchmark)?;
        let world = worlds.of_name(&list.world)?;
        world.unseal(list, benchmark)
    };
    let unsealed: Result<Vec<Unsealed>> = options.benchmarks.iter().map(open).collect();
    let mut unsealed = together(unsealed?, &options.benchmarks)?;
    let subjects = std::mem::take(&mut unsealed.subjects);
    let score = score_subjects(subjects, unsealed.digest.clone(), frozen.as_ref())?;
    let page = score_html(&score_page(&score, &unsealed.purpose)?);
    let json = serde_json::to_vec_pretty(&score)?;
    let power = |path| -> Result<_> {
        let world = worlds.of_name(&unsealed.world)?;
        Ok((path, world.power(&score.subjects, truth_digest(&json), &unsealed)?))
    };
    let power = options.power_into.as_ref().map(power).transpose()?;
    files::write_together(folder, &[(SCORE_JSON, &json), (SCORE_HTML, page.as_bytes())])?;
    if let Some((path, power)) = power {
        files::write_whole(path, power.as_bytes())?;
    }
    Ok(Scored { score, page: folder.join(SCORE_HTML) })
}

/// Where the score goes: into the benchmark, or into the folder in which all of them lie.
fn folder_of(benchmarks: &[PathBuf]) -> Result<&Path> {
    if let [benchmark] = benchmarks {
        return Ok(benchmark);
    }
    let parents: BTreeSet<&Path> = benchmarks.iter().filter_map(|one| one.parent()).collect();
    let names: BTreeSet<_> = benchmarks.iter().filter_map(|one| one.file_name()).collect();
    match parents.first() {
        Some(folder) if parents.len() == 1 && names.len() == benchmarks.len() => Ok(folder),
        _ => {
            let fact =
                "benchmarks that are scored as one lie in different folders, or one is named twice";
            Err(Refused::new(fact, "put them beside each other and name each once").into())
        }
    }
}

/// Several benchmarks as one; the names of their organisms then begin with that of theirs.
fn together(mut unsealed: Vec<Unsealed>, benchmarks: &[PathBuf]) -> Result<Unsealed> {
    let asked = |one: &Unsealed| (one.world.clone(), one.plan.clone(), one.combiner_digest.clone());
    if unsealed.iter().any(|one| asked(one) != asked(&unsealed[0])) {
        let fact = "the benchmarks were audited by different plans or tests";
        return Err(Refused::new(fact, "what is scored as one is audited alike").into());
    }
    let truths: BTreeSet<&str> = unsealed.iter().map(|one| one.digest.as_str()).collect();
    if truths.len() < unsealed.len() {
        let fact = "two of these benchmarks have the same sealed truth: one is a copy of the other";
        return Err(Refused::new(fact, "name each benchmark once").into());
    }
    if unsealed.len() > 1 {
        for (one, folder) in unsealed.iter_mut().zip(benchmarks) {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            one.subjects
                .iter_mut()
                .for_each(|subject| subject.id = format!("{name}/{}", subject.id));
        }
    }
    let all = |mut one: Unsealed, mut next: Unsealed| {
        one.subjects.append(&mut next.subjects);
        one.digest = truth_digest(format!("{}{}", one.digest, next.digest).as_bytes());
        one.purpose = format!("{}; {}", one.purpose, next.purpose);
        one
    };
    unsealed.into_iter().reduce(all).context("no benchmark to score")
}

/// What a benchmark that was scored before freezes for this one.
fn scored_before(benchmark: &Path) -> Result<Frozen> {
    /// The one field that says how to read the others.
    #[derive(Deserialize)]
    struct Header {
        schema: String,
    }
    let path = benchmark.join(SCORE_JSON);
    let bytes = files::read(&path)?;
    let is_score = serde_json::from_slice(&bytes).is_ok_and(|h: Header| h.schema == SCORE_SCHEMA);
    if !is_score {
        let fact = format!("{} is no score of the form `{SCORE_SCHEMA}`", path.display());
        return Err(Refused::new(fact, "score that benchmark anew with `overt arena score`").into());
    }
    serde_json::from_slice(&bytes).with_context(|| format!("cannot use {}", path.display()))
}
