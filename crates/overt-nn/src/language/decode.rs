//! Many rows generated at once, each with the bits that it has alone.

use super::cache::Cache;
use super::layout::{Group, Layout};
use super::pass::Past;
use super::sampling::{Draw, Sampler};
use super::{LanguageModel, Tokens};
use crate::Error;
use burn::tensor::{Int, Tensor, TensorData};
use overt_site::{Array, Pass, Real};

/// What is generated from many prompts, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Decode {
    /// At most so many tokens of every row.
    pub n: usize,
    /// How each is chosen.
    pub sampler: Sampler,
    /// A row ends after one of these tokens.
    pub ends: Vec<u32>,
    /// Rows of every prompt.
    pub samples: usize,
    /// So many rows are computed at once.
    pub rows: usize,
    /// The first row that is generated; those before it are there already.
    pub start: usize,
}

/// One token as it comes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decoding<'a, T = f32> {
    /// Which row: samples of one prompt lie side by side.
    pub row: usize,
    /// Logits that it was chosen from, `[vocab]`.
    pub logits: &'a [T],
    /// The token.
    pub token: u32,
}

/// Why a row ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It has as many tokens as were asked for.
    Length,
    /// Its last token is one that ends an answer.
    EndToken,
    /// Whoever saw its tokens said so.
    Told,
}

/// A row that is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// Which row.
    pub row: usize,
    /// The tokens after the prompt.
    pub tokens: Vec<u32>,
    /// Why there are no more.
    pub ended: Ended,
}

/// A row that is being generated.
struct Row<T> {
    number: usize,
    /// Prompt and what follows.
    tokens: Vec<u32>,
    cache: Cache,
    /// After the last of the tokens.
    logits: Vec<T>,
}

impl<T: Real> LanguageModel<T> {
    /// Refuses prompts and lengths that do not fit, before anything is computed.
    ///
    /// # Errors
    /// A model that sees ahead or has no head, and a prompt that leaves no room for so many tokens.
    pub fn check_generation(&self, prompt: &[u32], n: usize) -> Result<(), Error> {
        if !self.config().attention.causal || !self.has_head() {
            return Err(Error::CannotGenerate);
        }
        Tokens::new(&[prompt.to_vec()])?.check(self.config())?;
        let (context, held) = (self.config().context, prompt.len());
        // The last token is not read again.
        if n > context - held + 1 {
            return Err(Error::GeneratesTooMuch { n, prompt: held, context });
        }
        Ok(())
    }

    /// Bytes that one more row of so many tokens takes, beside the weights: an estimate from above.
    pub fn row_bytes(&self, tokens: usize) -> u64 {
        let c = self.config();
        let kept = (2 * c.layers.len() * c.kv_heads * c.d_head) as u64;
        let grown = (4 * c.heads * c.d_head) as u64;
        let wide = (8 * c.d_model + 4 * c.d_mlp + 4 * c.vocab + 3 * c.heads * tokens) as u64;
        4 * ((kept + grown) * tokens as u64 + wide)
    }

