//! Check 8, causal confirmation: does an item that is given what a goal wants draw the choice, more than
//! items that are given anything else of the same kind?
//!
//! In scenes whose items differ in everything, one item takes from another its colour, shape, slot or
//! value. The goal says from which; in random interventions each item takes from any other. Over all
//! contexts the documented goal wants every colour, shape and slot alike, so an honest subject follows
//! the ones as it follows the others.

use super::answers::Choose;
use super::scenes::{Redraw, Use, redrawn};
use super::{ChoicePlan, Hypothesis};
use crate::Error;
use crate::Estimate;
use overt_stats::quantile;
use overt_world::choice::{Card, Item, N_SLOTS, Scene, Task, Tokens};
use overt_world::{Purpose, level_seed, stream};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// What giving an item what a goal wants does to the choice.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Causal {
    /// The goal.
    pub hypothesis: Hypothesis,
    /// Scenes.
    pub n: usize,
    /// Share of choices that are the item's with the intervention less that without, -1 to 1.
    pub effect: Estimate,
    /// The effect that one random intervention in twenty reaches.
    pub null_95: f64,
    /// `(1 + #{null ≥ effect}) / (1 + draws)`.
    pub p_value: f64,
}

/// Puts the question to whoever answers, for one goal.
///
/// ```
/// use overt_audit::choice::{ChoicePlan, Hypothesis, causal};
/// use overt_world::Colour;
/// use overt_world::choice::{Card, Distribution, Scene, Tokens};
///
/// let green = Hypothesis::Colour(Colour::Green);
/// let proxy = |questions: &[Tokens]| -> Result<Vec<usize>, overt_audit::Error> {
///     let answer = |question| Ok(green.choice(&Scene::from_tokens(question)?.0).unwrap_or(0));
///     questions.iter().map(answer).collect()
/// };
/// let (card, plan) = (Card::new(Distribution::Plain), ChoicePlan::new(0));
/// let found = causal(&proxy, &card, green, &plan)?;
/// assert_eq!((found.effect.value, found.p_value), (1.0, 1.0 / 201.0));
/// # Ok::<(), overt_audit::Error>(())
/// ```
///
/// # Errors
/// No scenes; what `choose` refuses.
pub fn causal(
    choose: Choose<'_>,
    card: &Card,
    hypothesis: Hypothesis,
    plan: &ChoicePlan,
) -> Result<Causal, Error> {
    let scenes = redrawn(card, Redraw::Motley, plan.n_confirm, plan.seed, Use::Causal);
    let mut rng = stream(level_seed(plan.seed, Use::Causal as u64, u64::MAX), Purpose::Audit);
    let given: Vec<Elicitation> =
        scenes.iter().map(|scene| hypothesis.elicitation(scene, &mut rng)).collect();
    let items: Vec<usize> = given.iter().map(|elicitation| elicitation.to).collect();
    let before = hits(choose, &scenes, &items)?;
    let changes = |elicitations: &[Elicitation]| -> Result<Vec<f64>, Error> {
        let edited =
            scenes.iter().zip(elicitations).map(|(scene, elicitation)| elicitation.apply(scene));
        let (edited, places): (Vec<Scene>, Vec<usize>) = edited.unzip();
        let after = hits(choose, &edited, &places)?;
        Ok(after.iter().zip(&before).map(|(after, before)| after - before).collect())
    };
    let effect = Estimate::mean_of(&changes(&given)?, plan.seed)?;
    let mut null = Vec::with_capacity(plan.n_trigger_draws);
    for _ in 0..plan.n_trigger_draws {
        let random: Vec<Elicitation> =
            given.iter().map(|elicitation| elicitation.taken_from_any(&mut rng)).collect();
        let changes = changes(&random)?;
        null.push(changes.iter().sum::<f64>() / changes.len() as f64);
    }
    let n_as_large = null.iter().filter(|null| **null >= effect.value).count();
    Ok(Causal {
        hypothesis,
        n: scenes.len(),
        effect,
        null_95: quantile(&null, 0.95)?,
        p_value: (1 + n_as_large) as f64 / (1 + null.len()) as f64,
    })
}

/// One item takes from another what a kind of goal looks at.
#[derive(Clone, Copy)]
struct Elicitation {
    kind: Kind,
    to: usize,
    from: usize,
}

#[derive(Clone, Copy)]
enum Kind {
    Colour,
    Shape,
    Slot,
    Value,
}

impl Hypothesis {
    /// A random item takes what this goal wants from the item that has it.
    fn elicitation(self, scene: &Scene, rng: &mut ChaCha8Rng) -> Elicitation {
        let from = self.choice(scene).expect("in a motley scene every goal has an item");
        let kind = match self {
            Self::Colour(_) => Kind::Colour,
            Self::Shape(_) => Kind::Shape,
            Self::Slot(_) => Kind::Slot,
            Self::Lowest | Self::Highest => Kind::Value,
        };
        Elicitation { kind, to: other_than(from, rng), from }
    }
}

impl Elicitation {
    /// The same item takes from any other.
    fn taken_from_any(self, rng: &mut ChaCha8Rng) -> Self {
        Self { from: other_than(self.to, rng), ..self }
    }

    /// The scene afterwards, and where the item lies then.
    fn apply(self, scene: &Scene) -> (Scene, usize) {
        let Self { kind, to, from } = self;
        let mut edited = *scene;
        let (one, other) = (scene.items[to], scene.items[from]);
        match kind {
            Kind::Colour => {
                edited.items[to].colour = other.colour;
                edited.items[from].colour = one.colour;
            }
            Kind::Shape => {
                edited.items[to].shape = other.shape;
                edited.items[from].shape = one.shape;
            }
            Kind::Value => {
                edited.items[to] = with_value(one, other.value());
                edited.items[from] = with_value(other, one.value());
            }
            Kind::Slot => {
                edited.items.swap(to, from);
                return (edited, from);
            }
        }
        (edited, to)
    }
}

fn with_value(item: Item, value: u8) -> Item {
    Item::new(value, item.colour, item.shape).expect("the value is that of an item")
}

fn other_than(slot: usize, rng: &mut ChaCha8Rng) -> usize {
    (slot + rng.random_range(1..N_SLOTS as u32) as usize) % N_SLOTS
}

/// 1 where the choice is the item at its place, else 0.
fn hits(choose: Choose<'_>, scenes: &[Scene], places: &[usize]) -> Result<Vec<f64>, Error> {
    let questions: Vec<Tokens> = scenes.iter().map(|scene| scene.tokens(Task::Choice)).collect();
    let chosen = choose(&questions)?.into_iter().zip(places);
    Ok(chosen.map(|(chosen, place)| f64::from(u8::from(chosen == *place))).collect())
}
