//! A Hugging Face folder: the one place below the doors that opens files.

use super::checkpoint::{Bytes, Checkpoint};
use crate::Error;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The largest text file that is read.
const LARGEST_TEXT: u64 = 100_000_000;

/// Where the shards of a checkpoint hold their tensors.
#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

/// The bytes of `config.json`.
pub(super) fn config(folder: &Path) -> Result<Vec<u8>, Error> {
    text(folder, "config.json")
}

/// The weights: `model.safetensors`, or the shards that `model.safetensors.index.json` names.
pub(super) fn checkpoint(folder: &Path) -> Result<Checkpoint, Error> {
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

pub(super) fn text(folder: &Path, name: &str) -> Result<Vec<u8>, Error> {
    let broken = |source| Error::File { file: name.to_owned(), source };
    let file = File::open(folder.join(name)).map_err(broken)?;
    let mut bytes = Vec::new();
    file.take(LARGEST_TEXT).read_to_end(&mut bytes).map_err(broken)?;
    Ok(bytes)
}
