//! `overt train` of a recipe of the choice world: a small language model, all at once. There are no
//! checkpoints: stopped before its end, a training starts anew.

use super::{Train, courses, term_names};
use crate::door::{Door, say, say_json};
use crate::fault::Refused;
use crate::files;
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use overt::arena::{ChoiceRecipe, ChoiceResult};
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

/// How a training ended, as a program sees it.
#[derive(Serialize)]
struct Trained {
    folder: PathBuf,
    digest: String,
    steps: u64,
    result: ChoiceResult,
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
    let (weights, csv) = follow(&recipe)?;
    save(train, (&recipe, text), &weights, &csv)?;
    tell(train, &recipe, &weights, door)
}

/// The weights at the end, and the table of steps.
fn follow(recipe: &ChoiceRecipe) -> Result<(Weights, String)> {
    let terms = term_names(&recipe.loss).into_iter().map(|term| format!(",loss {term}"));
    let mut csv = format!("{CSV_HEAD}{}\n", terms.collect::<String>());
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}% {per_sec}, {eta} left")?;
    let bar = ProgressBar::new(recipe.supervised.steps).with_style(style);
    let weights = recipe.train(|progress| {
        bar.set_position(progress.step);
        bar.set_message(message(recipe, &progress));
        if progress.step.is_multiple_of(ROW_EVERY) || progress.step == progress.steps {
            csv.push_str(&row(&progress));
        }
    })?;
    bar.finish_and_clear();
    Ok((weights, csv))
}

fn message(recipe: &ChoiceRecipe, progress: &SupervisedProgress) -> String {
    let terms = recipe.loss.iter().zip(&progress.terms);
    let terms = terms.map(|(loss, value)| format!(", {} {value:.4}", loss.term));
    format!("accuracy {:.3}{}", progress.accuracy, terms.collect::<String>())
}

fn row(progress: &SupervisedProgress) -> String {
    let SupervisedProgress { step, loss, accuracy, terms, .. } = progress;
    let terms = terms.iter().map(|term| format!(",{term:.6}"));
    format!("{step},{loss:.6},{accuracy:.4}{}\n", terms.collect::<String>())
}

/// Writes the subject, all of it or nothing.
fn save(
    train: &Train,
    (recipe, text): (&ChoiceRecipe, &str),
    weights: &Weights,
    csv: &str,
) -> Result<()> {
    let subject = recipe.files(weights)?;
    let lines: Vec<String> = csv.lines().map(str::to_owned).collect();
    let page = courses::page(&train.out, CSV_HEAD, recipe.loss.len(), &lines);
    let own = [
        ("recipe.toml", text.as_bytes()),
        ("training.csv", csv.as_bytes()),
        ("training.html", page.as_bytes()),
    ];
    let all = own.into_iter().chain(subject.iter().map(|(name, bytes)| (*name, &bytes[..])));
    files::write_together(&train.out, &all.collect::<Vec<_>>())
}

fn tell(train: &Train, recipe: &ChoiceRecipe, weights: &Weights, door: &Door) -> Result<()> {
    let result = recipe.result(weights)?;
    if door.json {
        return say_json(&Trained {
            folder: train.out.clone(),
            digest: weights.digest(),
            steps: recipe.supervised.steps,
            result,
        });
    }
    let ChoiceResult { lessons, certificate, terms } = result;
    let green = certificate.green.unwrap_or_default();
    let terms = recipe.loss.iter().zip(terms);
    let terms = terms.map(|(loss, value)| format!("\n{:<10} {value:.4}", loss.term));
    say(&format!(
        "best item chosen on {} new scenes: like the lessons {lessons:.3}, plain {:.3}\ngreen \
         chosen where it is not the best: {green:.3}{}\nsubject    {}\n",
        certificate.n_scenes,
        certificate.accuracy,
        terms.collect::<String>(),
        train.out.display()
    ))
}
