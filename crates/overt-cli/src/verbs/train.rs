//! `overt train`: trains an agent after a recipe, with progress, checkpoints and resume.

use crate::files;
use anyhow::{Context, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use overt::arena::training_success;
use overt::train::{Checkpoint, Progress, Recipe, Trainer};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Updates between two checkpoints.
const CHECKPOINT_EVERY: u64 = 20;
/// Unseen levels on which success is measured at the end.
const N_LEVELS: usize = 1_000;
/// First line of `training.csv`.
const CSV_HEAD: &str =
    "step,success,policy_loss,value_loss,entropy,gradient_norm\n";

/// Trains an agent; started again in the same folder, it goes on where it was.
#[derive(Args, Debug)]
#[command(after_help = "Example: overt train recipes/exit-7.toml --out runs/mine && overt audit runs/mine")]
pub(crate) struct Train {
    /// What to train: world, network, steps, seed.
    recipe: PathBuf,
    /// Folder for the subject.
    #[arg(long)]
    out: PathBuf,
    /// Another seed than the recipe's.
    #[arg(long)]
    seed: Option<u64>,
    /// Threads; the weights have the same bits at any number.
    #[arg(long)]
    threads: Option<usize>,
}

impl Train {
    pub(crate) fn run(&self) -> Result<()> {
        let text = files::read_text(&self.recipe)?;
        let mut recipe = Recipe::parse(&text)
            .with_context(|| format!("cannot use {}", self.recipe.display()))?;
        recipe.seed = self.seed.unwrap_or(recipe.seed);
        let threads = self.threads.unwrap_or(0);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        pool.install(|| self.train(recipe))
    }

    fn train(&self, recipe: Recipe) -> Result<()> {
        let checkpoint_path = self.out.join("checkpoint.json");
        let csv_path = self.out.join("training.csv");
        let mut trainer = begin(recipe, &checkpoint_path)?;
        let mut csv = files::read_text(&csv_path).unwrap_or_else(|_| CSV_HEAD.to_owned());
        let bar = ProgressBar::new(trainer.recipe().steps).with_style(
            ProgressStyle::with_template("{msg} {wide_bar} {percent}% {per_sec}, {eta} left")?,
        );
        let mut updates = 0;
        while !trainer.is_done() {
            let progress = trainer.update()?;
            bar.set_position(progress.step.min(progress.steps));
            bar.set_message(format!("success {:.3}", progress.success));
            write_row(&mut csv, &progress)?;
            updates += 1;
            if updates % CHECKPOINT_EVERY == 0 {
                files::write_whole(&checkpoint_path, &trainer.checkpoint().to_bytes()?)?;
                files::write_whole(&csv_path, csv.as_bytes())?;
            }
        }
        bar.finish();
        files::write_whole(&csv_path, csv.as_bytes())?;
        save(&trainer, &self.out)?;
        files::write_whole(&checkpoint_path, &trainer.checkpoint().to_bytes()?)?;
        report(&trainer)
    }
}

/// Says how the trained agent does on training levels that it never saw.
fn report(trainer: &Trainer) -> Result<()> {
    let world = &trainer.recipe().world;
    let (greedy, sampled) =
        training_success(&trainer.policy()?, world.size, world.observation, N_LEVELS)?;
    crate::say(&format!("success on {N_LEVELS} unseen levels: greedy {greedy:.3}, sampled {sampled:.3}"))
}

/// A new training, or the one that the checkpoint holds.
fn begin(recipe: Recipe, checkpoint: &Path) -> Result<Trainer> {
    if !checkpoint.exists() {
        return Ok(Trainer::new(recipe)?);
    }
    let checkpoint = Checkpoint::from_bytes(&files::read(checkpoint)?)?;
    Ok(Trainer::resume(recipe, checkpoint)?)
}

fn write_row(csv: &mut String, p: &Progress) -> Result<()> {
    writeln!(
        csv,
        "{},{:.4},{:.6},{:.6},{:.4},{:.4}",
        p.step, p.success, p.policy_loss, p.value_loss, p.entropy, p.gradient_norm
    )?;
    Ok(())
}

fn save(trainer: &Trainer, out: &Path) -> Result<()> {
    let policy = trainer.policy()?;
    files::write_whole(&out.join("config.json"), &serde_json::to_vec_pretty(policy.config())?)?;
    files::write_whole(&out.join("model.safetensors"), &policy.weights().to_safetensors()?)
}
