//! What each family's configuration means, and what its weights are called.

mod bert;
mod gemma;
mod gpt2;
mod gpt_neox;
mod llama;
mod olmo2;
mod phi3;
mod usual;

use super::ModelPath;
use super::config::LanguageConfig;
use super::files::ModelFiles;
use super::keys::Keys;
use super::names::Names;
use crate::Error;

impl LanguageConfig {
    /// Reads the bytes of a `config.json`.
    ///
    /// # Errors
    /// A family, a key or a value that this engine does not compute.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        Ok(read(json)?.0)
    }

    /// Reads the configuration of a model, without its weights.
    ///
    /// # Errors
    /// A path that holds no model; and as [`LanguageConfig::from_json`].
    pub fn of(model: &ModelPath) -> Result<Self, Error> {
        Self::from_json(&ModelFiles::open(&model.path)?.config()?)
    }
}

/// Reads the bytes of a `config.json`: every key is understood, or the load stops with its name.
pub(crate) fn read(json: &[u8]) -> Result<(LanguageConfig, Names), Error> {
    let keys = Keys::parse(json)?;
    let kind = keys.find_word("model_type")?.unwrap_or_default();
    let (config, names) = match kind.as_str() {
        "gpt2" => gpt2::read(&keys)?,
        "gpt_neox" => gpt_neox::read(&keys)?,
        "llama" => llama::llama(&keys)?,
        "mistral" => llama::mistral(&keys)?,
        "qwen2" => llama::qwen2(&keys)?,
        "qwen3" => llama::qwen3(&keys)?,
        "gemma2" => gemma::gemma2(&keys)?,
        "gemma3_text" => gemma::gemma3(&keys)?,
        "phi3" => phi3::read(&keys)?,
        "olmo2" => olmo2::read(&keys)?,
        "bert" => bert::read(&keys)?,
        _ => return Err(keys.refuse("model_type", KNOWN)),
    };
    keys.finish()?;
    config.check()?;
    Ok((config, names))
}

const KNOWN: &str = "one of bert, gemma2, gemma3_text, gpt2, gpt_neox, llama, mistral, olmo2, phi3, \
                     qwen2, qwen3";
