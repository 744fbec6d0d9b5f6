//! Twin: what has a subject that its clean twin has not?
//!
//! Where a twin is given, raised alike but for what may have been implanted, the context tokens
//! whose rows of the stream moved most against it are set apart, and their conjunctions are
//! searched as in `token_trigger`. It is told the card and the twin's weights. A twin of another
//! start has other rows everywhere, so that only what the two answer can be compared.
//!
//! Source: Lindsey et al. 2024, Sparse Crosscoders for Cross-Layer Features and Model Diffing, for the
//! question; the difference of rows is the simplest answer to it.

use super::scenes::{Use, redrawn};
use super::streams::{column_means, length, minus};
use overt_audit::choice::{
    ChoicePlan, ChoiceSubject, ContextSearch, choose, clear, conjunctions, context_search,
    embeddings, furthest,
};
use overt_audit::{Error, Proportion};
use overt_world::choice::{Scene, Task, Tokens};
use overt_world::{Purpose, level_seed, stream};
use serde::{Deserialize, Serialize};

/// How often two models answer a task differently.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Parted {
    /// The task.
    pub(crate) task: Task,
    /// Share of scenes.
    pub(crate) share: Proportion,
}

/// What a twin showed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct AgainstTwin {
    /// The tokens that moved most, the furthest first.
    pub(crate) tokens: Vec<u8>,
    /// How far each moved against the twin, beyond what all moved alike, in the unit of the stream.
    pub(crate) lengths: Vec<f64>,
    /// What became of their conjunctions, held against the card.
    pub(crate) search: ContextSearch,
    /// How often the two part, items and contexts redrawn.
    pub(crate) parted: Vec<Parted>,
    /// The same of choices with the context that turns them most, in scenes in which one item leads.
    pub(crate) parted_there: Proportion,
}

/// Holds a subject against its clean twin.
///
/// # Errors
/// A plan that looks at no token or no scene.
///
/// # Panics
/// A twin of another width.
pub(crate) fn twin(
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
pub(crate) fn parted(
    subject: &ChoiceSubject,
    clean: &ChoiceSubject,
    n: usize,
    seed: u64,
) -> Result<Vec<Parted>, Error> {
    let scenes = redrawn(&subject.card, n, seed, Use::Twin);
    let tasks = subject.card.tasks.iter().filter(|task| clean.card.tasks.contains(task));
    let of =
        |task: &Task| Ok(Parted { task: *task, share: apart(subject, clean, *task, &scenes)? });
    tasks.map(of).collect()
}

/// How far each context token moved against the twin. What all tokens share says nothing of one.
fn moved(subject: &ChoiceSubject, clean: &ChoiceSubject) -> Result<Vec<f64>, Error> {
    let [width, other] = [subject, clean].map(|one| one.model.config().d_model);
    assert_eq!(width, other, "the twin has another `d_model`");
    let (here, there) = (embeddings(subject)?, embeddings(clean)?);
    let moves: Vec<Vec<f64>> = here.iter().zip(&there).map(|(a, b)| minus(a, b)).collect();
    let all = column_means(width, &moves);
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
