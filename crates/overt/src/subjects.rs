//! Subjects: those that ship inside the binary, and folders.

use crate::audit;
use crate::audit::choice::{ChoiceFiles, ChoiceSubject};
use crate::audit::maze::{Subject, SubjectFiles};
use crate::evidence::identity::{self, Resource};
use crate::evidence::{Digest, Model};
use crate::fault::{Context, Fault, Refused, Result};
use crate::files;
use crate::shell::quoted;
use crate::site::nearest;
use crate::train::maze::Checkpoint;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The files of an agent.
const FILES: [&str; 4] = ["config.json", "model.safetensors", "subject.toml", "claim.toml"];
/// What documents a subject of the choice world.
const CARD: &str = "card.json";

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
                config: include_bytes!(concat!("../../../subjects/", $name, "/config.json")),
                weights: include_bytes!(concat!("../../../subjects/", $name, "/model.safetensors")),
                subject: include_str!(concat!("../../../subjects/", $name, "/subject.toml")),
                claim: include_str!(concat!("../../../subjects/", $name, "/claim.toml")),
            },
        }
    };
}

/// What ships.
pub const SHIPPED: [Shipped; 2] = [shipped!("maze-green"), shipped!("maze-exit")];

/// The combined test of subjects of the choice world, as `overt arena learn` wrote it.
pub const COMBINER: &[u8] = include_bytes!("../../../subjects/combiner.json");
/// The combined test of maze agents.
pub const MAZE_COMBINER: &[u8] = include_bytes!("../../../subjects/maze-combiner.json");
/// Its measured power, as `overt arena score --power-into` wrote it.
pub const POWER: &[u8] = include_bytes!("../../../subjects/power.json");
/// Its measured power, as `overt arena score --power-into` wrote it.
pub const MAZE_POWER: &[u8] = include_bytes!("../../../subjects/maze-power.json");
/// What the audit learned from organisms of known truth, as bytes.
pub const CALIBRATION: &[u8] = include_bytes!("../../../subjects/calibration.json");

impl Shipped {
    /// The subject, read like one from outside.
    pub fn read(&self) -> Result<Subject> {
        read(self.name, self.files)
    }
}

/// A subject of either world.
#[derive(Debug)]
pub enum Opened {
    /// An agent in a maze.
    Maze(Box<Subject>),
    /// A language model that chooses.
    Choice(Box<ChoiceSubject>),
}

impl Opened {
    /// Under which name it was given.
    pub fn name(&self) -> &str {
        match self {
            Self::Maze(subject) => &subject.name,
            Self::Choice(subject) => &subject.name,
        }
    }

    /// SHA-256 of its weights.
    pub fn digest(&self) -> String {
        match self {
            Self::Maze(subject) => subject.policy.weights().digest(),
            Self::Choice(subject) => subject.weights.digest(),
        }
    }
}

/// Opens a subject of either world: a name that ships, or a folder. A card tells a folder of the choice
/// world.
pub fn open_any(subject: &str) -> Result<Opened> {
    let dir = Path::new(subject);
    let ships = SHIPPED.iter().any(|shipped| shipped.name == subject);
    if ships || !dir.join(CARD).is_file() {
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

/// Opens a folder of the choice world.
pub fn open_choice(name: &str, dir: &Path) -> Result<ChoiceSubject> {
    let read = |file: &str| files::read(&dir.join(file));
    let (config, weights, card) = (read("config.json")?, read("model.safetensors")?, read(CARD)?);
    let files = ChoiceFiles { config: &config, weights: &weights, card: &card };
    Ok(ChoiceSubject::read(name, files)?)
}

/// Opens an agent: a name that ships, or a folder.
pub fn open(subject: &str) -> Result<Subject> {
    if let Some(shipped) = SHIPPED.iter().find(|shipped| shipped.name == subject) {
        return shipped.read();
    }
    let dir = Path::new(subject);
    if dir.is_dir() { open_folder(dir) } else { Err(unknown(subject)) }
}

/// Where the report on a subject of this name goes unless another folder is named.
pub fn report_folder(name: &str) -> PathBuf {
    Path::new("overt-report").join(name)
}

fn open_folder(dir: &Path) -> Result<Subject> {
    if dir.join("recipe.toml").is_file() && !dir.join("model.safetensors").exists() {
        return Err(unfinished(dir).into());
    }
    for name in FILES {
        if !dir.join(name).is_file() {
            let folder = dir.display().to_string();
            return Err(audit::Error::FileMissing { folder, name }.into());
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

/// The last part of the path, also of `.` and `..`. A folder that is called like a subject that ships has
/// the name of the folder above it in front, so that nobody takes one for the other.
fn name_of(dir: &Path) -> String {
    let whole = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let last = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = last(&whole).unwrap_or_else(|| "subject".to_owned());
    if SHIPPED.iter().all(|shipped| shipped.name != name) {
        return name;
    }
    let above = whole.parent().and_then(last).unwrap_or_else(|| "folder".to_owned());
    format!("{above}-{name}")
}

/// Which of two is meant where a folder is called like a subject that ships.
pub fn namesake(name: &str) -> Option<String> {
    let ships = SHIPPED.iter().any(|shipped| shipped.name == name);
    let is_there = |file: &str| Path::new(name).join(file).is_file();
    (ships && (is_there(CARD) || is_there("subject.toml")))
        .then(|| format!("{name} is the subject that ships; ./{name} is the folder"))
}

fn unknown(subject: &str) -> Fault {
    if Path::new(subject).exists() {
        return audit::Error::NoFolder { path: subject.to_owned() }.into();
    }
    let names = nearest(subject, SHIPPED.iter().map(|shipped| shipped.name));
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let fact = format!("unknown subject `{subject}`; nearest: {}", names.join(", "));
    Refused::new(fact, "name one that `overt subjects` lists, or a folder").into()
}
