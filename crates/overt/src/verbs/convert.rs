//! Writes a model as a Hugging Face folder, with its adapter in the weights or beside them.

use super::Watch;
use crate::fault::{Refused, Result};
use crate::nn::{Export, ExportedTensor, LanguageModel, ModelPath};
use crate::{files, models};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What was done, for programs; it lies in the folder.
pub const CONVERT_JSON: &str = "overt-convert.json";
/// Says which weights an adapter belongs to; it lies in the folder of the adapter.
const BASE_JSON: &str = "overt-base.json";
/// The folder of an adapter that is not merged.
const ADAPTER: &str = "adapter";
/// The files of an adapter.
const OF_ADAPTER: [&str; 2] = ["adapter_config.json", "adapter_model.safetensors"];

/// Which model is written, and where.
#[derive(Clone, Debug)]
pub struct ConvertOptions {
    /// The model.
    pub model: ModelPath,
    /// The folder to write, which must not be there yet or be empty.
    pub out: PathBuf,
    /// Whether the adapter goes into the weights; else it is copied beside them.
    pub merge: bool,
    /// The largest file of weights, in bytes; 5 GB, where nothing else is said.
    pub shard_bytes: usize,
}

impl Default for ConvertOptions {
    fn default() -> Self {
        let (model, out) = (ModelPath::default(), PathBuf::new());
        Self { model, out, merge: false, shard_bytes: 5_000_000_000 }
    }
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Converted {
    /// Program and version.
    pub engine: String,
    /// SHA-256 of the weights that were read.
    pub source: String,
    /// SHA-256 of the adapter's tensors and configuration, where there is one.
    pub adapter: Option<String>,
    /// Whether the adapter is in the weights.
    pub merged: bool,
    /// SHA-256 of the weights that were written.
    pub weights: String,
    /// How many tensors there are of each type.
    pub types: BTreeMap<String, usize>,
    /// Tensors that the adapter changed.
    pub changed: Vec<String>,
    /// Tensors that hold no weights, which were left out.
    pub left_out: Vec<String>,
    /// The files in the folder.
    pub files: Vec<String>,
    /// What a person should know.
    pub warnings: Vec<String>,
}

/// Writes a model as a Hugging Face folder: whole, or not at all.
///
/// ```
/// use overt::nn::ModelPath;
/// use overt::verbs::{ConvertOptions, convert};
///
/// let nn = concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests");
/// let model = ModelPath {
///     adapter: Some(format!("{nn}/adapters/llama-plain").into()),
///     ..format!("{nn}/goldens/llama").as_str().into()
/// };
/// let desk = tempfile::tempdir()?;
/// let out = desk.path().join("merged");
/// let options = ConvertOptions { model, out: out.clone(), merge: true, ..ConvertOptions::default() };
/// let converted = convert(&options, &())?;
/// // Two layers with seven projections each.
/// assert_eq!((converted.changed.len(), converted.types["F32"]), (14, 21));
/// assert!(out.join("model.safetensors").exists());
/// // Nothing is written over.
/// assert!(convert(&options, &()).is_err());
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// A folder in which something lies, `merge` without an adapter, and what cannot be opened or written.
pub fn convert(options: &ConvertOptions, watch: &dyn Watch) -> Result<Converted> {
    let ConvertOptions { model, out, merge, shard_bytes } = options;
    if *merge && model.adapter.is_none() {
        let hint = "name the adapter with `--adapter`, or leave `--merge` out";
        return Err(Refused::new("there is no adapter to merge", hint).into());
    }
    files::check_empty(out)?;
    // What opens is written; all else is refused before a file is made.
    let mut export = models::export(model, *merge)?;
    let mut converted = Converted {
        engine: models::engine(),
        source: LanguageModel::<f32>::digest(model)?,
        adapter: LanguageModel::<f32>::adapter_digest(model)?,
        merged: *merge,
        weights: String::new(),
        types: BTreeMap::new(),
        changed: Vec::new(),
        left_out: std::mem::take(&mut export.left_out),
        files: Vec::new(),
        warnings: std::mem::take(&mut export.warnings),
    };
    for tensor in &export.tensors {
        *converted.types.entry(tensor.dtype.to_owned()).or_default() += 1;
        if tensor.changed {
            converted.changed.push(tensor.name.clone());
        }
    }
    files::write_folder(out, |dir| {
        let mut texts = std::mem::take(&mut export.texts);
        texts.push(("config.json", std::mem::take(&mut export.config)));
        for (name, bytes) in texts {
            files::write_whole(&dir.join(name), &bytes)?;
            converted.files.push(name.to_owned());
        }
        converted.files.extend(weights(export, dir, *shard_bytes, watch)?);
        converted.weights = LanguageModel::<f32>::digest(&dir.into())?;
        if let (Some(adapter), false) = (&model.adapter, *merge) {
            for name in OF_ADAPTER {
                let bytes = files::read(&adapter.join(name))?;
                files::write_whole(&dir.join(ADAPTER).join(name), &bytes)?;
                converted.files.push(format!("{ADAPTER}/{name}"));
            }
            let base = serde_json::json!({ "weights": converted.weights });
            let path = dir.join(ADAPTER).join(BASE_JSON);
            files::write_whole(&path, &serde_json::to_vec_pretty(&base)?)?;
            converted.files.push(format!("{ADAPTER}/{BASE_JSON}"));
        }
        converted.files.push(CONVERT_JSON.to_owned());
        converted.files.sort();
        let record = serde_json::to_vec_pretty(&converted)?;
        files::write_whole(&dir.join(CONVERT_JSON), &record)
    })?;
    Ok(converted)
}

/// Writes the tensors into one file, or into shards with their index; says the names of the files.
fn weights(
    export: Export,
    dir: &Path,
    shard_bytes: usize,
    watch: &dyn Watch,
) -> Result<Vec<String>> {
    let shards = shards(&export.tensors, shard_bytes);
    let n = shards.len();
    let name = |shard: usize| match n {
        1 => "model.safetensors".to_owned(),
        _ => format!("model-{:05}-of-{n:05}.safetensors", shard + 1),
    };
    let mut names: Vec<String> = (0..n).map(name).collect();
    let mut index = BTreeMap::new();
    for (shard, tensors) in shards.iter().enumerate() {
        for tensor in &export.tensors[tensors.clone()] {
            index.insert(tensor.name.clone(), name(shard));
        }
    }
    let total: usize = export.tensors.iter().map(ExportedTensor::bytes).sum();
    let (mut at, mut done) = (0, 0);
    let mut file = None;
    let tensors = export.tensors.clone();
    export.write(|tensor, bytes| -> Result<()> {
        if let Some(shard) = shards.iter().position(|shard| shard.start == at) {
            let mut next = files::part(&dir.join(name(shard)))?;
            next.write_all(&header(&tensors[shards[shard].clone()])?)?;
            if let Some(mut before) = file.replace(next) {
                before.flush()?;
            }
        }
        at += 1;
        done += bytes.len();
        watch.reached(done as u64, total as u64);
        watch.doing(&tensor.name);
        if let Some(file) = &mut file {
            file.write_all(bytes)?;
        }
        Ok(())
    })?;
    if let Some(mut file) = file {
        file.flush()?;
    }
    if n > 1 {
        const INDEX: &str = "model.safetensors.index.json";
        let list = serde_json::json!({
            "metadata": { "total_size": total },
            "weight_map": index,
        });
        files::write_whole(&dir.join(INDEX), &serde_json::to_vec_pretty(&list)?)?;
        names.push(INDEX.to_owned());
    }
    Ok(names)
}

/// Which tensors go into which file: as many as fit, and at least one.
fn shards(tensors: &[ExportedTensor], limit: usize) -> Vec<std::ops::Range<usize>> {
    let mut shards: Vec<std::ops::Range<usize>> = Vec::new();
    let mut held = 0;
    for (at, tensor) in tensors.iter().enumerate() {
        match shards.last_mut() {
            Some(last) if held + tensor.bytes() <= limit => last.end = at + 1,
            _ => {
                shards.push(at..at + 1);
                held = 0;
            }
        }
        held += tensor.bytes();
    }
    shards
}

/// The header of a safetensors file: its length, then JSON filled up to a multiple of eight bytes.
fn header(tensors: &[ExportedTensor]) -> Result<Vec<u8>> {
    let mut all = serde_json::Map::new();
    all.insert("__metadata__".into(), serde_json::json!({ "format": "pt" }));
    let mut from = 0;
    for tensor in tensors {
        let to = from + tensor.bytes();
        let info = serde_json::json!({
            "dtype": tensor.dtype,
            "shape": tensor.shape,
            "data_offsets": [from, to],
        });
        all.insert(tensor.name.clone(), info);
        from = to;
    }
    let mut json = serde_json::to_vec(&all)?;
    json.resize(json.len().next_multiple_of(8), b' ');
    let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
    bytes.extend(json);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_takes_what_fits_and_at_least_one() {
        let tensor = |n: usize| ExportedTensor {
            name: n.to_string(),
            dtype: "F32",
            shape: vec![n],
            changed: false,
        };
        let tensors = [3, 1, 9, 2, 2].map(tensor);
        // In bytes: 12, 4, 36, 8, 8.
        assert_eq!(shards(&tensors, 16), [0..2, 2..3, 3..5]);
        assert!(matches!(&shards(&tensors, 1000)[..], [all] if *all == (0..5)));
        assert_eq!(header(&tensors).unwrap().len() % 8, 0);
    }
}
