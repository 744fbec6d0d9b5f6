//! `overt convert`: a model as a Hugging Face folder.

use crate::door::{Door, say, say_json};
use crate::number::thousands;
use crate::progress::Progress;
use crate::prompt::{ModelArgs, warn};
use clap::Args;
use overt::fault::Result;
use overt::verbs::{CONVERT_JSON, ConvertOptions, Converted};
use std::fmt::Write;
use std::path::PathBuf;

/// Writes a language model as a Hugging Face folder, with its adapter in the weights or beside them.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt convert models/gpt2 --adapter adapters/tuned --merge --out models/tuned\n\n\
    Without --merge the adapter is copied into the folder `adapter` of the new one."
)]
pub(crate) struct Convert {
    #[command(flatten)]
    model: ModelArgs,
    /// Folder to write; nothing may lie in it.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Adds the adapter to the weights.
    #[arg(long, requires = "adapter")]
    merge: bool,
}

impl Convert {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let progress = Progress::unknown();
        let options = ConvertOptions {
            model: self.model.path(),
            out: self.out.clone(),
            merge: self.merge,
            ..ConvertOptions::default()
        };
        let converted = overt::verbs::convert(&options, &progress)?;
        drop(progress);
        warn(&converted.warnings);
        if door.json { say_json(&converted) } else { say(&self.in_words(&converted)) }
    }

    fn in_words(&self, converted: &Converted) -> String {
        let mut text = String::new();
        let types: Vec<String> = converted
            .types
            .iter()
            .map(|(dtype, n)| format!("{} of {dtype}", thousands(*n as u64)))
            .collect();
        // Writing to a string cannot fail.
        writeln!(text, "{}: tensors: {}", self.out.display(), types.join(", ")).ok();
        if converted.merged {
            let n = thousands(converted.changed.len() as u64);
            writeln!(text, "the adapter is in the weights: {n} tensors changed").ok();
        } else if converted.adapter.is_some() {
            writeln!(text, "the adapter lies in {}", self.out.join("adapter").display()).ok();
        }
        writeln!(text, "weights {}", converted.weights).ok();
        writeln!(text, "{} says what was done", self.out.join(CONVERT_JSON).display()).ok();
        text
    }
}
