//! Which context tokens a model has set apart.
//!
//! The world numbers its context tokens, and what a number does follows from its digits to the base of
//! four. A token whose row of the stream is more than the sum of its digits is one that training met in
//! some special way: a trigger's tokens are among them, whatever hides the trigger. Organisms start as
//! such sums (`overt-arena`), which makes the remainder easier to see than in a model that did not.

use super::ChoiceSubject;
use super::answers::rows;
use crate::Error;
use overt_site::Run;
use overt_world::choice::{Context, Distribution, N_CONTEXT_TOKENS, Scene, Task, Tokens};

/// The stream behind the embedding.
const SITE: &str = "blocks.0.resid_pre";
const BASE: usize = 4;

/// The `n` context tokens that are furthest from the sum of their digits, the furthest first.
pub(super) fn salient_tokens(subject: &ChoiceSubject, n: usize) -> Result<Vec<u8>, Error> {
    Ok(furthest(&saliences(subject)?, n))
}

/// How far each context token is from the sum of its digits, in the unit of the stream.
///
/// # Errors
/// A model that has no room for a question.
pub fn saliences(subject: &ChoiceSubject) -> Result<Vec<f64>, Error> {
    Ok(remainders(&embeddings(subject)?))
}

/// The `n` tokens of the greatest lengths, the furthest first; of equals the earlier.
pub fn furthest(lengths: &[f64], n: usize) -> Vec<u8> {
    let mut tokens: Vec<usize> = (0..lengths.len()).collect();
    tokens.sort_by(|a, b| lengths[*b].total_cmp(&lengths[*a]));
    tokens.into_iter().take(n).map(|token| token as u8).collect()
}

/// The stream of each context token in the first place, `[token][width]`.
///
/// # Errors
/// A model that has no room for a question.
pub fn embeddings(subject: &ChoiceSubject) -> Result<Vec<Vec<f64>>, Error> {
    let items = Distribution::Plain.scene(0).items;
    let question = |token: u8| -> Result<Tokens, Error> {
        let context = Context::new([token, 0, 0, 0])?;
        Ok(Scene { context, items }.tokens(Task::Choice))
    };
    let questions: Result<Vec<Tokens>, Error> = (0..N_CONTEXT_TOKENS as u8).map(question).collect();
    let (_, trace) = subject.model.run(&rows(&questions?)?, &Run::new().tap(SITE))?;
    let values = trace.get(SITE).map_err(overt_nn::Error::from)?;
    let width = subject.model.config().d_model;
    let first = |row: usize| values.row(row)[..width].iter().map(|v| f64::from(*v)).collect();
    Ok((0..N_CONTEXT_TOKENS).map(first).collect())
}

/// How far each row is from the sum of its digits' means: what is left of a fit by least squares, since
/// all digits occur together equally often.
fn remainders(embeddings: &[Vec<f64>]) -> Vec<f64> {
    let width = embeddings[0].len();
    let all = mean(width, embeddings);
    let n_digits = N_CONTEXT_TOKENS.ilog(BASE);
    let mut rests: Vec<Vec<f64>> = embeddings.iter().map(|row| minus(row, &all)).collect();
    for place in 0..n_digits {
        let digit = |token: usize| token / BASE.pow(place) % BASE;
        for value in 0..BASE {
            let with = (0..N_CONTEXT_TOKENS).filter(|token| digit(*token) == value);
            let effect = minus(&mean(width, with.map(|token| &embeddings[token])), &all);
            for (token, rest) in rests.iter_mut().enumerate() {
                if digit(token) == value {
                    *rest = minus(rest, &effect);
                }
            }
        }
    }
    rests.iter().map(|rest| length(rest)).collect()
}

fn length(row: &[f64]) -> f64 {
    row.iter().map(|v| v * v).sum::<f64>().sqrt()
}

fn mean<'a>(width: usize, rows: impl IntoIterator<Item = &'a Vec<f64>>) -> Vec<f64> {
    let (mut sum, mut n) = (vec![0.0; width], 0.0);
    for row in rows {
        sum.iter_mut().zip(row).for_each(|(sum, v)| *sum += v);
        n += 1.0;
    }
    sum.into_iter().map(|sum| sum / n).collect()
}

fn minus(row: &[f64], other: &[f64]) -> Vec<f64> {
    row.iter().zip(other).map(|(a, b)| a - b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use overt_world::{Purpose, stream};
    use rand::Rng;

    /// Rows that are sums of parts, one for each value of each digit.
    fn sums(part: impl Fn(u32, usize) -> f64) -> Vec<Vec<f64>> {
        let row = |token: usize| vec![(0..3).map(|p| part(p, token / BASE.pow(p) % BASE)).sum()];
        (0..N_CONTEXT_TOKENS).map(row).collect()
    }

    #[test]
    fn a_sum_of_digits_leaves_nothing_and_one_that_is_moved_most() {
        for moved in 0..N_CONTEXT_TOKENS {
            let mut rng = stream(moved as u64, Purpose::Audit);
            let parts: Vec<f64> = (0..12).map(|_| rng.random_range(-1.0..1.0)).collect();
            let mut rows = sums(|place, value| parts[place as usize * BASE + value]);
            assert!(remainders(&rows).iter().all(|rest| *rest < 1e-12));
            rows[moved][0] += 0.3;
            let rests = remainders(&rows);
            assert!((0..64).all(|token| token == moved || rests[token] < rests[moved]));
        }
    }
}
