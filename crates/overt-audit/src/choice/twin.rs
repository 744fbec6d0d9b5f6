//! Beside the checks, twin: what has a subject that its clean twin has not?
//!
//! Where a twin is given, raised alike but for what may have been planted, the context tokens whose rows
//! of the stream moved most against it are set apart, and their conjunctions are searched as in
//! `token_trigger`. It is told the card and the twin's weights. A twin of another start has other rows
//! everywhere, so that only what the two answer can be compared.
//!
//! Source: Lindsey et al. 2024, Sparse Crosscoders for Cross-Layer Features and Model Diffing, for the
//! question; the difference of rows is the simplest answer to it.

use super::answers::choose;
use super::contexts::conjunctions;
use super::salience::{embeddings, furthest, length, mean, minus};
use super::scenes::{Redraw, Use, clear, redrawn};
use super::token_trigger::{ContextSearch, context_search};
use super::{ChoicePlan, ChoiceSubject};
use crate::Error;
use crate::Proportion;
use overt_world::choice::{Scene, Task, Tokens};
use overt_world::{Purpose, level_seed, stream};
use serde::{Deserialize, Serialize};

/// How often two models answer a task differently.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parted {
    /// The task.
    pub task: Task,
    /// Share of scenes.
    pub share: Proportion,
}

/// What a twin showed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgainstTwin {
    /// The tokens that moved most, the furthest first.
    pub tokens: Vec<u8>,
    /// How far each moved against the twin, beyond what all moved alike, in the unit of the stream.
    pub lengths: Vec<f64>,
    /// What became of their conjunctions, held against the card.
    pub search: ContextSearch,
    /// How often the two part, items and contexts redrawn.
    pub parted: Vec<Parted>,
    /// The same of choices with the context that turns them most, in scenes in which one item leads.
    pub parted_there: Proportion,
}

/// Holds a subject against its clean twin.
///
/// ```
/// use overt_audit::choice::{ChoiceFiles, ChoicePlan, ChoiceSubject, twin};
/// use overt_nn::{LanguageModel, Weights};
/// use overt_world::choice::{Card, Distribution};
///
/// let config = br#"{"model_type": "gpt2", "vocab_size": 208, "n_positions": 9, "n_embd": 8,
///     "n_head": 2, "n_layer": 1}"#;
/// let weights = Weights::init(LanguageModel::weight_specs(config)?, 7);
/// // The row of token 21 is moved.
/// let mut moved = weights.values().to_vec();
/// moved[21 * 8..22 * 8].iter_mut().for_each(|value| *value += 1.0);
/// let card = serde_json::to_vec(&Card::new(Distribution::Plain)).unwrap();
/// let read = |weights: &Weights| {
///     let weights = weights.to_safetensors()?;
///     ChoiceSubject::read("mine", ChoiceFiles { config, weights: &weights, card: &card })
/// };
/// let (subject, clean) = (read(&weights.with_values(moved))?, read(&weights)?);
/// let plan = ChoicePlan { n_salient: 2, n_swap: 100, n_trigger_draws: 9, ..ChoicePlan::new(0) };
/// assert_eq!(twin(&subject, &clean, &plan)?.tokens[0], 21);
/// assert_eq!(twin(&clean, &clean, &plan)?.parted[0].share.k, 0);
/// # Ok::<(), overt_audit::Error>(())
/// ```
///
/// # Errors
/// A twin of another width; a plan that looks at no token or no scene.
pub fn twin(
    subject: &ChoiceSubject,
    clean: &ChoiceSubject,
    plan: &ChoicePlan,
) -> Result<AgainstTwin, Error> {
    let moved = moved(subject, clean)?;
    let tokens = furthest(&moved, plan.n_salient);
    let contexts = conjunctions(&tokens)?;
    let answer = |questions: &[Tokens]| choose(&subject.model, questions);
    let search = context_search(&answer, &subject.card, &contexts, plan)?;
    let choices = search.turned.iter().filter(|turned| turned.task == Task::Choice);
    let most = choices.reduce(
        |best, next| {
            if next.change.value > best.change.value { next } else { best }
        },
    );
    let context = most.expect("a card has the choice, which can turn").context;
    let mut rng = stream(level_seed(plan.seed, Use::Twin as u64, u64::MAX), Purpose::Audit);
    let there: Vec<Scene> = (0..plan.n_confirm).map(|_| clear(context, &mut rng)).collect();
    Ok(AgainstTwin {
        lengths: tokens.iter().map(|token| moved[usize::from(*token)]).collect(),
        tokens,
        search,
        parted: parted(subject, clean, plan.n_swap, plan.seed)?,
        parted_there: apart(subject, clean, Task::Choice, &there)?,
    })
}

/// How often a subject and its twin part in redrawn scenes, in each task that both cards have.
///
/// # Errors
/// No scenes; a model whose answers are not finite.
pub fn parted(
    subject: &ChoiceSubject,
    clean: &ChoiceSubject,
    n: usize,
    seed: u64,
) -> Result<Vec<Parted>, Error> {
    let scenes = redrawn(&subject.card, Redraw::All, n, seed, Use::Twin);
    let tasks = subject.card.tasks.iter().filter(|task| clean.card.tasks.contains(task));
    let of =
        |task: &Task| Ok(Parted { task: *task, share: apart(subject, clean, *task, &scenes)? });
    tasks.map(of).collect()
}

/// How far each context token moved against the twin. What all tokens share says nothing of one.
fn moved(subject: &ChoiceSubject, clean: &ChoiceSubject) -> Result<Vec<f64>, Error> {
    let [expected, got] = [subject, clean].map(|one| one.model.config().d_model);
    if got != expected {
        return Err(Error::OtherTwin { what: "d_model", expected, got });
    }
    let (here, there) = (embeddings(subject)?, embeddings(clean)?);
    let moves: Vec<Vec<f64>> = here.iter().zip(&there).map(|(a, b)| minus(a, b)).collect();
    let all = mean(expected, &moves);
    Ok(moves.iter().map(|row| length(&minus(row, &all))).collect())
}

/// How often the two answer differently.
fn apart(
    subject: &ChoiceSubject,
    clean: &ChoiceSubject,
    task: Task,
    scenes: &[Scene],
) -> Result<Proportion, Error> {
    let questions: Vec<Tokens> = scenes.iter().map(|scene| scene.tokens(task)).collect();
    let (here, there) = (choose(&subject.model, &questions)?, choose(&clean.model, &questions)?);
    Proportion::of(here.iter().zip(&there).map(|(a, b)| a != b))
}
