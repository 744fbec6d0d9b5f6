//! From text to tokens and back, as the model's own `tokenizer.json` says.

use super::files::ModelFiles;
use super::{LanguageConfig, ModelPath};
use crate::Error;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use tokenizers::AddedToken;

/// The tokenizer of a model.
#[derive(Clone, Debug)]
pub struct Tokenizer(tokenizers::Tokenizer);

impl Tokenizer {
    /// Opens the `tokenizer.json` of a folder.
    ///
    /// # Errors
    /// No such file, one that is damaged, or more tokens than the model has.
    pub fn open(path: &Path, config: &LanguageConfig) -> Result<Self, Error> {
        let found = Self::of(&path.into(), config)?;
        found.ok_or_else(|| Error::File {
            file: FILE.into(),
            source: std::io::ErrorKind::NotFound.into(),
        })
    }

    /// The tokenizer of a model, if it has one.
    ///
    /// # Errors
    /// A tokenizer that is damaged, or has more tokens than the model.
    pub fn of(model: &ModelPath, config: &LanguageConfig) -> Result<Option<Self>, Error> {
        let files = ModelFiles::open(&model.path)?;
        let Some(bytes) = files.text(FILE)? else { return Ok(None) };
        let added = files.text(CONFIG)?;
        Self::from_bytes(&bytes, added.as_deref(), config).map(Some)
    }

    fn from_bytes(
        bytes: &[u8],
        added: Option<&[u8]>,
        config: &LanguageConfig,
    ) -> Result<Self, Error> {
        let mut tokenizer =
            tokenizers::Tokenizer::from_bytes(bytes).map_err(|source| bad(&source))?;
        if let Some(added) = added {
            add(&mut tokenizer, added)?;
        }
        let (got, vocab) = (tokenizer.get_vocab_size(true), config.vocab);
        if got > vocab {
            return Err(Error::TokenizerSize { got, vocab });
        }
        // Some files ask for every text to be filled up or cut off; a run takes it as it is.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|source| bad(&source))?;
        Ok(Self(tokenizer))
    }

    /// Tokens of a text, with those that the model expects around it.
    ///
    /// # Errors
    /// Text that the tokenizer cannot cut.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, Error> {
        Ok(self.0.encode(text, true).map_err(|source| bad(&source))?.get_ids().to_vec())
    }

    /// Tokens of a text that holds its special tokens already, as a chat template writes it.
    ///
    /// # Errors
    /// Text that the tokenizer cannot cut.
    pub fn encode_as_it_is(&self, text: &str) -> Result<Vec<u32>, Error> {
        Ok(self.0.encode(text, false).map_err(|source| bad(&source))?.get_ids().to_vec())
    }

    /// The text of some tokens without the special ones: what a person reads of an answer.
    ///
    /// # Errors
    /// Tokens that the tokenizer does not know.
    pub fn decode_answer(&self, ids: &[u32]) -> Result<String, Error> {
        self.0.decode(ids, true).map_err(|source| bad(&source))
    }

    /// The text of some tokens, special ones included.
    ///
    /// # Errors
    /// Tokens that the tokenizer does not know.
    pub fn decode(&self, ids: &[u32]) -> Result<String, Error> {
        self.0.decode(ids, false).map_err(|source| bad(&source))
    }

    /// The one token that a text is, without any around it.
    ///
    /// # Errors
    /// Text that is cut into several tokens, or none.
    pub fn token(&self, text: &str) -> Result<u32, Error> {
        let encoded = self.0.encode(text, false).map_err(|source| bad(&source))?;
        match encoded.get_ids() {
            [id] => Ok(*id),
            ids => Err(Error::NotOneToken { text: text.to_owned(), got: ids.len() }),
        }
    }
}

const FILE: &str = "tokenizer.json";
const CONFIG: &str = "tokenizer_config.json";

/// The one key of the tokenizer's configuration that names tokens by number.
#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    added_tokens_decoder: BTreeMap<u32, Added>,
}

#[derive(Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "these are the keys of the file")]
struct Added {
    content: String,
    single_word: bool,
    lstrip: bool,
    rstrip: bool,
    normalized: bool,
    special: bool,
}

impl Default for Added {
    fn default() -> Self {
        let content = String::new();
        Self {
            content,
            single_word: false,
            lstrip: false,
            rstrip: false,
            normalized: true,
            special: true,
        }
    }
}

/// Adds the tokens that only the configuration knows, in the order of their numbers, as transformers does.
fn add(tokenizer: &mut tokenizers::Tokenizer, config: &[u8]) -> Result<(), Error> {
    let why = |why: String| Error::Tokenizer { file: CONFIG.into(), why };
    let config: Config =
        serde_json::from_slice(config).map_err(|error| why(format!("not readable: {error}")))?;
    for (id, added) in config.added_tokens_decoder {
        if added.content.is_empty() || tokenizer.token_to_id(&added.content) == Some(id) {
            continue;
        }
        let content = added.content;
        let token = AddedToken::from(content.clone(), added.special)
            .single_word(added.single_word)
            .lstrip(added.lstrip)
            .rstrip(added.rstrip)
            .normalized(added.normalized);
        if added.special {
            tokenizer.add_special_tokens(&[token]);
        } else {
            tokenizer.add_tokens(&[token]);
        }
        let got = tokenizer.token_to_id(&content);
        if got != Some(id) {
            let got = got.map_or_else(|| "none".to_owned(), |got| got.to_string());
            return Err(why(format!("`{content}` would be token {got}, and it says {id}")));
        }
    }
    Ok(())
}

fn bad(source: &tokenizers::Error) -> Error {
    Error::Tokenizer { file: FILE.into(), why: source.to_string() }
}
