//! `overt run`: one forward pass of a language model, with taps, edits and gradients.

use crate::door::{Door, say, say_json};
use crate::number::{percent, thousands};
use crate::prompt::{self, Dtype, ModelArgs, Origin, PromptArgs, concat_help, declared};
use clap::Args;
use overt::fault::{Context, Refused, Result};
use overt::files;
use overt::nn::{LanguageModel, Tokenizer, Tokens, arrays_with_origin, softmax};
use overt::site::{Array, Real, Run as Pass};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

/// Runs a language model, reads and edits what happens inside.
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
    /// The type that is computed in.
    #[arg(long, value_enum, default_value_t)]
    dtype: Dtype,
}

/// A run as a program sees it.
#[derive(Serialize)]
struct Ran {
    rows: Vec<Row>,
    sites: Vec<String>,
    trace: Option<PathBuf>,
}

#[derive(Serialize)]
struct Row {
    tokens: Vec<u32>,
    metric: Option<f64>,
    next: Vec<Next>,
}

/// A token that may come next.
#[derive(Serialize)]
struct Next {
    token: u32,
    text: Option<String>,
    probability: f64,
    logit: f64,
}

impl Run {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        match self.dtype {
            Dtype::F32 => self.compute::<f32>(door),
            Dtype::F64 => self.compute::<f64>(door),
        }
    }

    fn compute<T: Real>(&self, door: &Door) -> Result<()> {
        if self.out.is_none() && !(self.tap.is_empty() && self.grad.is_empty()) {
            let hint = "name a file for them with `--out`";
            return Err(Refused::new("taps and gradients have no place to go", hint).into());
        }
        let model = self.model.open::<T>()?;
        let tokenizer = self.model.tokenizer(model.config())?;
        let tokens = self.prompt.read(&self.model.folder, tokenizer.as_ref())?;
        let run = self.edited(&model, &tokens)?;
        let tapped = names(&model, &tokens, &self.tap)?;
        let taps = tapped.iter().fold(run.clone(), Pass::tap);
        let (logits, trace) = model.run(&tokens, &taps)?;
        let mut kept: BTreeMap<String, Array<T>> =
            trace.iter().map(|(name, array)| (name.to_owned(), array.clone())).collect();
        let metric = match &self.metric {
            Some(text) => Some(prompt::metric(text, model.config(), tokenizer.as_ref())?),
            None => None,
        };
        if let (Some(metric), false) = (metric, self.grad.is_empty()) {
            let wanted = names(&model, &tokens, &self.grad)?;
            let run = wanted.iter().fold(run, Pass::gradient);
            // Rows do not mix, so each row's gradient is its own.
            let of = |logits: &_| metric.of(logits, &tokens).sum_dim(0);
            let (_, gradients) = model.gradients(&tokens, &run, of)?;
            kept.extend(gradients.into_iter().map(|(site, array)| (format!("grad:{site}"), array)));
        }
        if let Some(path) = &self.out {
            let arrays = kept.iter().map(|(name, array)| (name.as_str(), array));
            let origin = self.origin(&tokens)?;
            files::write_whole(path, &arrays_with_origin(arrays, origin)?)?;
        }
        let metrics = metric.map(|metric| metric.read(&logits, &tokens));
        let rows = (0..tokens.batch()).map(|row| Row {
            tokens: row_of(&tokens, row).to_vec(),
            metric: metrics.as_ref().map(|metrics| metrics[row]),
            next: self.next(&model, &logits, &tokens, row, tokenizer.as_ref()),
        });
        let ran = Ran {
            rows: rows.collect(),
            sites: kept.into_keys().collect(),
            trace: self.out.clone(),
        };
        if door.json { say_json(&ran) } else { say(&self.in_words(&ran, tokenizer.as_ref(), door)) }
    }

    /// What the header of a trace says of it.
    fn origin(&self, tokens: &Tokens) -> Result<String> {
        let edits = self.edit.as_deref().map(declared).transpose()?;
        Ok(serde_json::to_string(&serde_json::json!({
            "made_by": Origin::of(&self.model, self.dtype)?,
            "prompts": self.prompt.rows(tokens),
            "edits": edits.unwrap_or_default(),
            "metric": self.metric,
        }))?)
    }

    /// The run with the edits of the file.
    fn edited<T: Real>(&self, model: &LanguageModel<T>, tokens: &Tokens) -> Result<Pass<T>> {
        let Some(path) = &self.edit else { return Ok(Pass::new()) };
        let sites = model.sites(tokens.positions());
        let mut run = Pass::new();
        for edit in declared(path)? {
            let own = model.site(&edit.site)?;
            let made = edit.at(sites.get(&own)?, tokens.batch());
            run = run.edit(&own, made.with_context(|| format!("in {}", path.display()))?);
        }
        Ok(run)
    }

    /// The most probable next tokens of a row; none for a model without a head.
    fn next<T: Real>(
        &self,
        model: &LanguageModel<T>,
        logits: &Array<T>,
        tokens: &Tokens,
        row: usize,
        tokenizer: Option<&Tokenizer>,
    ) -> Vec<Next> {
        let vocab = model.config().vocab;
        if !model.has_head() {
            return Vec::new();
        }
        let start = (tokens.lengths()[row] - 1) * vocab;
        let last: Vec<f64> =
            logits.row(row)[start..start + vocab].iter().map(|v| (*v).into()).collect();
        let probabilities = softmax(&last);
        let mut order: Vec<usize> = (0..vocab).collect();
        order.sort_by(|a, b| last[*b].total_cmp(&last[*a]).then(a.cmp(b)));
        let next = |token: usize| Next {
            token: token as u32,
            text: tokenizer.and_then(|tokenizer| tokenizer.decode(&[token as u32]).ok()),
            probability: probabilities[token],
            logit: last[token],
        };
        order.into_iter().take(self.top).map(next).collect()
    }

    fn in_words(&self, ran: &Ran, tokenizer: Option<&Tokenizer>, door: &Door) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        for row in &ran.rows {
            let shown = tokenizer.and_then(|tokenizer| tokenizer.decode(&row.tokens).ok());
            let shown =
                shown.map_or_else(|| format!("{:?}", row.tokens), |text| format!("{text:?}"));
            writeln!(text, "{}", door.bold(&shown)).ok();
            for next in &row.next {
                let token = prompt::show(next.token, tokenizer);
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

/// The sites that patterns name, each once, in the spelling of this model.
fn names<T: Real>(
    model: &LanguageModel<T>,
    tokens: &Tokens,
    patterns: &[String],
) -> Result<Vec<String>> {
    let sites = model.sites(tokens.positions());
    let mut found = Vec::new();
    for pattern in patterns {
        let own = if pattern.contains('*') { pattern.clone() } else { model.site(pattern)? };
        for site in sites.matching(&own)? {
            if !found.contains(&site.name) {
                found.push(site.name.clone());
            }
        }
    }
    Ok(found)
}

fn row_of(tokens: &Tokens, row: usize) -> &[u32] {
    let start = row * tokens.positions();
    &tokens.ids()[start..start + tokens.lengths()[row]]
}
