//! `overt generate`: tokens one after the other, with taps and edits on.

use crate::door::{Door, say, say_json};
use crate::prompt::{ModelArgs, PromptArgs, concat_help};
use clap::Args;
use overt::fault::Result;
use overt::verbs::GenerateOptions;
use std::path::PathBuf;

/// Generates tokens from a prompt, one after the other, with taps and edits on.
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
    /// Number of tokens to generate.
    #[arg(long, default_value_t = 20)]
    n: usize,
    /// Draws each token at random at this temperature; without it, the most probable token is taken.
    #[arg(long)]
    temperature: Option<f64>,
    /// Seed of the draws.
    #[arg(long, default_value_t = 0, value_parser = crate::number::seed)]
    seed: u64,
    /// Edits at every step: a JSON list; positions count from the start of the prompt.
    #[arg(long, value_name = "FILE")]
    edit: Option<PathBuf>,
    /// Sites to keep at every step.
    #[arg(long, value_name = "SITE", num_args = 1.., requires = "out")]
    tap: Vec<String>,
    /// File for the trace: safetensors whose keys are `step/site`.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Generate {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let generated = overt::verbs::generate(&GenerateOptions {
            model: self.model.path(),
            prompts: self.prompt.prompts()?,
            n: self.n,
            temperature: self.temperature,
            seed: self.seed,
            edits: self.edit.clone(),
            taps: self.tap.clone(),
            out: self.out.clone(),
        })?;
        if door.json {
            return say_json(&generated);
        }
        let tokens = generated.tokens;
        say(&(generated.text.unwrap_or_else(|| format!("{tokens:?}")) + "\n"))
    }
}
