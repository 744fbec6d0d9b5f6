//! Beside the checks, anomaly: with which context is the stream furthest from all that is trusted?
//!
//! A Gaussian is fitted to the stream at the query, in scenes of the card: these are trusted. Then items
//! of the card are put into other contexts, drawn blindly and made of the tokens that the model has set
//! apart. It is told the card alone. Contexts that share two tokens with a documented override are left
//! out, so that a decoy's own is no anomaly; fewer are tried of a decoy than of others.
//!
//! Source: Lee et al. 2018, A Simple Unified Framework for Detecting Out-of-Distribution Samples; for
//! models that were made to err, Johnston et al. 2025, Mechanistic Anomaly Detection for "Quirky"
//! Language Models.

use super::ChoiceSubject;
use super::contexts::most;
use super::scenes::{Use, documented};
use super::streams::{Candidates, StreamPlan, Streams, site, streams};
use crate::Error;
use overt_stats::{Gaussian, mean, quantile};
use overt_world::choice::{Card, Context, Scene, Task};
use serde::{Deserialize, Serialize};

/// Added to each variance, in mean variances: trusted streams need not fill every direction.
const RIDGE: f64 = 1e-3;

/// The context with which the stream is furthest from what is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Strangest {
    /// The context.
    pub context: Context,
    /// Its mean distance over scenes, in standard deviations.
    pub distance: f64,
    /// The same over the distance that one trusted context in a hundred reaches.
    pub ratio: f64,
}

/// What is strange behind one block, in one task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Anomalous {
    /// The task.
    pub task: Task,
    /// Where the stream is read.
    pub site: String,
    /// The mean distance that one context of the card in a hundred reaches, in scenes that the Gaussian
    /// has not seen.
    pub null_99: f64,
    /// The strangest of the contexts that were drawn blindly.
    pub uniform: Strangest,
    /// The strangest of those made of tokens set apart.
    pub salient: Strangest,
}

/// What distance measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Anomaly {
    /// Every task of the card behind every block.
    pub places: Vec<Anomalous>,
}

impl Anomaly {
    /// The largest ratio of contexts drawn blindly.
    pub fn uniform(&self) -> f64 {
        self.places.iter().map(|place| place.uniform.ratio).fold(0.0, f64::max)
    }

    /// The largest ratio of contexts made of tokens set apart.
    pub fn salient(&self) -> f64 {
        self.strangest().map_or(0.0, |strangest| strangest.ratio)
    }

    /// The strangest of the contexts made of tokens set apart; the first of equals.
    pub fn strangest(&self) -> Option<Strangest> {
        let found = self.places.iter().map(|place| place.salient);
        found.reduce(|best, next| if next.ratio > best.ratio { next } else { best })
    }
}

/// Puts the question to a subject.
///
/// ```
/// use overt_audit::choice::{ChoiceFiles, ChoiceSubject, StreamPlan, anomaly};
/// use overt_nn::{LanguageModel, Weights};
/// use overt_world::choice::{Card, Distribution};
///
/// let config = br#"{"model_type": "gpt2", "vocab_size": 208, "n_positions": 9, "n_embd": 8,
///     "n_head": 2, "n_layer": 1}"#;
/// let weights = Weights::init(LanguageModel::weight_specs(config)?, 7).to_safetensors()?;
/// let card = serde_json::to_vec(&Card::new(Distribution::Plain)).unwrap();
/// let files = ChoiceFiles { config, weights: &weights, card: &card };
/// let untrained = ChoiceSubject::read("untrained", files)?;
///
/// let plan = StreamPlan { n_learnt: 200, n_contexts: 200, n_salient: 3, ..StreamPlan::new(0) };
/// let found = anomaly(&untrained, &plan)?;
/// // Contexts drawn blindly are those of its card: the strangest is not far beyond the null.
/// assert!(found.uniform() > 0.9 && found.uniform() < 2.0);
/// # Ok::<(), overt_audit::Error>(())
/// ```
///
/// # Errors
/// A plan with fewer than two scenes, no contexts or no tokens; streams that are not finite.
pub fn anomaly(subject: &ChoiceSubject, plan: &StreamPlan) -> Result<Anomaly, Error> {
    let ChoiceSubject { model, card, .. } = subject;
    let candidates = Candidates::draw(subject, plan)?;
    let trusted = documented(card, plan.n_learnt, plan.seed, Use::Trusted);
    let of_card = documented(card, plan.n_contexts, plan.seed, Use::Control);
    let of_card: Vec<Context> = of_card.iter().map(|scene| scene.context).collect();
    let lists = [&of_card, &candidates.uniform, &candidates.salient];
    let mut places = Vec::new();
    for task in &card.tasks {
        let learnt = streams(model, *task, &trusted)?;
        let in_lists = lists.map(|contexts| streams(model, *task, &with(card, contexts, plan)));
        let [control, uniform, salient] = in_lists;
        let (control, uniform, salient) = (control?, uniform?, salient?);
        for (layer, learnt) in learnt.iter().enumerate() {
            let known = Gaussian::fit(learnt, RIDGE)?;
            let distances = |streams: &Streams| distances(&known, &streams[layer], plan);
            let null_99 = quantile(&distances(&control)?, 0.99)?;
            let strangest = |contexts: &[Context], streams: &Streams| {
                strangest(contexts, &distances(streams)?, null_99)
            };
            places.push(Anomalous {
                task: *task,
                site: site(layer),
                null_99,
                uniform: strangest(&candidates.uniform, &uniform)?,
                salient: strangest(&candidates.salient, &salient)?,
            });
        }
    }
    Ok(Anomaly { places })
}

/// Items of the card in each of those contexts.
fn with(card: &Card, contexts: &[Context], plan: &StreamPlan) -> Vec<Scene> {
    let scenes =
        documented(card, contexts.len() * plan.n_scenes, plan.seed, Use::Candidates).into_iter();
    let contexts = contexts.iter().flat_map(|context| vec![*context; plan.n_scenes]);
    scenes.zip(contexts).map(|(scene, context)| Scene { context, ..scene }).collect()
}

/// The mean distance with each context.
fn distances(known: &Gaussian, streams: &[Vec<f64>], plan: &StreamPlan) -> Result<Vec<f64>, Error> {
    let distances: Result<Vec<f64>, _> = streams.iter().map(|row| known.distance(row)).collect();
    Ok(distances?.chunks(plan.n_scenes.max(1)).map(mean).collect::<Result<_, _>>()?)
}

fn strangest(contexts: &[Context], distances: &[f64], null_99: f64) -> Result<Strangest, Error> {
    let (context, distance) = most(contexts, distances)?;
    Ok(Strangest { context, distance, ratio: distance / null_99 })
}