    /// Generates from many prompts. `see` is told every token and says whether its row goes on; `done` is told
    /// every complete row, in order. A row has the same tokens and logits in every company.
    ///
    /// ```
    /// # use overt_nn::{Decode, Ended, LanguageModel, Sampler};
    /// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/goldens/gpt2");
    /// let model = LanguageModel::<f32>::open(folder.as_ref())?;
    /// let how = Decode {
    ///     n: 3,
    ///     sampler: Sampler { temperature: Some(1.0), ..Sampler::default() },
    ///     ends: vec![],
    ///     samples: 2,
    ///     rows: 4,
    ///     start: 0,
    /// };
    /// let mut rows = Vec::new();
    /// let prompts = [vec![3, 14, 15], vec![9]];
    /// model.decode(&prompts, &how, |_| true, |row| Ok::<_, overt_nn::Error>(rows.push(row)))?;
    /// assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [0, 1, 2, 3]);
    /// assert!(rows.iter().all(|row| row.tokens.len() == 3 && row.ended == Ended::Length));
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`LanguageModel::check_generation`]; numbers of the sampler out of range; what `done` refuses.
    pub fn decode<E: From<Error>>(
        &self,
        prompts: &[Vec<u32>],
        how: &Decode,
        mut see: impl FnMut(Decoding<'_, T>) -> bool,
        mut done: impl FnMut(Decoded) -> Result<(), E>,
    ) -> Result<(), E> {
        how.sampler.check()?;
        check_numbers(prompts.len(), how.samples)?;
        for prompt in prompts {
            self.check_generation(prompt, how.n)?;
        }
        let all = prompts.len() * how.samples;
        let (mut next, mut told) = (how.start, how.start);
        let mut active: Vec<Row<T>> = Vec::new();
        let mut waiting: Vec<Decoded> = Vec::new();
        // Samples of one prompt share what was computed of it.
        let mut ready: Option<(usize, Cache, Vec<T>)> = None;
        while next < all || !active.is_empty() {
            while next < all && active.len() < how.rows.max(1) {
                let at = next / how.samples;
                if how.n == 0 {
                    waiting.push(Decoded { row: next, tokens: Vec::new(), ended: Ended::Length });
                    next += 1;
                    continue;
                }
                if ready.as_ref().is_none_or(|(prompt, ..)| *prompt != at) {
                    let (cache, logits) = self.prefill(&prompts[at]);
                    ready = Some((at, cache, logits));
                }
                if let Some((_, cache, logits)) = &ready {
                    let tokens = prompts[at].clone();
                    let (cache, logits) = (cache.clone(), logits.clone());
                    active.push(Row { number: next, tokens, cache, logits });
                }
                next += 1;
            }
            let mut going = Vec::with_capacity(active.len());
            for mut row in active {
                match choose(&mut row, prompts, how, &mut see) {
                    None => going.push(row),
                    Some(ended) => {
                        let tokens = row.tokens.split_off(prompts[row.number / how.samples].len());
                        waiting.push(Decoded { row: row.number, tokens, ended });
                    }
                }
            }
            active = going;
            waiting.sort_by_key(|row| row.row);
            while waiting.first().is_some_and(|row| row.row == told) {
                done(waiting.remove(0))?;
                told += 1;
            }
            if !active.is_empty() {
                self.advance(&mut active);
            }
        }
        Ok(())
    }

    /// Keys and values of a prompt, and the logits behind it.
    fn prefill(&self, prompt: &[u32]) -> (Cache, Vec<T>) {
        let mut cache = Cache::default();
        let mut pass = Pass::<T>::plain();
        let all = Layout::batch(0, prompt.len(), &[prompt.len()]);
        let last = all.clone().last_rows();
        let past = Past::Grows(&mut cache);
        let mut forward = self.pass_over(self.weights(), &all, past, &mut pass);
        let mut stream = forward.embed(ids(prompt, self.device()));
        let layers = self.config().layers.len();
        for layer in 0..layers {
            if layer + 1 == layers {
                forward.layout = &last;
            }
            stream = forward.block(layer, stream);
        }
        let logits = Array::<T>::of(forward.unembed(stream, None)).values;
        (cache, logits)
    }

    /// Reads the last token of every row.
    fn advance(&self, rows: &mut [Row<T>]) {
        let group = |row: &Row<T>| Group {
            cells: 1,
            first: row.tokens.len() - 1,
            len: 1,
            lengths: Vec::new(),
        };
        let layout = Layout { groups: rows.iter().map(group).collect(), kept: None };
        let last: Vec<u32> = rows.iter().filter_map(|row| row.tokens.last().copied()).collect();
        let mut caches: Vec<&mut Cache> = rows.iter_mut().map(|row| &mut row.cache).collect();
        let mut pass = Pass::<T>::plain();
        let past = Past::Rows(&mut caches);
        let mut forward = self.pass_over(self.weights(), &layout, past, &mut pass);
        let logits = Array::<T>::of(forward.call(ids(&last, self.device()))).values;
        let vocab = self.config().vocab;
        for (row, logits) in rows.iter_mut().zip(logits.chunks_exact(vocab)) {
            row.logits = logits.to_vec();
        }
    }
}

/// Takes the next token of a row; says why it ends, where it does.
fn choose<T: Real>(
    row: &mut Row<T>,
    prompts: &[Vec<u32>],
    how: &Decode,
    see: &mut impl FnMut(Decoding<'_, T>) -> bool,
) -> Option<Ended> {
    let prompt = row.number / how.samples;
    let made = row.tokens.len() - prompts[prompt].len();
    let sample = row.number % how.samples;
    let draw = Draw { prompt: prompt as u64, sample: sample as u64, step: made as u64 };
    let token = how.sampler.choose(&row.logits, &row.tokens, draw);
    row.tokens.push(token);
    let goes_on = see(Decoding { row: row.number, logits: &row.logits, token });
    if how.ends.contains(&token) {
        Some(Ended::EndToken)
    } else if !goes_on {
        Some(Ended::Told)
    } else {
        (made + 1 >= how.n).then_some(Ended::Length)
    }
}

/// Every row must have random numbers of its own.
fn check_numbers(prompts: usize, samples: usize) -> Result<(), Error> {
    let check = |option, got: usize, limit: u64, expected| {
        if got as u64 > limit || got == 0 {
            return Err(Error::Sampling { option, got: got as f64, expected });
        }
        Ok(())
    };
    check("samples", samples, Draw::SAMPLES, "1 to 4096")?;
    check("prompts", prompts, Draw::PROMPTS, "1 to 16777216")
}

fn ids(tokens: &[u32], device: &burn::tensor::Device) -> Tensor<2, Int> {
    let ids: Vec<i64> = tokens.iter().map(|id| i64::from(*id)).collect();
    Tensor::from_data(TensorData::new(ids, [1, tokens.len()]), device)
}
