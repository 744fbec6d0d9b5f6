//! What one pass of a language model goes over.

use super::cache::Cache;
use super::config::LanguageConfig;
use super::layout::Layout;
use super::weights::Weights;
use burn::tensor::Tensor;
use std::marker::PhantomData;

/// What attention knows of positions before the first row.
pub(crate) enum Past<'a> {
    /// There are none.
    None,
    /// Keys and values so far, to which those of this pass are added.
    Grows(&'a mut Cache),
    /// The same with a cache for each group.
    Rows(&'a mut [&'a mut Cache]),
    /// Keys and values of one row, which every cell shares up to its first position.
    Shared(&'a Cache),
}

/// A model on a device, for the time of one pass.
pub(crate) struct Forward<'a, T, W> {
    pub(crate) config: &'a LanguageConfig,
    pub(crate) weights: &'a Weights,
    pub(crate) layout: &'a Layout,
    pub(crate) past: Past<'a>,
    pub(crate) watch: &'a mut W,
    pub(crate) numbers: PhantomData<T>,
}

impl<T, W> Forward<'_, T, W> {
    /// The gain of a norm, which some families store less one.
    pub(crate) fn gain(&self, weight: &Tensor<1>) -> Tensor<1> {
        if self.config.norm.unit_offset { weight.clone() + 1.0 } else { weight.clone() }
    }
}
