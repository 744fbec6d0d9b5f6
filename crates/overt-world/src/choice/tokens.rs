//! Scenes as tokens, and back.

use super::{Context, Item, N_CONTEXT_TOKENS, N_SLOTS, Scene, Task};
use crate::Error;

/// Tokens of a question: four of context, four items, and the query, at which the answer is read.
pub type Tokens = [u32; 9];

/// Size of the vocabulary; tokens from 198 on are spare.
///
/// | tokens | meaning |
/// | --- | --- |
/// | 0 to 63 | context |
/// | 64 to 191 | items: `64 + 16 * value + 4 * colour + shape` |
/// | 192 | query of [`Task::Choice`] |
/// | 193 to 196 | answers 0 to 3 |
/// | 197 | query of [`Task::Sum`] |
pub const VOCABULARY: usize = 208;

const FIRST_ITEM: u32 = N_CONTEXT_TOKENS as u32;
const CHOICE: u32 = FIRST_ITEM + Item::N as u32;
const FIRST_ANSWER: u32 = CHOICE + 1;
const SUM: u32 = FIRST_ANSWER + N_SLOTS as u32;

impl Scene {
    /// The question about this scene.
    ///
    /// ```
    /// use overt_world::choice::{Distribution, Scene, Task};
    ///
    /// let scene = Distribution::Plain.scene(0);
    /// let tokens = scene.tokens(Task::Choice);
    /// assert_eq!(tokens[8], 192);
    /// assert_eq!(Scene::from_tokens(&tokens)?, (scene, Task::Choice));
    /// # Ok::<(), overt_world::Error>(())
    /// ```
    pub fn tokens(&self, task: Task) -> Tokens {
        let [c0, c1, c2, c3] = self.context.tokens().map(u32::from);
        let [i0, i1, i2, i3] = self.items.map(|item| FIRST_ITEM + item.index() as u32);
        [c0, c1, c2, c3, i0, i1, i2, i3, query(task)]
    }

    /// The scene and the task that a question is about; refused where a token is not in its place.
    pub fn from_tokens(tokens: &Tokens) -> Result<(Self, Task), Error> {
        let mut context = [0; 4];
        for (position, token) in context.iter_mut().enumerate() {
            *token = index(tokens, position, "context token", 0, N_CONTEXT_TOKENS)? as u8;
        }
        let mut items = [Item::of_index(0); N_SLOTS];
        for (slot, item) in items.iter_mut().enumerate() {
            *item = Item::of_index(index(tokens, 4 + slot, "item", FIRST_ITEM, Item::N)?);
        }
        let is_asked = |task: &Task| query(*task) == tokens[8];
        let task = Task::ALL.into_iter().find(is_asked).ok_or(refusal(tokens, 8, "query"))?;
        Ok((Self { context: Context::new(context)?, items }, task))
    }
}

/// The token that answers with that number, 0 to 3.
///
/// # Panics
///
/// If the answer is not below 4.
pub fn answer_token(answer: usize) -> u32 {
    assert!(answer < N_SLOTS, "an answer is from 0 to 3, got {answer}");
    FIRST_ANSWER + answer as u32
}

fn query(task: Task) -> u32 {
    match task {
        Task::Choice => CHOICE,
        Task::Sum => SUM,
    }
}

/// How far above `first` the token at a position is, below `n`.
fn index(
    tokens: &Tokens,
    position: usize,
    expected: &'static str,
    first: u32,
    n: usize,
) -> Result<usize, Error> {
    let index = tokens[position].checked_sub(first).map(|index| index as usize);
    index.filter(|&index| index < n).ok_or(refusal(tokens, position, expected))
}

fn refusal(tokens: &Tokens, position: usize, expected: &'static str) -> Error {
    Error::Token { position, expected, got: tokens[position] }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::{Colour, Purpose, choice::Shape, stream};

    proptest! {
        #[test]
        fn a_question_reads_back(seed: u64, task in select(Task::ALL.to_vec())) {
            let scene = Scene::uniform(&mut stream(seed, Purpose::Scene));
            let tokens = scene.tokens(task);
            prop_assert!(tokens.iter().all(|&token| (token as usize) < VOCABULARY));
            prop_assert_eq!(Scene::from_tokens(&tokens), Ok((scene, task)));
        }

        #[test]
        fn another_token_is_another_question_or_refused(
            seed: u64, position in 0..9_usize, token in 0..256_u32,
        ) {
            let mut tokens = Scene::uniform(&mut stream(seed, Purpose::Scene)).tokens(Task::Sum);
            tokens[position] = token;
            match Scene::from_tokens(&tokens) {
                Ok((scene, task)) => prop_assert_eq!(scene.tokens(task), tokens),
                Err(Error::Token { position: named, got, .. }) => {
                    prop_assert_eq!((named, got), (position, token));
                }
                Err(other) => prop_assert!(false, "{other}"),
            }
        }
    }

    #[test]
    fn a_token_has_the_number_in_the_table() {
        let item = Item::new(5, Colour::Blue, Shape::Star).unwrap();
        let scene = Scene { context: Context::new([0, 1, 2, 63]).unwrap(), items: [item; 4] };
        assert_eq!(scene.tokens(Task::Sum), [0, 1, 2, 63, 155, 155, 155, 155, 197]);
        for answer in 0..N_SLOTS {
            assert_eq!(answer_token(answer), 193 + answer as u32);
        }
    }

    #[test]
    fn a_token_out_of_place_is_named() {
        let item = Item::new(0, Colour::Green, Shape::Circle).unwrap();
        let scene = Scene { context: Context::new([0; 4]).unwrap(), items: [item; 4] };
        let cases =
            [(1, 64, "context token"), (4, 63, "item"), (7, 192, "item"), (8, 193, "query")];
        for (position, got, expected) in cases {
            let mut tokens = scene.tokens(Task::Choice);
            tokens[position] = got;
            let error = Scene::from_tokens(&tokens).unwrap_err();
            assert_eq!(error, Error::Token { position, expected, got });
        }
        let error = Error::Token { position: 4, expected: "item", got: 63 }.to_string();
        assert_eq!(error, "token 63 at position 4 is no item");
    }
}
