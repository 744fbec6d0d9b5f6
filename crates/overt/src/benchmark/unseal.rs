//! Unseals a benchmark that was audited: what everyone is, and what can be learnt from that.

use super::audit::measured;
use super::folder::{FINDINGS, MANIFEST, REGISTRATION, truths};
use crate::arena::{
    BenchmarkOrganism, Findings, Manifest, Registration, ScoredSubject, benchmark_power, truth_of,
    unseal as score_each,
};
use crate::audit::{CombinedOf, Combiner, World};
use crate::fault::{Context, Refused, Result};
use crate::files;
use crate::worlds::Offered;
use std::path::Path;

/// What was measured in a benchmark and what it is, side by side.
#[derive(Debug)]
pub struct Unsealed {
    /// Everyone, with what was said of them.
    pub subjects: Vec<ScoredSubject>,
    /// SHA-256 of the truth.
    pub digest: String,
    /// What the benchmark is for.
    pub purpose: String,
    /// The name of its world.
    pub world: String,
    /// What was asked, by which plan, as it was registered.
    pub plan: serde_json::Value,
    /// SHA-256 of the combined test.
    pub combiner_digest: String,
    /// The bytes of the registration.
    registration: Vec<u8>,
}

/// Learns the combined test from the organisms whose implant took, as a file.
pub(crate) fn learn<W: Offered>(manifest: &Manifest, folder: &Path) -> Result<Vec<u8>> {
    let measured: Result<Vec<_>> =
        manifest.subjects.iter().map(|subject| measured::<W>(subject, folder)).collect();
    let measured = measured?;
    let (truths, _) = truths::<W>(folder, manifest)?;
    let mut organisms = Vec::new();
    for one in &measured {
        let truth = truth_of(one, &truths)?;
        if truth.is_certified() {
            organisms.push((&one.measures, !truth.organism.family().is_benign()));
        }
    }
    Ok(serde_json::to_vec_pretty(&Combiner::<W::Detector>::learn(&organisms)?)?)
}

/// What was measured in a benchmark, and what everyone in it is.
pub(crate) fn unseal<W: Offered>(manifest: Manifest, folder: &Path) -> Result<Unsealed> {
    let measured: Result<Vec<_>> =
        manifest.subjects.iter().map(|subject| measured::<W>(subject, folder)).collect();
    let measured = measured?;
    let (truths, digest) = truths::<W>(folder, &manifest)?;
    let findings: Findings<CombinedOf<W>> =
        serde_json::from_slice(&files::read(&folder.join(FINDINGS))?)
            .with_context(|| format!("{FINDINGS} are not those of an audit"))?;
    let path = folder.join(REGISTRATION);
    let bytes = files::read(&path)?;
    let registration =
        read::<W>(&bytes).with_context(|| format!("{} is not a registration", path.display()))?;
    if !registration.is_of(&manifest) {
        let fact =
            format!("{} is not of the list {}", path.display(), folder.join(MANIFEST).display());
        let hint = "take the list as it was audited; a benchmark is not changed after its audit";
        return Err(Refused::new(fact, hint).into());
    }
    let (expected, got) = (&findings.registration, registration.digest());
    if *expected != got {
        let fact = format!("{} has the digest {got}, findings are of {expected}", path.display());
        return Err(Refused::new(fact, "audit that benchmark anew with `overt arena audit`").into());
    }
    Ok(Unsealed {
        subjects: score_each::<W>(&truths, &measured, &findings)?,
        digest,
        purpose: manifest.purpose,
        world: manifest.world,
        plan: serde_json::to_value(registration.plan)?,
        combiner_digest: registration.combiner_digest,
        registration: bytes,
    })
}

fn read<W: Offered>(registration: &[u8]) -> Result<Registration<<W as World>::PowerPlan>> {
    Ok(serde_json::from_slice(registration)?)
}

/// The file of the power of the combined test, of subjects that were scored.
pub(crate) fn power<W: Offered>(
    subjects: &[ScoredSubject],
    score_digest: String,
    unsealed: &Unsealed,
) -> Result<String> {
    let registration = read::<W>(&unsealed.registration)?;
    let power = benchmark_power::<W>(subjects, score_digest, &registration, &unsealed.purpose)?;
    Ok(power.to_json()?)
}
