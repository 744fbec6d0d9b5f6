//! The logit lens: what the model would answer if it ended after each layer.
//!
//! Source: nostalgebraist, Interpreting GPT: the logit lens (2020).

use crate::Error;
use overt_nn::{LanguageModel, Tokens, softmax};
use overt_site::{Real, Run};

/// What one layer would answer at one position.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The site whose value is unembedded.
    pub site: String,
    /// Tokens and their probabilities, most probable first.
    pub top: Vec<(u32, f64)>,
    /// The place of the final answer among all tokens, 0 for the first.
    pub rank: usize,
}

/// The stream after every layer, through the model's own final norm and unembedding, at one position
/// of the first row.
///
/// The last reading is the model's own answer, bit for bit.
///
/// # Errors
/// A model without a head, a position beyond the row.
pub fn logit_lens<T: Real>(
    model: &LanguageModel<T>,
    tokens: &Tokens,
    position: usize,
    top: usize,
) -> Result<Vec<Reading>, Error> {
    if position >= tokens.lengths()[0] {
        let got = position as f64;
        return Err(Error::OutOfRange { what: "position", expected: "within the prompt", got });
    }
    let layers = model.config().layers.len();
    let sites: Vec<String> =
        (0..layers).map(|layer| format!("blocks.{layer}.resid_post")).collect();
    let run = sites.iter().fold(Run::new(), Run::tap);
    let (_, trace) = model.run(tokens, &run)?;
    let mut logits = Vec::new();
    for site in &sites {
        let stream = trace.get(site)?;
        let width = stream.shape[2];
        let row = &stream.row(0)[position * width..(position + 1) * width];
        logits.push(model.unembed(row)?);
    }
    let answer = logits.last().map_or(0, |last| ranked(last)[0]);
    let read = |(site, logits): (String, Vec<T>)| {
        let order = ranked(&logits);
        let probabilities = softmax(&logits.iter().map(|v| (*v).into()).collect::<Vec<f64>>());
        Reading {
            site,
            top: order.iter().take(top).map(|id| (*id as u32, probabilities[*id])).collect(),
            rank: order.iter().position(|id| *id == answer).unwrap_or(0),
        }
    };
    Ok(sites.into_iter().zip(logits).map(read).collect())
}

/// Token numbers, the largest logit first; of equals the first.
fn ranked<T: Real>(logits: &[T]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|a, b| logits[*b].into().total_cmp(&logits[*a].into()).then(a.cmp(b)));
    order
}
