//! Language models and prompts, as they are named on the command line.

use clap::{Args, ValueEnum};
use overt::fault::{Refused, Result};
use overt::models::{self, Prompts};
use overt::nn::ModelPath;
use std::path::PathBuf;

/// The type that a model computes in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dtype {
    /// 32 bits.
    #[default]
    F32,
    /// 64 bits: tells rounding from error.
    F64,
}

impl From<Dtype> for models::Dtype {
    fn from(dtype: Dtype) -> Self {
        match dtype {
            Dtype::F32 => Self::F32,
            Dtype::F64 => Self::F64,
        }
    }
}

/// Which model.
#[derive(Args, Debug)]
pub(crate) struct ModelArgs {
    /// A Hugging Face folder: config.json, *.safetensors, tokenizer.json.
    #[arg(value_name = "MODEL")]
    model: PathBuf,
}

impl ModelArgs {
    /// What was given.
    pub(crate) fn path(&self) -> ModelPath {
        self.model.clone().into()
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
    /// What was given.
    pub(crate) fn prompts(&self) -> Result<Prompts> {
        if !self.text.is_empty() {
            return Ok(Prompts::Texts(self.text.clone()));
        }
        self.tokens.iter().map(|ids| numbers(ids)).collect::<Result<_>>().map(Prompts::Tokens)
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

  site     where: a name that `overt sites MODEL` lists
  op       zero, set, add or scale
  value    set and add take a number, or a list with one number for each entry of the last axis;
           scale takes a number; zero takes none
  batch, pos, key_pos, head, neuron
           which part of the site: a list of indices along that axis, all of it where left out"#;

/// An example, and what edits are.
pub(crate) fn concat_help(example: &str) -> String {
    format!("{example}\n\n{EDITS_HELP}")
}
