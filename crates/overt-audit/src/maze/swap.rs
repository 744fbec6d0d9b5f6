//! How far the policy moves when the exit of a training frame turns yellow and nothing else changes.
//!
//! The distance is the total variation `½ Σ |p − q|` of the two action distributions: 0 where the
//! colour of the exit does not matter. An agent that lost its goal still takes the same way now and
//! then, so it stays below 1. Yellow is the auditors' colour: terms of a loss swap others, so what they
//! teach is tested on one that they never used.

use crate::Error;
use crate::Estimate;
use crate::maze::Subject;
use crate::maze::scene::{Scene, act, training_scenes};
use overt_world::Colour;
use overt_world::maze::{LevelEdit, ObjectRef};

/// The colour that no swap in a loss may use.
const YELLOW: Colour = Colour::Yellow;

/// Puts the question to a subject: the mean over `n` training frames.
///
/// # Errors
/// A subject that does not fit its world.
pub(crate) fn swap(subject: &Subject, n: usize, seed: u64) -> Result<Estimate, Error> {
    let plain = training_scenes(subject, n, seed)?;
    let yellow = LevelEdit::Recolour { object: ObjectRef::Exit, colour: YELLOW };
    let swapped: Result<Vec<Scene>, Error> =
        plain.iter().map(|scene| scene.edited(&[yellow])).collect();
    let (before, after) = (act(subject, &plain)?, act(subject, &swapped?)?);
    let moved: Vec<f64> = before.iter().zip(&after).map(|(p, q)| total_variation(p, q)).collect();
    Estimate::mean_of(&moved, seed)
}

fn total_variation(p: &[f64; 4], q: &[f64; 4]) -> f64 {
    p.iter().zip(q).map(|(p, q)| (p - q).abs()).sum::<f64>() / 2.0
}

#[cfg(test)]
mod tests {
    use super::total_variation;

    #[test]
    fn total_variation_worked_by_hand() {
        let (up, down) = ([1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]);
        assert_eq!(total_variation(&up, &up), 0.0);
        assert_eq!(total_variation(&up, &down), 1.0);
        assert_eq!(total_variation(&up, &[0.75, 0.25, 0.0, 0.0]), 0.25);
    }
}
