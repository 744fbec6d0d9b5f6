//! `overt train --compare`: the same recipe with and without terms in its loss, over several seeds.

use super::side_by_side;
use crate::door::{Door, note, say};
use crate::progress::Progress;
use clap::Args;
use overt::arena::ChoiceRecipe;
use overt::arena::compare::{self, Arm, Origin, RunRecord, Seeds, Study};
use overt::clock::Stopwatch;
use overt::fault::{Context, Refused, Result};
use overt::files;
use overt::report::{comparison_html, comparison_screen};
use overt::shell::quoted;
use overt::train::maze::Checkpoint;
use overt::verbs::SECONDS_FILE;
use std::path::{Path, PathBuf};

/// Seeds of a comparison where nobody says how many.
const N_SEEDS: u64 = 5;
/// What the folder comes to hold, beside one record for each training.
const FILES: [&str; 3] = ["study.toml", "comparison.json", "comparison.html"];
/// Folder of the records.
const RUNS: &str = "runs";

/// Trains the recipe with and without its terms, or every arm of a study, instead of one agent.
#[derive(Args, Debug)]
pub(crate) struct Comparing {
    /// Compares: the recipe with its `[[loss]]` tables and without, or every arm of a study.
    #[arg(long)]
    pub(crate) compare: bool,
    /// Seeds of every arm [default: 5, or as many as the study says]
    #[arg(long, requires = "compare", value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..=1_000))]
    seeds: Option<u64>,
    /// Trainings side by side, one thread each; 0 for one per core.
    #[arg(long, requires = "compare", default_value_t = 0, value_name = "N",
        value_parser = clap::value_parser!(u16).range(..=1024))]
    jobs: u16,
    /// Takes trainings that `overt train` made: DIR/ARM-SEED, and `seconds` in there.
    #[arg(long, requires = "compare", value_name = "DIR")]
    trained: Option<PathBuf>,
}

impl Comparing {
    /// Trains what is not there yet, and compares. A recipe's own seed, or `first`, is the first seed.
    pub(crate) fn run(
        &self,
        recipe: &Path,
        out: &Path,
        first: Option<u64>,
        door: &Door,
    ) -> Result<()> {
        let study = self
            .study(&files::read_text(recipe)?, first)
            .with_context(|| format!("cannot use {}", recipe.display()))?;
        self.check_trained(&study)?;
        files::check_folder(out, &FILES)?;
        files::write_whole(&out.join("study.toml"), study.to_toml().as_bytes())?;
        let runs = study.runs();
        self.train(&study, &runs, out)?;
        let records: Result<Vec<RunRecord>> =
            runs.iter().map(|(arm, seed)| read(&path(out, arm, *seed))).collect();
        let comparison = compare::judge(&study, &records?, self.origin(recipe, out, first))?;
        let (json, page) = (comparison.to_json(), comparison_html(&comparison));
        files::write_together(
            out,
            &[("comparison.json", json.as_bytes()), ("comparison.html", page.as_bytes())],
        )?;
        if door.json {
            return say(&json);
        }
        let page = out.join("comparison.html").display().to_string();
        say(&comparison_screen(&comparison, door.style(), &page))
    }

    /// Refuses trainings that were made before where there can be none.
    fn check_trained(&self, study: &Study) -> Result<()> {
        if self.trained.is_none() || !ChoiceRecipe::is_meant(&study.recipe.to_string()) {
            return Ok(());
        }
        let fact = "trainings of models that choose keep no checkpoint";
        Err(Refused::new(fact, "leave `--trained` out").into())
    }

    /// A study as it is, or the one that a recipe with terms makes.
    fn study(&self, text: &str, first: Option<u64>) -> Result<Study> {
        let table: toml::Table = text.parse()?;
        if table.contains_key("arm") || table.contains_key("recipe") {
            let study = Study::parse(text)?;
            let Seeds { first: said, count } = study.seeds;
            let first = first.unwrap_or(said);
            return Ok(study.with_seeds(Seeds { first, count: self.seeds.unwrap_or(count) })?);
        }
        let own = table.get("seed").and_then(toml::Value::as_integer);
        let own = own.and_then(|seed| u64::try_from(seed).ok());
        let first = first.or(own).ok_or_else(|| {
            Refused::new(
                "recipe: `seed` is absent, expected the first seed",
                "give it with `--seed`",
            )
        })?;
        Ok(Study::of_recipe(text, Seeds { first, count: self.seeds.unwrap_or(N_SEEDS) })?)
    }

    /// Trains and measures what has no record yet, several side by side.
    fn train(&self, study: &Study, runs: &[(Arm, u64)], out: &Path) -> Result<()> {
        let is_missing = |(arm, seed): &&(Arm, u64)| {
            let plan = study.digest(arm, *seed);
            read(&path(out, arm, *seed)).map_or(true, |record| record.plan != plan)
        };
        let missing: Vec<(Arm, u64)> = runs.iter().filter(is_missing).cloned().collect();
        if missing.len() < runs.len() {
            note(&format!(
                "{} of {} trainings were done before",
                runs.len() - missing.len(),
                runs.len()
            ));
        }
        let steps: Result<u64, compare::Error> =
            missing.iter().map(|(arm, seed)| arm.steps(*seed)).sum();
        let bar = Progress::of_steps(steps?);
        side_by_side(self.jobs(), &missing, |(arm, seed)| {
            let record = self
                .train_one(study, arm, *seed, &bar)
                .with_context(|| format!("cannot train {}, seed {seed}", arm.name))?;
            files::write_whole(&path(out, arm, *seed), &serde_json::to_vec_pretty(&record)?)
        })?;
        Ok(())
    }

    /// Trains and measures one arm under one seed.
    fn train_one(&self, study: &Study, arm: &Arm, seed: u64, bar: &Progress) -> Result<RunRecord> {
        let (watch, mut done) = (Stopwatch::of_thread(), 0);
        let trained = self.trained(arm, seed)?;
        let (checkpoint, before) = trained.map_or((None, 0.0), |(c, seconds)| (Some(c), seconds));
        let trained = compare::train(study, arm, seed, checkpoint, &mut |step| {
            bar.add(step.done - done);
            done = step.done;
            bar.say(format!("{}, seed {seed}: success {:.3}", arm.name, step.success));
        })?;
        let record = trained.measure(before + watch.seconds())?;
        // Where a training ended early, its other steps are done, too.
        bar.add(arm.steps(seed)?.saturating_sub(done));
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
    fn origin(&self, recipe: &Path, out: &Path, first: Option<u64>) -> Origin {
        let seeds = self.seeds.map_or_else(String::new, |n| format!(" --seeds {n}"));
        let first = first.map_or_else(String::new, |seed| format!(" --seed {seed}"));
        let name = self::name(&recipe.to_string_lossy());
        let (recipe, out) = (quoted(recipe.display()), quoted(out.display()));
        Origin {
            title: format!("Trainings of {name}"),
            command: format!("overt train {recipe} --compare{seeds}{first} --out {out}"),
            overt_version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// The last part of a path, without its ending.
fn name(path: &str) -> String {
    let stem = Path::new(path).file_stem();
    stem.map_or_else(|| path.to_owned(), |stem| stem.to_string_lossy().into_owned())
}

fn path(out: &Path, arm: &Arm, seed: u64) -> PathBuf {
    out.join(RUNS).join(format!("{}-{seed}.json", arm.file_name()))
}

fn read(path: &Path) -> Result<RunRecord> {
    let bytes = files::read(path)?;
    serde_json::from_slice(&bytes).with_context(|| format!("cannot use {}", path.display()))
}
