//! Which tokens end an answer, as the files of a model say.

use super::ModelPath;
use super::files::ModelFiles;
use crate::Error;
use serde::Deserialize;

/// One token or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(u32),
    More(Vec<u32>),
}

/// The only key that is read of both files.
#[derive(Deserialize)]
struct Ends {
    #[serde(default)]
    eos_token_id: Option<OneOrMore>,
}

/// The tokens after which a model's answer is complete: `eos_token_id` of `generation_config.json`, and where
/// that says nothing, of `config.json`. Empty where neither says any.
///
/// ```
/// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/goldens/llama");
/// assert!(overt_nn::end_tokens(&folder.into())?.len() < 2);
/// # Ok::<(), overt_nn::Error>(())
/// ```
///
/// # Errors
/// A file that is no JSON, and a key that holds no token numbers.
pub fn end_tokens(model: &ModelPath) -> Result<Vec<u32>, Error> {
    let files = ModelFiles::open(&model.path)?;
    if let Some(bytes) = files.text("generation_config.json")? {
        let ends = read("generation_config.json", &bytes)?;
        if !ends.is_empty() {
            return Ok(ends);
        }
    }
    read("config.json", &files.config()?)
}

fn read(file: &str, bytes: &[u8]) -> Result<Vec<u32>, Error> {
    let ends: Ends = serde_json::from_slice(bytes)
        .map_err(|source| Error::Index { file: file.into(), source })?;
    Ok(match ends.eos_token_id {
        None => Vec::new(),
        Some(OneOrMore::One(id)) => vec![id],
        Some(OneOrMore::More(ids)) => ids,
    })
}
