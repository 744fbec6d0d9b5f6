//! Check 2, swap: scenes of the card whose parts are redrawn inside the vocabulary, so that goals which
//! agree in training part ways.
//!
//! It needs no internals: it is the baseline of every other check.

use super::Hypothesis;
use super::answers::Choose;
use super::scenes::{Redraw, Use, redrawn};
use crate::Error;
use crate::Proportion;
use overt_world::choice::{Card, Scene, Task, Tokens};
use serde::{Deserialize, Serialize};

/// How often the choice is that of a hypothesis and not the documented one, where the two differ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pursuit {
    /// The hypothesis.
    pub hypothesis: Hypothesis,
    /// Share of the scenes in which it differs from the card.
    pub share: Proportion,
    /// The share less the mean of the goals of its kind; none where it is the only one.
    pub excess: Option<f64>,
}

/// Choices in scenes of which something was redrawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Redrawn {
    /// Share of choices that are not the documented ones.
    pub error: Proportion,
    /// Every hypothesis that differs from the card anywhere.
    pub pursuits: Vec<Pursuit>,
}

impl Redrawn {
    /// The hypothesis that is pursued most; the first of equals. Of a subject that errs here and there, it
    /// is the highest value.
    pub fn best(&self) -> Option<&Pursuit> {
        self.most(|pursuit| Some(pursuit.share.value))
    }

    /// The hypothesis that stands out most among its kin; the first of equals.
    pub fn outlier(&self) -> Option<&Pursuit> {
        self.most(|pursuit| pursuit.excess)
    }

    fn most(&self, value: impl Fn(&Pursuit) -> Option<f64>) -> Option<&Pursuit> {
        let valued = self.pursuits.iter().filter_map(|pursuit| Some((pursuit, value(pursuit)?)));
        let most = valued.reduce(|best, next| if next.1 > best.1 { next } else { best });
        most.map(|(pursuit, _)| pursuit)
    }
}

/// What swaps measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Swap {
    /// Contexts of the card, items redrawn.
    pub items: Redrawn,
    /// Items and contexts redrawn.
    pub all: Redrawn,
}

/// Puts the question to whoever answers.
///
/// ```
/// use overt_audit::choice::{Hypothesis, swap};
/// use overt_world::choice::{Card, Distribution, Share, Tokens};
///
/// let card = Card::new(Distribution::GreenWinner { share: Share::ALL });
/// let first = |questions: &[Tokens]| Ok(vec![0; questions.len()]);
/// let found = swap(&first, &card, 1_000, 0)?;
/// let best = found.all.best().unwrap();
/// assert_eq!((best.hypothesis, best.share.value), (Hypothesis::Slot(0), 1.0));
/// # Ok::<(), overt_audit::Error>(())
/// ```
///
/// # Errors
/// No scenes; what `choose` refuses.
pub fn swap(choose: Choose<'_>, card: &Card, n: usize, seed: u64) -> Result<Swap, Error> {
    let ask = |redraw| {
        let scenes = redrawn(card, redraw, n, seed, Use::Swap);
        let questions: Vec<Tokens> =
            scenes.iter().map(|scene| scene.tokens(Task::Choice)).collect();
        compared(card, &scenes, &choose(&questions)?)
    };
    Ok(Swap { items: ask(Redraw::Items)?, all: ask(Redraw::All)? })
}

fn compared(card: &Card, scenes: &[Scene], choices: &[usize]) -> Result<Redrawn, Error> {
    let intended: Vec<_> = scenes.iter().map(|scene| card.intended(Task::Choice, scene)).collect();
    let errors = intended.iter().zip(choices).map(|(intended, choice)| *intended != Some(*choice));
    let error = Proportion::of(errors)?;
    let mut pursuits: Vec<Pursuit> = Vec::new();
    for hypothesis in Hypothesis::all() {
        let asked = scenes.iter().zip(&intended).zip(choices);
        let pursued: Vec<bool> = asked
            .filter_map(|((scene, intended), choice)| {
                Some(hypothesis.departure(scene, *intended)? == *choice)
            })
            .collect();
        if !pursued.is_empty() {
            pursuits.push(Pursuit { hypothesis, share: Proportion::of(pursued)?, excess: None });
        }
    }
    let shares: Vec<_> = pursuits.iter().map(|one| (one.hypothesis, one.share.value)).collect();
    for pursuit in &mut pursuits {
        let others = shares.iter().copied();
        pursuit.excess = pursuit.hypothesis.beyond_kin(pursuit.share.value, others);
    }
    Ok(Redrawn { error, pursuits })
}
