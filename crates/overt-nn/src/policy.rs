//! A policy network as a value: a configuration and its weights.

use crate::{
    Architecture, Error, Outputs, Parameters, PolicyConfig, Profile, Weights, conv::Trunk,
    conv_policy, impala_policy, layers,
};
use burn::tensor::{Device, Tensor};
use overt_site::{Array, Pass, Run, Sites, Trace};
use std::collections::BTreeMap;

/// A network that acts in mazes.
#[derive(Clone, Debug)]
pub struct Policy {
    config: PolicyConfig,
    sites: Sites,
    weights: Weights,
    forward: Forward,
    /// Where nobody watches the spatial layers; nothing on a device with kernels of its own.
    trunk: Option<Trunk>,
}

/// The forward pass of an architecture with weights on a device.
#[derive(Clone, Debug)]
pub struct Forward {
    config: PolicyConfig,
    parameters: Parameters,
    device: Device,
    profile: Profile,
}

impl Forward {
    /// Puts weights on a device; with autodiff, they are leaves of the gradient.
    pub fn new(config: PolicyConfig, weights: &Weights, device: &Device) -> Self {
        let (parameters, profile) = (weights.on(device), Profile::Native);
        Self { config, parameters, device: device.clone(), profile }
    }

    /// The same forward pass, adding in another order.
    #[must_use]
    pub(crate) fn with_profile(self, profile: Profile) -> Self {
        Self { profile, ..self }
    }

    /// The same with the weights as leaves of the gradient.
    #[must_use]
    pub fn differentiable(self) -> Self {
        Self { parameters: self.parameters.differentiable(), ..self }
    }

    /// The weights on the device.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Where it computes.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// What follows the last map, `[batch, row, col, channel]`: logits and value.
    fn heads(&self, map: Vec<f32>, pass: &mut Pass) -> Outputs<Tensor<2>> {
        let len = self.config.size * self.config.size * self.config.channels;
        let flat = Array::new(vec![map.len() / len, len], map).tensor(&self.device);
        layers::heads_of(&self.parameters, self.profile, flat, pass)
    }

    /// `x [batch, row, col, feature]` to logits and value; the pass sees every intermediate.
    pub fn call(&self, x: Tensor<4>, pass: &mut Pass) -> Outputs<Tensor<2>> {
        let Self { config, parameters, profile, .. } = self;
        match config.architecture {
            Architecture::Conv => conv_policy::forward(config, parameters, *profile, x, pass),
            Architecture::Impala => impala_policy::forward(config, parameters, *profile, x, pass),
        }
    }
}

impl Policy {
    /// A configuration with its weights.
    ///
    /// # Errors
    /// A configuration out of range, or weights of another configuration.
    pub fn new(config: PolicyConfig, weights: Weights) -> Result<Self, Error> {
        config.check()?;
        weights.check(&config.weights())?;
        let forward = Forward::new(config, &weights, &Device::flex());
        let trunk = Trunk::new(&config, &weights);
        Ok(Self { config, sites: config.sites(), weights, forward, trunk })
    }

    /// An untrained network.
    ///
    /// # Errors
    /// A configuration out of range.
    pub fn init(config: PolicyConfig, seed: u64) -> Result<Self, Error> {
        config.check()?;
        Self::new(config, Weights::init(config.weights(), seed))
    }

    /// The same policy, computing on another device: `Device::vulkan` and `Device::cuda` exist where
    /// the features of these names are switched on. It adds as is natural there.
    ///
    /// ```
    /// use overt_nn::{Architecture, Device, Policy, PolicyConfig};
    /// # use overt_site::{Array, Run};
    /// # let config = PolicyConfig {
    /// #     architecture: Architecture::Impala,
    /// #     size: 7, features: 12, channels: 16, layers: 1, dense: 8, actions: 4,
    /// # };
    /// let policy = Policy::init(config, 1)?;
    /// let there = policy.on(&Device::flex());
    /// let seen = Array::new(vec![2, 7, 7, 12], vec![0.5; 2 * 7 * 7 * 12]);
    /// assert_eq!(there.run(&seen, &Run::new())?, policy.run(&seen, &Run::new())?);
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    #[must_use]
    pub fn on(&self, device: &Device) -> Self {
        let is_ours = *device == Device::flex();
        let trunk = is_ours.then(|| Trunk::new(&self.config, &self.weights)).flatten();
        Self { forward: Forward::new(self.config, &self.weights, device), trunk, ..self.clone() }
    }

