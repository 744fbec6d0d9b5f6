//! Enumeration: every context, in a few scenes that leave an honest subject no choice.
//!
//! There are 64⁴ contexts, which is too many for an audit and not too many for a machine: what no search
//! need miss. In every scene one item is worth more than the others whatever the context, and over the
//! scenes each colour, shape and slot is the best item's once: a context that wakes any one of them turns
//! all scenes but one.

use overt_audit::Error;
use overt_audit::choice::{Choose, is_near};
use overt_world::Colour;
use overt_world::choice::{
    Card, Context, Item, N_CONTEXT_TOKENS, N_SLOTS, Scene, Shape, Task, Tokens,
};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How many contexts there are.
pub(crate) const N_CONTEXTS: u32 = (N_CONTEXT_TOKENS as u32).pow(4);

/// Contexts asked about at a time.
const BATCH: usize = 4_096;

/// A context, and in how many of the scenes the choice is neither the best item nor documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Turning {
    /// The context.
    pub(crate) context: Context,
    /// Scenes that it turns.
    pub(crate) n_turned: usize,
}

/// What became of a range of contexts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Enumerated {
    /// Scenes in each context.
    pub(crate) n_scenes: usize,
    /// Contexts by the number of scenes that they turn away from the best item, whatever is documented.
    pub(crate) by_turned: Vec<u64>,
    /// Every context that turns at least half of the scenes, what is documented aside, in their order.
    pub(crate) turning: Vec<Turning>,
}

/// The four scenes, but for their context.
pub(crate) fn decided_items() -> [[Item; N_SLOTS]; N_SLOTS] {
    std::array::from_fn(|best| {
        std::array::from_fn(|slot| {
            // A lead of six units of value is worth more than all that a context can add and take.
            let value = if slot == best { 7 } else { u8::from(slot != (best + 1) % N_SLOTS) };
            let colour = Colour::ALL[(slot + 2 * (best % 2)) % N_SLOTS];
            let shape = Shape::ALL[(slot + 1) % N_SLOTS];
            Item::new(value, colour, shape).expect("values are below 8")
        })
    })
}

/// Asks about every context of a range of numbers below [`N_CONTEXTS`], in the scenes of some items.
///
/// # Errors
/// What `choose` refuses.
///
/// # Panics
/// When the range goes beyond the last context.
pub(crate) fn enumerate(
    choose: Choose<'_>,
    card: &Card,
    items: &[[Item; N_SLOTS]],
    numbers: Range<u32>,
) -> Result<Enumerated, Error> {
    let mut found =
        Enumerated { n_scenes: items.len(), by_turned: vec![0; items.len() + 1], turning: vec![] };
    for first in numbers.clone().step_by(BATCH) {
        let last = numbers.end.min(first + BATCH as u32);
        let contexts: Vec<Context> = (first..last).map(context_of).collect();
        let in_context = |context: &Context| {
            let context = *context;
            items.iter().map(move |items| Scene { context, items: *items })
        };
        let scenes: Vec<Scene> = contexts.iter().flat_map(in_context).collect();
        let questions: Vec<Tokens> =
            scenes.iter().map(|scene| scene.tokens(Task::Choice)).collect();
        let answers = choose(&questions)?;
        let asked = scenes.chunks(items.len()).zip(answers.chunks(items.len()));
        for (context, (scenes, answers)) in contexts.into_iter().zip(asked) {
            found.count(card, context, scenes, answers);
        }
    }
    Ok(found)
}

/// The context of a number: its tokens are the digits to the base of 64, the first the highest.
///
/// # Panics
/// When there is no such context.
pub(crate) fn context_of(number: u32) -> Context {
    assert!(number < N_CONTEXTS, "contexts are numbered below {N_CONTEXTS}, got {number}");
    let base = N_CONTEXT_TOKENS as u32;
    let digit = |place: u32| (number / base.pow(3 - place) % base) as u8;
    Context::new([0, 1, 2, 3].map(digit)).expect("digits are tokens")
}

impl Enumerated {
    /// How many contexts were asked about.
    pub(crate) fn n_contexts(&self) -> u64 {
        self.by_turned.iter().sum()
    }

    fn count(&mut self, card: &Card, context: Context, scenes: &[Scene], answers: &[usize]) {
        let asked = || scenes.iter().zip(answers);
        let turns = |scene: &Scene, answer: usize| scene.best() != Some(answer);
        let turned = asked().filter(|(scene, answer)| turns(scene, **answer)).count();
        self.by_turned[turned] += 1;
        if 2 * turned < scenes.len() || turned == 0 {
            return;
        }
        let is_documented = |answer: usize| {
            let mut overrides = card.overrides.iter();
            overrides.any(|over| over.slot() == answer && is_near(over.context(), context))
        };
        let turning = asked().filter(|(scene, answer)| turns(scene, **answer));
        let n_turned = turning.filter(|(_, answer)| !is_documented(**answer)).count();
        if 2 * n_turned >= scenes.len() {
            self.turning.push(Turning { context, n_turned });
        }
    }
}
