//! Language models and prompts, as they are named on the command line.

use crate::door::{Door, note, say, say_json};
use clap::{Args, ValueEnum};
use overt::fault::{Refused, Result};
use overt::given::Given;
use overt::models::{self, Prompts};
use overt::nn::{Chat, ModelPath, Moment};
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
    /// The folder of a PEFT adapter (LoRA) for the model: `adapter_config.json`, `adapter_model.safetensors`.
    #[arg(long, value_name = "FOLDER")]
    adapter: Option<PathBuf>,
}

impl ModelArgs {
    /// What was given.
    pub(crate) fn path(&self) -> ModelPath {
        ModelPath { adapter: self.adapter.clone(), ..self.model.clone().into() }
    }
}

/// Says what a person should know of a model, beside the result.
pub(crate) fn warn(warnings: &[String]) {
    for warning in warnings {
        crate::door::note(&format!("warning: {warning}"));
    }
}

/// What is put into a model.
#[derive(Args, Debug)]
pub(crate) struct PromptArgs {
    #[command(flatten)]
    given: GivenArgs,
    /// The message of the system before that of the user.
    #[arg(long, requires = "user", value_name = "TEXT")]
    system: Option<String>,
    /// The date that a chat template may ask for, such as 2026-01-31; today in UTC where it is left out.
    #[arg(long, value_name = "DATE", value_parser = date)]
    date: Option<Moment>,
}

/// One of these.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct GivenArgs {
    /// A text; given several times, each is a row of the batch.
    #[arg(long)]
    text: Vec<String>,
    /// Token numbers, such as 1,2,3; given several times, each is a row of the batch.
    #[arg(long, value_name = "IDS")]
    tokens: Vec<String>,
    /// A message of the user, in the model's own chat template.
    #[arg(long, value_name = "TEXT")]
    user: Option<String>,
    /// A chat: a JSON list of messages, or an object with messages and tools.
    #[arg(long, value_name = "FILE")]
    chat: Option<PathBuf>,
    /// Prompts, one JSON object a line: {"text": …}, {"tokens": […]} or {"chat": […]}.
    #[arg(long, value_name = "FILE")]
    prompts: Option<PathBuf>,
}

fn date(text: &str) -> Result<Moment, String> {
    Moment::parse(text).ok_or_else(|| "expected a date such as 2026-01-31".to_owned())
}

impl PromptArgs {
    /// What was given.
    pub(crate) fn prompts(&self) -> Result<Prompts> {
        let given = &self.given;
        if let Some(path) = &given.prompts {
            return Given::lines(path, self.date).map(Prompts::Each);
        }
        if let Some(path) = &given.chat {
            return Ok(Prompts::Each(vec![Given::chat(path, self.date)?]));
        }
        if let Some(user) = &given.user {
            let chat = Box::new(Chat::of(user, self.system.as_deref()));
            return Ok(Prompts::Each(vec![Given::Chat { chat, date: self.date }]));
        }
        if !given.text.is_empty() {
            return Ok(Prompts::Texts(given.text.clone()));
        }
        given.tokens.iter().map(|ids| numbers(ids)).collect::<Result<_>>().map(Prompts::Tokens)
    }
}

/// Shows prompts as the model reads them.
pub(crate) fn show_raw(model: &ModelPath, prompts: &Prompts, door: &Door) -> Result<()> {
    let read = models::raw(model, prompts)?;
    if door.json {
        return say_json(&read);
    }
    for prompt in read {
        let ids: Vec<String> = prompt.tokens.iter().map(u32::to_string).collect();
        let text = prompt.text.map(|text| text + "\n").unwrap_or_default();
        say(&format!("{text}{}\n", ids.join(",")))?;
    }
    Ok(())
}

/// Tells what a person should know of the model's chat template, where there is a chat.
pub(crate) fn warn_of_template(model: &ModelPath, prompts: &Prompts) -> Result<()> {
    for warning in prompts.warnings(model)? {
        note(&warning);
    }
    Ok(())
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
