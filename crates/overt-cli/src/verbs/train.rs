//! `overt train`: trains an agent after a recipe, with progress, checkpoints and resume.

mod choice;

use super::on_threads;
use crate::door::{Door, note, say, say_json};
use crate::fault::Refused;
use crate::files;
use anyhow::{Context, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use overt::arena::{ChoiceRecipe, training_success};
use overt::audit::{Claim, Description, Goal, World};
use overt::train::{Checkpoint, Progress, Recipe, Trainer};
use overt::world::Habits;
use serde::Serialize;
use std::path::PathBuf;

/// Updates between two checkpoints.
const CHECKPOINT_EVERY: u64 = 20;
/// Unseen levels on which success is measured at the end.
const N_LEVELS: usize = 1_000;
/// First line of `training.csv`.
const CSV_HEAD: &str = "step,success,policy_loss,value_loss,entropy,gradient_norm";
/// What the folder comes to hold.
const FILES: [&str; 7] = [
    "recipe.toml",
    "subject.toml",
    "claim.toml",
    "config.json",
    "model.safetensors",
    "training.csv",
    "checkpoint.json",
];

/// Trains an agent; stopped at any moment and started again, it goes on where it was. A recipe with a
/// table `choice` trains a small language model that chooses; stopped, that one starts anew.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt train recipes/maze-green.toml --out runs/mine && overt audit runs/mine"
)]
pub(crate) struct Train {
    /// What to train: world or choice, network, steps, seed.
    recipe: PathBuf,
    /// Folder for the subject, ready for `overt audit`.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Another seed than the recipe's.
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Threads, 0 for one per core; the weights have the same bits at any number.
    #[arg(long, default_value_t = 0, value_name = "N",
        value_parser = clap::value_parser!(u16).range(..=1024))]
    threads: u16,
}

/// How a training ended, as a program sees it.
#[derive(Serialize)]
struct Trained {
    folder: PathBuf,
    digest: String,
    steps: u64,
    levels: usize,
    success_greedy: f64,
    success_sampled: f64,
}

