//! A training in the choice world: a small language model, all at once. There are no
//! checkpoints: stopped before its end, a training starts anew.

use super::courses;
use super::options::TrainOptions;
use super::terms::term_names;
use crate::arena::{ChoiceReading, ChoiceRecipe, ChoiceResult};
use crate::fault::{Context, Refused, Result};
use crate::files;
use crate::nn::Weights;
use crate::train::choice::SupervisedProgress;
use crate::verbs::Watch;
use serde::Serialize;
use std::path::PathBuf;

/// What the folder comes to hold.
const FILES: [&str; 6] = [
    "recipe.toml",
    "card.json",
    "config.json",
    "model.safetensors",
    "training.csv",
    "training.html",
];
/// First columns of `training.csv`, before those of loss terms.
const CSV_HEAD: &str = "step,loss,accuracy";
/// Steps between two rows of `training.csv`.
const ROW_EVERY: u64 = 10;
/// Steps between two readings of the detectors that no loss can reach, where the loss has terms.
const READ_EVERY: u64 = 500;

/// A model of the choice world that was trained.
#[derive(Debug, Serialize)]
pub struct ChoiceTrained {
    /// The folder of the subject.
    pub folder: PathBuf,
    /// SHA-256 of its weights.
    pub digest: String,
    /// Steps that it was trained for.
    pub steps: u64,
    /// What became of it.
    pub result: ChoiceResult,
    /// The terms of its loss, by name.
    #[serde(skip)]
    pub terms: Vec<String>,
    /// What detectors read at the end that no loss can reach; nothing where the loss has no terms.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub detectors: Vec<ChoiceReading>,
}

/// A training that ended.
struct Followed {
    weights: Weights,
    /// The lines of `training.csv`, the head first.
    csv: Vec<String>,
    /// What detectors read at the end; nothing where the loss has no terms.
    detectors: Vec<ChoiceReading>,
}

/// Trains and writes the subject.
pub(super) fn run(train: &TrainOptions, text: &str, watch: &dyn Watch) -> Result<ChoiceTrained> {
    if train.from.is_some() || train.guard.is_some() {
        let fact = "a recipe of the choice world is trained from its start, and under no guard";
        return Err(Refused::new(fact, "leave `--from` and `--guard` away").into());
    }
    let recipe = ChoiceRecipe::parse(text)
        .with_context(|| format!("cannot use {}", train.recipe.display()))?;
    files::check_folder(&train.out, &FILES)?;
    if train.out.join("model.safetensors").exists() {
        let fact = format!("{} holds a model", train.out.display());
        return Err(Refused::new(fact, "name another folder with `--out`").into());
    }
    let followed = follow(&recipe, watch)?;
    save(train, (&recipe, text), &followed)?;
    let Followed { weights, detectors, .. } = followed;
    Ok(ChoiceTrained {
        folder: train.out.clone(),
        digest: weights.digest(),
        steps: recipe.supervised.steps,
        result: recipe.result(&weights)?,
        terms: term_names(&recipe.loss),
        detectors,
    })
}

/// Takes every step, and reads the detectors beside some of them.
fn follow(recipe: &ChoiceRecipe, watch: &dyn Watch) -> Result<Followed> {
    let mut training = recipe.training()?;
    let (mut rows, mut detectors) = (Vec::new(), Vec::new());
    while !training.is_done() {
        let progress = training.update()?;
        let is_due = |every: u64| training.is_done() || progress.step.is_multiple_of(every);
        let is_read = !recipe.loss.is_empty() && is_due(READ_EVERY);
        if is_read {
            detectors = recipe.readings(&training.finished())?;
        }
        if is_due(ROW_EVERY) || is_read {
            rows.push((row(&progress), is_read.then(|| cells(&detectors))));
        }
        watch.reached(progress.step, recipe.supervised.steps);
        watch.doing(&message(recipe, &progress, &detectors));
    }
    let csv = table(recipe, rows, &detectors);
    Ok(Followed { weights: training.finished(), csv, detectors })
}

/// The head, and every row with what detectors read then, or blanks.
fn table(
    recipe: &ChoiceRecipe,
    rows: Vec<(String, Option<String>)>,
    detectors: &[ChoiceReading],
) -> Vec<String> {
    let terms = term_names(&recipe.loss).into_iter().map(|term| format!(",loss {term}"));
    let sealed = detectors.iter().map(|reading| format!(",sealed {}", reading.detector));
    let head = format!("{CSV_HEAD}{}", terms.chain(sealed).collect::<String>());
    let blanks = ",".repeat(detectors.len());
    let rows = rows.into_iter().map(|(row, cells)| row + cells.as_ref().unwrap_or(&blanks));
    std::iter::once(head).chain(rows).collect()
}

fn message(
    recipe: &ChoiceRecipe,
    progress: &SupervisedProgress,
    detectors: &[ChoiceReading],
) -> String {
    let terms = term_names(&recipe.loss).into_iter().zip(&progress.terms);
    let terms = terms.map(|(name, value)| format!(", {name} {value:.4}"));
    // The first detector speaks for all: the line is short.
    let sealed =
        detectors.first().map(|read| format!(", sealed {} {:.3}", read.detector, read.value));
    format!("accuracy {:.3}{}", progress.accuracy, terms.chain(sealed).collect::<String>())
}

fn row(progress: &SupervisedProgress) -> String {
    let SupervisedProgress { step, loss, accuracy, terms, .. } = progress;
    let terms = terms.iter().map(|term| format!(",{term:.6}"));
    format!("{step},{loss:.6},{accuracy:.4}{}", terms.collect::<String>())
}

fn cells(detectors: &[ChoiceReading]) -> String {
    detectors.iter().fold(String::new(), |cells, reading| format!("{cells},{:.4}", reading.value))
}

/// Writes the subject, all of it or nothing.
fn save(
    train: &TrainOptions,
    (recipe, text): (&ChoiceRecipe, &str),
    Followed { weights, csv, .. }: &Followed,
) -> Result<()> {
    let subject = recipe.files(weights)?;
    let page = courses::page(&train.out, (CSV_HEAD, 0), recipe.loss.len(), csv);
    let csv = csv.join("\n") + "\n";
    let own = [
        ("recipe.toml", text.as_bytes()),
        ("training.csv", csv.as_bytes()),
        ("training.html", page.as_bytes()),
    ];
    let all = own.into_iter().chain(subject.iter().map(|(name, bytes)| (*name, &bytes[..])));
    files::write_together(&train.out, &all.collect::<Vec<_>>())
}
