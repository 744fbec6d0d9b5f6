//! The files of an adapter, sorted by the module that each tensor belongs to.

use super::config::AdapterConfig;
use super::error::AdapterError;
use crate::Error;
use crate::language::ModelPath;
use crate::language::checkpoint::Checkpoint;
use crate::language::files::AdapterFiles;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// In front of every name that PEFT writes.
const PREFIX: &str = "base_model.model.";

/// An adapter, as its folder holds it.
pub(crate) struct Adapter {
    pub(super) config: AdapterConfig,
    /// By the name of the module in the base.
    pub(super) modules: BTreeMap<String, Parts>,
    /// Names of tensors that take the place of a weight, by the name of the weight in the base.
    pub(super) replaced: BTreeMap<String, String>,
    pub(super) checkpoint: Checkpoint,
    digest: String,
    /// SHA-256 of the weights that it was recorded for.
    base: Option<String>,
}

/// Names of the tensors of one module.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    /// `[rank, in]`.
    pub(super) down: String,
    /// `[out, rank]`.
    pub(super) up: String,
    pub(super) bias: Option<String>,
    pub(super) magnitude: Option<String>,
    /// Whether the module is a table that is looked up.
    pub(super) is_table: bool,
}

/// Where a tensor belongs.
enum Place<'a> {
    Down(&'a str, bool),
    Up(&'a str),
    Bias(&'a str),
    Magnitude(&'a str),
    Weight(String),
    Nowhere,
}

impl Adapter {
    /// Reads the folder of an adapter; these keys a person takes the responsibility for.
    ///
    /// # Errors
    /// A folder that holds no LoRA adapter, or one that is not whole.
    pub(crate) fn open(folder: &Path, accepted: &[String]) -> Result<Self, Error> {
        let AdapterFiles { config: json, checkpoint, base } = AdapterFiles::open(folder)?;
        let config = AdapterConfig::read(&json, accepted)?;
        let mut hash = Sha256::new();
        hash.update(format!("overt adapter\0{}\0", checkpoint.digest()?));
        hash.update(&json);
        let digest = format!("{:x}", hash.finalize());
        let base = base.map(|json| recorded(&json)).transpose()?;
        let (mut modules, mut replaced) = (BTreeMap::<String, Parts>::new(), BTreeMap::new());
        for key in checkpoint.names() {
            let place = key.strip_prefix(PREFIX).map_or(Place::Nowhere, place);
            let key = key.to_owned();
            match place {
                Place::Down(module, is_table) => {
                    let parts = modules.entry(module.to_owned()).or_default();
                    (parts.down, parts.is_table) = (key, is_table);
                }
                Place::Up(module) => modules.entry(module.to_owned()).or_default().up = key,
                Place::Bias(module) => {
                    modules.entry(module.to_owned()).or_default().bias = Some(key);
                }
                Place::Magnitude(module) => {
                    modules.entry(module.to_owned()).or_default().magnitude = Some(key);
                }
                Place::Weight(weight) => {
                    replaced.insert(weight, key);
                }
                Place::Nowhere => return Err(AdapterError::Tensor { tensor: key }.into()),
            }
        }
        for (module, parts) in &modules {
            whole(module, parts, config.dora)?;
        }
        Ok(Self { config, modules, replaced, checkpoint, digest, base })
    }

    /// The adapter of a model, if it has one.
    ///
    /// # Errors
    /// As [`Adapter::open`].
    pub(crate) fn of(model: &ModelPath) -> Result<Option<Self>, Error> {
        let open = |folder: &std::path::PathBuf| Self::open(folder, &model.accepted_keys);
        model.adapter.as_ref().map(open).transpose()
    }

    /// SHA-256 of its tensors and of its configuration.
    pub(crate) fn digest(&self) -> &str {
        &self.digest
    }

    /// The model that it was trained on, by its own account.
    pub(crate) fn made_for(&self) -> Option<&str> {
        self.config.made_for.as_deref()
    }

    /// Whether it says by a digest which weights it belongs to.
    pub(crate) fn knows_base(&self) -> bool {
        self.base.is_some()
    }

    /// Refuses a base that is not the recorded one, where one is recorded.
    pub(crate) fn check_base(
        &self,
        digest: impl FnOnce() -> Result<String, Error>,
    ) -> Result<(), Error> {
        let Some(expected) = &self.base else { return Ok(()) };
        let got = digest()?;
        if *expected == got {
            return Ok(());
        }
        Err(AdapterError::Base { expected: expected.clone(), got }.into())
    }
}

/// The digest in an `overt-base.json`.
fn recorded(json: &[u8]) -> Result<String, AdapterError> {
    #[derive(Deserialize)]
    struct Recorded {
        weights: String,
    }
    let recorded: Recorded =
        serde_json::from_slice(json).map_err(|source| AdapterError::Json { source })?;
    Ok(recorded.weights)
}

/// Where a tensor of this name belongs.
fn place(name: &str) -> Place<'_> {
    let end = |end: &str| name.strip_suffix(end);
    if let Some(module) = end(".lora_A.weight") {
        return Place::Down(module, false);
    }
    if let Some(module) = end(".lora_B.weight") {
        return Place::Up(module);
    }
    if let Some(module) = end(".lora_embedding_A") {
        return Place::Down(module, true);
    }
    if let Some(module) = end(".lora_embedding_B") {
        return Place::Up(module);
    }
    if let Some(module) = end(".lora_B.bias") {
        return Place::Bias(module);
    }
    if let Some(module) =
        end(".lora_magnitude_vector").or_else(|| end(".lora_magnitude_vector.weight"))
    {
        return Place::Magnitude(module);
    }
    let is_weight = end(".weight").is_some() || end(".bias").is_some();
    if !is_weight || name.contains(".lora_") || name.contains(".original_module.") {
        return Place::Nowhere;
    }
    Place::Weight(name.replace(".base_layer.", ".").replace(".modules_to_save.", "."))
}

/// Refuses a module some of whose tensors are missing, or that has some that mean nothing.
fn whole(module: &str, parts: &Parts, dora: bool) -> Result<(), AdapterError> {
    let [down, up] = if parts.is_table || parts.up.ends_with("lora_embedding_B") {
        ["lora_embedding_A", "lora_embedding_B"]
    } else {
        ["lora_A.weight", "lora_B.weight"]
    };
    let lacks = |tensor: &str| {
        Err(AdapterError::Lacks { module: module.to_owned(), tensor: tensor.to_owned() })
    };
    if parts.down.is_empty() {
        return lacks(down);
    }
    if parts.up.is_empty() {
        return lacks(up);
    }
    match &parts.magnitude {
        None if dora => lacks("lora_magnitude_vector"),
        Some(tensor) if !dora => Err(AdapterError::Tensor { tensor: tensor.clone() }),
        Some(_) if parts.is_table => Err(AdapterError::Key {
            key: "use_dora".into(),
            got: format!("true for `{module}`"),
            expected: "false where an embedding is adapted".into(),
        }),
        _ => Ok(()),
    }
}
