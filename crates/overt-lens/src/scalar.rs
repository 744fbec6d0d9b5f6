//! One number per row of the output: what an attribution or an ablation explains.

use crate::Error;
use crate::expect::{expect_finite, expect_shape};
use overt_nn::Outputs;
use overt_site::{Array, Real};

/// `F[b] = Σ_a weights[b,a] · logits[b,a]`: one action's logit, a margin, any mixture.
///
/// # Shapes
/// logits and `weights [batch, action]` give `[batch]`.
///
/// ```
/// use overt_nn::Outputs;
/// use overt_site::Array;
/// let logits = Array::new(vec![1, 3], vec![1.0, 2.0, 5.0]);
/// let outputs = Outputs { logits, value: Array::zeros(vec![1, 1]) };
/// let margin = Array::new(vec![1, 3], vec![0.0, -1.0, 1.0]);
/// assert_eq!(overt_lens::weighted_logits(&outputs, &margin)?, [3.0]);
/// # Ok::<(), overt_lens::Error>(())
/// ```
pub fn weighted_logits(outputs: &Outputs<Array>, weights: &Array) -> Result<Vec<f64>, Error> {
    let logits = &outputs.logits;
    expect_shape("weights of the logits", &logits.shape, weights)?;
    expect_finite("weights of the logits", weights)?;
    let row = |b| dot(logits.row(b), weights.row(b));
    Ok((0..logits.rows()).map(row).collect())
}

/// In double precision, first entry first.
pub(crate) fn dot<T: Real>(a: &[T], b: &[T]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (*a).into() * (*b).into()).sum()
}
