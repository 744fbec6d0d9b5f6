//! Kernels of language models for the processor: pure functions over slices.
//!
//! The bits of an output row depend on its input row and the weights alone: not on the other rows
//! of the call, on the number of threads or on the width of the processor's registers.

pub(crate) mod activation;
mod elementary;
mod lanes;
pub(crate) mod norm;
pub(crate) mod product;
pub(crate) mod softmax;
#[cfg(test)]
mod testing;
