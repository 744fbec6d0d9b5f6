//! A language model as a value: a configuration and its weights.

use super::adapter::{self, Adapted, Adapter, Manner};
use super::asked;
use super::checkpoint::Checkpoint;
use super::config::HeadKind;
use super::config::LanguageConfig;
use super::files::ModelFiles;
use super::layout::Layout;
use super::names::Names;
use super::pass::{Forward, Past};
use super::source::{Files, Outline, Source};
use super::watch::Watch;
use super::weights::{self, Weights};
use super::{ModelPath, Tokens, family, sites, spelling};
use crate::{Error, WeightSpec};
use burn::tensor::{Device, Int, Tensor, TensorData};
use overt_site::{Array, Pass, Real, Run, Sites, Trace};
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::path::Path;

/// Gradients by the name of the site.
pub type SiteGradients<T> = BTreeMap<String, Array<T>>;

/// A language model that computes in `f32`, or in `f64` on request.
#[derive(Clone, Debug)]
pub struct LanguageModel<T = f32> {
    config: LanguageConfig,
    weights: Weights,
    device: Device,
    warnings: Vec<String>,
    numbers: PhantomData<T>,
}

impl LanguageModel {
    /// Every weight that the bytes of a `config.json` ask for, as files name them, and how it
    /// starts: embeddings with a spread of 0.02, projections with one over the root of their inputs,
    /// gains as one, biases as zero.
    ///
    /// ```
    /// let config = br#"{"model_type": "gpt2", "vocab_size": 20, "n_positions": 9, "n_embd": 8,
    ///     "n_head": 2, "n_layer": 1}"#;
    /// let specs = overt_nn::LanguageModel::weight_specs(config)?;
    /// assert_eq!((specs[0].name.as_str(), &specs[0].shape[..]), ("transformer.wte.weight", &[20, 8][..]));
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    ///
    /// # Errors
    /// A configuration with a key that is not understood.
    pub fn weight_specs(config: &[u8]) -> Result<Vec<WeightSpec>, Error> {
        let (config, names) = family::read(config)?;
        asked::specs(&config, &names)
    }
}

