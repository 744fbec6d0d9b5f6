//! Between tensors of the processor's backend and slices of numbers.

use burn::backend::Flex;
use burn::backend::tensor::FloatTensor;
use burn::tensor::{DType, TensorData};
use std::borrow::Cow;

/// Whether kernels, which know `f32` only, can take a tensor.
pub(crate) fn is_f32(tensor: &FloatTensor<Flex>) -> bool {
    tensor.dtype() == DType::F32
}

/// The numbers of a tensor, without a copy where they lie in order already.
pub(crate) fn numbers(tensor: &FloatTensor<Flex>) -> Cow<'_, [f32]> {
    tensor.as_slice().map_or_else(
        || Cow::Owned(tensor.clone().into_data().try_into_vec().expect("kernels compute in f32")),
        Cow::Borrowed,
    )
}

/// A tensor of these numbers.
pub(crate) fn tensor(values: Vec<f32>, shape: Vec<usize>) -> FloatTensor<Flex> {
    FloatTensor::<Flex>::from_data(TensorData::new(values, shape))
}
