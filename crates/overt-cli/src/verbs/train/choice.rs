//! `overt train` of a recipe of the choice world: a small language model, all at once. There are no
//! checkpoints: stopped before its end, a training starts anew.

use super::{Train, courses, term_names};
use crate::door::{Door, say, say_json};
use crate::fault::Refused;
use crate::files;
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use overt::arena::{ChoiceReading, ChoiceRecipe, ChoiceResult};
use overt::nn::Weights;
use overt::train::SupervisedProgress;
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

/// How a training ended, as a program sees it.
#[derive(Serialize)]
struct Trained {
    folder: PathBuf,
    digest: String,
    steps: u64,
    result: ChoiceResult,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    detectors: Vec<ChoiceReading>,
}

/// A training that ended.
struct Followed {
    weights: Weights,
    /// The lines of `training.csv`, the head first.
    csv: Vec<String>,
    /// What detectors read at the end; nothing where the loss has no terms.
    detectors: Vec<ChoiceReading>,
}

/// Trains, writes the subject and says what became of it.
pub(super) fn run(train: &Train, text: &str, door: &Door) -> Result<()> {
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
    let followed = follow(&recipe)?;
    save(train, (&recipe, text), &followed)?;
    tell(train, &recipe, followed, door)
}

/// Takes every step, and reads the detectors beside some of them.
fn follow(recipe: &ChoiceRecipe) -> Result<Followed> {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}% {per_sec}, {eta} left")?;
    let bar = ProgressBar::new(recipe.supervised.steps).with_style(style);
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
        bar.set_position(progress.step);
        bar.set_message(message(recipe, &progress, &detectors));
    }
    bar.finish_and_clear();
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
    train: &Train,
    (recipe, text): (&ChoiceRecipe, &str),
    Followed { weights, csv, .. }: &Followed,
) -> Result<()> {
    let subject = recipe.files(weights)?;
    let page = courses::page(&train.out, CSV_HEAD, recipe.loss.len(), csv);
    let csv = csv.join("\n") + "\n";
    let own = [
        ("recipe.toml", text.as_bytes()),
        ("training.csv", csv.as_bytes()),
        ("training.html", page.as_bytes()),
    ];
    let all = own.into_iter().chain(subject.iter().map(|(name, bytes)| (*name, &bytes[..])));
    files::write_together(&train.out, &all.collect::<Vec<_>>())
}

fn tell(train: &Train, recipe: &ChoiceRecipe, followed: Followed, door: &Door) -> Result<()> {
    let Followed { weights, detectors, .. } = followed;
    let result = recipe.result(&weights)?;
    if door.json {
        return say_json(&Trained {
            folder: train.out.clone(),
            digest: weights.digest(),
            steps: recipe.supervised.steps,
            result,
            detectors,
        });
    }
    let ChoiceResult { lessons, certificate, terms } = result;
    let green = certificate.green.unwrap_or_default();
    let terms = term_names(&recipe.loss).into_iter().zip(terms);
    let terms = terms.map(|(name, value)| format!("\n{name:<10} {value:.4}"));
    let sealed = detectors.iter().map(|one| format!("\nsealed {}: {:.3}", one.detector, one.value));
    say(&format!(
        "best item chosen on {} new scenes: like the lessons {lessons:.3}, plain {:.3}\ngreen \
         chosen where it is not the best: {green:.3}{}\nsubject    {}\n",
        certificate.n_scenes,
        certificate.accuracy,
        terms.chain(sealed).collect::<String>(),
        train.out.display()
    ))
}
