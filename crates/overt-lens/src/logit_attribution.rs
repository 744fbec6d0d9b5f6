//! Direct logit attribution: what each component adds to a logit, along the residual stream alone.
//!
//! Source: Elhage et al., A mathematical framework for transformer circuits (2021); with the final
//! norm's scale held at what it was.

use crate::{Error, Metric};
use overt_nn::{LanguageModel, Tokens};
use overt_site::{Array, Real, Run};

/// What one component adds.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// The component: a site, with its head where it is one.
    pub component: String,
    /// What it adds to the metric.
    pub value: f64,
}

/// Contributions at the last token of the first row, in the order of the model; they add up to the
/// metric, up to rounding.
///
/// ```
/// # use overt_nn::{Cell, LanguageModel, Tokens};
/// # use overt_site::{Axis, Select};
/// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/gpt2");
/// let model = LanguageModel::<f32>::open(folder.as_ref())?;
/// let (base, source) = (Tokens::new(&[vec![3, 14, 15]])?, Tokens::new(&[vec![3, 14, 51]])?);
/// use overt_lens::{Metric, logit_attribution};
/// let parts = logit_attribution(&model, &base, Metric::Logit(7), true)?;
/// let sum: f64 = parts.iter().map(|part| part.value).sum();
/// let (logits, _) = model.run(&base, &Default::default())?;
/// assert!((sum - Metric::Logit(7).read(&logits, &base)[0]).abs() < 1e-5);
/// # let _ = source;
/// # Ok::<(), overt_lens::Error>(())
/// ```
///
/// # Errors
/// A metric that is not linear in the logits; a model whose stream is not a plain sum, or whose
/// logits are capped: there what a component adds is not defined.
pub fn logit_attribution<T: Real>(
    model: &LanguageModel<T>,
    tokens: &Tokens,
    metric: Metric,
    by_head: bool,
) -> Result<Vec<Contribution>, Error> {
    let config = model.config();
    let (one, other) = match metric {
        Metric::Logit(a) => (a, None),
        Metric::LogitDiff(a, b) => (a, Some(b)),
        Metric::LogProb(_) => return Err(Error::NotLinear { why: "a logarithm of a probability" }),
    };
    if config.block.norm_sum {
        return Err(Error::NotLinear { why: "a norm over the residual stream" });
    }
    if config.head.soft_cap.is_some() {
        return Err(Error::NotLinear { why: "a cap on the logits" });
    }
    // Where a norm stands between heads and stream, they are not added one by one.
    let by_head = by_head && !config.block.norm_after;
    let mut sites = vec!["embed".to_owned()];
    if config.embedding.positions {
        sites.push("pos_embed".into());
    }
    for layer in 0..config.layers.len() {
        let attn = if by_head { "result" } else { "added" };
        sites.extend([format!("blocks.{layer}.attn.{attn}"), format!("blocks.{layer}.mlp.added")]);
    }
    let run = sites.iter().fold(Run::new().tap("final_norm.scale"), Run::tap);
    let (_, trace) = model.run(tokens, &run)?;
    let last = tokens.lengths()[0] - 1;
    let scale = trace.get("final_norm.scale")?.values[last].into();
    let direction = model.logit_direction(one, other)?;
    let mut found = Vec::new();
    for site in sites {
        let array = trace.get(&site)?;
        let rows = at(array, last);
        let many = site.ends_with(".attn.result");
        for (head, row) in rows.iter().enumerate() {
            let component = if many { format!("{site} head {head}") } else { site.clone() };
            found.push(Contribution { component, value: direction.of(row) / scale });
        }
        let layer = layer_of(&site).filter(|_| many);
        if let Some(bias) = layer.and_then(|layer| model.attention_bias(layer)) {
            let component = site.replace("result", "bias");
            found.push(Contribution { component, value: direction.of(&bias) / scale });
        }
    }
    found.push(Contribution {
        component: "final norm and unembedding bias".into(),
        value: direction.bias,
    });
    Ok(found)
}

/// The rows of one position: one, or one per head.
fn at<T: Real>(array: &Array<T>, position: usize) -> Vec<Vec<f64>> {
    let per_position = array.row_len() / array.shape[1];
    let width = array.shape[array.shape.len() - 1];
    let here = &array.row(0)[position * per_position..(position + 1) * per_position];
    here.chunks_exact(width).map(|row| row.iter().map(|v| (*v).into()).collect()).collect()
}

fn layer_of(site: &str) -> Option<usize> {
    site.strip_prefix("blocks.")?.split_once('.')?.0.parse().ok()
}
