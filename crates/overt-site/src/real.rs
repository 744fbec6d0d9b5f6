//! The number types that networks compute in.

use burn::tensor::{DType, Element};
use bytemuck::Pod;

/// `f32`, the default, or `f64`, which tells rounding from error.
pub trait Real: Element + Pod + Default + PartialEq + Into<f64> {
    /// The same type as a tensor's run-time value.
    const DTYPE: DType;

    /// The nearest number of this type.
    fn nearest(value: f64) -> Self;

    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool {
        self.into().is_finite()
    }
}

impl Real for f32 {
    const DTYPE: DType = DType::F32;

    fn nearest(value: f64) -> Self {
        value as Self
    }
}

impl Real for f64 {
    const DTYPE: DType = DType::F64;

    fn nearest(value: f64) -> Self {
        value
    }
}
