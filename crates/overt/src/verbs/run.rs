//! Runs a language model once, with taps, edits and gradients.

use crate::fault::{Context, Refused, Result};
use crate::files;
use crate::models::{self, Dtype, Origin, Prompts};
use crate::nn::{LanguageModel, ModelPath, Tokenizer, Tokens, arrays_with_origin, softmax};
use crate::site::{Array, Real, Run};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Which model runs, on what, and what is read and changed inside.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The model.
    pub model: ModelPath,
    /// What is put into it.
    pub prompts: Prompts,
    /// Sites to keep; `*` stands for any characters. They need a file to go to.
    pub taps: Vec<String>,
    /// The file of edits to apply: a JSON list.
    pub edits: Option<PathBuf>,
    /// Sites at which to take the gradient of the metric; `*` stands for any characters. They need a file to go
    /// to.
    pub gradients: Vec<String>,
    /// `logit:A`, `logit-diff:A,B` or `log-prob:A` at the last token.
    pub metric: Option<String>,
    /// File for the trace: safetensors whose keys are the names of the sites, gradients under `grad:`.
    pub out: Option<PathBuf>,
    /// How many next tokens to list; 5, where nothing else is said.
    pub top: usize,
    /// The type that is computed in.
    pub dtype: Dtype,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            model: ModelPath::default(),
            prompts: Prompts::default(),
            taps: Vec::new(),
            edits: None,
            gradients: Vec::new(),
            metric: None,
            out: None,
            top: 5,
            dtype: Dtype::F32,
        }
    }
}

/// What a run gave.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ran {
    /// One for each prompt.
    pub rows: Vec<RanRow>,
    /// The arrays in the trace, by name.
    pub sites: Vec<String>,
    /// The file of the trace.
    pub trace: Option<PathBuf>,
    /// What a person should know of the model's files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// What a run gave of one prompt.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RanRow {
    /// The prompt.
    pub tokens: Vec<u32>,
    /// The metric, in logits or as the logarithm of a probability.
    pub metric: Option<f64>,
    /// What may come next, the most probable first; nothing for a model without a head.
    pub next: Vec<NextToken>,
    /// The prompt as a text, where the model has a tokenizer.
    #[serde(skip)]
    pub text: Option<String>,
}

/// A token that may come next.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NextToken {
    /// Its number.
    pub token: u32,
    /// Its text, where the model has a tokenizer.
    pub text: Option<String>,
    /// How probable it is.
    pub probability: f64,
    /// Its logit.
    pub logit: f64,
}

/// Runs a language model once, and writes what taps and gradients kept where a file is named.
///
/// ```
/// use overt::models::Prompts;
/// use overt::verbs::{RunOptions, run};
///
/// let ran = run(&RunOptions {
///     model: concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/llama").into(),
///     prompts: Prompts::Tokens(vec![vec![1, 2, 3], vec![4, 5, 6]]),
///     top: 2,
///     ..RunOptions::default()
/// })?;
/// let next = &ran.rows[1].next;
/// assert_eq!((ran.rows.len(), next.len()), (2, 2));
/// assert!(next[0].probability >= next[1].probability);
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// Taps and gradients without a file, a folder that holds no model that is known, a prompt that the model
/// cannot read, and sites, edits and metrics that it has no place for.
pub fn run(options: &RunOptions) -> Result<Ran> {
    match options.dtype {
        Dtype::F32 => options.compute::<f32>(),
        Dtype::F64 => options.compute::<f64>(),
    }
}

impl RunOptions {
    fn compute<T: Real>(&self) -> Result<Ran> {
        if self.out.is_none() && !(self.taps.is_empty() && self.gradients.is_empty()) {
            let hint = "name a file for them with `--out`";
            return Err(Refused::new("taps and gradients have no place to go", hint).into());
        }
        let model = models::open::<T>(&self.model)?;
        let tokenizer = models::tokenizer(&self.model, model.config())?;
        let tokens = self.prompts.read(&self.model, tokenizer.as_ref())?;
        let run = self.edited(&model, &tokens)?;
        let tapped = names(&model, &tokens, &self.taps)?;
        let taps = tapped.iter().fold(run.clone(), Run::tap);
        let (logits, trace) = model.run(&tokens, &taps)?;
        let mut kept: BTreeMap<String, Array<T>> =
            trace.iter().map(|(name, array)| (name.to_owned(), array.clone())).collect();
        let metric = match &self.metric {
            Some(text) => Some(models::metric(text, model.config(), tokenizer.as_ref())?),
            None => None,
        };
        if let (Some(metric), false) = (metric, self.gradients.is_empty()) {
            let wanted = names(&model, &tokens, &self.gradients)?;
            let run = wanted.iter().fold(run, Run::gradient);
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
        let rows = (0..tokens.batch()).map(|at| {
            let ids = models::row(&tokens, at);
            RanRow {
                tokens: ids.to_vec(),
                metric: metrics.as_ref().map(|metrics| metrics[at]),
                next: self.next(&model, (logits.row(at), ids.len()), tokenizer.as_ref()),
                text: tokenizer.as_ref().and_then(|tokenizer| tokenizer.decode(ids).ok()),
            }
        });
        let warnings = model.warnings().to_vec();
        let (rows, trace) = (rows.collect(), self.out.clone());
        Ok(Ran { rows, sites: kept.into_keys().collect(), trace, warnings })
    }

    /// What the header of a trace says of it.
    fn origin(&self, tokens: &Tokens) -> Result<String> {
        let edits = self.edits.as_deref().map(models::edits).transpose()?;
        Ok(serde_json::to_string(&serde_json::json!({
            "made_by": Origin::of(&self.model, self.dtype)?,
            "prompts": self.prompts.rows(tokens),
            "edits": edits.unwrap_or_default(),
            "metric": self.metric,
        }))?)
    }

    /// The run with the edits of the file.
    fn edited<T: Real>(&self, model: &LanguageModel<T>, tokens: &Tokens) -> Result<Run<T>> {
        let Some(path) = &self.edits else { return Ok(Run::new()) };
        let sites = model.sites(tokens.positions());
        let mut run = Run::new();
        for edit in models::edits(path)? {
            let own = model.site(&edit.site)?;
            let made = edit.at(sites.get(&own)?, tokens.batch());
            run = run.edit(&own, made.with_context(|| format!("in {}", path.display()))?);
        }
        Ok(run)
    }

    /// The most probable next tokens of a row with so many tokens; none for a model without a head.
    fn next<T: Real>(
        &self,
        model: &LanguageModel<T>,
        (logits, n_tokens): (&[T], usize),
        tokenizer: Option<&Tokenizer>,
    ) -> Vec<NextToken> {
        let vocab = model.config().vocab;
        if !model.has_head() {
            return Vec::new();
        }
        let start = (n_tokens - 1) * vocab;
        let last: Vec<f64> = logits[start..start + vocab].iter().map(|v| (*v).into()).collect();
        let probabilities = softmax(&last);
        let mut order: Vec<usize> = (0..vocab).collect();
        order.sort_by(|a, b| last[*b].total_cmp(&last[*a]).then(a.cmp(b)));
        let next = |token: usize| NextToken {
            token: token as u32,
            text: models::text(token as u32, tokenizer),
            probability: probabilities[token],
            logit: last[token],
        };
        order.into_iter().take(self.top).map(next).collect()
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
