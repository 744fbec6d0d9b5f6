//! The folder of a zoo: what is public in it, and what is sealed.

use crate::arena::{Manifest, PublicSubject, SealedTruth, ZooError, truth_digest};
use crate::audit::Control;
use crate::audit::choice::Choice;
use crate::controls::known;
use crate::fault::{Context, Fault, Refused, Result};
use crate::files;
use crate::subjects::{self, Opened};
use std::path::Path;

/// The public list.
pub const MANIFEST: &str = "zoo.json";
/// Folders that an auditor may open, one for each subject.
pub const PUBLIC: &str = "public";
/// What no auditor may open.
pub const SEALED: &str = "sealed";

/// The sealed file, of which the public list holds the digest.
pub const TRUTH: &str = "truth.json";

/// Every organism whose plant took; its zoo is unsealed, so that it is no test any more.
pub fn controls(zoo: &Path) -> Result<Vec<Control<Choice>>> {
    let manifest = manifest(zoo)?;
    let (truths, _) = truths(zoo, &manifest)?;
    let mut controls = Vec::new();
    for public in &manifest.subjects {
        let truth = truths.iter().find(|truth| truth.organism.id() == public.id);
        let truth = truth.ok_or_else(|| ZooError::NoTruth { id: public.id.clone() })?;
        match open(public, zoo)? {
            Opened::Choice(subject) if truth.is_certified() => {
                controls.push(known(truth, *subject));
            }
            Opened::Choice(_) => {}
            Opened::Maze(subject) => return Err(other_world(&subject.name)),
        }
    }
    if controls.is_empty() {
        let fact = format!("no organism of {} became what it was made to be", zoo.display());
        return Err(Refused::new(fact, "name a zoo whose plants took: `overt arena make`").into());
    }
    Ok(controls)
}

/// Refuses a subject of another world than its zoo.
pub fn other_world(name: &str) -> Fault {
    let fact = format!("subject {name} is of another world than its zoo");
    Refused::new(fact, "a zoo is of one world; make it anew").into()
}

/// Opens a subject of a zoo, whose weights must be those that are listed.
pub fn open(public: &PublicSubject, zoo: &Path) -> Result<Opened> {
    let folder = zoo.join(PUBLIC).join(&public.id);
    let opened = subjects::open_any(&folder.to_string_lossy())?;
    check_digest("the file of weights", &public.digest, &opened.digest())?;
    Ok(opened)
}

/// The public list of a zoo.
pub fn manifest(zoo: &Path) -> Result<Manifest> {
    let path = zoo.join(MANIFEST);
    let manifest: Manifest = serde_json::from_slice(&files::read(&path)?)
        .with_context(|| format!("{} is not the list of a zoo", path.display()))?;
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
    Err(Refused::new(fact, "a zoo cannot be changed once it is made; make it anew").into())
}

/// What is sealed, and its digest.
pub fn truths(zoo: &Path, manifest: &Manifest) -> Result<(Vec<SealedTruth>, String)> {
    let sealed = files::read(&zoo.join(SEALED).join(TRUTH))?;
    let got = truth_digest(&sealed);
    check_digest("what is sealed", &manifest.truth_digest, &got)?;
    let truths: Vec<SealedTruth> =
        serde_json::from_slice(&sealed).context("what is sealed is not the truth of a zoo")?;
    Ok((truths, got))
}
