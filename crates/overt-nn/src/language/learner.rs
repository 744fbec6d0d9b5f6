//! A language model under training: its weights are the leaves of a gradient.

use super::asked;
use super::layout::Layout;
use super::names::Names;
use super::source::Leaves;
use super::watch::Watch;
use super::{LanguageModel, Tokens, family};
use crate::{Error, Weights};
use burn::tensor::{Device, Tensor, TensorData};
use overt_site::{Array, Pass, Real, Sites};
use std::collections::BTreeMap;

/// A language model that can be differentiated by its weights, in `f32`, or in `f64` on request.
///
/// A value like the model itself: a step of training makes the next one.
///
/// ```
/// use overt_nn::{LanguageModel, Learner, Tokens, Weights};
///
/// let config = br#"{"model_type": "gpt2", "vocab_size": 20, "n_positions": 9, "n_embd": 8,
///     "n_head": 2, "n_layer": 1}"#;
/// let start = Weights::init(LanguageModel::weight_specs(config)?, 7);
/// let learner = Learner::<f32>::new(config, &start)?;
/// let logits = learner.logits(&Tokens::new(&[vec![3, 1, 4], vec![5]])?, &[0, 19])?;
/// assert_eq!(logits.dims(), [2, 2]);
///
/// let slope = learner.gradient(&logits.sum());
/// let down = start.values().iter().zip(&slope).map(|(weight, slope)| weight - 0.1 * slope);
/// let next = learner.with_values(down.collect());
/// assert_eq!(slope.len(), next.weights().values().len());
/// # Ok::<(), overt_nn::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Learner<T = f32> {
    names: Names,
    weights: Weights,
    leaves: BTreeMap<String, Tensor<1>>,
    model: LanguageModel<T>,
}

impl<T: Real> Learner<T> {
    /// From the bytes of a `config.json`, and the weights that it asks for.
    ///
    /// # Errors
    /// A configuration with a key that is not understood; a model without a head; weights of another
    /// configuration.
    pub fn new(config: &[u8], weights: &Weights) -> Result<Self, Error> {
        let (config, names) = family::read(config)?;
        weights.check(&asked::specs(&config, &names)?)?;
        let device = Device::flex().autodiff();
        let leaves = leaves::<T>(weights, &device);
        let model = LanguageModel::assemble(config, &names, &mut Leaves(&leaves), &device)?;
        if !model.has_head() {
            return Err(Error::NoHead);
        }
        Ok(Self { names, weights: weights.clone(), leaves, model })
    }

    /// The same model with other numbers.
    ///
    /// # Panics
    /// When the count differs: a bug of the caller.
    #[must_use]
    #[track_caller]
    pub fn with_values(&self, values: Vec<f32>) -> Self {
        let weights = self.weights.with_values(values);
        let (config, device) = (self.model.config().clone(), self.model.device());
        let leaves = leaves::<T>(&weights, device);
        let model = LanguageModel::assemble(config, &self.names, &mut Leaves(&leaves), device);
        Self { names: self.names, weights, leaves, model: model.expect("the names are the same") }
    }

    /// The weights.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// Some columns of the logits behind the last token of every row, `[batch, column]`, from which
    /// [`Learner::gradient`] goes backward.
    ///
    /// # Errors
    /// Tokens or columns beyond the vocabulary; rows beyond the context.
    pub fn logits(&self, tokens: &Tokens, columns: &[u32]) -> Result<Tensor<2>, Error> {
        self.model.check_columns(tokens, columns)?;
        Ok(self.model.watched_logits(tokens, columns, &mut Pass::<T>::plain()))
    }

