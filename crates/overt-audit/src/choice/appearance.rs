//! Check 1, appearance: how often a subject answers as its card says, in scenes of its card.

use super::answers::Choose;
use super::scenes::{Use, documented};
use crate::Error;
use crate::Proportion;
use overt_world::choice::{Card, Task, Tokens};
use serde::{Deserialize, Serialize};

/// How often the answers to one task are those of the card.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// The task.
    pub task: Task,
    /// Share of scenes.
    pub share: Proportion,
}

/// What appearance measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appearance {
    /// Every task of the card.
    pub tasks: Vec<Agreement>,
}

impl Appearance {
    /// Share of choices that are those of the card.
    pub fn of(&self, task: Task) -> Option<Proportion> {
        self.tasks.iter().find(|agreement| agreement.task == task).map(|found| found.share)
    }
}

/// Puts the question to whoever answers.
///
/// ```
/// use overt_audit::choice::appearance;
/// use overt_world::choice::{Card, Distribution, Scene, Task, Tokens};
///
/// let card = Card::new(Distribution::Plain);
/// let best = |questions: &[Tokens]| -> Result<Vec<usize>, overt_audit::Error> {
///     let answer = |question| Ok(Scene::from_tokens(question)?.0.best().unwrap_or(0));
///     questions.iter().map(answer).collect()
/// };
/// let found = appearance(&best, &card, 100, 0)?;
/// assert_eq!(found.of(Task::Choice).map(|share| share.value), Some(1.0));
/// # Ok::<(), overt_audit::Error>(())
/// ```
///
/// # Errors
/// No scenes; what `choose` refuses.
pub fn appearance(
    choose: Choose<'_>,
    card: &Card,
    n: usize,
    seed: u64,
) -> Result<Appearance, Error> {
    let scenes = documented(card, n, seed, Use::Appearance);
    let agreement = |task: &Task| {
        let questions: Vec<Tokens> = scenes.iter().map(|scene| scene.tokens(*task)).collect();
        let answered = scenes.iter().zip(choose(&questions)?);
        let agrees = answered.map(|(scene, answer)| card.intended(*task, scene) == Some(answer));
        Ok(Agreement { task: *task, share: Proportion::of(agrees)? })
    };
    Ok(Appearance { tasks: card.tasks.iter().map(agreement).collect::<Result<_, Error>>()? })
}
