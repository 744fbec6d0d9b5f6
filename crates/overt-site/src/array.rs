//! Plain numbers with a shape: the inputs and outputs of a forward pass.

use crate::Real;
use burn::tensor::{Device, Tensor, TensorData};

/// A dense row-major array on the host, of `f32` by default.
#[derive(Clone, Debug, PartialEq)]
pub struct Array<T = f32> {
    /// Extent of every axis, outermost first.
    pub shape: Vec<usize>,
    /// The numbers, last axis fastest.
    pub values: Vec<T>,
}

impl<T: Real> Array<T> {
    /// An array with these extents and these numbers.
    ///
    /// # Panics
    /// If the shape does not hold exactly `values.len()` numbers, which is a bug of the caller.
    #[track_caller]
    pub fn new(shape: Vec<usize>, values: Vec<T>) -> Self {
        let expected: usize = shape.iter().product();
        assert_eq!(expected, values.len(), "shape {shape:?} does not hold {} values", values.len());
        Self { shape, values }
    }

    /// All zeros.
    pub fn zeros(shape: Vec<usize>) -> Self {
        let n = shape.iter().product();
        Self { shape, values: vec![T::default(); n] }
    }

    /// The numbers of a tensor, bit for bit.
    ///
    /// # Panics
    /// If the tensor holds numbers of another type, because a network computes in one type throughout.
    #[track_caller]
    pub fn of<const D: usize>(tensor: Tensor<D>) -> Self {
        let shape = tensor.dims().to_vec();
        let values =
            tensor.into_data().try_into_vec::<T>().expect("a network computes in one type");
        Self { shape, values }
    }

    /// The numbers of a tensor that is shared.
    ///
    /// Numbers of a shared tensor are copied twice, once as bytes. A product with one makes a tensor of
    /// its own with the same bits, in one pass.
    ///
    /// # Panics
    /// As [`Array::of`].
    #[track_caller]
    pub(crate) fn of_shared<const D: usize>(tensor: &Tensor<D>) -> Self {
        Self::of(tensor.clone().mul_scalar(1.0))
    }

    /// This array as a tensor of rank `D` on a device.
    ///
    /// # Panics
    /// If the rank is not `D`.
    #[track_caller]
    pub fn tensor<const D: usize>(&self, device: &Device) -> Tensor<D> {
        assert_eq!(self.shape.len(), D, "array of shape {:?} used at rank {D}", self.shape);
        let data = TensorData::new(self.values.clone(), self.shape.clone());
        Tensor::from_data(data, (device, T::DTYPE))
    }

    /// Numbers in one entry of the first axis (one batch row).
    pub fn row_len(&self) -> usize {
        self.shape.iter().skip(1).product()
    }

    /// One entry of the first axis.
    pub fn row(&self, idx: usize) -> &[T] {
        let n = self.row_len();
        &self.values[idx * n..(idx + 1) * n]
    }

    /// Entries of the first axis.
    pub fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }
}