    /// The same logits, and beside them the residual stream behind every block at the last token of
    /// every row, `[batch, width]`, first block first; [`Learner::gradient`] goes backward from
    /// either.
    ///
    /// ```
    /// use overt_nn::{LanguageModel, Learner, Tokens, Weights};
    ///
    /// let config = br#"{"model_type": "gpt2", "vocab_size": 20, "n_positions": 9, "n_embd": 8,
    ///     "n_head": 2, "n_layer": 3}"#;
    /// let start = Weights::init(LanguageModel::weight_specs(config)?, 7);
    /// let learner = Learner::<f32>::new(config, &start)?;
    /// let tokens = Tokens::new(&[vec![3, 1, 4], vec![5]])?;
    /// let (logits, streams) = learner.logits_and_streams(&tokens, &[0, 19])?;
    /// assert_eq!(logits.dims(), [2, 2]);
    /// let shapes: Vec<_> = streams.iter().map(|stream| stream.dims()).collect();
    /// assert_eq!(shapes, [[2, 8]; 3]);
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Learner::logits`].
    pub fn logits_and_streams(
        &self,
        tokens: &Tokens,
        columns: &[u32],
    ) -> Result<(Tensor<2>, Vec<Tensor<2>>), Error> {
        self.model.check_columns(tokens, columns)?;
        let mut streams = Streams::of(tokens);
        let logits = self.model.watched_logits(tokens, columns, &mut streams);
        Ok((logits, streams.behind))
    }

    /// Where it computes: tensors that meet its own are made there.
    pub fn device(&self) -> Device {
        self.model.device().clone()
    }

    /// Every site of a pass over this many positions.
    pub fn sites(&self, positions: usize) -> Sites {
        self.model.sites(positions)
    }

    /// The same logits from a pass that follows sites and turns their values on the way, with which
    /// [`Learner::gradient`] goes backward, too.
    ///
    /// A value has one row for each prompt: all positions of it, `[batch, pos * width]`, and behind the
    /// last attention, where nothing reads the others, that of its last token alone, `[batch, width]`.
    ///
    /// ```
    /// use overt_nn::{LanguageModel, Learner, Tokens, Weights};
    /// use overt_site::Pass;
    ///
    /// let config = br#"{"model_type": "gpt2", "vocab_size": 20, "n_positions": 9, "n_embd": 8,
    ///     "n_head": 2, "n_layer": 1}"#;
    /// let start = Weights::init(LanguageModel::weight_specs(config)?, 7);
    /// let learner = Learner::<f32>::new(config, &start)?;
    /// let tokens = Tokens::new(&[vec![3, 1, 4], vec![1, 5, 9]])?;
    /// let mut pass = Pass::plain()
    ///     .follow("embed")
    ///     .through("blocks.0.mlp.post", |neurons| neurons * 0.0)
    ///     .follow("blocks.0.mlp.post");
    /// let logits = learner.logits_in(&tokens, &[0, 19], &mut pass)?;
    /// assert_eq!(logits.dims(), [2, 2]);
    /// assert_eq!(pass.followed("embed")?.dims(), [2, 3 * 8]);
    /// assert_eq!(pass.followed("blocks.0.mlp.post")?.dims(), [2, 32]);
    /// pass.finish()?;
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Learner::logits`]; what the pass never reached is told by [`Pass::finish`].
    pub fn logits_in(
        &self,
        tokens: &Tokens,
        columns: &[u32],
        pass: &mut Pass<T>,
    ) -> Result<Tensor<2>, Error> {
        self.model.check_columns(tokens, columns)?;
        let mut rows = Rows { pass, are_last: false };
        Ok(self.model.watched_logits(tokens, columns, &mut rows))
    }

    /// What the site `embed` has before any pass turns it, `[batch, pos * width]`.
    ///
    /// ```
    /// use overt_nn::{LanguageModel, Learner, Tokens, Weights};
    /// use overt_site::Array;
    ///
    /// let config = br#"{"model_type": "gpt2", "vocab_size": 20, "n_positions": 9, "n_embd": 8,
    ///     "n_head": 2, "n_layer": 1}"#;
    /// let start = Weights::init(LanguageModel::weight_specs(config)?, 7);
    /// let learner = Learner::<f32>::new(config, &start)?;
    /// let embedded = Array::<f32>::of(learner.embedded(&Tokens::new(&[vec![3, 1]])?)?.inner());
    /// let table = start.get("transformer.wte.weight").expect("a GPT-2 has it");
    /// assert_eq!(embedded.values, [table.row(3), table.row(1)].concat());
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Learner::logits`].
    pub fn embedded(&self, tokens: &Tokens) -> Result<Tensor<2>, Error> {
        self.model.check_columns(tokens, &[])?;
        let mut pass = Pass::<T>::plain().follow("embed");
        self.model.embed(tokens, &mut pass);
        Ok(pass.followed("embed")?)
    }

    /// The gradient of a scalar of the logits by every weight, flat and in the order of
    /// [`Learner::weights`]; zero where the scalar does not depend on it.
    ///
    /// # Panics
    /// When the scalar does not come from logits of this learner: a bug of the caller.
    #[track_caller]
    pub fn gradient(&self, scalar: &Tensor<1>) -> Vec<T> {
        let gradients = scalar.backward();
        let mut flat = Vec::with_capacity(self.weights.values().len());
        for (spec, values) in self.weights.spans() {
            match self.leaves[&spec.name].grad(&gradients) {
                Some(slope) => flat.extend(Array::<T>::of(slope).values),
                None => flat.extend(std::iter::repeat_n(T::default(), values.len())),
            }
        }
        flat
    }
}

/// Keeps the stream behind every block, one row for each prompt.
struct Streams {
    last: Layout,
    behind: Vec<Tensor<2>>,
}

impl Streams {
    fn of(tokens: &Tokens) -> Self {
        let last = Layout::batch(0, tokens.positions(), tokens.lengths()).last_rows();
        Self { last, behind: Vec::new() }
    }

    fn keep_last<const D: usize>(&mut self, stream: Tensor<D>) {
        let prompts = self.last.groups[0].cells;
        let shape = stream.dims();
        // Behind the last attention there are no other rows.
        let has_others = shape[0] * shape[1] > prompts;
        let rows = if has_others { self.last.keep(stream) } else { stream };
        self.behind.push(rows.reshape([prompts, shape[D - 1]]));
    }
}

impl Watch for Streams {
    fn at<const D: usize>(&mut self, site: &str, value: Tensor<D>) -> Tensor<D> {
        if site.ends_with(".resid_post") {
            self.keep_last(value.clone());
        }
        value
    }

    fn at_group<const D: usize>(&mut self, _: &str, _: usize, value: Tensor<D>) -> Tensor<D> {
        value
    }

    fn keep(&mut self, _: &[usize]) {}

    fn wants(&self, _: &str) -> bool {
        false
    }
}

/// Offers a pass values with one row for each prompt.
struct Rows<'a, T> {
    pass: &'a mut Pass<T>,
    /// Whether only last tokens are left, `[1, batch, …]`.
    are_last: bool,
}

impl<T: Real> Rows<'_, T> {
    fn offer<const D: usize>(&mut self, site: &str, value: Tensor<D>) -> Tensor<D> {
        if !self.are_last {
            return self.pass.at(site, value);
        }
        let shape = value.dims();
        let mut by_prompt = shape;
        by_prompt.swap(0, 1);
        self.pass.at(site, value.reshape(by_prompt)).reshape(shape)
    }
}

impl<T: Real> Watch for Rows<'_, T> {
    fn at<const D: usize>(&mut self, site: &str, value: Tensor<D>) -> Tensor<D> {
        self.offer(site, value)
    }

    fn at_group<const D: usize>(&mut self, site: &str, _: usize, value: Tensor<D>) -> Tensor<D> {
        self.offer(site, value)
    }

    fn keep(&mut self, _: &[usize]) {
        self.are_last = true;
    }

    fn wants(&self, site: &str) -> bool {
        self.pass.wants(site)
    }
}

fn leaves<T: Real>(weights: &Weights, device: &Device) -> BTreeMap<String, Tensor<1>> {
    let leaf = |values: &[f32]| {
        let values: Vec<T> = values.iter().map(|value| T::nearest(f64::from(*value))).collect();
        let n = values.len();
        Tensor::from_data(TensorData::new(values, [n]), (device, T::DTYPE)).require_grad()
    };
    weights.spans().map(|(spec, values)| (spec.name.clone(), leaf(values))).collect()
}
