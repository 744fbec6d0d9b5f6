//! Trains the same recipe with and without terms in its loss, over several seeds, and compares.

use super::tally::Tally;
use super::{SECONDS_FILE, Watch};
use crate::arena::ChoiceRecipe;
use crate::arena::compare::{self, Arm, Origin, RunRecord, Seeds, Study};
use crate::clock::Stopwatch;
use crate::fault::{Context, Refused, Result};
use crate::files;
use crate::report::{Comparison, comparison_html};
use crate::shell::quoted;
use crate::threads::side_by_side;
use crate::train::maze::Checkpoint;
use std::path::{Path, PathBuf};

/// Seeds of a comparison where nobody says how many.
const N_SEEDS: u64 = 5;
/// The copy of the study.
const STUDY: &str = "study.toml";
/// The comparison for programs.
const COMPARISON_JSON: &str = "comparison.json";
/// The page of the comparison, for people.
pub const COMPARISON_HTML: &str = "comparison.html";
/// Folder of the records, one for each training.
const RUNS: &str = "runs";

/// What is compared, and over how many seeds.
#[derive(Clone, Debug, Default)]
pub struct CompareOptions {
    /// A recipe, which is trained with its `[[loss]]` tables and without, or a study with its arms.
    pub recipe: PathBuf,
    /// Folder for the comparison; trainings that are there already are not done again.
    pub out: PathBuf,
    /// The first seed; where none is given, that of the recipe or the study.
    pub first: Option<u64>,
    /// Seeds of every arm; where nothing is said, 5, or as many as the study says.
    pub seeds: Option<u64>,
    /// Trainings side by side, one thread each; 0 for one per core.
    pub jobs: u16,
    /// A folder of trainings that were made before: `ARM-SEED`, and `seconds` in there.
    pub trained: Option<PathBuf>,
}

/// Trains what is not there yet, compares, and writes the comparison and its page.
///
/// ```no_run
/// use overt::verbs::{CompareOptions, compare};
///
/// let (recipe, out) = ("recipes/loss/maze-swap.toml".into(), "runs/compared".into());
/// let options = CompareOptions { recipe, out, seeds: Some(3), ..CompareOptions::default() };
/// let comparison = compare(&options, &())?;
/// assert_eq!(comparison.seeds.len(), 3);
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// A recipe or a study that cannot be used, and a folder that cannot be written.
pub fn compare(options: &CompareOptions, watch: &dyn Watch) -> Result<Comparison> {
    let CompareOptions { recipe, out, .. } = options;
    let study = options
        .study(&files::read_text(recipe)?)
        .with_context(|| format!("cannot use {}", recipe.display()))?;
    options.check_trained(&study)?;
    files::check_folder(out, &[STUDY, COMPARISON_JSON, COMPARISON_HTML])?;
    files::write_whole(&out.join(STUDY), study.to_toml().as_bytes())?;
    let runs = study.runs();
    options.train(&study, &runs, watch)?;
    let records: Result<Vec<RunRecord>> =
        runs.iter().map(|(arm, seed)| read(&path(out, arm, *seed))).collect();
    let comparison = compare::judge(&study, &records?, options.origin())?;
    let (json, page) = (comparison.to_json(), comparison_html(&comparison));
    files::write_together(
        out,
        &[(COMPARISON_JSON, json.as_bytes()), (COMPARISON_HTML, page.as_bytes())],
    )?;
    Ok(comparison)
}

impl CompareOptions {
    /// Refuses trainings that were made before where there can be none.
    fn check_trained(&self, study: &Study) -> Result<()> {
        if self.trained.is_none() || !ChoiceRecipe::is_meant(&study.recipe.to_string()) {
            return Ok(());
        }
        let fact = "trainings of models that choose keep no checkpoint";
        Err(Refused::new(fact, "leave `--trained` out").into())
    }

    /// A study as it is, or the one that a recipe with terms makes.
    fn study(&self, text: &str) -> Result<Study> {
        let table: toml::Table = text.parse()?;
        if table.contains_key("arm") || table.contains_key("recipe") {
            let study = Study::parse(text)?;
            let Seeds { first: said, count } = study.seeds;
            let first = self.first.unwrap_or(said);
            return Ok(study.with_seeds(Seeds { first, count: self.seeds.unwrap_or(count) })?);
        }
        let own = table.get("seed").and_then(toml::Value::as_integer);
        let own = own.and_then(|seed| u64::try_from(seed).ok());
        let first = self.first.or(own).ok_or_else(|| {
            Refused::new(
                "recipe: `seed` is absent, expected the first seed",
                "give it with `--seed`",
            )
        })?;
        Ok(Study::of_recipe(text, Seeds { first, count: self.seeds.unwrap_or(N_SEEDS) })?)
    }

