//! A model as the files of a Hugging Face folder, tensor by tensor, with an adapter in its weights or not.

use super::adapter::{Adapted, Adapter, Manner};
use super::checkpoint::Checkpoint;
use super::config::HeadKind;
use super::files::ModelFiles;
use super::names::Names;
use super::source::{Files, Source};
use super::{LanguageModel, ModelPath, family};
use crate::{Error, WeightSpec};
use burn::tensor::{Device, Tensor};
use overt_site::Array;
use std::marker::PhantomData;

/// Texts of a model that stand beside its configuration, where it has them.
const TEXTS: [&str; 11] = [
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "vocab.txt",
    "tokenizer.model",
    "generation_config.json",
    "chat_template.jinja",
    "chat_template.json",
];

/// A model that is about to be written.
pub struct Export {
    /// The bytes of its `config.json`.
    pub config: Vec<u8>,
    /// The other texts, by the name of the file.
    pub texts: Vec<(&'static str, Vec<u8>)>,
    /// Its tensors, in the order in which they come.
    pub tensors: Vec<ExportedTensor>,
    /// Names of tensors that hold no weights, which are left out: masks and tables saved along.
    pub left_out: Vec<String>,
    /// What a person should know.
    pub warnings: Vec<String>,
    names: Names,
    is_tied: bool,
    checkpoint: Checkpoint,
    adapter: Option<Adapter>,
}

/// A tensor that is about to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedTensor {
    /// Its name.
    pub name: String,
    /// Its type, as safetensors calls it: that of the source, or F32 where the source is quantised.
    pub dtype: &'static str,
    /// Extents, outermost first.
    pub shape: Vec<usize>,
    /// Whether the adapter changes it.
    pub changed: bool,
}

impl ExportedTensor {
    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.shape.iter().product::<usize>() * width(self.dtype)
    }
}

impl Export {
    /// Plans the files of a model; with `merge`, its adapter goes into the weights.
    ///
    /// # Errors
    /// As [`LanguageModel::open_model`], of names, types and shapes.
    pub fn plan(model: &ModelPath, merge: bool) -> Result<Self, Error> {
        let files = ModelFiles::open(&model.path)?;
        let (_, warnings) = LanguageModel::<f32>::sites_of(model, 1)?;
        let json = files.config()?;
        let (config, names) = family::read(&json)?;
        let mut texts = Vec::new();
        for name in TEXTS {
            if let Some(bytes) = files.text(name)? {
                texts.push((name, bytes));
            }
        }
        let checkpoint = files.checkpoint()?;
        let adapter = Adapter::of(model)?;
        if let Some(adapter) = &adapter {
            adapter.check_base(|| checkpoint.digest())?;
        }
        let mut export = Self {
            config: json,
            texts,
            tensors: Vec::new(),
            left_out: Vec::new(),
            warnings,
            names,
            is_tied: config.head.kind == HeadKind::Tied,
            checkpoint,
            adapter: adapter.filter(|_| merge),
        };
        export.list()?;
        Ok(export)
    }

    fn list(&mut self) -> Result<(), Error> {
        let names: Vec<String> = self.checkpoint.names().map(str::to_owned).collect();
        for name in names {
            let is_left = self.names.no_weights.iter().any(|end| name.ends_with(end));
            let dtype = self.checkpoint.dtype_of(&name).unwrap_or_default();
            let shape = self.checkpoint.shape_of(&name).unwrap_or_default().to_vec();
            match written_as(&dtype) {
                Some(dtype) => {
                    self.tensors.push(ExportedTensor { name, dtype, shape, changed: false });
                }
                None if is_left => self.left_out.push(name),
                None => return Err(Error::WeightType { name, got: dtype }),
            }
        }
        let head = self.names.head;
        let has_head = self.checkpoint.has(head);
        let (changes, parts_head) = self.with_source(|source| match source {
            Base::Plain(_) => (Vec::new(), false),
            Base::Adapted(adapted) => (
                adapted.1.iter().map(|tensor| adapted.0.changes(&tensor.name)).collect(),
                adapted.0.has(head) && !has_head,
            ),
        });
        for (tensor, changed) in self.tensors.iter_mut().zip(changes) {
            tensor.changed = changed;
        }
        if parts_head {
            let is_embed = |tensor: &&ExportedTensor| tensor.name.ends_with(self.names.embed);
            let embed = self.tensors.iter().find(is_embed).cloned();
            self.tensors.extend(embed.map(|embed| ExportedTensor {
                name: head.to_owned(),
                changed: true,
                ..embed
            }));
            self.config = untied(&self.config)?;
            self.warnings.push(format!(
                "the adapter parts the head from the embedding: `{head}` is a tensor of its own, and \
                 `tie_word_embeddings` is false"
            ));
        }
        Ok(())
    }

