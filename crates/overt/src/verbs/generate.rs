//! Generates tokens one after the other, with taps and edits on.

use crate::fault::{Refused, Result};
use crate::files;
use crate::models::{self, Dtype, Origin, Prompts};
use crate::nn::{Generate, ModelPath, Sampling, Step, arrays_with_origin};
use crate::site::Array;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Which model generates, from what, and how.
#[derive(Clone, Debug)]
pub struct GenerateOptions {
    /// The model.
    pub model: ModelPath,
    /// The prompt: one row.
    pub prompts: Prompts,
    /// How many tokens; 20, where nothing else is said.
    pub n: usize,
    /// Draws at random at this temperature, which is above 0; without it the most probable token is taken.
    pub temperature: Option<f64>,
    /// Seed of the draws.
    pub seed: u64,
    /// The file of edits at every step: a JSON list. Positions count from the start of the prompt.
    pub edits: Option<PathBuf>,
    /// Sites to keep of every step.
    pub taps: Vec<String>,
    /// File for the trace: safetensors whose keys are `step/site`.
    pub out: Option<PathBuf>,
}

impl Default for GenerateOptions {
    fn default() -> Self {
        Self {
            model: ModelPath::default(),
            prompts: Prompts::default(),
            n: 20,
            temperature: None,
            seed: 0,
            edits: None,
            taps: Vec::new(),
            out: None,
        }
    }
}

/// What was generated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Generated {
    /// The prompt, and the tokens that follow.
    pub tokens: Vec<u32>,
    /// The same as a text, where the model has a tokenizer.
    pub text: Option<String>,
}

/// Generates from a prompt, and writes what the taps kept where a file is named.
///
/// ```
/// use overt::models::Prompts;
/// use overt::verbs::{GenerateOptions, generate};
///
/// let generated = generate(&GenerateOptions {
///     model: concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/gpt2").into(),
///     prompts: Prompts::Tokens(vec![vec![3, 14, 15, 9]]),
///     n: 3,
///     ..GenerateOptions::default()
/// })?;
/// assert_eq!(generated.tokens[..4], [3, 14, 15, 9]);
/// assert_eq!((generated.tokens.len(), generated.text), (7, None));
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// A temperature that is not above 0, a folder that holds no model that is known, several prompts or one that
/// the model cannot read, edits that it has no place for, and a file that cannot be written.
pub fn generate(options: &GenerateOptions) -> Result<Generated> {
    if options.temperature.is_some_and(|t| !(t > 0.0 && t.is_finite())) {
        let fact = "`--temperature` must be above 0 and finite";
        return Err(Refused::new(fact, "leave it out for the most probable token").into());
    }
    let path = &options.model;
    let model = models::open::<f32>(path)?;
    let tokenizer = models::tokenizer(path, model.config())?;
    let tokens = options.prompts.read(path, tokenizer.as_ref())?;
    if tokens.batch() != 1 {
        return Err(Refused::new("several prompts", "generate from one at a time").into());
    }
    let sampling = match options.temperature {
        Some(temperature) => Sampling::Random { temperature, seed: options.seed },
        None => Sampling::Greedy,
    };
    let edits = match &options.edits {
        Some(path) => models::edits(path)?,
        None => Vec::new(),
    };
    let plan = Generate { n: options.n, sampling, edits, taps: options.taps.clone(), cached: true };
    let mut kept: BTreeMap<String, Array> = BTreeMap::new();
    let mut number = 0;
    let all = model.generate(tokens.ids(), &plan, |step: Step| {
        for (site, array) in step.trace.iter() {
            kept.insert(format!("{number:04}/{site}"), array.clone());
        }
        number += 1;
    })?;
    if let Some(path) = &options.out {
        let arrays = kept.iter().map(|(name, array)| (name.as_str(), array));
        let origin = serde_json::to_string(&serde_json::json!({
            "made_by": Origin::of(&options.model, Dtype::F32)?,
            "prompts": options.prompts.rows(&tokens),
            "edits": &plan.edits,
            "generated": &all,
        }))?;
        files::write_whole(path, &arrays_with_origin(arrays, origin)?)?;
    }
    let text = match &tokenizer {
        Some(tokenizer) => Some(tokenizer.decode(&all)?),
        None => None,
    };
    Ok(Generated { tokens: all, text })
}
