//! `overt generate`: tokens one after the other, with taps and edits on.

use crate::door::{Door, say, say_json};
use crate::prompt::{Dtype, ModelArgs, Origin, PromptArgs, concat_help, declared};
use clap::Args;
use overt::fault::{Refused, Result};
use overt::files;
use overt::nn::{Generate as Plan, Sampling, Step, arrays_with_origin};
use overt::site::Array;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Generates from a prompt, with taps and edits on.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt generate models/gpt2 --text 'The exit is' --n 20 --edit edits.json",
    after_long_help = concat_help("Example: overt generate models/gpt2 --text 'The exit is' --n 20 --edit edits.json")
)]
pub(crate) struct Generate {
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    prompt: PromptArgs,
    /// How many tokens.
    #[arg(long, default_value_t = 20)]
    n: usize,
    /// Draws at random at this temperature; without it the most probable token is taken.
    #[arg(long)]
    temperature: Option<f64>,
    /// Seed of the draws.
    #[arg(long, default_value_t = 0, value_parser = crate::number::seed)]
    seed: u64,
    /// Edits at every step: a JSON list; positions count from the start of the prompt.
    #[arg(long, value_name = "FILE")]
    edit: Option<PathBuf>,
    /// Sites to keep of every step.
    #[arg(long, value_name = "SITE", num_args = 1.., requires = "out")]
    tap: Vec<String>,
    /// File for the trace: safetensors whose keys are `step/site`.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What was generated, as a program sees it.
#[derive(Serialize)]
struct Generated {
    tokens: Vec<u32>,
    text: Option<String>,
}

impl Generate {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        if self.temperature.is_some_and(|t| !(t > 0.0 && t.is_finite())) {
            let fact = "`--temperature` must be above 0 and finite";
            return Err(Refused::new(fact, "leave it out for the most probable token").into());
        }
        let model = self.model.open::<f32>()?;
        let tokenizer = self.model.tokenizer(model.config())?;
        let tokens = self.prompt.read(&self.model.folder, tokenizer.as_ref())?;
        if tokens.batch() != 1 {
            return Err(Refused::new("several prompts", "generate from one at a time").into());
        }
        let sampling = match self.temperature {
            Some(temperature) => Sampling::Random { temperature, seed: self.seed },
            None => Sampling::Greedy,
        };
        let edits = match &self.edit {
            Some(path) => declared(path)?,
            None => Vec::new(),
        };
        let plan = Plan { n: self.n, sampling, edits, taps: self.tap.clone(), cached: true };
        let mut kept: BTreeMap<String, Array> = BTreeMap::new();
        let mut number = 0;
        let all = model.generate(tokens.ids(), &plan, |step: Step| {
            for (site, array) in step.trace.iter() {
                kept.insert(format!("{number:04}/{site}"), array.clone());
            }
            number += 1;
        })?;
        if let Some(path) = &self.out {
            let arrays = kept.iter().map(|(name, array)| (name.as_str(), array));
            let origin = serde_json::to_string(&serde_json::json!({
                "made_by": Origin::of(&self.model, Dtype::F32)?,
                "prompts": self.prompt.rows(&tokens),
                "edits": &plan.edits,
                "generated": &all,
            }))?;
            files::write_whole(path, &arrays_with_origin(arrays, origin)?)?;
        }
        let text = match &tokenizer {
            Some(tokenizer) => Some(tokenizer.decode(&all)?),
            None => None,
        };
        if door.json {
            return say_json(&Generated { tokens: all, text });
        }
        say(&(text.unwrap_or_else(|| format!("{all:?}")) + "\n"))
    }
}
