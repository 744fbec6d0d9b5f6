//! Named weights: one flat vector with a table of names.

use crate::Error;
use burn::tensor::{Device, Tensor, TensorData};
use overt_site::Array;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Name, shape and start of one weight.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightSpec {
    /// The path, such as `conv.0.weight`.
    pub name: String,
    /// Extents, outermost first.
    pub shape: Vec<usize>,
    /// Mean at the start of training: one for most gains, zero for all else.
    pub mean: f32,
    /// Standard deviation at the start of training; zero for a bias.
    pub spread: f32,
}

impl WeightSpec {
    /// A weight that starts around zero with this spread.
    pub fn new(name: impl Into<String>, shape: &[usize], spread: f32) -> Self {
        Self { name: name.into(), shape: shape.to_vec(), mean: 0.0, spread }
    }

    /// The same around another mean.
    ///
    /// ```
    /// use overt_nn::{WeightSpec, Weights};
    ///
    /// let gain = WeightSpec::new("ln_f.weight", &[3], 0.0).with_mean(1.0);
    /// assert_eq!(Weights::init(vec![gain], 7).values(), [1.0; 3]);
    /// ```
    #[must_use]
    pub fn with_mean(self, mean: f32) -> Self {
        Self { mean, ..self }
    }

    fn len(&self) -> usize {
        self.shape.iter().product()
    }
}

/// All weights of a network on the host.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    specs: Vec<WeightSpec>,
    values: Vec<f32>,
}

impl Weights {
    /// Random weights: independent normal numbers with each weight's mean and spread.
    pub fn init(specs: Vec<WeightSpec>, seed: u64) -> Self {
        let mut values = Vec::new();
        for (stream, spec) in specs.iter().enumerate() {
            let mut rng = stream_of(seed, stream);
            let start = |at: f32| if spec.mean == 0.0 { at } else { spec.mean + at };
            values.extend((0..spec.len()).map(|_| start(spec.spread * normal(&mut rng))));
        }
        Self { specs, values }
    }

    /// The same weights with normal noise, whose standard deviation is a share of each weight's own
    /// root mean square.
    ///
    /// ```
    /// use overt_nn::{WeightSpec, Weights};
    ///
    /// let weights = Weights::init(vec![WeightSpec::new("wte.weight", &[8, 4], 0.5)], 1);
    /// assert_eq!(weights.with_noise(0.0, 2), weights);
    /// assert_ne!(weights.with_noise(0.1, 2), weights);
    /// assert_eq!(weights.with_noise(0.1, 2), weights.with_noise(0.1, 2));
    /// ```
    #[must_use]
    pub fn with_noise(&self, share: f32, seed: u64) -> Self {
        let mut values = Vec::with_capacity(self.values.len());
        for (stream, (_, span)) in self.spans().enumerate() {
            let mut rng = stream_of(seed, stream);
            let spread = share * root_mean_square(span);
            values.extend(span.iter().map(|value| value + spread * normal(&mut rng)));
        }
        self.with_values(values)
    }

    /// The same names and shapes with other numbers.
    ///
    /// # Panics
    /// When the count differs: a bug of the caller.
    #[must_use]
    #[track_caller]
    pub fn with_values(&self, values: Vec<f32>) -> Self {
        assert_eq!(values.len(), self.values.len(), "one number per weight");
        Self { specs: self.specs.clone(), values }
    }

    /// All numbers, weight after weight.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// One weight by name.
    pub fn get(&self, name: &str) -> Option<Array> {
        self.spans()
            .find(|(spec, _)| spec.name == name)
            .map(|(spec, values)| Array::new(spec.shape.clone(), values.to_vec()))
    }

    /// Every weight with its numbers, in the order of the forward pass.
    pub fn spans(&self) -> impl Iterator<Item = (&WeightSpec, &[f32])> {
        let mut start = 0;
        self.specs.iter().map(move |spec| {
            let span = &self.values[start..start + spec.len()];
            start += spec.len();
            (spec, span)
        })
    }

    /// SHA-256 over the weights sorted by name: name, type, shape and little-endian numbers.
    ///
    /// A rewritten file header does not change it.
    pub fn digest(&self) -> String {
        let mut spans: Vec<_> = self.spans().collect();
        spans.sort_by(|a, b| a.0.name.cmp(&b.0.name));
        let mut hash = Sha256::new();
        for (spec, values) in spans {
            hash.update(format!("{}\0F32\0{:?}\0", spec.name, spec.shape));
            for value in values {
                hash.update(value.to_le_bytes());
            }
        }
        format!("{:x}", hash.finalize())
    }

