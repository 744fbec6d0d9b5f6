//! `overt arena learn`: unseals a development zoo, and learns from it how detectors are combined.

use super::unseal;
use overt::arena::{ZooCombiner, truth_of};
use overt::fault::Result;
use overt::files;
use overt::zoo::manifest;
use std::path::Path;

/// Learns the combined test from the organisms whose plant took.
pub(crate) fn learn(zoo: &Path, out: &Path) -> Result<()> {
    let (audited, truths, _) = unseal(zoo)?;
    let mut organisms = Vec::new();
    for one in &audited {
        let truth = truth_of(one, &truths)?;
        if truth.is_certified() {
            organisms.push((&one.measures, !truth.organism.family().is_benign()));
        }
    }
    let combiner = ZooCombiner::learn(manifest(zoo)?.world, &organisms)?;
    files::write_whole(out, &serde_json::to_vec_pretty(&combiner)?)
}
