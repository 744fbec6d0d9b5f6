//! `overt generate`: tokens one after the other, from one prompt or many.

use crate::door::{Door, say, say_json};
use crate::progress::Progress;
use crate::prompt::{ModelArgs, PromptArgs, concat_help, show_raw, warn, warn_of_template};
use clap::Args;
use overt::fault::Result;
use overt::nn::Sampler;
use overt::verbs::{GenerateOptions, Generated, Heard, Watch};
use std::path::PathBuf;

/// Generates an answer to a chat, or further tokens of a text, with taps and edits on.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt generate models/smollm2 --user 'Why is the sky blue?' --n 100",
    after_long_help = concat_help("Example: overt generate models/smollm2 --user 'Why is the sky blue?' --n 100")
)]
pub(crate) struct Generate {
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    prompt: PromptArgs,
    /// Prints the prompt as the model reads it, as text and token numbers, and stops.
    #[arg(long)]
    raw: bool,
    /// At most so many tokens; 256 where it is left out, or as many as the context has room for.
    #[arg(long)]
    n: Option<usize>,
    #[command(flatten)]
    draws: Draws,
    #[command(flatten)]
    stops: Stops,
    /// Memory for rows that are computed at once, in MiB, beside the weights.
    #[arg(long, default_value_t = 1024, value_name = "MIB")]
    memory: u64,
    /// Edits at every step: a JSON list; positions count from the start of the prompt.
    #[arg(long, value_name = "FILE")]
    edit: Option<PathBuf>,
    /// Sites to keep at every step.
    #[arg(long, value_name = "SITE", num_args = 1.., requires = "out")]
    tap: Vec<String>,
    /// File for the rows, one JSON object a line; it goes on where it stopped. With `--tap` the file for the
    /// trace: safetensors whose keys are `step/site`.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// How each token is drawn: as transformers does, in its order.
#[derive(Args, Debug)]
struct Draws {
    /// Answers to each prompt.
    #[arg(long, default_value_t = 1, value_name = "N")]
    samples: usize,
    /// Draws each token at random at this temperature; without it, the most probable token is taken.
    #[arg(long)]
    temperature: Option<f64>,
    /// Draws among so many of the most probable tokens.
    #[arg(long, value_name = "K", requires = "temperature")]
    top_k: Option<usize>,
    /// Draws among the most probable tokens that together have this probability.
    #[arg(long, value_name = "P", requires = "temperature")]
    top_p: Option<f64>,
    /// Draws among tokens with at least this share of the probability of the most probable one.
    #[arg(long, value_name = "P", requires = "temperature")]
    min_p: Option<f64>,
    /// Divides the logits above 0 of tokens that were there before, and multiplies those below.
    #[arg(long, default_value_t = 1.0, value_name = "X")]
    repetition_penalty: f64,
    /// Seed of the draws.
    #[arg(long, default_value_t = 0, value_parser = crate::number::seed)]
    seed: u64,
}

/// What ends an answer, beside its length.
#[derive(Args, Debug)]
struct Stops {
    /// A text that ends an answer, and is not shown; may be given several times.
    #[arg(long, value_name = "TEXT")]
    stop: Vec<String>,
    /// Goes on after the tokens with which the model ends an answer.
    #[arg(long)]
    no_stop: bool,
}

impl Generate {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let (model, prompts) = (self.model.path(), self.prompt.prompts()?);
        warn_of_template(&model, &prompts)?;
        if self.raw {
            return show_raw(&model, &prompts, door);
        }
        let draws = &self.draws;
        let options = GenerateOptions {
            model,
            prompts,
            n: self.n,
            samples: draws.samples,
            sampler: Sampler {
                temperature: draws.temperature,
                top_k: draws.top_k,
                top_p: draws.top_p,
                min_p: draws.min_p,
                repetition_penalty: draws.repetition_penalty,
                seed: draws.seed,
            },
            stop: self.stops.stop.clone(),
            goes_on: self.stops.no_stop,
            memory_mib: self.memory,
            edits: self.edit.clone(),
            taps: self.tap.clone(),
            out: self.out.clone(),
        };
        let is_chat = options.prompts.each().iter().any(overt::given::Given::is_chat);
        let streams = door.is_terminal && !door.json && is_chat;
        let (mut streamed, mut failed, mut progress) = (false, None, None);
        let generated = overt::verbs::generate(&options, &mut |heard| match heard {
            Heard::Text(text) if streams => {
                streamed = true;
                failed = say(text).err();
            }
            Heard::Rows(done, all) if all > 1 => {
                let bar = progress.get_or_insert_with(|| Progress::of_things(all, "rows"));
                bar.reached(done as u64, all as u64);
            }
            Heard::Text(_) | Heard::Rows(..) => {}
        })?;
        drop(progress);
        warn(&generated.warnings);
        match failed {
            Some(error) => return Err(error),
            None if streamed => return say("\n"),
            None => {}
        }
        if door.json { say_json(&generated) } else { say(&self.in_words(&generated, door)) }
    }

    fn in_words(&self, generated: &Generated, door: &Door) -> String {
        if let (Some(path), true) = (&self.out, self.tap.is_empty()) {
            return format!("{} rows in {}\n", generated.rows.len(), path.display());
        }
        if let [_] = &generated.rows[..] {
            let tokens = || format!("{:?}", generated.tokens);
            return generated.text.clone().unwrap_or_else(tokens) + "\n";
        }
        let row = |row: &overt::verbs::GeneratedRow| {
            let title = format!("prompt {}, sample {} ({})", row.prompt, row.sample, row.ended);
            let text = row.text.clone().unwrap_or_else(|| format!("{:?}", row.tokens));
            format!("{}\n{text}\n", door.bold(&title))
        };
        generated.rows.iter().map(row).collect()
    }
}