    /// Gives every tensor with its bytes, little endian, one after the other.
    ///
    /// # Errors
    /// Files that are damaged, and errors of whoever takes the bytes.
    pub fn write<E: From<Error>>(
        mut self,
        mut each: impl FnMut(&ExportedTensor, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let all = self.tensors.clone();
        self.with_source(|mut source| {
            for tensor in &all {
                let want = WeightSpec::new(tensor.name.as_str(), &tensor.shape, 0.0);
                let values = match &mut source {
                    Base::Plain(files) => numbers(files, want)?,
                    Base::Adapted(adapted) => numbers(&mut adapted.0, want)?,
                };
                each(tensor, &encoded(&values, tensor.dtype))?;
            }
            if let Base::Adapted(adapted) = source {
                adapted.0.finish()?;
            }
            Ok(())
        })
    }

    /// Does something with the weights, in `f64`, so that a merge is rounded once.
    fn with_source<R>(&mut self, work: impl FnOnce(Base<'_>) -> R) -> R {
        let device = Device::flex();
        let files = Files::<f64> {
            checkpoint: &mut self.checkpoint,
            device: &device,
            numbers: PhantomData,
        };
        match &mut self.adapter {
            None => work(Base::Plain(files)),
            Some(adapter) => {
                let base = (files, self.is_tied);
                let adapted = Adapted::new(base, adapter, &self.names, &device, Manner::Merged);
                work(Base::Adapted(Box::new((adapted, &self.tensors))))
            }
        }
    }
}

/// Weights with an adapter, or without one.
enum Base<'a> {
    Plain(Files<'a, f64>),
    Adapted(Box<WithTensors<'a>>),
}

/// Weights with their adapter, and the tensors that are written.
type WithTensors<'a> = (Adapted<'a, Files<'a, f64>, f64>, &'a [ExportedTensor]);

fn numbers(source: &mut impl Source, want: WeightSpec) -> Result<Vec<f64>, Error> {
    Ok(match want.shape.len() {
        1 => values(source.take::<1>(want)?),
        2 => values(source.take::<2>(want)?),
        3 => values(source.take::<3>(want)?),
        _ => values(source.take::<4>(want)?),
    })
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    Array::<f64>::of(tensor).values
}

/// The type in which numbers of a type are written; none for what holds no weights.
fn written_as(dtype: &str) -> Option<&'static str> {
    match dtype {
        "F64" => Some("F64"),
        "F16" => Some("F16"),
        "BF16" => Some("BF16"),
        "F32" => Some("F32"),
        // Blocks of a quantised file, whose numbers are `f32`.
        other if other.starts_with('Q') || other.starts_with("IQ") => Some("F32"),
        _ => None,
    }
}

fn width(dtype: &str) -> usize {
    match dtype {
        "F64" => 8,
        "F16" | "BF16" => 2,
        _ => 4,
    }
}

fn encoded(values: &[f64], dtype: &str) -> Vec<u8> {
    match dtype {
        "F64" => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
        "F16" => values.iter().flat_map(|v| half::f16::from_f64(*v).to_le_bytes()).collect(),
        "BF16" => values.iter().flat_map(|v| half::bf16::from_f64(*v).to_le_bytes()).collect(),
        _ => values.iter().flat_map(|v| (*v as f32).to_le_bytes()).collect(),
    }
}

/// A configuration whose head is a matrix of its own.
fn untied(json: &[u8]) -> Result<Vec<u8>, Error> {
    let broken = |source| Error::ConfigJson { source };
    let mut object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(json).map_err(broken)?;
    object.insert("tie_word_embeddings".into(), false.into());
    serde_json::to_vec_pretty(&object).map_err(broken)
}
