//! `overt lens`: what each layer would answer, and what each component adds to the answer.

use crate::door::{Door, say, say_json};
use crate::number::percent;
use crate::prompt::{ModelArgs, PromptArgs, warn};
use clap::Args;
use overt::fault::Result;
use overt::models::show;
use overt::verbs::{LensLayer, LensOptions, LensPart, LensView};
use std::fmt::Write;

/// Contributions that a person is shown.
const MOST_SHOWN: usize = 40;

/// Shows the answer that each layer would give, and how much each component adds to a logit.
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

impl Lens {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let view = overt::verbs::lens(&LensOptions {
            model: self.model.path(),
            prompts: self.prompt.prompts()?,
            metric: self.metric.clone(),
            heads: self.heads,
            top: self.top,
        })?;
        warn(&view.warnings);
        if door.json { say_json(&view) } else { say(&self.in_words(&view)) }
    }

    fn in_words(&self, view: &LensView) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        for LensLayer { site, top, rank, texts } in &view.layers {
            let shown = top.iter().zip(texts).map(|((id, probability), text)| {
                format!("{} {}", show(*id, text.as_deref()), percent(*probability))
            });
            let shown: Vec<String> = shown.collect();
            writeln!(text, "{site:<22} final answer at rank {rank:<6} {}", shown.join(", ")).ok();
        }
        let Some(metric) = &self.metric else { return text };
        let sum: f64 = view.contributions.iter().map(|part| part.value).sum();
        writeln!(text, "\n{metric} = {sum:.4}, added by").ok();
        let mut order: Vec<&LensPart> = view.contributions.iter().collect();
        if self.heads {
            order.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
        }
        let (shown, others) = order.split_at(order.len().min(MOST_SHOWN));
        for LensPart { component, value } in shown {
            writeln!(text, "  {value:>+10.4}  {component}").ok();
        }
        if !others.is_empty() {
            let (n, sum) = (others.len(), others.iter().map(|part| part.value).sum::<f64>());
            writeln!(text, "  {sum:>+10.4}  {n} others together; `--json` lists them all").ok();
        }
        text
    }
}
