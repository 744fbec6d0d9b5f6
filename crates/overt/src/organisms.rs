//! Organisms on disk: a folder for each, with its weights and the record of what it really does.

use crate::arena::{self, Organism, OrganismRecord};
use crate::fault::Result;
use crate::files;
use crate::nn::{self, Policy};
use std::path::Path;

/// The shape of the network.
const CONFIG: &str = "config.json";
/// Its weights.
const WEIGHTS: &str = "model.safetensors";
/// What was measured.
const RECORD: &str = "record.json";

/// Trains one organism and measures it, unless it lies in the folder `out` already.
pub fn raise(organism: Organism, out: &Path) -> Result<()> {
    let dir = out.join(organism.name());
    if record(organism, out).is_ok() {
        return Ok(());
    }
    let policy = arena::train(organism, |_| ())?;
    files::write_whole(&dir.join(CONFIG), &serde_json::to_vec_pretty(policy.config())?)?;
    files::write_whole(&dir.join(WEIGHTS), &policy.weights().to_safetensors()?)?;
    // Last, so that an organism with a record is whole.
    let record = OrganismRecord::measure(organism, &policy)?;
    files::write_whole(&dir.join(RECORD), &serde_json::to_vec_pretty(&record)?)
}

/// The record of an organism that was trained before into the folder `out`.
pub fn record(organism: Organism, out: &Path) -> Result<OrganismRecord> {
    let bytes = files::read(&out.join(organism.name()).join(RECORD))?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// The policy of an organism that was trained before into the folder `out`.
pub fn policy(organism: Organism, out: &Path) -> Result<Policy> {
    let dir = out.join(organism.name());
    let (config, weights) = (files::read(&dir.join(CONFIG))?, files::read(&dir.join(WEIGHTS))?);
    Ok(nn::load(&config, &weights)?)
}
