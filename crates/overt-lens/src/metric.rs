//! One number that says what a language model answers.

use burn::tensor::{Int, Tensor, TensorData, activation};
use overt_nn::Tokens;
use overt_site::{Array, Real};

/// What is read from the logits at the last token of every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// The logit of one token.
    Logit(u32),
    /// The logit of one token less that of another.
    LogitDiff(u32, u32),
    /// The logarithm of the probability of one token.
    LogProb(u32),
}

impl Metric {
    /// Reads `logit:A`, `logit-diff:A,B` or `log-prob:A`; `token` says which token a word is.
    ///
    /// ```
    /// use overt_lens::Metric;
    /// let number = |word: &str| word.parse().ok();
    /// assert_eq!(Metric::parse("logit-diff:5,7", number), Some(Metric::LogitDiff(5, 7)));
    /// assert_eq!(Metric::parse("logit-diff:5", number), None);
    /// ```
    pub fn parse(text: &str, token: impl Fn(&str) -> Option<u32>) -> Option<Self> {
        let (name, words) = text.split_once(':')?;
        match (name, words.split_once(',')) {
            ("logit", None) => Some(Self::Logit(token(words)?)),
            ("log-prob", None) => Some(Self::LogProb(token(words)?)),
            ("logit-diff", Some((a, b))) => Some(Self::LogitDiff(token(a)?, token(b)?)),
            _ => None,
        }
    }

    /// The tokens that it reads.
    pub fn tokens(self) -> Vec<u32> {
        match self {
            Self::Logit(token) | Self::LogProb(token) => vec![token],
            Self::LogitDiff(a, b) => vec![a, b],
        }
    }

    /// The tokens whose logits it needs; none where it needs all.
    pub fn columns(self) -> Option<Vec<u32>> {
        match self {
            Self::LogProb(_) => None,
            Self::Logit(_) | Self::LogitDiff(..) => Some(self.tokens()),
        }
    }

    /// The metric of the logits of [`Metric::columns`] at one token.
    pub(crate) fn of_columns<T: Real>(self, logits: &[T]) -> f64 {
        match self {
            Self::Logit(_) => logits[0].into(),
            Self::LogitDiff(..) => logits[0].into() - logits[1].into(),
            Self::LogProb(_) => self.of_row(logits),
        }
    }

    /// The metric of every row of `logits [batch, pos, vocab]`, `[batch]`.
    pub fn of(self, logits: &Tensor<3>, tokens: &Tokens) -> Tensor<1> {
        let logits = last(logits, tokens);
        let batch = logits.dims()[0];
        let one =
            |logits: Tensor<2>, token: u32| logits.narrow(1, token as usize, 1).reshape([batch]);
        match self {
            Self::Logit(token) => one(logits, token),
            Self::LogitDiff(a, b) => one(logits.clone(), a) - one(logits, b),
            Self::LogProb(token) => one(activation::log_softmax(logits, 1), token),
        }
    }

    /// The same of logits on the host.
    pub fn read<T: Real>(self, logits: &Array<T>, tokens: &Tokens) -> Vec<f64> {
        let vocab = logits.shape[2];
        let row = |(row, n): (usize, &usize)| {
            let start = (n - 1) * vocab;
            self.of_row(&logits.row(row)[start..start + vocab])
        };
        tokens.lengths().iter().enumerate().map(row).collect()
    }

    /// The same of the logits of one token.
    pub fn of_row<T: Real>(self, logits: &[T]) -> f64 {
        let at = |token: u32| -> f64 { logits[token as usize].into() };
        match self {
            Self::Logit(token) => at(token),
            Self::LogitDiff(a, b) => at(a) - at(b),
            Self::LogProb(token) => {
                let top = logits.iter().map(|v| (*v).into()).fold(f64::NEG_INFINITY, f64::max);
                let sum: f64 = logits.iter().map(|v| ((*v).into() - top).exp()).sum();
                at(token) - top - sum.ln()
            }
        }
    }
}

/// `logits [batch, pos, vocab]` at the last token of every row, `[batch, vocab]`.
pub(crate) fn last(logits: &Tensor<3>, tokens: &Tokens) -> Tensor<2> {
    let [batch, pos, vocab] = logits.dims();
    let last = tokens.lengths().iter().enumerate().map(|(row, n)| (row * pos + n - 1) as i64);
    let data = TensorData::new(last.collect::<Vec<_>>(), [batch]);
    let rows = Tensor::<1, Int>::from_data(data, &logits.device());
    logits.clone().reshape([batch * pos, vocab]).select(0, rows)
}
