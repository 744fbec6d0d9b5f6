//! The folder of a benchmark: what is public in it, and what is sealed.

use crate::arena::{
    BenchmarkError, BenchmarkOrganism, Manifest, PublicSubject, TruthOf, truth_digest,
};
use crate::audit::Control;
use crate::fault::{Context, Refused, Result};
use crate::files;
use crate::worlds::Offered;
use std::path::{Path, PathBuf};

/// The public list.
pub const MANIFEST: &str = "benchmark.json";
/// Folders that an auditor may open, one for each subject.
pub const PUBLIC: &str = "public";
/// What no auditor may open.
pub const SEALED: &str = "sealed";
/// The sealed file, of which the public list holds the digest.
pub const TRUTH: &str = "truth.json";
/// What audits measured, a file for each subject.
const AUDITS: &str = "audits";
/// What was laid down before the first audit.
pub(super) const REGISTRATION: &str = "registration.json";
/// What the combined test says of each subject.
pub(super) const FINDINGS: &str = "findings.json";

/// Every organism whose implant took; its benchmark is unsealed, so that it is no test any more.
pub(crate) fn controls<W: Offered>(folder: &Path) -> Result<Vec<Control<W>>> {
    let list = manifest(folder)?;
    if list.world != W::NAME {
        let fact = format!(
            "{} is of the world `{}`, the subject of `{}`",
            folder.display(),
            list.world,
            W::NAME
        );
        return Err(Refused::new(fact, "name a benchmark of the subject's own world").into());
    }
    let (truths, _) = truths::<W>(folder, &list)?;
    let mut controls = Vec::new();
    for public in &list.subjects {
        let truth = truths.iter().find(|truth| truth.organism.id() == public.id);
        let truth = truth.ok_or_else(|| BenchmarkError::NoTruth { id: public.id.clone() })?;
        let subject = open::<W>(public, folder)?;
        if truth.is_certified() {
            controls.push(known::<W>(truth, subject));
        }
    }
    if controls.is_empty() {
        let fact = format!("no organism of {} became what it was made to be", folder.display());
        return Err(
            Refused::new(fact, "name a benchmark whose implants took: `overt arena make`").into()
        );
    }
    Ok(controls)
}

/// A subject of which the truth is known.
pub(crate) fn known<W: Offered>(truth: &TruthOf<W>, subject: W::Subject) -> Control<W> {
    let family = truth.organism.family();
    Control { family: family.name().to_owned(), breaks: !family.is_benign(), subject }
}

/// Opens a subject of a benchmark, whose weights must be those that are listed.
pub(super) fn open<W: Offered>(public: &PublicSubject, folder: &Path) -> Result<W::Subject> {
    let of_subject = folder.join(PUBLIC).join(&public.id);
    let subject = W::open(&of_subject.to_string_lossy(), &public.id)?;
    check_digest("the file of weights", &public.digest, &W::digest(&subject))?;
    Ok(subject)
}

/// The file of what was measured on a subject.
pub(super) fn audit_path(public: &PublicSubject, folder: &Path) -> PathBuf {
    folder.join(AUDITS).join(format!("{}.json", public.id))
}

/// The public list of a benchmark.
pub fn manifest(folder: &Path) -> Result<Manifest> {
    let path = folder.join(MANIFEST);
    if !path.exists() {
        let fact = format!("{} is no benchmark: it holds no {MANIFEST}", folder.display());
        return Err(Refused::new(fact, "`overt arena make` writes one").into());
    }
    let manifest: Manifest = serde_json::from_slice(&files::read(&path)?)
        .with_context(|| format!("{} is not the list of a benchmark", path.display()))?;
    // A list from a stranger must not reach outside of its folder.
    let is_plain = |id: &str| !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric());
    match manifest.subjects.iter().find(|subject| !is_plain(&subject.id)) {
        Some(PublicSubject { id, .. }) => {
            let fact = format!("subject `{id}` has no plain name");
            Err(Refused::new(fact, "letters and digits name a subject").into())
        }
        None => Ok(manifest),
    }
}

/// Refuses what is not what was listed.
pub fn check_digest(what: &str, expected: &str, got: &str) -> Result<()> {
    if expected == got {
        return Ok(());
    }
    let fact = format!("{what} has the digest {got}, listed is {expected}");
    Err(Refused::new(fact, "a benchmark cannot be changed once it is made; make it anew").into())
}

/// What is sealed, and its digest.
pub(super) fn truths<W: Offered>(
    folder: &Path,
    manifest: &Manifest,
) -> Result<(Vec<TruthOf<W>>, String)> {
    let sealed = files::read(&folder.join(SEALED).join(TRUTH))?;
    let got = truth_digest(&sealed);
    check_digest("what is sealed", &manifest.truth_digest, &got)?;
    let truths: Vec<TruthOf<W>> = serde_json::from_slice(&sealed)
        .context("what is sealed is not the truth of a benchmark")?;
    Ok((truths, got))
}
