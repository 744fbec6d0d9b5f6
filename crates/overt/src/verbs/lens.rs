//! Shows what each layer of a language model would answer, and what each component adds to the answer.

use crate::fault::Result;
use crate::lens::{Contribution, Reading, logit_attribution, logit_lens};
use crate::models::{self, Prompts};
use crate::nn::{ModelPath, Tokenizer};
use serde::Serialize;

/// Which model is opened, and on which prompt.
#[derive(Clone, Debug)]
pub struct LensOptions {
    /// The model.
    pub model: ModelPath,
    /// What is put into it; the lens reads the last token of the first row.
    pub prompts: Prompts,
    /// `logit:A` or `logit-diff:A,B`: what the contributions of components are counted in. Without one, none is
    /// computed.
    pub metric: Option<String>,
    /// Attention heads one by one.
    pub heads: bool,
    /// Tokens of each layer that are listed; 3, where nothing else is said.
    pub top: usize,
}

impl Default for LensOptions {
    fn default() -> Self {
        let (model, prompts) = (ModelPath::default(), Prompts::default());
        Self { model, prompts, metric: None, heads: false, top: 3 }
    }
}

/// What both lenses show.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LensView {
    /// What each layer would answer.
    pub layers: Vec<LensLayer>,
    /// What each component adds to the metric.
    pub contributions: Vec<LensPart>,
    /// What a person should know of the model's files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// What a layer would answer, were it the last.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LensLayer {
    /// The site that was read.
    pub site: String,
    /// The most probable tokens and their probabilities.
    pub top: Vec<(u32, f64)>,
    /// The rank of the final answer there, 0 for the first.
    pub rank: usize,
    /// The texts of the most probable tokens, where the model has a tokenizer.
    #[serde(skip)]
    pub texts: Vec<Option<String>>,
}

/// What a component adds to the metric.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LensPart {
    /// The component.
    pub component: String,
    /// What it adds, in logits.
    pub value: f64,
}

/// Reads every layer of a language model with its own head, and divides a metric among its components.
///
/// ```
/// use overt::models::Prompts;
/// use overt::verbs::{LensOptions, lens};
///
/// let view = lens(&LensOptions {
///     model: concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/gpt2").into(),
///     prompts: Prompts::Tokens(vec![vec![3, 14, 15, 9]]),
///     metric: Some("logit:7".to_owned()),
///     ..LensOptions::default()
/// })?;
/// assert!(view.layers.iter().all(|layer| layer.top.len() == 3));
/// assert!(!view.contributions.is_empty());
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// A folder that holds no model that is known, a prompt that it cannot read, and a model without a plain head.
pub fn lens(options: &LensOptions) -> Result<LensView> {
    let LensOptions { model: path, prompts, metric, heads, top } = options;
    let model = models::open::<f32>(path)?;
    let tokenizer = models::tokenizer(path, model.config())?;
    let tokens = prompts.read(path, tokenizer.as_ref())?;
    let layers = logit_lens(&model, &tokens, tokens.lengths()[0] - 1, *top)?;
    let contributions = match metric {
        Some(text) => {
            let metric = models::metric(text, model.config(), tokenizer.as_ref())?;
            logit_attribution(&model, &tokens, metric, *heads)?
        }
        None => Vec::new(),
    };
    let part = |Contribution { component, value }| LensPart { component, value };
    Ok(LensView {
        layers: layers.into_iter().map(|layer| seen(layer, tokenizer.as_ref())).collect(),
        contributions: contributions.into_iter().map(part).collect(),
        warnings: model.warnings().to_vec(),
    })
}

fn seen(Reading { site, top, rank }: Reading, tokenizer: Option<&Tokenizer>) -> LensLayer {
    let texts = top.iter().map(|(id, _)| models::text(*id, tokenizer)).collect();
    LensLayer { site, top, rank, texts }
}
