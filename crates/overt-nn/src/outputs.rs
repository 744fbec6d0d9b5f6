//! What a policy says.

use crate::softmax;
use overt_site::Array;

/// What a policy says about observations: as arrays after a run, as tensors within one.
#[derive(Clone, Debug, PartialEq)]
pub struct Outputs<T> {
    /// Unnormalised log-probabilities, `[batch, action]`.
    pub logits: T,
    /// Expected discounted reward, `[batch, 1]`.
    pub value: T,
}

impl Outputs<Array> {
    /// Action probabilities, `[batch, action]`.
    pub fn probabilities(&self) -> Array {
        let actions = self.logits.shape[1];
        let rows = self.logits.values.chunks_exact(actions);
        Array::new(self.logits.shape.clone(), rows.flat_map(softmax).collect())
    }
}