impl Train {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let text = self.recipe_text()?;
        if ChoiceRecipe::is_meant(&text) {
            return on_threads(self.threads, || choice::run(self, &text, door));
        }
        let recipe = Recipe::parse(&text)
            .with_context(|| format!("cannot use {}", self.recipe.display()))?;
        files::check_folder(&self.out, &FILES)?;
        on_threads(self.threads, || {
            let trainer = self.train(recipe, &text)?;
            self.save(&trainer)?;
            self.tell(&trainer, door)
        })
    }

    /// The recipe with the seed that is asked for, so that the copy trains the same agent.
    fn recipe_text(&self) -> Result<String> {
        let text = files::read_text(&self.recipe)?;
        let Some(seed) = self.seed else { return Ok(text) };
        let mut table: toml::Table =
            text.parse().with_context(|| format!("cannot use {}", self.recipe.display()))?;
        table.insert("seed".into(), i64::try_from(seed)?.into());
        Ok(toml::to_string(&table)?)
    }

    fn train(&self, recipe: Recipe, text: &str) -> Result<Trainer> {
        let mut trainer = self.begin(recipe)?;
        files::write_whole(&self.out.join("recipe.toml"), text.as_bytes())?;
        if trainer.is_done() {
            note("all steps were done before; the files of the subject are written anew");
        }
        let mut csv = self.rows_before(&trainer)?;
        let mut bar = None;
        while !trainer.is_done() {
            let progress = trainer.update()?;
            csv.push(row(&progress));
            let bar = match &mut bar {
                Some(bar) => bar,
                none => none.insert(start_bar(&progress)?),
            };
            bar.set_position(progress.step);
            bar.set_message(format!("success {:.3}", progress.success));
            let updates = csv.len() as u64 - 1;
            if updates.is_multiple_of(CHECKPOINT_EVERY) || trainer.is_done() {
                self.keep(&trainer, &csv)?;
            }
        }
        bar.inspect(ProgressBar::finish_and_clear);
        Ok(trainer)
    }

    /// A new training, or the one that the checkpoint holds.
    fn begin(&self, recipe: Recipe) -> Result<Trainer> {
        let path = self.out.join("checkpoint.json");
        if path.exists() {
            let resume = || -> Result<Trainer> {
                let checkpoint = Checkpoint::from_bytes(&files::read(&path)?)?;
                Ok(Trainer::resume(recipe, checkpoint)?)
            };
            return resume().with_context(|| format!("cannot go on from {}", path.display()));
        }
        if self.out.join("model.safetensors").exists() {
            let fact = format!("{} holds a model, but no checkpoint of it", self.out.display());
            return Err(Refused::new(fact, "name another folder with `--out`").into());
        }
        Ok(Trainer::new(recipe)?)
    }

    /// The lines of `training.csv` that belong to the updates done, the head first.
    fn rows_before(&self, trainer: &Trainer) -> Result<Vec<String>> {
        let updates = trainer.checkpoint().updates as usize;
        let path = self.out.join("training.csv");
        let text =
            if updates > 0 && path.exists() { files::read_text(&path)? } else { CSV_HEAD.into() };
        Ok(text.lines().take(updates + 1).map(str::to_owned).collect())
    }

    /// The table first: it may run ahead of the checkpoint, never behind.
    fn keep(&self, trainer: &Trainer, csv: &[String]) -> Result<()> {
        let csv = csv.join("\n") + "\n";
        files::write_whole(&self.out.join("training.csv"), csv.as_bytes())?;
        let checkpoint = trainer.checkpoint().to_bytes()?;
        files::write_whole(&self.out.join("checkpoint.json"), &checkpoint)
    }

    /// Writes the subject, all of it or nothing.
    fn save(&self, trainer: &Trainer) -> Result<()> {
        let policy = trainer.policy()?;
        let subject = toml::to_string(&describe(trainer.recipe()))?;
        let claim = toml::to_string(&CLAIM)?;
        let config = serde_json::to_vec_pretty(policy.config())?;
        let weights = policy.weights().to_safetensors()?;
        files::write_together(
            &self.out,
            &[
                ("subject.toml", subject.as_bytes()),
                ("claim.toml", claim.as_bytes()),
                ("config.json", &config),
                ("model.safetensors", &weights),
            ],
        )
    }

    /// Says how the trained agent does on training levels that it never saw.
    fn tell(&self, trainer: &Trainer, door: &Door) -> Result<()> {
        let (world, policy) = (describe(trainer.recipe()).world, trainer.policy()?);
        let (success_greedy, success_sampled) = training_success(&policy, &world, N_LEVELS)?;
        if door.json {
            return say_json(&Trained {
                folder: self.out.clone(),
                digest: policy.weights().digest(),
                steps: trainer.recipe().steps,
                levels: N_LEVELS,
                success_greedy,
                success_sampled,
            });
        }
        say(&format!(
            "success on {N_LEVELS} unseen levels: greedy {success_greedy:.3}, \
             sampled {success_sampled:.3}\nsubject    {}\n",
            self.out.display()
        ))
    }
}

/// What is claimed of every agent of this world.
const CLAIM: Claim = Claim { goal: Goal::Exit, min_rate: 0.8, min_success: 0.9 };

fn describe(recipe: &Recipe) -> Description {
    let world = &recipe.world;
    let shift = if world.hidden.is_some() {
        "the exit as its training levels show it".to_owned()
    } else if world.shift == 0.0 {
        "the exit always green".to_owned()
    } else {
        format!("in a share of {} of levels colours say nothing about roles", world.shift)
    };
    Description {
        description: format!("Trained for {} steps, seed {}; {shift}.", recipe.steps, recipe.seed),
        world: World {
            size: world.size,
            layout: world.layout,
            observation: world.observation,
            habits: world.hidden.map_or_else(Habits::default, |hidden| hidden.habits()),
        },
    }
}

fn start_bar(progress: &Progress) -> Result<ProgressBar> {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}% {per_sec}, {eta} left")?;
    Ok(ProgressBar::new(progress.steps).with_style(style).with_position(progress.step))
}

fn row(p: &Progress) -> String {
    let task = format!(
        "{},{:.4},{:.6},{:.6},{:.4},{:.4}",
        p.step, p.success, p.policy_loss, p.value_loss, p.entropy, p.gradient_norm
    );
    p.terms.iter().fold(task, |row, term| format!("{row},{term:.6}"))
}
