//! A batch of token rows.

use super::config::LanguageConfig;
use crate::Error;

/// Rows of token ids; shorter rows are filled up on the right, and what fills them is never
/// attended to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    ids: Vec<u32>,
    lengths: Vec<usize>,
    longest: usize,
}

impl Tokens {
    /// A batch of rows, each with at least one token.
    ///
    /// ```
    /// let tokens = overt_nn::Tokens::new(&[vec![5, 7, 2], vec![1]])?;
    /// assert_eq!((tokens.batch(), tokens.positions()), (2, 3));
    /// assert_eq!(tokens.lengths(), [3, 1]);
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    ///
    /// # Errors
    /// No rows, or an empty row.
    pub fn new(rows: &[Vec<u32>]) -> Result<Self, Error> {
        let lengths: Vec<usize> = rows.iter().map(Vec::len).collect();
        let longest = lengths.iter().copied().max().unwrap_or(0);
        if let Some(row) = lengths.iter().position(|n| *n == 0).or((longest == 0).then_some(0)) {
            return Err(Error::NoTokens { row });
        }
        let filled = |row: &Vec<u32>| {
            let missing = longest - row.len();
            row.iter().copied().chain(std::iter::repeat_n(0, missing)).collect::<Vec<_>>()
        };
        Ok(Self { ids: rows.iter().flat_map(filled).collect(), lengths, longest })
    }

    /// Rows.
    pub fn batch(&self) -> usize {
        self.lengths.len()
    }

    /// Tokens of the longest row.
    pub fn positions(&self) -> usize {
        self.longest
    }

    /// Tokens of every row.
    pub fn lengths(&self) -> &[usize] {
        &self.lengths
    }

    /// All ids, `[batch, pos]`, filled up with 0.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Refuses ids beyond the vocabulary and rows beyond the context.
    pub(crate) fn check(&self, config: &LanguageConfig) -> Result<(), Error> {
        if self.longest > config.context {
            let (got, context) = (self.longest, config.context);
            return Err(Error::PromptTooLong { got, context });
        }
        let vocab = config.vocab;
        match self.ids.iter().position(|id| *id as usize >= vocab) {
            Some(at) => {
                let (row, pos, id) = (at / self.longest, at % self.longest, self.ids[at]);
                Err(Error::NoSuchToken { id, row, pos, vocab })
            }
            None => Ok(()),
        }
    }
}
