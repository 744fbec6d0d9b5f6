//! `overt lens`: what each layer would answer, and what each component adds to the answer.

use crate::door::{Door, say, say_json};
use crate::number::percent;
use crate::prompt::{self, ModelArgs, PromptArgs};
use clap::Args;
use overt::fault::Result;
use overt::lens::{Contribution, Reading, logit_attribution, logit_lens};
use overt::nn::Tokenizer;
use serde::Serialize;
use std::fmt::Write;

/// Contributions that a person is shown.
const MOST_SHOWN: usize = 40;

/// Shows what each layer would answer, and what each component adds to a logit.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt lens models/gpt2 --text 'The exit is' --metric 'logit: green'"
)]
pub(crate) struct Lens {
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    prompt: PromptArgs,
    /// logit:A or logit-diff:A,B: what the components' contributions are counted in.
    #[arg(long)]
    metric: Option<String>,
    /// Attention heads one by one; the largest contributions come first.
    #[arg(long)]
    heads: bool,
    /// Tokens shown per layer.
    #[arg(long, default_value_t = 3, value_name = "N")]
    top: usize,
}

/// Both lenses as a program sees them.
#[derive(Serialize)]
struct Seen {
    layers: Vec<Layer>,
    contributions: Vec<Part>,
}

#[derive(Serialize)]
struct Layer {
    site: String,
    top: Vec<(u32, f64)>,
    rank: usize,
}

#[derive(Serialize)]
struct Part {
    component: String,
    value: f64,
}

impl Lens {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let model = self.model.open::<f32>()?;
        let tokenizer = self.model.tokenizer(model.config())?;
        let tokens = self.prompt.read(&self.model.folder, tokenizer.as_ref())?;
        let layers = logit_lens(&model, &tokens, tokens.lengths()[0] - 1, self.top)?;
        let contributions = match &self.metric {
            Some(text) => {
                let metric = prompt::metric(text, model.config(), tokenizer.as_ref())?;
                logit_attribution(&model, &tokens, metric, self.heads)?
            }
            None => Vec::new(),
        };
        if door.json {
            return say_json(&seen(layers, contributions));
        }
        let asked = (self.metric.as_deref(), self.heads);
        say(&in_words(&layers, &contributions, asked, tokenizer.as_ref()))
    }
}

fn seen(layers: Vec<Reading>, contributions: Vec<Contribution>) -> Seen {
    let layer = |Reading { site, top, rank }| Layer { site, top, rank };
    let part = |Contribution { component, value }| Part { component, value };
    Seen {
        layers: layers.into_iter().map(layer).collect(),
        contributions: contributions.into_iter().map(part).collect(),
    }
}

fn in_words(
    layers: &[Reading],
    contributions: &[Contribution],
    (metric, by_size): (Option<&str>, bool),
    tokenizer: Option<&Tokenizer>,
) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for Reading { site, top, rank } in layers {
        let shown =
            top.iter().map(|(id, p)| format!("{} {}", prompt::show(*id, tokenizer), percent(*p)));
        let shown: Vec<String> = shown.collect();
        writeln!(text, "{site:<22} final answer at rank {rank:<6} {}", shown.join(", ")).ok();
    }
    if let Some(metric) = metric {
        let sum: f64 = contributions.iter().map(|part| part.value).sum();
        writeln!(text, "\n{metric} = {sum:.4}, added by").ok();
        let mut order: Vec<&Contribution> = contributions.iter().collect();
        if by_size {
            order.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
        }
        let (shown, others) = order.split_at(order.len().min(MOST_SHOWN));
        for Contribution { component, value } in shown {
            writeln!(text, "  {value:>+10.4}  {component}").ok();
        }
        if !others.is_empty() {
            let (n, sum) = (others.len(), others.iter().map(|part| part.value).sum::<f64>());
            writeln!(text, "  {sum:>+10.4}  {n} others together; `--json` lists them all").ok();
        }
    }
    text
}
