//! Subjects: those that ship inside the binary, and folders.

use crate::fault::{Refused, subject_hint};
use crate::files;
use anyhow::{Context, Result};
use overt::audit::choice::{ChoiceFiles, ChoiceSubject};
use overt::audit::{Subject, SubjectFiles};
use overt::evidence::identity::{self, Resource};
use overt::evidence::{Digest, Model};
use overt::site::nearest;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The files of an agent.
const FILES: [&str; 4] = ["config.json", "model.safetensors", "subject.toml", "claim.toml"];
/// What documents a subject of the choice world.
const CARD: &str = "card.json";

/// A subject inside the binary.
pub(crate) struct Shipped {
    /// The name under which it is asked for.
    pub(crate) name: &'static str,
    files: SubjectFiles<'static>,
}

/// The bytes of a file under `subjects/`.
macro_rules! shipped {
    ($name:literal) => {
        Shipped {
            name: $name,
            files: SubjectFiles {
                config: include_bytes!(concat!("../../../subjects/", $name, "/config.json")),
                weights: include_bytes!(concat!("../../../subjects/", $name, "/model.safetensors")),
                subject: include_str!(concat!("../../../subjects/", $name, "/subject.toml")),
                claim: include_str!(concat!("../../../subjects/", $name, "/claim.toml")),
            },
        }
    };
}

/// What ships.
pub(crate) const SHIPPED: [Shipped; 2] = [shipped!("maze-green"), shipped!("maze-exit")];

/// The one test of subjects of the choice world, as `overt arena learn` wrote it.
pub(crate) const COMBINER: &[u8] = include_bytes!("../../../subjects/combiner.json");
/// The one test of maze agents.
pub(crate) const MAZE_COMBINER: &[u8] = include_bytes!("../../../subjects/maze-combiner.json");
/// Its measured power, as `overt arena score --power-into` wrote it.
pub(crate) const POWER: &[u8] = include_bytes!("../../../subjects/power.json");
/// Its measured power, as `overt arena score --power-into` wrote it.
pub(crate) const MAZE_POWER: &[u8] = include_bytes!("../../../subjects/maze-power.json");
/// What the audit learned from organisms of known truth, as bytes.
pub(crate) const CALIBRATION: &[u8] = include_bytes!("../../../subjects/calibration.json");

impl Shipped {
    /// The subject, read like one from outside.
    pub(crate) fn read(&self) -> Result<Subject> {
        read(self.name, self.files)
    }
}

/// A subject of either world.
#[derive(Debug)]
pub(crate) enum Opened {
    /// An agent in a maze.
    Maze(Box<Subject>),
    /// A language model that chooses.
    Choice(Box<ChoiceSubject>),
}

impl Opened {
    /// Under which name it was given.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Maze(subject) => &subject.name,
            Self::Choice(subject) => &subject.name,
        }
    }

    /// SHA-256 of its weights.
    pub(crate) fn digest(&self) -> String {
        match self {
            Self::Maze(subject) => subject.policy.weights().digest(),
            Self::Choice(subject) => subject.weights.digest(),
        }
    }
}

/// Opens a subject of either world: a name that ships, or a folder. A card tells a folder of the choice
/// world.
pub(crate) fn open_any(subject: &str) -> Result<Opened> {
    let dir = Path::new(subject);
    if !dir.join(CARD).is_file() {
        return Ok(Opened::Maze(Box::new(open(subject)?)));
    }
    if dir.join("subject.toml").exists() {
        let fact = format!("folder {subject} holds {CARD} and subject.toml");
        return Err(
            Refused::new(fact, "a subject lives in one world; remove what is not its own").into()
        );
    }
    let choice = open_choice(&name_of(dir), dir);
    Ok(Opened::Choice(Box::new(choice.with_context(|| format!("cannot use {subject}"))?)))
}

/// The files of an agent, by name, as they lie.
#[derive(Debug)]
pub(crate) struct ModelFiles(pub(crate) BTreeMap<String, Vec<u8>>);

impl ModelFiles {
    /// What evidence calls it.
    pub(crate) fn model(&self) -> Result<Model> {
        let resource = |(name, bytes): (&String, &Vec<u8>)| Resource {
            name: name.clone(),
            digest: Digest::of(bytes),
        };
        let resources = self.0.iter().map(resource).collect();
        Ok(Model { resources, tensors: identity::tensors(&self.0["model.safetensors"])? })
    }
}

/// The files of an agent: those that an audit reads, and no others.
pub(crate) fn files(subject: &str) -> Result<ModelFiles> {
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

/// Opens a folder of the choice world.
pub(crate) fn open_choice(name: &str, dir: &Path) -> Result<ChoiceSubject> {
    let read = |file: &str| files::read(&dir.join(file));
    let (config, weights, card) = (read("config.json")?, read("model.safetensors")?, read(CARD)?);
    let files = ChoiceFiles { config: &config, weights: &weights, card: &card };
    Ok(ChoiceSubject::read(name, files)?)
}

/// Opens an agent: a name that ships, or a folder.
pub(crate) fn open(subject: &str) -> Result<Subject> {
    if let Some(shipped) = SHIPPED.iter().find(|shipped| shipped.name == subject) {
        return shipped.read();
    }
    let dir = Path::new(subject);
    if dir.is_dir() { open_folder(dir) } else { Err(unknown(subject).into()) }
}

/// Where the report on a subject of this name goes unless another folder is named.
pub(crate) fn report_folder(name: &str) -> PathBuf {
    Path::new("overt-report").join(name)
}

fn open_folder(dir: &Path) -> Result<Subject> {
    for name in FILES {
        if !dir.join(name).is_file() {
            let fact = format!("folder {} holds no {name}", dir.display());
            return Err(Refused::new(fact, subject_hint()).into());
        }
    }
    let (config, weights) =
        (files::read(&dir.join("config.json"))?, files::read(&dir.join("model.safetensors"))?);
    let (subject, claim) =
        (files::read_text(&dir.join("subject.toml"))?, files::read_text(&dir.join("claim.toml"))?);
    let files =
        SubjectFiles { config: &config, weights: &weights, subject: &subject, claim: &claim };
    read(&name_of(dir), files).with_context(|| format!("cannot use {}", dir.display()))
}

fn read(name: &str, files: SubjectFiles<'_>) -> Result<Subject> {
    Ok(Subject::read(name, files)?)
}

/// The last part of the path, also of `.` and `..`.
fn name_of(dir: &Path) -> String {
    let whole = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    whole.file_name().map_or("subject".into(), |name| name.to_string_lossy().into_owned())
}

fn unknown(subject: &str) -> Refused {
    let dir = Path::new(subject);
    if dir.exists() {
        return Refused::new(format!("{subject} is a file, expected a folder"), subject_hint());
    }
    let names = nearest(subject, SHIPPED.iter().map(|shipped| shipped.name));
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let fact = format!("unknown subject `{subject}`; nearest: {}", names.join(", "));
    Refused::new(fact, "name one that `overt subjects` lists, or a folder")
}
