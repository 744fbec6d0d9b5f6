//! Where the weights of a language model come from.

use super::adapter::LowRank;
use super::checkpoint::Checkpoint;
use crate::{Error, WeightSpec};
use burn::tensor::{Device, Shape, Tensor, TensorData};
use overt_site::Real;
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// Weights by name.
pub(crate) trait Source {
    /// Whether there is a weight of this name that nobody took.
    fn has(&self, name: &str) -> bool;

    /// Takes a weight out, at its shape.
    fn take<const D: usize>(&mut self, want: WeightSpec) -> Result<Tensor<D>, Error>;

    /// What an adapter adds to a projection or a table whose weight was just taken.
    fn adapter(&mut self, _of: &Projected<'_>) -> Result<Option<LowRank>, Error> {
        Ok(None)
    }
}

/// A projection, or a table that is looked up, of a base.
pub(crate) struct Projected<'a> {
    /// Its name in the file, without `.weight`.
    pub(crate) name: &'a str,
    pub(crate) weight: &'a Tensor<2>,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// Whether the weight is `[in, out]`, and not `[out, in]`.
    pub(crate) in_first: bool,
}

/// Files, read onto a device in the type that is computed in.
pub(crate) struct Files<'a, T> {
    pub(crate) checkpoint: &'a mut Checkpoint,
    pub(crate) device: &'a Device,
    pub(crate) numbers: PhantomData<T>,
}

impl<T: Real> Source for Files<'_, T> {
    fn has(&self, name: &str) -> bool {
        self.checkpoint.has(name)
    }

    fn take<const D: usize>(&mut self, want: WeightSpec) -> Result<Tensor<D>, Error> {
        let values: Vec<T> = self.checkpoint.take(&want.name, &want.shape)?;
        Ok(Tensor::from_data(TensorData::new(values, want.shape), (self.device, T::DTYPE)))
    }
}

/// Flat tensors by name, which stay where they are: the leaves of a gradient.
pub(crate) struct Leaves<'a>(pub(crate) &'a BTreeMap<String, Tensor<1>>);

impl Source for Leaves<'_> {
    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn take<const D: usize>(&mut self, want: WeightSpec) -> Result<Tensor<D>, Error> {
        match self.0.get(&want.name) {
            Some(leaf) => Ok(leaf.clone().reshape(Shape::from(want.shape))),
            None => Err(Error::MissingWeight { name: want.name, expected: want.shape }),
        }
    }
}

/// What files say of their weights; stand-ins of one number take the place of the weights.
pub(crate) struct Outline<'a>(pub(crate) &'a Checkpoint);

impl Source for Outline<'_> {
    fn has(&self, name: &str) -> bool {
        self.0.has(name)
    }

    fn take<const D: usize>(&mut self, want: WeightSpec) -> Result<Tensor<D>, Error> {
        match self.0.shape_of(&want.name) {
            None => Err(Error::MissingWeight { name: want.name, expected: want.shape }),
            Some(got) if got != want.shape => {
                let (name, expected) = (want.name, want.shape);
                Err(Error::WeightShape { name, expected, got: got.to_vec() })
            }
            Some(_) => Ok(Tensor::zeros([1; D], &Device::flex())),
        }
    }
}
