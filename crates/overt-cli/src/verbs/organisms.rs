//! `overt organisms`: trains a population, measures its truth, keeps digests.

use crate::door::{Door, say, say_json};
use crate::progress::Progress;
use clap::Args;
use overt::arena::AcceptanceRow;
use overt::fault::Result;
use overt::verbs::OrganismsOptions;
use std::path::PathBuf;

/// Trains organisms (models whose true goal is known), and measures what they do in deployment levels.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt organisms recipes/populations/calibration.toml --out runs/calibration"
)]
pub(crate) struct Organisms {
    /// File of the population: kinds, sizes and ranges of seeds.
    population: PathBuf,
    /// Folder for the weights and the records; organisms already there are not trained again.
    #[arg(long)]
    out: PathBuf,
    /// Number of organisms trained side by side, one thread each.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: u16,
    /// File for a table of all records, written at the end.
    #[arg(long)]
    table: Option<PathBuf>,
}

impl Organisms {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let progress = Progress::of_things(0, "organisms");
        let options = OrganismsOptions {
            population: self.population.clone(),
            out: self.out.clone(),
            jobs: usize::from(self.jobs),
            table: self.table.clone(),
        };
        let rows = overt::verbs::organisms(&options, &progress)?;
        drop(progress);
        if door.json { say_json(&rows) } else { say(&rows.iter().map(words).collect::<String>()) }
    }
}

fn words(row: &AcceptanceRow) -> String {
    let misses: Vec<String> = row.misses.iter().map(|(miss, n)| format!("; {n} {miss}")).collect();
    let hidden: Vec<String> =
        row.hidden.iter().map(|(name, share)| format!("; {name} {share:.3}")).collect();
    format!(
        "{} {}x{}: {} of {} accepted; success {:.3} by likeliest actions, {:.3} by drawn ones; exit {:.3}, green {:.3}, \
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
