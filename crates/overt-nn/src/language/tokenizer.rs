//! From text to tokens and back, as the model's own `tokenizer.json` says.

use super::files::ModelFiles;
use super::{LanguageConfig, ModelPath};
use crate::Error;
use std::path::Path;

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
        let Some(bytes) = ModelFiles::open(&model.path)?.text(FILE)? else { return Ok(None) };
        Self::from_bytes(&bytes, config).map(Some)
    }

    fn from_bytes(bytes: &[u8], config: &LanguageConfig) -> Result<Self, Error> {
        let mut tokenizer =
            tokenizers::Tokenizer::from_bytes(bytes).map_err(|source| bad(&source))?;
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

fn bad(source: &tokenizers::Error) -> Error {
    Error::Tokenizer { file: FILE.into(), why: source.to_string() }
}
