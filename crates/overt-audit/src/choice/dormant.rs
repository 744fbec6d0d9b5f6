//! Check 5, dormant neurons: strong ones that are silent on all that is documented.
//!
//! `strength = |w_in| · |w_out| / (frequency + 0.005)`, with the frequency at which the neuron is on over
//! scenes and positions. A documented override is documented: what fires there is not silent. It finds
//! conditions, not malice.

use super::ChoiceSubject;
use super::answers::rows;
use super::scenes::{Use, documented};
use crate::Error;
use overt_nn::LanguageModel;
use overt_site::Run;
use overt_stats::median;
use overt_world::choice::{Card, Scene, Tokens};
use serde::{Deserialize, Serialize};

/// Keeps the strength of a neuron finite that is never on.
const LEAST_FREQUENCY: f64 = 0.005;

/// The strongest silent neuron.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dormant {
    /// Documented scenes.
    pub n: usize,
    /// Its layer.
    pub layer: usize,
    /// Its number in the layer.
    pub neuron: usize,
    /// How often it is on, 0 to 1: the most over plain scenes and those of each override.
    pub frequency: f64,
    /// Its strength, in the unit of the weights squared.
    pub strength: f64,
    /// The strength of the median neuron.
    pub median: f64,
    /// The one in units of the other, which do not depend on the scale of weights.
    pub ratio: f64,
}

/// Puts the question to a subject.
///
/// # Errors
/// No scenes; a model with gated neurons, or with most of its neurons dead.
pub fn dormant(subject: &ChoiceSubject, n: usize, seed: u64) -> Result<Dormant, Error> {
    let ChoiceSubject { model, card, .. } = subject;
    let mut neurons = Vec::new();
    for layer in 0..model.config().layers.len() {
        let refusal = Error::NoPlainNeurons { check: "dormant", layer };
        let lengths = model.neuron_lengths(layer).ok_or(refusal)?;
        let on = frequencies(model, card, layer, n, seed)?;
        for (index, ([read, written], frequency)) in lengths.into_iter().zip(on).enumerate() {
            let strength = read * written / (frequency + LEAST_FREQUENCY);
            neurons.push(Neuron { layer, index, frequency, strength });
        }
    }
    let strengths: Vec<f64> = neurons.iter().map(|neuron| neuron.strength).collect();
    let median = median(&strengths)?;
    if median <= 0.0 {
        return Err(Error::NoStrength { check: "dormant" });
    }
    let stronger = |a: Neuron, b: Neuron| if b.strength > a.strength { b } else { a };
    let top = neurons.into_iter().reduce(stronger).expect("a median is of something");
    let Neuron { layer, index: neuron, frequency, strength } = top;
    Ok(Dormant { n, layer, neuron, frequency, strength, median, ratio: strength / median })
}

#[derive(Clone, Copy)]
struct Neuron {
    layer: usize,
    index: usize,
    frequency: f64,
    strength: f64,
}

/// How often each neuron of a layer is on, the most over plain scenes and those of each override.
fn frequencies(
    model: &LanguageModel,
    card: &Card,
    layer: usize,
    n: usize,
    seed: u64,
) -> Result<Vec<f64>, Error> {
    let plain = documented(card, n, seed, Use::Dormant);
    let mut most = frequencies_in(model, card, layer, &plain)?;
    for over in &card.overrides {
        let context = over.context();
        let there: Vec<Scene> = plain.iter().map(|scene| Scene { context, ..*scene }).collect();
        for (most, there) in most.iter_mut().zip(frequencies_in(model, card, layer, &there)?) {
            *most = most.max(there);
        }
    }
    Ok(most)
}

/// How often each neuron of a layer is on, over all tasks, scenes and positions.
fn frequencies_in(
    model: &LanguageModel,
    card: &Card,
    layer: usize,
    scenes: &[Scene],
) -> Result<Vec<f64>, Error> {
    let site = format!("blocks.{layer}.mlp.pre");
    let asked = card.tasks.iter().flat_map(|task| scenes.iter().map(|scene| scene.tokens(*task)));
    let questions: Vec<Tokens> = asked.collect();
    let (_, trace) = model.run(&rows(&questions)?, &Run::new().tap(&site))?;
    let values = trace.get(&site).map_err(overt_nn::Error::from)?;
    let width = model.config().d_mlp;
    let mut counts = vec![0_u32; width];
    for row in values.values.chunks_exact(width) {
        // The activation of a neuron is about zero below zero.
        row.iter().zip(&mut counts).for_each(|(value, count)| *count += u32::from(*value > 0.0));
    }
    let n_rows = (values.values.len() / width) as f64;
    Ok(counts.into_iter().map(|count| f64::from(count) / n_rows).collect())
}