    /// Trains and measures what has no record yet, several side by side.
    fn train(&self, study: &Study, runs: &[(Arm, u64)], watch: &dyn Watch) -> Result<()> {
        let is_missing = |(arm, seed): &&(Arm, u64)| {
            let plan = study.digest(arm, *seed);
            read(&path(&self.out, arm, *seed)).map_or(true, |record| record.plan != plan)
        };
        let missing: Vec<(Arm, u64)> = runs.iter().filter(is_missing).cloned().collect();
        if missing.len() < runs.len() {
            watch.note(&format!(
                "{} of {} trainings were done before",
                runs.len() - missing.len(),
                runs.len()
            ));
        }
        let steps: Result<u64, compare::Error> =
            missing.iter().map(|(arm, seed)| arm.steps(*seed)).sum();
        let tally = Tally::new(watch, steps?);
        side_by_side(self.jobs(), &missing, |(arm, seed)| {
            let record = self
                .train_one(study, arm, *seed, &tally)
                .with_context(|| format!("cannot train {}, seed {seed}", arm.name))?;
            files::write_whole(&path(&self.out, arm, *seed), &serde_json::to_vec_pretty(&record)?)
        })
    }

    /// Trains and measures one arm under one seed.
    fn train_one(
        &self,
        study: &Study,
        arm: &Arm,
        seed: u64,
        tally: &Tally<'_>,
    ) -> Result<RunRecord> {
        let (stopwatch, mut done) = (Stopwatch::of_thread(), 0);
        let trained = self.trained(arm, seed)?;
        let (checkpoint, before) = trained.map_or((None, 0.0), |(c, seconds)| (Some(c), seconds));
        let trained = compare::train(study, arm, seed, checkpoint, &mut |step| {
            tally.add(step.done - done);
            done = step.done;
            tally.say(&format!("{}, seed {seed}: success {:.3}", arm.name, step.success));
        })?;
        let record = trained.measure(before + stopwatch.seconds())?;
        // Where a training ended early, its other steps are done, too.
        tally.add(arm.steps(seed)?.saturating_sub(done));
        Ok(record)
    }

    /// The training of an arm that lies in a folder, and the seconds that it took.
    fn trained(&self, arm: &Arm, seed: u64) -> Result<Option<(Checkpoint, f64)>> {
        let Some(folder) = &self.trained else { return Ok(None) };
        let folder = folder.join(format!("{}-{seed}", arm.file_name()));
        if !folder.exists() {
            return Ok(None);
        }
        let open = || -> Result<(Checkpoint, f64)> {
            let checkpoint =
                Checkpoint::from_bytes(&files::read(&folder.join("checkpoint.json"))?)?;
            let seconds = files::read_text(&folder.join(SECONDS_FILE))?;
            Ok((checkpoint, seconds.trim().parse()?))
        };
        open().map(Some).with_context(|| format!("cannot use {}", folder.display()))
    }

    fn jobs(&self) -> usize {
        match self.jobs {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            jobs => jobs.into(),
        }
    }

    /// The command that makes the same comparison again.
    fn origin(&self) -> Origin {
        let Self { recipe, out, first, seeds, .. } = self;
        let seeds = seeds.map_or_else(String::new, |n| format!(" --seeds {n}"));
        let first = first.map_or_else(String::new, |seed| format!(" --seed {seed}"));
        let name = name(recipe);
        let (recipe, out) = (quoted(recipe.display()), quoted(out.display()));
        Origin {
            title: format!("Trainings of {name}"),
            command: format!("overt train {recipe} --compare{seeds}{first} --out {out}"),
            overt_version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// The last part of a path, without its ending.
fn name(path: &Path) -> String {
    path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn path(out: &Path, arm: &Arm, seed: u64) -> PathBuf {
    out.join(RUNS).join(format!("{}-{seed}.json", arm.file_name()))
}

fn read(path: &Path) -> Result<RunRecord> {
    let bytes = files::read(path)?;
    serde_json::from_slice(&bytes).with_context(|| format!("cannot use {}", path.display()))
}
