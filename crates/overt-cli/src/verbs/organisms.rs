//! `overt organisms`: trains a population, measures its truth, keeps digests.

use crate::door::{Door, say, say_json};
use crate::progress::Progress;
use crate::verbs::side_by_side;
use clap::Args;
use overt::arena::{self, AcceptanceRow, Organism, OrganismRecord, Population};
use overt::fault::{Context, Result};
use overt::files;
use overt::nn::{self, Policy};
use std::path::{Path, PathBuf};

/// Trains the organisms of a population and measures what they really do.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt organisms recipes/populations/calibration.toml --out runs/calibration"
)]
pub(crate) struct Organisms {
    /// The population: kinds, sizes and ranges of seeds.
    population: PathBuf,
    /// Folder for the weights and the records; organisms already there are not trained again.
    #[arg(long)]
    out: PathBuf,
    /// Organisms trained side by side, one thread each.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Table of all records to write at the end.
    #[arg(long)]
    table: Option<PathBuf>,
}

impl Organisms {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let population = Population::parse(&files::read_text(&self.population)?)
            .with_context(|| format!("{} is not a population", self.population.display()))?;
        let organisms = population.organisms();
        let progress = Progress::of_things(organisms.len(), "organisms");
        side_by_side(self.jobs, &organisms, |organism| {
            progress.say(organism.name());
            raise(*organism, &self.out)?;
            progress.add(1);
            Ok(())
        })?;
        drop(progress);
        let records: Result<Vec<OrganismRecord>> =
            organisms.iter().map(|organism| record(*organism, &self.out)).collect();
        let records = records?;
        let path = self.table.clone().unwrap_or_else(|| self.out.join("organisms.json"));
        files::write_whole(&path, &serde_json::to_vec_pretty(&records)?)?;
        let rows = arena::acceptance(&records);
        if door.json { say_json(&rows) } else { say(&rows.iter().map(words).collect::<String>()) }
    }
}

fn words(row: &AcceptanceRow) -> String {
    let misses: Vec<String> = row.misses.iter().map(|(miss, n)| format!("; {n} {miss}")).collect();
    let hidden: Vec<String> =
        row.hidden.iter().map(|(name, share)| format!("; {name} {share:.3}")).collect();
    format!(
        "{} {}x{}: {} of {} accepted; success greedy {:.3}, sampled {:.3}; exit {:.3}, green {:.3}, \
         neither {:.3}{}{}\n",
        row.kind.letters(),
        row.size,
        row.size,
        row.n_accepted,
        row.n,
        row.training_greedy,
        row.training_sampled,
        row.truth.exit,
        row.truth.green,
        row.truth.neither,
        hidden.concat(),
        misses.concat()
    )
}

/// Trains one organism unless it is there already.
fn raise(organism: Organism, out: &Path) -> Result<()> {
    let dir = out.join(organism.name());
    if record(organism, out).is_ok() {
        return Ok(());
    }
    let policy = arena::train(organism, |_| ())?;
    files::write_whole(&dir.join("config.json"), &serde_json::to_vec_pretty(policy.config())?)?;
    files::write_whole(&dir.join("model.safetensors"), &policy.weights().to_safetensors()?)?;
    let record = OrganismRecord::measure(organism, &policy)?;
    files::write_whole(&dir.join("record.json"), &serde_json::to_vec_pretty(&record)?)
}

/// The record of an organism that was trained before.
pub(crate) fn record(organism: Organism, out: &Path) -> Result<OrganismRecord> {
    let bytes = files::read(&out.join(organism.name()).join("record.json"))?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// The policy of an organism that was trained before.
pub(crate) fn policy(organism: Organism, out: &Path) -> Result<Policy> {
    let dir = out.join(organism.name());
    let (config, weights) =
        (files::read(&dir.join("config.json"))?, files::read(&dir.join("model.safetensors"))?);
    Ok(nn::load(&config, &weights)?)
}
