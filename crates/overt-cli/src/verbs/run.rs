//! `overt run`: one forward pass of a language model, with taps, edits and gradients.

use crate::door::{Door, say, say_json};
use crate::number::{percent, thousands};
use crate::prompt::{Dtype, ModelArgs, PromptArgs, concat_help, show_raw, warn, warn_of_template};
use clap::Args;
use overt::fault::Result;
use overt::models::show;
use overt::verbs::{Ran, RunOptions};
use std::fmt::Write;
use std::path::PathBuf;

/// Runs a language model: prints the most probable next tokens; reads and edits tensors inside.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt run models/gpt2 --text 'The exit is' --tap 'blocks.*.resid_post' --out trace.safetensors",
    after_long_help = concat_help("Example: overt run models/gpt2 --text 'The exit is' --tap 'blocks.*.resid_post' --out trace.safetensors")
)]
pub(crate) struct Run {
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    prompt: PromptArgs,
    /// Prints the prompt as the model reads it, as text and token numbers, and stops.
    #[arg(long)]
    raw: bool,
    /// Sites to keep; `*` stands for any characters. `overt sites` lists them.
    #[arg(long, value_name = "SITE", num_args = 1..)]
    tap: Vec<String>,
    /// Edits to apply: a JSON list such as [{"site": "blocks.0.attn.z", "op": "zero", "head": [3]}].
    #[arg(long, value_name = "FILE")]
    edit: Option<PathBuf>,
    /// Sites at which to take the gradient of the metric; `*` stands for any characters.
    #[arg(long, value_name = "SITE", num_args = 1.., requires = "metric")]
    grad: Vec<String>,
    /// logit:A, logit-diff:A,B or log-prob:A at the last token.
    #[arg(long)]
    metric: Option<String>,
    /// File for the trace: safetensors whose keys are the names of the sites, gradients under `grad:`.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How many next tokens to print.
    #[arg(long, default_value_t = 5, value_name = "N")]
    top: usize,
    /// Type of numbers in which the model computes.
    #[arg(long, value_enum, default_value_t)]
    dtype: Dtype,
}

impl Run {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let (model, prompts) = (self.model.path(), self.prompt.prompts()?);
        warn_of_template(&model, &prompts)?;
        if self.raw {
            return show_raw(&model, &prompts, door);
        }
        let ran = overt::verbs::run(&RunOptions {
            model,
            prompts,
            taps: self.tap.clone(),
            edits: self.edit.clone(),
            gradients: self.grad.clone(),
            metric: self.metric.clone(),
            out: self.out.clone(),
            top: self.top,
            dtype: self.dtype.into(),
        })?;
        warn(&ran.warnings);
        if door.json { say_json(&ran) } else { say(&self.in_words(&ran, door)) }
    }

    fn in_words(&self, ran: &Ran, door: &Door) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        for row in &ran.rows {
            let shown = match &row.text {
                Some(text) => format!("{text:?}"),
                None => format!("{:?}", row.tokens),
            };
            writeln!(text, "{}", door.bold(&shown)).ok();
            for next in &row.next {
                let token = show(next.token, next.text.as_deref());
                let share = percent(next.probability);
                writeln!(text, "  {token:<24} {share:>8}   logit {:.3}", next.logit).ok();
            }
            if row.next.is_empty() {
                writeln!(text, "  no head: this model ends with its residual stream").ok();
            }
            if let (Some(metric), Some(name)) = (row.metric, &self.metric) {
                writeln!(text, "  {name} = {metric:.6}").ok();
            }
        }
        if let Some(path) = &ran.trace {
            let n = thousands(ran.sites.len() as u64);
            writeln!(text, "{n} arrays written to {}", path.display()).ok();
        }
        text
    }
}
