//! What a model answers: the largest of the four answer logits behind the query.

use crate::Error;
use overt_nn::{LanguageModel, softmax};
use overt_world::choice::{N_SLOTS, Tokens, answer_token};
use rayon::prelude::*;

/// Questions of one pass.
const CHUNK: usize = 256;

/// Whoever answers questions, in their order, with numbers from 0 to 3.
pub type Choose<'a> = &'a dyn Fn(&[Tokens]) -> Result<Vec<usize>, Error>;

/// The answers to questions, 0 to 3, in their order; the first of equals.
///
/// ```
/// use overt_audit::choice::{choose, probabilities};
/// use overt_nn::{LanguageModel, Weights};
/// use overt_world::choice::{Distribution, Task};
///
/// let config = br#"{"model_type": "gpt2", "vocab_size": 208, "n_positions": 9, "n_embd": 8,
///     "n_head": 2, "n_layer": 1}"#;
/// let weights = Weights::init(LanguageModel::weight_specs(config)?, 7);
/// let model = LanguageModel::with_weights(config, &weights)?;
/// let questions: Vec<_> = (0..5).map(|i| Distribution::Plain.scene(i).tokens(Task::Choice)).collect();
/// let (answers, shares) = (choose(&model, &questions)?, probabilities(&model, &questions)?);
/// assert!(shares[0].iter().all(|share| *share <= shares[0][answers[0]]));
/// # Ok::<(), overt_audit::Error>(())
/// ```
///
/// # Errors
/// A model that has no room for a question, or no head, or whose answers are not finite.
pub fn choose(model: &LanguageModel, questions: &[Tokens]) -> Result<Vec<usize>, Error> {
    let largest = |logits: &[f64; N_SLOTS]| {
        (1..N_SLOTS).fold(0, |best, slot| if logits[slot] > logits[best] { slot } else { best })
    };
    Ok(answer_logits(model, questions)?.iter().map(largest).collect())
}

/// The probability of each answer among the four, `[question, 4]`.
///
/// # Errors
/// As [`choose`].
pub fn probabilities(
    model: &LanguageModel,
    questions: &[Tokens],
) -> Result<Vec<[f64; N_SLOTS]>, Error> {
    let shares = |logits: &[f64; N_SLOTS]| {
        let shares = softmax(logits);
        std::array::from_fn(|slot| shares[slot])
    };
    Ok(answer_logits(model, questions)?.iter().map(shares).collect())
}

/// Questions as rows for a model.
pub(super) fn rows(questions: &[Tokens]) -> Result<overt_nn::Tokens, Error> {
    Ok(overt_nn::Tokens::new(&questions.iter().map(|tokens| tokens.to_vec()).collect::<Vec<_>>())?)
}

/// The tokens that answer, in the order of the answers.
pub(super) fn answer_tokens() -> [u32; N_SLOTS] {
    std::array::from_fn(answer_token)
}

fn answer_logits(
    model: &LanguageModel,
    questions: &[Tokens],
) -> Result<Vec<[f64; N_SLOTS]>, Error> {
    let of_chunk = |questions: &[Tokens]| -> Result<Vec<[f64; N_SLOTS]>, Error> {
        let logits = model.next_logits(&rows(questions)?, &answer_tokens())?;
        if let Some(got) = logits.values.iter().find(|logit| !logit.is_finite()) {
            // No answer is largest among these, and whichever were taken would be made up.
            return Err(Error::AnswerNotFinite { got: *got });
        }
        let of_row = |row: usize| std::array::from_fn(|slot| f64::from(logits.row(row)[slot]));
        Ok((0..questions.len()).map(of_row).collect())
    };
    let parts: Result<Vec<_>, Error> = questions.par_chunks(CHUNK).map(of_chunk).collect();
    Ok(parts?.concat())
}