    /// The weights as the bytes of a safetensors file.
    ///
    /// # Errors
    /// When the format cannot hold them.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, Error> {
        let bytes: Vec<Vec<u8>> = self
            .spans()
            .map(|(_, values)| values.iter().flat_map(|v| v.to_le_bytes()).collect())
            .collect();
        let view = |(spec, bytes): (&WeightSpec, _)| {
            let view = TensorView::new(Dtype::F32, spec.shape.clone(), bytes);
            view.map(|view| (spec.name.clone(), view))
        };
        let views: Result<BTreeMap<_, _>, _> =
            self.specs.iter().zip(bytes.iter().map(Vec::as_slice)).map(view).collect();
        views
            .and_then(|views| safetensors::serialize(views, None))
            .map_err(|source| Error::NotSafetensors { source })
    }

    /// Reads the weights that a configuration asks for; nothing more and nothing less.
    ///
    /// # Errors
    /// A file that is cut off, lacks or adds a weight, has another shape or type, or holds a
    /// number that is not finite.
    pub fn from_safetensors(specs: Vec<WeightSpec>, bytes: &[u8]) -> Result<Self, Error> {
        let file =
            SafeTensors::deserialize(bytes).map_err(|source| Error::NotSafetensors { source })?;
        for name in file.names() {
            if !specs.iter().any(|spec| spec.name == *name) {
                return Err(Error::UnexpectedWeight { name: (*name).to_owned() });
            }
        }
        let mut values = Vec::new();
        for spec in &specs {
            values.extend(read(&file, spec)?);
        }
        Ok(Self { specs, values })
    }

    /// Refuses weights that are not exactly those that a configuration asks for, in its order.
    pub(crate) fn check(&self, expected: &[WeightSpec]) -> Result<(), Error> {
        for (idx, want) in expected.iter().enumerate() {
            let (name, expected) = (want.name.clone(), want.shape.clone());
            match self.specs.get(idx).filter(|spec| spec.name == want.name) {
                None => return Err(Error::MissingWeight { name, expected }),
                Some(spec) if spec.shape != want.shape => {
                    return Err(Error::WeightShape { name, expected, got: spec.shape.clone() });
                }
                Some(_) => {}
            }
        }
        match self.specs.get(expected.len()) {
            Some(spec) => Err(Error::UnexpectedWeight { name: spec.name.clone() }),
            None => Ok(()),
        }
    }

    /// The weights as tensors on a device, for one or many forward passes.
    pub fn on(&self, device: &Device) -> Parameters {
        let upload = |(spec, values): (&WeightSpec, &[f32])| {
            let data = TensorData::new(values.to_vec(), [values.len()]);
            (spec.name.clone(), (spec.shape.clone(), Tensor::from_data(data, device)))
        };
        Parameters(self.spans().map(upload).collect())
    }
}

fn read(file: &SafeTensors<'_>, spec: &WeightSpec) -> Result<Vec<f32>, Error> {
    let name = || spec.name.clone();
    let Ok(view) = file.tensor(&spec.name) else {
        return Err(Error::MissingWeight { name: name(), expected: spec.shape.clone() });
    };
    if view.dtype() != Dtype::F32 {
        return Err(Error::WeightType { name: name(), got: format!("{:?}", view.dtype()) });
    }
    if view.shape() != spec.shape {
        let (expected, got) = (spec.shape.clone(), view.shape().to_vec());
        return Err(Error::WeightShape { name: name(), expected, got });
    }
    let (numbers, _) = view.data().as_chunks::<4>();
    let values: Vec<f32> = numbers.iter().map(|b| f32::from_le_bytes(*b)).collect();
    match values.iter().position(|v| !v.is_finite()) {
        Some(index) => Err(Error::WeightNotFinite { name: name(), index }),
        None => Ok(values),
    }
}

/// Random numbers for one weight of a table.
fn stream_of(seed: u64, stream: usize) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream as u64);
    rng
}

fn root_mean_square(values: &[f32]) -> f32 {
    let squares: f64 = values.iter().map(|v| f64::from(*v).powi(2)).sum();
    (squares / values.len().max(1) as f64).sqrt() as f32
}

/// A standard normal number (Box and Muller 1958): two numbers of the stream are used up.
///
/// ```
/// use rand::SeedableRng;
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
/// let mean = (0..10_000).map(|_| overt_nn::normal(&mut rng)).sum::<f32>() / 1e4;
/// assert!(mean.abs() < 0.04);
/// ```
pub fn normal(rng: &mut ChaCha8Rng) -> f32 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    let angle = std::f64::consts::TAU * rng.random::<f64>();
    (radius * angle.cos()) as f32
}

/// Weights on a device.
#[derive(Clone, Debug)]
pub struct Parameters(BTreeMap<String, (Vec<usize>, Tensor<1>)>);

impl Parameters {
    /// The same weights as leaves of the gradient.
    #[must_use]
    pub fn differentiable(self) -> Self {
        let leaf = |(name, (shape, t)): (String, (Vec<usize>, Tensor<1>))| {
            (name, (shape, t.require_grad()))
        };
        Self(self.0.into_iter().map(leaf).collect())
    }

    /// One weight at its shape.
    ///
    /// # Panics
    /// When the network asks for a weight that its own table lacks: a bug of the network.
    #[track_caller]
    pub fn get<const D: usize>(&self, name: &str) -> Tensor<D> {
        let Some((shape, tensor)) = self.0.get(name) else {
            panic!("no weight `{name}`: {:?}", self.0.keys());
        };
        let shape: [usize; D] =
            shape.as_slice().try_into().expect("weights are used at their rank");
        tensor.clone().reshape(shape)
    }

    /// The gradient of every weight, flat and in the order of `weights`; zero where there is none.
    pub fn gradient(&self, weights: &Weights, gradients: &burn::tensor::Gradients) -> Vec<f32> {
        let mut flat = Vec::with_capacity(weights.values.len());
        for spec in &weights.specs {
            match self.0[&spec.name].1.grad(gradients) {
                Some(grad) => flat.extend(Array::<f32>::of(grad).values),
                None => flat.extend(std::iter::repeat_n(0.0, spec.len())),
            }
        }
        flat
    }
}
