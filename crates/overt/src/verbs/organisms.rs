//! Trains the organisms of a population, and measures what they really do.

use super::Watch;
use super::tally::Tally;
use crate::arena::{self, AcceptanceRow, Organism, OrganismRecord, Population};
use crate::fault::{Context, Result};
use crate::files;
use crate::maze::record;
use crate::threads::side_by_side;
use std::path::{Path, PathBuf};

/// The table of all records, where no other file is named.
const TABLE: &str = "organisms.json";

/// Which population is trained, and where it goes.
#[derive(Clone, Debug)]
pub struct OrganismsOptions {
    /// The file of the population: kinds, sizes and ranges of seeds.
    pub population: PathBuf,
    /// Folder for the weights and the records; organisms that are there already are not trained again.
    pub out: PathBuf,
    /// Organisms trained side by side, one thread each; two, where nothing else is said.
    pub jobs: usize,
    /// File for the table of all records; `organisms.json` in the folder, where none is given.
    pub table: Option<PathBuf>,
}

impl Default for OrganismsOptions {
    fn default() -> Self {
        Self { population: PathBuf::new(), out: PathBuf::new(), jobs: 2, table: None }
    }
}

/// Trains what is not there yet, writes the table of all records, and gives means for each kind and size.
///
/// ```no_run
/// use overt::verbs::{OrganismsOptions, organisms};
///
/// let rows = organisms(
///     &OrganismsOptions {
///         population: "recipes/populations/calibration.toml".into(),
///         out: "runs/calibration".into(),
///         ..OrganismsOptions::default()
///     },
///     &(),
/// )?;
/// assert!(rows.iter().all(|row| row.n_accepted <= row.n));
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// A file that is no population, and a folder that cannot be written.
pub fn organisms(options: &OrganismsOptions, watch: &dyn Watch) -> Result<Vec<AcceptanceRow>> {
    let OrganismsOptions { population, out, jobs, table } = options;
    let population = Population::parse(&files::read_text(population)?)
        .with_context(|| format!("{} is not a population", population.display()))?;
    let organisms = population.organisms();
    let tally = Tally::new(watch, organisms.len() as u64);
    side_by_side(*jobs, &organisms, |organism| {
        tally.say(&organism.name());
        raise(*organism, out)?;
        tally.add(1);
        Ok(())
    })?;
    let records: Result<Vec<OrganismRecord>> =
        organisms.iter().map(|organism| record(*organism, out)).collect();
    let records = records?;
    let path = table.clone().unwrap_or_else(|| out.join(TABLE));
    files::write_whole(&path, &serde_json::to_vec_pretty(&records)?)?;
    Ok(arena::acceptance(&records))
}

/// Trains one organism and measures it, unless it is there already.
fn raise(organism: Organism, out: &Path) -> Result<()> {
    let dir = out.join(organism.name());
    if record(organism, out).is_ok() {
        return Ok(());
    }
    let policy = arena::train(organism, |_| ())?;
    files::write_whole(&dir.join("config.json"), &serde_json::to_vec_pretty(policy.config())?)?;
    files::write_whole(&dir.join("model.safetensors"), &policy.weights().to_safetensors()?)?;
    // Last, so that an organism with a record is whole.
    let record = OrganismRecord::measure(organism, &policy)?;
    files::write_whole(&dir.join("record.json"), &serde_json::to_vec_pretty(&record)?)
}
