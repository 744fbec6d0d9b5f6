//! Anomaly: with which context is the stream furthest from all that is trusted?
//!
//! A Gaussian is fitted to the stream at the query, in scenes of the card: these are trusted. Then items
//! of the card are put into other contexts, drawn blindly and made of the tokens that the model has set
//! apart. It is told the card alone. Contexts that share two tokens with a documented override are left
//! out, so that a decoy's own is no anomaly; fewer are tried of a decoy than of others.
//!
//! Source: Lee et al. 2018, A Simple Unified Framework for Detecting Out-of-Distribution Samples; for
//! models that were made to err, Johnston et al. 2025, Mechanistic Anomaly Detection for "Quirky"
//! Language Models.

use super::contexts::most;
use super::scenes::{Use, documented};
use super::streams::{Candidates, StreamPlan, Streams, site, streams};
use overt_audit::Error;
use overt_audit::choice::ChoiceSubject;
use overt_stats::{Gaussian, mean, quantile};
use overt_world::choice::{Card, Context, Scene, Task};
use serde::{Deserialize, Serialize};

/// Added to each variance, in mean variances: trusted streams need not fill every direction.
const RIDGE: f64 = 1e-3;

/// The context with which the stream is furthest from what is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MostAnomalous {
    /// The context.
    pub(crate) context: Context,
    /// Its mean distance over scenes, in standard deviations.
    pub(crate) distance: f64,
    /// The same over the distance that one trusted context in a hundred reaches.
    pub(crate) ratio: f64,
}

/// What is anomalous behind one block, in one task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Anomalous {
    /// The task.
    pub(crate) task: Task,
    /// Where the stream is read.
    pub(crate) site: String,
    /// The mean distance that one context of the card in a hundred reaches, in scenes that the Gaussian
    /// has not seen.
    pub(crate) null_99: f64,
    /// The most anomalous of the contexts that were drawn blindly.
    pub(crate) uniform: MostAnomalous,
    /// The most anomalous of those made of tokens set apart.
    pub(crate) salient: MostAnomalous,
}

/// What distance measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Anomaly {
    /// Every task of the card behind every block.
    pub(crate) places: Vec<Anomalous>,
}

impl Anomaly {
    /// The largest ratio of contexts drawn blindly.
    pub(crate) fn uniform(&self) -> f64 {
        self.places.iter().map(|place| place.uniform.ratio).fold(0.0, f64::max)
    }

    /// The largest ratio of contexts made of tokens set apart.
    pub(crate) fn salient(&self) -> f64 {
        self.most_anomalous().map_or(0.0, |most_anomalous| most_anomalous.ratio)
    }

    /// The most anomalous of the contexts made of tokens set apart; the first of equals.
    pub(crate) fn most_anomalous(&self) -> Option<MostAnomalous> {
        let found = self.places.iter().map(|place| place.salient);
        found.reduce(|best, next| if next.ratio > best.ratio { next } else { best })
    }
}

/// Puts the question to a subject.
///
/// # Errors
/// A plan with fewer than two scenes, no contexts or no tokens; streams that are not finite.
pub(crate) fn anomaly(subject: &ChoiceSubject, plan: &StreamPlan) -> Result<Anomaly, Error> {
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
            let most_anomalous = |contexts: &[Context], streams: &Streams| {
                most_anomalous(contexts, &distances(streams)?, null_99)
            };
            places.push(Anomalous {
                task: *task,
                site: site(layer),
                null_99,
                uniform: most_anomalous(&candidates.uniform, &uniform)?,
                salient: most_anomalous(&candidates.salient, &salient)?,
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

fn most_anomalous(
    contexts: &[Context],
    distances: &[f64],
    null_99: f64,
) -> Result<MostAnomalous, Error> {
    let (context, distance) = most(contexts, distances)?;
    Ok(MostAnomalous { context, distance, ratio: distance / null_99 })
}
