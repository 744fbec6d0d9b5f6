//! The files of a model: the one place below the doors that opens any.

use super::adapter::AdapterError;
use super::checkpoint::{Bytes, Checkpoint};
use crate::Error;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The largest text file that is read.
const LARGEST_TEXT: u64 = 100_000_000;

/// Where the shards of a checkpoint hold their tensors.
#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

/// The files of one model, wherever they lie.
///
/// A file that is not a folder answers to the same names, so that nothing behind this cares which it is.
#[derive(Debug)]
pub(crate) enum ModelFiles {
    /// A Hugging Face folder.
    Folder(PathBuf),
}

impl ModelFiles {
    /// The files at a path.
    ///
    /// # Errors
    /// A path that holds no model.
    // A file that is no folder will be looked into here.
    #[expect(clippy::unnecessary_wraps, reason = "a single file is read here, and may be damaged")]
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        Ok(Self::Folder(path.to_path_buf()))
    }

    /// The bytes of `config.json`.
    ///
    /// # Errors
    /// No such file.
    pub(crate) fn config(&self) -> Result<Vec<u8>, Error> {
        match self {
            Self::Folder(folder) => text(folder, "config.json"),
        }
    }

    /// The bytes of a text such as `tokenizer.json`, if the model has it.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(crate) fn text(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Self::Folder(folder) if folder.join(name).exists() => text(folder, name).map(Some),
            Self::Folder(_) => Ok(None),
        }
    }

    /// The weights: `model.safetensors`, or the shards that `model.safetensors.index.json` names.
    ///
    /// # Errors
    /// Files that are damaged.
    pub(crate) fn checkpoint(&self) -> Result<Checkpoint, Error> {
        match self {
            Self::Folder(folder) => checkpoint(folder),
        }
    }
}

/// The files of a PEFT adapter.
pub(crate) struct AdapterFiles {
    /// The bytes of `adapter_config.json`.
    pub(crate) config: Vec<u8>,
    /// The tensors of `adapter_model.safetensors`.
    pub(crate) checkpoint: Checkpoint,
    /// The bytes of `overt-base.json`, which says which weights it belongs to.
    pub(crate) base: Option<Vec<u8>>,
}

impl AdapterFiles {
    /// The files in a folder.
    ///
    /// # Errors
    /// A folder that holds no adapter, or a pickle.
    pub(crate) fn open(folder: &Path) -> Result<Self, Error> {
        const CONFIG: &str = "adapter_config.json";
        const WEIGHTS: &str = "adapter_model.safetensors";
        const PICKLE: &str = "adapter_model.bin";
        const BASE: &str = "overt-base.json";
        let has = |name: &str| folder.join(name).exists();
        if !has(CONFIG) {
            let is_model = has("config.json");
            return Err(AdapterError::NoFile { file: CONFIG, is_model }.into());
        }
        if !has(WEIGHTS) {
            let error = if has(PICKLE) {
                AdapterError::Pickle { file: PICKLE }
            } else {
                AdapterError::NoFile { file: WEIGHTS, is_model: false }
            };
            return Err(error.into());
        }
        let base = if has(BASE) { Some(text(folder, BASE)?) } else { None };
        let checkpoint = Checkpoint::read(vec![open(folder, WEIGHTS)?])?;
        Ok(Self { config: text(folder, CONFIG)?, checkpoint, base })
    }
}

fn checkpoint(folder: &Path) -> Result<Checkpoint, Error> {
    const INDEX: &str = "model.safetensors.index.json";
    if !folder.join(INDEX).exists() {
        return Checkpoint::read(vec![open(folder, "model.safetensors")?]);
    }
    let index: Index = serde_json::from_slice(&text(folder, INDEX)?)
        .map_err(|source| Error::Index { file: INDEX.into(), source })?;
    let mut shards: Vec<&String> = index.weight_map.values().collect();
    shards.sort();
    shards.dedup();
    if let Some(shard) = shards.iter().find(|shard| !is_plain(shard)) {
        return Err(Error::ShardName { file: INDEX.into(), shard: (*shard).clone() });
    }
    let files: Result<Vec<_>, _> = shards.into_iter().map(|shard| open(folder, shard)).collect();
    Checkpoint::read(files?)
}

/// A name within the folder: an index from a stranger must not reach outside.
fn is_plain(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!((parts.next(), parts.next()), (Some(std::path::Component::Normal(_)), None))
}

impl Bytes for File {
    fn len(&self) -> std::io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    #[cfg(unix)]
    fn read_at(&self, offset: u64, into: &mut [u8]) -> std::io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(self, into, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, mut offset: u64, mut into: &mut [u8]) -> std::io::Result<()> {
        while !into.is_empty() {
            match std::os::windows::fs::FileExt::seek_read(self, into, offset)? {
                0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                n => (offset, into) = (offset + n as u64, &mut into[n..]),
            }
        }
        Ok(())
    }
}

fn open(folder: &Path, name: &str) -> Result<(String, Box<dyn Bytes>), Error> {
    let file = File::open(folder.join(name))
        .map_err(|source| Error::File { file: name.to_owned(), source })?;
    Ok((name.to_owned(), Box::new(file)))
}

fn text(folder: &Path, name: &str) -> Result<Vec<u8>, Error> {
    let broken = |source| Error::File { file: name.to_owned(), source };
    let file = File::open(folder.join(name)).map_err(broken)?;
    let mut bytes = Vec::new();
    file.take(LARGEST_TEXT).read_to_end(&mut bytes).map_err(broken)?;
    Ok(bytes)
}
