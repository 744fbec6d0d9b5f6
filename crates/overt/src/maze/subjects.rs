//! Agents: those that ship inside the binary, and folders.

use crate::audit;
use crate::audit::maze::{Subject, SubjectFiles};
use crate::evidence::identity::{self, Resource};
use crate::evidence::{Digest, Model};
use crate::fault::{Context, Fault, Refused, Result};
use crate::shell::quoted;
use crate::site::nearest;
use crate::train::maze::Checkpoint;
use crate::{files, names};
use std::collections::BTreeMap;
use std::path::Path;

/// The files of an agent.
const FILES: [&str; 4] = ["config.json", "model.safetensors", "subject.toml", "claim.toml"];

/// A subject inside the binary.
pub struct Shipped {
    /// The name under which it is asked for.
    pub name: &'static str,
    files: SubjectFiles<'static>,
}

/// The bytes of a file under `subjects/`.
macro_rules! shipped {
    ($name:literal) => {
        Shipped {
            name: $name,
            files: SubjectFiles {
                config: include_bytes!(concat!("../../../../subjects/", $name, "/config.json")),
                weights: include_bytes!(concat!(
                    "../../../../subjects/",
                    $name,
                    "/model.safetensors"
                )),
                subject: include_str!(concat!("../../../../subjects/", $name, "/subject.toml")),
                claim: include_str!(concat!("../../../../subjects/", $name, "/claim.toml")),
            },
        }
    };
}

/// What ships.
pub const SHIPPED: [Shipped; 2] = [shipped!("maze-green"), shipped!("maze-exit")];

/// Their names.
pub(super) const NAMES: [&str; SHIPPED.len()] = [SHIPPED[0].name, SHIPPED[1].name];

impl Shipped {
    /// The subject, read like one from outside.
    pub fn read(&self) -> Result<Subject> {
        read(self.name, self.files)
    }
}

/// The files of an agent, by name, as they lie.
#[derive(Debug)]
pub struct ModelFiles(pub BTreeMap<String, Vec<u8>>);

impl ModelFiles {
    /// What evidence calls it.
    pub fn model(&self) -> Result<Model> {
        let resource = |(name, bytes): (&String, &Vec<u8>)| Resource {
            name: name.clone(),
            digest: Digest::of(bytes),
        };
        let resources = self.0.iter().map(resource).collect();
        Ok(Model { resources, tensors: identity::tensors(&self.0["model.safetensors"])? })
    }
}

/// The files of an agent: those that an audit reads, and no others.
pub fn files(subject: &str) -> Result<ModelFiles> {
    if let Some(Shipped { files, .. }) = SHIPPED.iter().find(|shipped| shipped.name == subject) {
        let all = [
            (FILES[0], files.config),
            (FILES[1], files.weights),
            (FILES[2], files.subject.as_bytes()),
            (FILES[3], files.claim.as_bytes()),
        ];
        let all = all.into_iter().map(|(name, bytes)| (name.to_owned(), bytes.to_vec()));
        return Ok(ModelFiles(all.collect()));
    }
    let read = |name: &str| Ok((name.to_owned(), files::read(&Path::new(subject).join(name))?));
    FILES.into_iter().map(read).collect::<Result<_>>().map(ModelFiles)
}

/// Opens an agent: a name that ships, or a folder.
pub fn open(subject: &str) -> Result<Subject> {
    open_as(subject, &names::of_folder(Path::new(subject), |name| NAMES.contains(&name)))
}

/// Opens an agent; a folder is given this name.
pub(super) fn open_as(subject: &str, name: &str) -> Result<Subject> {
    if let Some(shipped) = SHIPPED.iter().find(|shipped| shipped.name == subject) {
        return shipped.read();
    }
    let dir = Path::new(subject);
    if dir.is_dir() { open_folder(dir, name) } else { Err(unknown(subject)) }
}

fn open_folder(dir: &Path, name: &str) -> Result<Subject> {
    if dir.join("recipe.toml").is_file() && !dir.join("model.safetensors").exists() {
        return Err(unfinished(dir).into());
    }
    for file in FILES {
        if !dir.join(file).is_file() {
            let folder = dir.display().to_string();
            return Err(audit::Error::FileMissing { folder, name: file }.into());
        }
    }
    let (config, weights) =
        (files::read(&dir.join("config.json"))?, files::read(&dir.join("model.safetensors"))?);
    let (subject, claim) =
        (files::read_text(&dir.join("subject.toml"))?, files::read_text(&dir.join("claim.toml"))?);
    let files =
        SubjectFiles { config: &config, weights: &weights, subject: &subject, claim: &claim };
    read(name, files).with_context(|| format!("cannot use {}", dir.display()))
}

/// A training that was interrupted, and how it goes on.
fn unfinished(dir: &Path) -> Refused {
    let fact = format!("folder {} holds a training that has not ended", dir.display());
    let out = quoted(dir.display());
    let recipe = quoted(dir.join("recipe.toml").display());
    let mut hint = format!("`overt train {recipe} --out {out}` goes on where it stopped");
    let checkpoint = files::read(&dir.join("checkpoint.json")).ok();
    let checkpoint = checkpoint.and_then(|bytes| Checkpoint::from_bytes(&bytes).ok());
    match checkpoint {
        None => hint += ", which is its beginning: there is no checkpoint yet",
        Some(kept) if kept.start.is_some() => hint += "; give `--from` as before",
        Some(_) => (),
    }
    Refused::new(fact, hint)
}

fn read(name: &str, files: SubjectFiles<'_>) -> Result<Subject> {
    Ok(Subject::read(name, files)?)
}

fn unknown(subject: &str) -> Fault {
    if Path::new(subject).exists() {
        return audit::Error::NoFolder { path: subject.to_owned() }.into();
    }
    let names = nearest(subject, NAMES.into_iter());
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let fact = format!("unknown subject `{subject}`; nearest: {}", names.join(", "));
    Refused::new(fact, "name one that `overt subjects` lists, or a folder").into()
}