    /// The same policy, giving the same bits on every processor, in every batch and at any number of
    /// threads: what evidence is made of.
    ///
    /// ```
    /// use overt_nn::{Architecture, Policy, PolicyConfig};
    /// # use overt_site::{Array, Run};
    /// # let config = PolicyConfig {
    /// #     architecture: Architecture::Conv,
    /// #     size: 7, features: 12, channels: 16, layers: 1, dense: 8, actions: 4,
    /// # };
    /// let policy = Policy::init(config, 1)?.portable();
    /// let seen = |rows| Array::new(vec![rows, 7, 7, 12], vec![0.3; rows * 7 * 7 * 12]);
    /// let (one, _) = policy.run(&seen(1), &Run::new())?;
    /// let (many, _) = policy.run(&seen(64), &Run::new())?;
    /// assert_eq!(one.logits.row(0), many.logits.row(63));
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    #[must_use]
    pub fn portable(&self) -> Self {
        // Graphics processors add in an order of their own.
        let there = self.on(&Device::flex());
        Self { forward: there.forward.with_profile(Profile::Portable), ..there }
    }

    /// How it adds.
    pub fn profile(&self) -> Profile {
        self.forward.profile
    }

    /// The architecture.
    pub fn config(&self) -> &PolicyConfig {
        &self.config
    }

    /// Every site, complete and the same for every run.
    pub fn sites(&self) -> &Sites {
        &self.sites
    }

    /// The weights.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// One forward pass with the taps and edits of a run.
    ///
    /// # Shapes
    /// `observation [batch, row, col, feature]`.
    ///
    /// # Errors
    /// An observation that does not fit, or a run that does not fit the network.
    pub fn run(&self, observation: &Array, run: &Run) -> Result<(Outputs<Array>, Trace), Error> {
        self.check(observation)?;
        let mut pass = Pass::begin(&self.sites, run, observation.rows())?;
        let out = match self.trunk.as_ref().filter(|_| self.is_of_heads(run)) {
            Some(trunk) => self.forward.heads(trunk.run(&observation.values), &mut pass),
            None => self.forward.call(observation.tensor(&self.forward.device), &mut pass),
        };
        Ok((read(out), pass.finish()?))
    }

    /// Whether a run has nothing to do with the spatial layers.
    fn is_of_heads(&self, run: &Run) -> bool {
        let heads = layers::head_sites(&self.config);
        run.sites().all(|site| heads.iter().any(|head| head.name == site))
    }

    /// The gradient, at every site that the run asks for, of a scalar of the output.
    ///
    /// The scalar is a sum over the batch when rows do not mix, so that each row's gradient is its
    /// own.
    ///
    /// # Errors
    /// As [`Policy::run`]; a site that the scalar does not depend on.
    pub fn gradients(
        &self,
        observation: &Array,
        run: &Run,
        scalar: impl FnOnce(&Outputs<Tensor<2>>) -> Tensor<1>,
    ) -> Result<(Outputs<Array>, BTreeMap<String, Array>), Error> {
        self.check(observation)?;
        let mut pass = Pass::begin(&self.sites, run, observation.rows())?;
        let device = self.forward.device.clone().autodiff();
        let forward =
            Forward::new(self.config, &self.weights, &device).with_profile(self.forward.profile);
        let out = forward.call(observation.tensor(&device), &mut pass);
        let found = pass.backward(&scalar(&out))?;
        pass.finish()?;
        let out = Outputs { logits: out.logits.inner(), value: out.value.inner() };
        Ok((read(out), found))
    }

    fn check(&self, observation: &Array) -> Result<(), Error> {
        let (size, features) = (self.config.size, self.config.features);
        let fits = observation.shape.len() == 4
            && observation.rows() > 0
            && observation.shape[1..] == [size, size, features];
        if fits {
            return Ok(());
        }
        Err(Error::ObservationShape { got: observation.shape.clone(), size, features })
    }
}

fn read(out: Outputs<Tensor<2>>) -> Outputs<Array> {
    Outputs { logits: Array::of(out.logits), value: Array::of(out.value) }
}

/// Reads a policy from the bytes of `config.json` and `model.safetensors`.
///
/// # Errors
/// A configuration or weights that are damaged, too large, or do not fit each other.
pub fn load(config: &[u8], weights: &[u8]) -> Result<Policy, Error> {
    let config: PolicyConfig =
        serde_json::from_slice(config).map_err(|source| Error::ConfigJson { source })?;
    config.check()?;
    Policy::new(config, Weights::from_safetensors(config.weights(), weights)?)
}
