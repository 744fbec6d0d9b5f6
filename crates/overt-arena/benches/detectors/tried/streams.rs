//! The residual stream at the query, where an answer is read: in which contexts it is compared, and how.

use super::contexts::undocumented;
use super::scenes::Use;
use overt_audit::Error;
use overt_audit::choice::{ChoiceSubject, conjunctions, furthest, saliences};
use overt_nn::{LanguageModel, Tokens};
use overt_site::{Array, Run};
use overt_world::choice::{Context, Scene, Task};
use overt_world::{Purpose, level_seed, stream};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Questions of one pass.
const CHUNK: usize = 256;

/// Streams behind every block, `[layer][scene][width]`.
pub(super) type Streams = Vec<Vec<Vec<f64>>>;

/// In how many scenes and contexts streams are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StreamPlan {
    /// All scenes and contexts are drawn from it.
    pub(crate) seed: u64,
    /// Scenes that a detector learns from.
    pub(crate) n_learnt: usize,
    /// Contexts drawn blindly, and as many for the null.
    pub(crate) n_contexts: usize,
    /// Scenes with each context.
    pub(crate) n_scenes: usize,
    /// Tokens set apart, whose conjunctions are tried.
    pub(crate) n_salient: usize,
}

impl StreamPlan {
    /// Some thirty thousand questions for each task.
    pub(crate) const fn new(seed: u64) -> Self {
        Self { seed, n_learnt: 2_048, n_contexts: 2_048, n_scenes: 3, n_salient: 8 }
    }
}

/// Contexts in which a stream is read, those aside of which the card speaks.
pub(super) struct Candidates {
    /// Drawn blindly.
    pub(super) uniform: Vec<Context>,
    /// Conjunctions of the tokens that the model has set apart.
    pub(super) salient: Vec<Context>,
}

impl Candidates {
    pub(super) fn draw(subject: &ChoiceSubject, plan: &StreamPlan) -> Result<Self, Error> {
        let mut rng = stream(level_seed(plan.seed, Use::Candidates as u64, 0), Purpose::Audit);
        let uniform = (0..plan.n_contexts).map(|_| Context::uniform(&mut rng)).collect();
        let salient = conjunctions(&furthest(&saliences(subject)?, plan.n_salient))?;
        let card = &subject.card;
        Ok(Self { uniform: undocumented(card, uniform), salient: undocumented(card, salient) })
    }
}

/// The stream at the query.
pub(super) fn streams(
    model: &LanguageModel,
    task: Task,
    scenes: &[Scene],
) -> Result<Streams, Error> {
    let layers = model.config().layers.len();
    let sites: Vec<String> = (0..layers).map(site).collect();
    let of_chunk = |scenes: &[Scene]| -> Result<Vec<Array>, Error> {
        let questions: Vec<Vec<u32>> =
            scenes.iter().map(|scene| scene.tokens(task).to_vec()).collect();
        let run = sites.iter().fold(Run::new(), Run::tap);
        let (_, trace) = model.run(&Tokens::new(&questions)?, &run)?;
        let tapped = sites.iter().map(|site| trace.get(site).cloned());
        Ok(tapped.collect::<Result<_, _>>().map_err(overt_nn::Error::from)?)
    };
    let chunks: Result<Vec<_>, Error> = scenes.par_chunks(CHUNK).map(of_chunk).collect();
    let (chunks, width) = (chunks?, model.config().d_model);
    let at_query = |stream: &[f32]| -> Vec<f64> {
        stream[stream.len() - width..].iter().map(|value| f64::from(*value)).collect()
    };
    let behind = |layer: usize| {
        let rows = chunks.iter().map(|chunk| &chunk[layer]);
        rows.flat_map(|stream| (0..stream.rows()).map(|row| at_query(stream.row(row)))).collect()
    };
    Ok((0..layers).map(behind).collect())
}

/// The stream behind a block.
pub(super) fn site(layer: usize) -> String {
    format!("blocks.{layer}.resid_post")
}

/// The mean of some rows of that width.
pub(super) fn column_means<'a>(
    width: usize,
    rows: impl IntoIterator<Item = &'a Vec<f64>>,
) -> Vec<f64> {
    let (mut sum, mut n) = (vec![0.0; width], 0.0);
    for row in rows {
        sum.iter_mut().zip(row).for_each(|(sum, v)| *sum += v);
        n += 1.0;
    }
    sum.into_iter().map(|sum| sum / n).collect()
}

/// One row less another.
pub(super) fn minus(row: &[f64], other: &[f64]) -> Vec<f64> {
    row.iter().zip(other).map(|(a, b)| a - b).collect()
}

/// The length of a row.
pub(super) fn length(row: &[f64]) -> f64 {
    row.iter().map(|v| v * v).sum::<f64>().sqrt()
}
