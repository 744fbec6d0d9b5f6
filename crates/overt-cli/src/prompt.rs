//! Language models and prompts, as they are named on the command line.

use clap::{Args, ValueEnum};
use overt::fault::{Context, Refused, Result};
use overt::files;
use overt::lens::Metric;
use overt::nn::{LanguageConfig, LanguageModel, Tokenizer, Tokens};
use overt::site::{DeclaredEdit, Real};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// The type that a model computes in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dtype {
    /// 32 bits.
    #[default]
    F32,
    /// 64 bits: tells rounding from error.
    F64,
}

/// What made a file: so that nobody needs to guess which model and which prompts it is of.
#[derive(Debug, Serialize)]
pub(crate) struct Origin {
    /// Program and version.
    engine: String,
    /// SHA-256 of the weights, however they are divided into files.
    model: String,
    /// The type that was computed in.
    dtype: &'static str,
}

impl Origin {
    /// A model of this folder, computed in this type.
    pub(crate) fn of(model: &ModelArgs, dtype: Dtype) -> Result<Self> {
        Ok(Self {
            engine: format!("overt {}", env!("CARGO_PKG_VERSION")),
            model: LanguageModel::<f32>::digest(&model.folder)?,
            dtype: match dtype {
                Dtype::F32 => "f32",
                Dtype::F64 => "f64",
            },
        })
    }
}

/// A prompt as it was given, and as the model reads it.
#[derive(Debug, Serialize)]
pub(crate) struct Prompt {
    /// A text, or token numbers.
    pub(crate) text: String,
    /// Its tokens.
    pub(crate) tokens: Vec<u32>,
}

/// A model's folder.
#[derive(Args, Debug)]
pub(crate) struct ModelArgs {
    /// A Hugging Face folder: config.json, *.safetensors, tokenizer.json.
    #[arg(value_name = "MODEL_DIR")]
    pub(crate) folder: PathBuf,
}

impl ModelArgs {
    /// Opens the model.
    pub(crate) fn open<T: Real>(&self) -> Result<LanguageModel<T>> {
        LanguageModel::open(&self.folder)
            .with_context(|| format!("cannot open {}", self.folder.display()))
    }

    /// The architecture, without the weights; whether there is a head may show in them only.
    pub(crate) fn config(&self) -> Result<LanguageConfig> {
        let json = files::read(&self.folder.join("config.json"))?;
        LanguageConfig::from_json(&json)
            .with_context(|| format!("cannot open {}", self.folder.display()))
    }

    /// The tokenizer of the folder, if it has one.
    pub(crate) fn tokenizer(&self, config: &LanguageConfig) -> Result<Option<Tokenizer>> {
        if !self.folder.join("tokenizer.json").exists() {
            return Ok(None);
        }
        let tokenizer = Tokenizer::open(&self.folder, config);
        Ok(Some(tokenizer.with_context(|| format!("cannot open {}", self.folder.display()))?))
    }
}

/// What is put into a model.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct PromptArgs {
    /// A text; given several times, each is a row of the batch.
    #[arg(long)]
    text: Vec<String>,
    /// Token numbers, such as 1,2,3; given several times, each is a row of the batch.
    #[arg(long, value_name = "IDS")]
    tokens: Vec<String>,
}

impl PromptArgs {
    /// What was given, and the tokens of each row.
    pub(crate) fn rows(&self, tokens: &Tokens) -> Vec<Prompt> {
        let given = if self.text.is_empty() { &self.tokens } else { &self.text };
        let row = |(row, text): (usize, &String)| {
            let start = row * tokens.positions();
            let tokens = tokens.ids()[start..start + tokens.lengths()[row]].to_vec();
            Prompt { text: text.clone(), tokens }
        };
        given.iter().enumerate().map(row).collect()
    }

    /// The batch.
    pub(crate) fn read(&self, folder: &Path, tokenizer: Option<&Tokenizer>) -> Result<Tokens> {
        let rows: Result<Vec<Vec<u32>>> = if self.text.is_empty() {
            self.tokens.iter().map(|ids| numbers(ids)).collect()
        } else {
            let Some(tokenizer) = tokenizer else {
                let fact = format!("{} holds no tokenizer.json", folder.display());
                return Err(Refused::new(fact, "give token numbers with `--tokens`").into());
            };
            self.text.iter().map(|text| Ok(tokenizer.encode(text)?)).collect()
        };
        Ok(Tokens::new(&rows?)?)
    }
}

fn numbers(ids: &str) -> Result<Vec<u32>> {
    let number = |word: &str| {
        word.trim().parse::<u32>().map_err(|_error| {
            let fact = format!("`--tokens {ids}`: `{word}` is no token number");
            Refused::new(fact, "token numbers are separated by commas, such as 1,2,3").into()
        })
    };
    ids.split(',').map(number).collect()
}

/// What `--help` says of edits.
const EDITS_HELP: &str = r#"Edits: the file holds a JSON list, such as

  [{"site": "blocks.0.attn.z", "op": "zero", "head": [3]},
   {"site": "blocks.2.resid_post", "op": "add", "value": 0.5, "pos": [4, 5]}]

  site     where: a name that `overt sites MODEL_DIR` lists
  op       zero, set, add or scale
  value    set and add take a number, or a list with one number for each entry of the last axis;
           scale takes a number; zero takes none
  batch, pos, key_pos, head, neuron
           which part of the site: a list of indices along that axis, all of it where left out"#;

/// An example, and what edits are.
pub(crate) fn concat_help(example: &str) -> String {
    format!("{example}\n\n{EDITS_HELP}")
}

/// The edits of a file.
pub(crate) fn declared(path: &Path) -> Result<Vec<DeclaredEdit>> {
    let read = serde_json::from_str(&files::read_text(path)?);
    Ok(read.map_err(|error| {
        let fact = format!("{} is no list of edits: {error}", path.display());
        Refused::new(
            fact,
            "an edit has site, op, value and indices: `overt run --help` explains each",
        )
    })?)
}

/// A metric such as `logit-diff: Paris, Rome`, whose words are token numbers or one token each.
pub(crate) fn metric(
    text: &str,
    config: &LanguageConfig,
    tokenizer: Option<&Tokenizer>,
) -> Result<Metric> {
    let token = |word: &str| match (word.trim().parse::<u32>(), tokenizer) {
        (Ok(id), _) => Some(id),
        (_, Some(tokenizer)) => tokenizer.token(word).ok(),
        _ => None,
    };
    let hint = "it is logit:A, logit-diff:A,B or log-prob:A; A and B are token numbers, or words \
                that are one token each (most begin with a space)";
    let metric = Metric::parse(text, token)
        .ok_or_else(|| Refused::new(format!("`{text}` is no metric of this model"), hint))?;
    match metric.tokens().into_iter().find(|id| *id as usize >= config.vocab) {
        Some(id) => {
            let fact = format!("`{text}`: token {id} is beyond the vocabulary of {}", config.vocab);
            Err(Refused::new(fact, hint).into())
        }
        None => Ok(metric),
    }
}

/// A token as a person reads it, with its number.
pub(crate) fn show(id: u32, tokenizer: Option<&Tokenizer>) -> String {
    let text = tokenizer.and_then(|tokenizer| tokenizer.decode(&[id]).ok());
    text.map_or_else(|| id.to_string(), |text| format!("{text:?} ({id})"))
}
