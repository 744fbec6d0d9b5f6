//! Tokens one after the other, with keys and values kept, taps and edits on.

use super::LanguageModel;
use super::cache::Cache;
use super::layout::Layout;
use super::pass::Past;
use super::sampling::{Draw, Sampler};
use crate::Error;
use burn::tensor::{Int, Tensor, TensorData};
use overt_site::{Array, DeclaredEdit, Pass, Real, Run, Trace};

/// What is generated, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Generate {
    /// At most so many tokens.
    pub n: usize,
    /// How each is chosen.
    pub sampler: Sampler,
    /// It ends after one of these tokens.
    pub ends: Vec<u32>,
    /// Edits, at positions counted from the start of the prompt; without positions, at every one.
    pub edits: Vec<DeclaredEdit>,
    /// Sites to keep, of every step.
    pub taps: Vec<String>,
    /// Which random numbers are drawn; the step is that of the token.
    pub draw: Draw,
    /// Whether keys and values are kept from step to step; the tokens are the same without.
    pub cached: bool,
}

/// One step: the tokens that went in, and what came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Step<T = f32> {
    /// The position of the first token that went in.
    pub first: usize,
    /// Logits after the last token, `[vocab]`.
    pub logits: Vec<T>,
    /// The chosen token.
    pub token: u32,
    /// What the taps kept of this step.
    pub trace: Trace<T>,
}

impl<T: Real> LanguageModel<T> {
    /// Generates from one prompt; `see` is told every step, and says whether to go on.
    ///
    /// ```
    /// # use overt_nn::{Generate, LanguageModel};
    /// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/goldens/gpt2");
    /// let model = LanguageModel::<f32>::open(folder.as_ref())?;
    /// let taps = vec!["blocks.0.resid_post".to_owned()];
    /// let how = Generate { n: 3, taps, cached: true, ..Generate::default() };
    /// let mut seen = Vec::new();
    /// let tokens = model.generate(&[3, 14, 15], &how, |step| {
    ///     seen.push(step);
    ///     true
    /// })?;
    /// assert_eq!((tokens.len(), seen.len()), (6, 3));
    /// // The first step runs over the prompt, each other over the one token before it.
    /// assert_eq!(seen[0].trace.get("blocks.0.resid_post")?.shape[1], 3);
    /// assert_eq!(seen[1].trace.get("blocks.0.resid_post")?.shape[1], 1);
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    ///
    /// # Errors
    /// A model that sees ahead or has no head, a prompt that leaves no room, edits that do not fit.
    pub fn generate(
        &self,
        prompt: &[u32],
        how: &Generate,
        mut see: impl FnMut(Step<T>) -> bool,
    ) -> Result<Vec<u32>, Error> {
        self.check_generation(prompt, how.n)?;
        how.sampler.check()?;
        let mut tokens = prompt.to_vec();
        let (mut cache, mut first) = (Cache::default(), 0);
        for step in 0..how.n {
            if !how.cached {
                (cache, first) = (Cache::default(), 0);
            }
            let (logits, trace) = self.step(&tokens[first..], first, how, &mut cache)?;
            let draw = Draw { step: step as u64, ..how.draw };
            let token = how.sampler.choose(&logits, &tokens, draw);
            let goes_on = see(Step { first, logits, token, trace });
            first = tokens.len();
            tokens.push(token);
            if !goes_on || how.ends.contains(&token) {
                break;
            }
        }
        Ok(tokens)
    }

    /// Further tokens, from a position on.
    fn step(
        &self,
        tokens: &[u32],
        first: usize,
        how: &Generate,
        cache: &mut Cache,
    ) -> Result<(Vec<T>, Trace<T>), Error> {
        let n = tokens.len();
        let sites = self.sites_over([n, first + n]);
        let mut run = Run::new();
        for tap in &how.taps {
            run = run.tap(self.site(tap)?);
        }
        for edit in &how.edits {
            let own = self.site(&edit.site)?;
            if let Some(edit) = within(edit, first, n) {
                run = run.edit(&own, edit.at(sites.get(&own)?, 1)?);
            }
        }
        let mut pass = Pass::begin(&sites, &run, 1)?;
        let layout = Layout::batch(first, n, &[first + n]);
        let ids: Vec<i64> = tokens.iter().map(|id| i64::from(*id)).collect();
        let ids = Tensor::<2, Int>::from_data(TensorData::new(ids, [1, n]), self.device());
        let past = Past::Grows(cache);
        let logits = self.pass_over(self.weights(), &layout, past, &mut pass).call(ids);
        let logits = Array::<T>::of(logits.narrow(1, n - 1, 1));
        Ok((logits.values, pass.finish()?))
    }
}

/// An edit as it stands in a step over some positions; none if it names none of them.
fn within(edit: &DeclaredEdit, first: usize, n: usize) -> Option<DeclaredEdit> {
    let Some(all) = &edit.pos else { return Some(edit.clone()) };
    let here = all.iter().filter(|at| (first..first + n).contains(at));
    let pos: Vec<usize> = here.map(|at| at - first).collect();
    (!pos.is_empty()).then(|| DeclaredEdit { pos: Some(pos), ..edit.clone() })
}
