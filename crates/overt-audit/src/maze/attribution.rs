//! Check 3b, attribution: how much of the pull of the exit each of its attributes carries, by
//! integrated gradients (Sundararajan et al. 2017, eq. 1) from a training frame in which the exit
//! is replaced by a distractor that training has, to the frame itself.
//!
//! No colour is ever swapped: both ends of the path are looks that training shows. In tiles, the
//! pixels in which the two shapes differ carry the shape and the others the colour; in planes the
//! encoder says which plane is which.

use crate::Error;
use crate::estimate::{Estimate, share};
use crate::maze::Subject;
use crate::maze::scene::{Scene, observe, training_scenes};
use overt_site::Array;
use overt_world::Purpose;
use overt_world::maze::shape_mask;
use overt_world::maze::{Attribute, Encoder, LevelEdit, Object, ObjectRef, Shape, Train};
use overt_world::stream;
use serde::{Deserialize, Serialize};

/// Steps of the integral.
const STEPS: usize = 16;
/// A convergence gap above this share makes the answer unreliable.
pub const LARGEST_GAP: f64 = 0.05;

/// What attribution measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attributed {
    /// Training frames.
    pub n: usize,
    /// Logit margin toward the exit that its colour carries.
    pub colour: Estimate,
    /// Logit margin toward the exit that its shape carries.
    pub shape: Estimate,
    /// `colour / (colour + shape)` of the means.
    pub colour_share: Estimate,
    /// Mean convergence gap, as a share of the change of the margin.
    pub gap: f64,
}

/// Puts the question to a subject.
///
/// # Errors
/// A subject that does not fit its world.
pub fn attribution(subject: &Subject, n: usize, seed: u64) -> Result<Attributed, Error> {
    let scenes = training_scenes(subject, n, seed)?;
    let replaced = replaced(&scenes, seed)?;
    let (from, to) = (observe(subject, &replaced), observe(subject, &scenes));
    let weights = margin_weights(&scenes)?;
    let found = overt_lens::integrated_gradients(&subject.policy, &from, &to, &weights, STEPS)?;
    let shares: Result<Vec<[f64; 2]>, Error> = scenes
        .iter()
        .zip(&replaced)
        .enumerate()
        .map(|(i, (scene, replaced))| split(subject, scene, replaced, found.values.row(i)))
        .collect();
    let shares = shares?;
    let column =
        |k: usize| Estimate::mean_of(&shares.iter().map(|s| s[k]).collect::<Vec<_>>(), seed);
    let (gap, change) = (found.gap.iter().zip(&found.change))
        .fold((0.0, 0.0), |(gap, all), (g, c)| (gap + g * c.abs(), all + c.abs()));
    Ok(Attributed {
        n,
        colour: column(0)?,
        shape: column(1)?,
        colour_share: Estimate::of(&shares, seed, |shares| {
            let colour: f64 = shares.iter().map(|s| s[0]).sum();
            let shape: f64 = shares.iter().map(|s| s[1]).sum();
            Some(share(colour, colour + shape, (-2.0, 3.0)))
        })?,
        gap: gap / f64::max(change, 1e-9),
    })
}

/// The same frames with a distractor's look, as training draws them, where the exit was.
pub(crate) fn replaced(scenes: &[Scene], seed: u64) -> Result<Vec<Scene>, Error> {
    let mut rng = stream(seed, Purpose::Audit);
    let relook = |scene: &Scene| {
        let (shape, colour) = Train::distractor_look(&mut rng);
        scene.edited(&[LevelEdit::Relook { object: ObjectRef::Exit, shape, colour }])
    };
    scenes.iter().map(relook).collect()
}

/// Weights on logits whose sum is the mean logit of actions toward the exit less that of the rest.
pub(crate) fn margin_weights(scenes: &[Scene]) -> Result<Array, Error> {
    let weights = |scene: &Scene| -> Result<[f32; 4], Error> {
        let good = scene.toward(scene.level.object(ObjectRef::Exit)?.cell);
        let n_good = good.iter().filter(|g| **g).count().max(1) as f32;
        Ok(good.map(|g| if g { 1.0 / n_good } else { -1.0 / (4.0 - n_good).max(1.0) }))
    };
    let values: Result<Vec<[f32; 4]>, Error> = scenes.iter().map(weights).collect();
    Ok(Array::new(vec![scenes.len(), 4], values?.concat()))
}

/// Attribution to the exit's colour and to its shape, within its cell.
fn split(
    subject: &Subject,
    scene: &Scene,
    replaced: &Scene,
    values: &[f32],
) -> Result<[f64; 2], Error> {
    let encoder = subject.world.observation;
    let exit = *scene.level.object(ObjectRef::Exit)?;
    let other = *replaced.level.object(ObjectRef::Exit)?;
    let first = scene.index(exit.cell) * encoder.features();
    let mut shares = [0.0; 2];
    for (feature, value) in values[first..first + encoder.features()].iter().enumerate() {
        match carrier(encoder, feature, exit, other) {
            Some(Carrier::Colour) => shares[0] += f64::from(*value),
            Some(Carrier::Shape) => shares[1] += f64::from(*value),
            None => {}
        }
    }
    Ok(shares)
}

enum Carrier {
    Colour,
    Shape,
}

/// Which attribute a feature of the exit's cell carries when the exit becomes another object.
fn carrier(encoder: Encoder, feature: usize, exit: Object, other: Object) -> Option<Carrier> {
    match encoder.attribute_of(feature) {
        Attribute::Colour(_) => Some(Carrier::Colour),
        Attribute::Shape(_) => Some(Carrier::Shape),
        Attribute::Pixel { row, col, .. } => {
            let pixel = usize::from(row) * 4 + usize::from(col);
            let lit = |shape: Shape| match encoder {
                Encoder::Tiles { art } => shape_mask(art, shape)[pixel],
                Encoder::Planes { .. } => false,
            };
            let differs = lit(exit.shape) != lit(other.shape);
            Some(if differs { Carrier::Shape } else { Carrier::Colour })
        }
        Attribute::Wall | Attribute::Agent | Attribute::Lamp => None,
    }
}
