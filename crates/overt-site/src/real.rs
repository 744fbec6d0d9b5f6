//! The number types that networks compute in.

use burn::tensor::{DType, Element};
use bytemuck::Pod;

/// `f32`, the default, or `f64`, which tells rounding from error.
pub trait Real: Element + Pod + Default + PartialEq + Into<f64> {
    /// The same type as a tensor's run-time value.
    const DTYPE: DType;

    /// The nearest number of this type.
    fn nearest(value: f64) -> Self;

    /// The exponential, computed in this type.
    #[must_use]
    fn exp(self) -> Self;

    /// `self · factor + term`, rounded once, in this type.
    #[must_use]
    fn mul_add(self, factor: Self, term: Self) -> Self;

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

    fn exp(self) -> Self {
        Self::exp(self)
    }

    fn mul_add(self, factor: Self, term: Self) -> Self {
        Self::mul_add(self, factor, term)
    }
}

impl Real for f64 {
    const DTYPE: DType = DType::F64;

    fn nearest(value: f64) -> Self {
        value
    }

    fn exp(self) -> Self {
        Self::exp(self)
    }

    fn mul_add(self, factor: Self, term: Self) -> Self {
        Self::mul_add(self, factor, term)
    }
}