impl<T: Real> LanguageModel<T> {
    /// Opens a Hugging Face folder: `config.json`, and `model.safetensors` or its shards.
    ///
    /// # Errors
    /// A configuration with a key that is not understood; weights that are damaged or do not fit it.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::open_on(path, &Device::flex())
    }

    /// The same, computing on another device: `Device::vulkan` and `Device::cuda` exist where the features
    /// of these names are switched on. It adds as is natural there.
    ///
    /// ```
    /// use overt_nn::{Device, LanguageModel, Tokens};
    /// use overt_site::Run;
    ///
    /// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/goldens/gpt2");
    /// let here = LanguageModel::<f32>::open(folder.as_ref())?;
    /// let there = LanguageModel::<f32>::open_on(folder.as_ref(), &Device::flex())?;
    /// let tokens = Tokens::new(&[vec![3, 1, 4]])?;
    /// assert_eq!(there.run(&tokens, &Run::new())?, here.run(&tokens, &Run::new())?);
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`LanguageModel::open`].
    pub fn open_on(path: &Path, device: &Device) -> Result<Self, Error> {
        Self::open_model(&path.into(), device)
    }

    /// The same for a model that is more than a folder: a `.gguf` file, or either with an adapter.
    ///
    /// # Errors
    /// As [`LanguageModel::open`].
    pub fn open_model(model: &ModelPath, device: &Device) -> Result<Self, Error> {
        Self::open_with(model, device, Manner::Apart)
    }

    /// The same with the adapter in the weights: it has no site, and a pass costs what one of the base costs.
    ///
    /// Without an adapter this is [`LanguageModel::open_model`].
    ///
    /// # Errors
    /// As [`LanguageModel::open`].
    pub fn open_merged(model: &ModelPath, device: &Device) -> Result<Self, Error> {
        Self::open_with(model, device, Manner::Merged)
    }

    fn open_with(model: &ModelPath, device: &Device, manner: Manner) -> Result<Self, Error> {
        let files = ModelFiles::open(&model.path)?;
        let (config, mut checkpoint) = (files.config()?, files.checkpoint()?);
        let Some(mut adapter) = Adapter::of(model)? else {
            return Self::read(&config, checkpoint, device);
        };
        adapter.check_base(|| checkpoint.digest())?;
        let mut warnings: Vec<String> = doubts(model, &adapter, &config).into_iter().collect();
        let (config, names) = family::read(&config)?;
        let files = Files::<T> { checkpoint: &mut checkpoint, device, numbers: PhantomData };
        let base = (files, config.head.kind == HeadKind::Tied);
        let mut adapted = Adapted::<_, T>::new(base, &mut adapter, &names, device, manner);
        let mut model = Self::assemble(config, &names, &mut adapted, device)?;
        warnings.extend(adapted.finish()?);
        checkpoint.finish(names.no_weights)?;
        model.warnings = warnings;
        Ok(model)
    }

    /// What a person should know of the files, though the model opens.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Every site of a run over so many positions, and what a person should know. Weights of the base are not
    /// read, those of an adapter are.
    ///
    /// # Errors
    /// A configuration with a key that is not understood; an adapter that does not fit it.
    pub fn sites_of(model: &ModelPath, positions: usize) -> Result<(Sites, Vec<String>), Error> {
        let files = ModelFiles::open(&model.path)?;
        let json = files.config()?;
        let (config, names) = family::read(&json)?;
        let Some(mut adapter) = Adapter::of(model)? else {
            return Ok((config.sites(positions), Vec::new()));
        };
        let mut warnings: Vec<String> = doubts(model, &adapter, &json).into_iter().collect();
        let (checkpoint, device) = (files.checkpoint()?, Device::flex());
        let base = (Outline(&checkpoint), config.head.kind == HeadKind::Tied);
        let mut adapted = Adapted::<_, T>::new(base, &mut adapter, &names, &device, Manner::Apart);
        let model = Self::assemble(config, &names, &mut adapted, &device)?;
        warnings.extend(adapted.finish()?);
        Ok((model.sites(positions), warnings))
    }

    /// SHA-256 of the tensors and of the configuration of a model's adapter, if it has one.
    ///
    /// # Errors
    /// A folder that holds no adapter.
    pub fn adapter_digest(model: &ModelPath) -> Result<Option<String>, Error> {
        Ok(Adapter::of(model)?.map(|adapter| adapter.digest().to_owned()))
    }

    /// The same from the bytes of `config.json` and of one safetensors file.
    ///
    /// # Errors
    /// As [`LanguageModel::open`].
    pub fn from_bytes(config: &[u8], weights: Vec<u8>) -> Result<Self, Error> {
        let checkpoint = Checkpoint::read(vec![("weights".into(), Box::new(weights))])?;
        Self::read(config, checkpoint, &Device::flex())
    }

    /// The same from the bytes of `config.json` and weights on the host.
    ///
    /// ```
    /// use overt_nn::{LanguageModel, Tokens, Weights};
    /// use overt_site::Run;
    ///
    /// let config = br#"{"model_type": "gpt2", "vocab_size": 20, "n_positions": 9, "n_embd": 8,
    ///     "n_head": 2, "n_layer": 1}"#;
    /// let weights = Weights::init(LanguageModel::weight_specs(config)?, 7);
    /// let model = LanguageModel::<f32>::with_weights(config, &weights)?;
    /// let (logits, _) = model.run(&Tokens::new(&[vec![3, 1, 4]])?, &Run::new())?;
    /// assert_eq!(logits.shape, [1, 3, 20]);
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`LanguageModel::open`].
    pub fn with_weights(config: &[u8], weights: &crate::Weights) -> Result<Self, Error> {
        Self::from_bytes(config, weights.to_safetensors()?)
    }

    fn read(config: &[u8], mut checkpoint: Checkpoint, device: &Device) -> Result<Self, Error> {
        let (config, names) = family::read(config)?;
        let mut files = Files::<T> { checkpoint: &mut checkpoint, device, numbers: PhantomData };
        let model = Self::assemble(config, &names, &mut files, device)?;
        checkpoint.finish(names.no_weights)?;
        Ok(model)
    }

    /// A model whose weights come from anywhere.
    pub(crate) fn assemble(
        mut config: LanguageConfig,
        names: &Names,
        source: &mut impl Source,
        device: &Device,
    ) -> Result<Self, Error> {
        let weights = weights::take(source, &mut config, names)?;
        let (device, warnings) = (device.clone(), Vec::new());
        Ok(Self { config, weights, device, warnings, numbers: PhantomData })
    }

    /// SHA-256 of the weights of a model, the same however they are divided into files.
    ///
    /// # Errors
    /// Files that are damaged.
    pub fn digest(model: &ModelPath) -> Result<String, Error> {
        ModelFiles::open(&model.path)?.checkpoint()?.digest()
    }

    /// The weights, by the part that reads them.
    pub(crate) fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The site that a name means: our own, or that of `TransformerLens` or interp-engine, where it is
    /// the same tensor.
    ///
    /// # Errors
    /// A name of no site in this model, with the nearest ones.
    pub fn site(&self, name: &str) -> Result<String, Error> {
        let own = spelling::own(&self.config, name);
        self.sites(1).get(&own)?;
        Ok(own)
    }

    /// The architecture.
    pub fn config(&self) -> &LanguageConfig {
        &self.config
    }

    /// Whether it ends with logits, and not with its residual stream.
    pub fn has_head(&self) -> bool {
        self.config.head.kind != HeadKind::Absent
    }

    /// Every site of a run over this many positions.
    pub fn sites(&self, positions: usize) -> Sites {
        self.sites_over([positions, positions])
    }

    /// The sites of a pass over so many positions, which look at so many keys.
    pub(crate) fn sites_over(&self, extents: [usize; 2]) -> Sites {
        let sites = sites::list(&self.config, extents);
        adapter::weave(sites, &self.weights, &self.config, extents[0])
    }

    /// One forward pass with the taps and edits of a run: logits `[batch, pos, vocab]`, or the last
    /// stream `[batch, pos, d_model]` of a model without a head.
    ///
    /// # Errors
    /// Tokens beyond the vocabulary or the context; a run that does not fit the model.
    pub fn run(&self, tokens: &Tokens, run: &Run<T>) -> Result<(Array<T>, Trace<T>), Error> {
        tokens.check(&self.config)?;
        let sites = self.sites(tokens.positions());
        let mut pass = Pass::begin(&sites, run, tokens.batch())?;
        let out = self.forward(&self.weights, tokens, &self.device, &mut pass);
        Ok((Array::of(out), pass.finish()?))
    }

    /// The same without the logits, which nothing reads: the trace alone.
    ///
    /// # Errors
    /// As [`LanguageModel::run`]; a site of the head, which is not reached.
    pub(crate) fn trace(&self, tokens: &Tokens, run: &Run<T>) -> Result<Trace<T>, Error> {
        tokens.check(&self.config)?;
        let sites = self.sites(tokens.positions());
        let mut pass = Pass::begin(&sites, run, tokens.batch())?;
        let layout = Layout::batch(0, tokens.positions(), tokens.lengths());
        let mut forward = self.pass_over(&self.weights, &layout, Past::None, &mut pass);
        let stream = forward.embed(ids(tokens, &self.device));
        (0..self.config.layers.len()).fold(stream, |stream, layer| forward.block(layer, stream));
        Ok(pass.finish()?)
    }

    /// Logits of some rows of the last stream, `[1, row, d_model]`: all, or some columns.
    pub(crate) fn last_logits(&self, rows: Tensor<3>, columns: Option<&[u32]>) -> Tensor<3> {
        let mut pass = Pass::<T>::plain();
        let layout = Layout::none();
        let mut forward = self.pass_over(&self.weights, &layout, Past::None, &mut pass);
        forward.unembed(rows, columns)
    }

    /// Some columns of the logits behind the last token of every row, `[batch, column]`, with the bits
    /// of [`LanguageModel::run`] in less than half of its time: what nothing reads is not computed.
    ///
    /// ```
    /// use overt_nn::{LanguageModel, Tokens, Weights};
    /// use overt_site::Run;
    ///
    /// let config = br#"{"model_type": "gpt2", "vocab_size": 20, "n_positions": 9, "n_embd": 8,
    ///     "n_head": 2, "n_layer": 2}"#;
    /// let weights = Weights::init(LanguageModel::weight_specs(config)?, 7);
    /// let model = LanguageModel::<f32>::with_weights(config, &weights)?;
    /// let tokens = Tokens::new(&[vec![3, 1, 4]])?;
    /// let (all, _) = model.run(&tokens, &Run::new())?;
    /// let next = model.next_logits(&tokens, &[19, 2])?;
    /// assert_eq!(next.values, [all.values[2 * 20 + 19], all.values[2 * 20 + 2]]);
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    ///
    /// # Errors
    /// Tokens or columns beyond the vocabulary; rows beyond the context; a model without a head.
    pub fn next_logits(&self, tokens: &Tokens, columns: &[u32]) -> Result<Array<T>, Error> {
        self.check_columns(tokens, columns)?;
        if !self.has_head() {
            return Err(Error::NoHead);
        }
        Ok(Array::of(self.watched_logits(tokens, columns, &mut Pass::<T>::plain())))
    }

    /// Refuses tokens and columns that are not there.
    pub(crate) fn check_columns(&self, tokens: &Tokens, columns: &[u32]) -> Result<(), Error> {
        tokens.check(&self.config)?;
        let vocab = self.config.vocab;
        match columns.iter().find(|column| **column as usize >= vocab) {
            Some(column) => Err(Error::NoSuchLogit { id: *column, vocab }),
            None => Ok(()),
        }
    }

    /// Some columns of the logits behind the last token of every row, with every intermediate offered
    /// to a watch; behind the last attention, these have one row for each prompt, `[1, batch, …]`:
    /// nothing reads the others.
    pub(crate) fn watched_logits<W: Watch>(
        &self,
        tokens: &Tokens,
        columns: &[u32],
        watch: &mut W,
    ) -> Tensor<2> {
        let all = Layout::batch(0, tokens.positions(), tokens.lengths());
        let last = all.clone().last_rows();
        let mut forward = self.pass_over(&self.weights, &all, Past::None, watch);
        let mut stream = forward.embed(ids(tokens, &self.device));
        let layers = self.config.layers.len();
        for layer in 0..layers {
            if layer + 1 == layers {
                forward.layout = &last;
            }
            stream = forward.block(layer, stream);
        }
        let logits = forward.unembed(stream, Some(columns));
        logits.reshape([tokens.batch(), columns.len()])
    }

    /// Tokens to the residual stream before the first block, offered to a watch on the way.
    pub(crate) fn embed<W: Watch>(&self, tokens: &Tokens, watch: &mut W) -> Tensor<3> {
        let layout = Layout::batch(0, tokens.positions(), tokens.lengths());
        self.pass_over(&self.weights, &layout, Past::None, watch).embed(ids(tokens, &self.device))
    }

    /// The gradient, at every site that the run asks for, of a scalar of the output.
    ///
    /// # Errors
    /// As [`LanguageModel::run`]; a site that the scalar does not depend on.
    pub fn gradients(
        &self,
        tokens: &Tokens,
        run: &Run<T>,
        scalar: impl FnOnce(&Tensor<3>) -> Tensor<1>,
    ) -> Result<(Array<T>, SiteGradients<T>), Error> {
        tokens.check(&self.config)?;
        let sites = self.sites(tokens.positions());
        let mut pass = Pass::begin(&sites, run, tokens.batch())?;
        let device = self.device.clone().autodiff();
        let out = self.forward(&self.weights.on_tape(), tokens, &device, &mut pass);
        let found = pass.backward(&scalar(&out))?;
        pass.finish()?;
        Ok((Array::of(out.inner()), found))
    }

    fn forward(
        &self,
        weights: &Weights,
        tokens: &Tokens,
        device: &Device,
        pass: &mut Pass<T>,
    ) -> Tensor<3> {
        let layout = Layout::batch(0, tokens.positions(), tokens.lengths());
        self.pass_over(weights, &layout, Past::None, pass).call(ids(tokens, device))
    }

    /// A pass that is about to begin.
    pub(crate) fn pass_over<'a, W>(
        &'a self,
        weights: &'a Weights,
        layout: &'a Layout,
        past: Past<'a>,
        watch: &'a mut W,
    ) -> Forward<'a, T, W> {
        Forward { config: &self.config, weights, layout, past, watch, numbers: PhantomData }
    }

    /// Where it computes.
    pub(crate) fn device(&self) -> &Device {
        &self.device
    }
}

/// Whether the adapter was made for another model, by what both say of themselves.
fn doubts(model: &ModelPath, adapter: &Adapter, config: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        #[serde(rename = "_name_or_path")]
        name: Option<String>,
    }
    if adapter.knows_base() {
        return None;
    }
    let named: Option<Named> = serde_json::from_slice(config).ok();
    let name = named.and_then(|named| named.name);
    adapter::doubts(adapter.made_for(), name.as_deref(), &model.path)
}

/// Token ids on a device, `[batch, pos]`.
pub(crate) fn ids(tokens: &Tokens, device: &Device) -> Tensor<2, Int> {
    let ids: Vec<i64> = tokens.ids().iter().map(|id| i64::from(*id)).collect();
    let data = TensorData::new(ids, [tokens.batch(), tokens.positions()]);
    Tensor::from_data(data, device)
}
