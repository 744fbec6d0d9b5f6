//! From the residual stream straight to logits: what lens methods read.

use super::config::NormKind;
use super::weights::{Head, Mlp};
use super::{LanguageModel, layout::Layout, pass::Past};
use crate::Error;
use burn::tensor::{Tensor, TensorData};
use overt_site::{Array, Pass, Real};

/// The direction of the residual stream that moves a logit, when the final norm's scale is held.
#[derive(Clone, Debug, PartialEq)]
pub struct LogitDirection {
    /// Per entry of the stream; with a norm that takes off the mean, its own mean is taken off.
    pub along: Vec<f64>,
    /// What the norm's bias and the unembedding's add, whatever the stream.
    pub bias: f64,
}

impl LogitDirection {
    /// What a part of the stream adds, before it is divided by the norm's scale.
    pub fn of<V: Copy + Into<f64>>(&self, part: &[V]) -> f64 {
        self.along.iter().zip(part).map(|(d, v)| d * (*v).into()).sum()
    }
}

impl<T: Real> LanguageModel<T> {
    /// The logits of one row of the stream, `[d_model]` to `[vocab]`, through the final norm.
    ///
    /// # Errors
    /// A model without a head; a row of another width.
    pub fn unembed(&self, row: &[T]) -> Result<Vec<T>, Error> {
        let d_model = self.config().d_model;
        if !self.has_head() {
            return Err(Error::NoHead);
        }
        if row.len() != d_model {
            return Err(Error::RowWidth { got: row.len(), expected: d_model });
        }
        let mut pass = Pass::<T>::plain();
        let layout = Layout::none();
        let data = TensorData::new(row.to_vec(), [1, 1, d_model]);
        let rows = Tensor::from_data(data, (self.device(), T::DTYPE));
        let mut forward = self.pass_over(self.weights(), &layout, Past::None, &mut pass);
        Ok(Array::of(forward.unembed(rows, None)).values)
    }

    /// The direction of the logit of one token, or of one less another.
    ///
    /// # Errors
    /// A model without a plain head.
    pub fn logit_direction(&self, one: u32, other: Option<u32>) -> Result<LogitDirection, Error> {
        let weights = self.weights();
        let matrix = match &weights.head {
            Head::Tied => &weights.embed,
            Head::Own(projection) => &projection.weight,
            Head::Absent | Head::Masked { .. } => return Err(Error::NoHead),
        };
        let row = |token: u32| -> Vec<f64> {
            let row = matrix.clone().narrow(0, token as usize, 1);
            Array::<T>::of(row).values.iter().map(|v| (*v).into()).collect()
        };
        let mut direction = row(one);
        if let Some(other) = other {
            direction.iter_mut().zip(row(other)).for_each(|(a, b)| *a -= b);
        }
        let mut bias = 0.0;
        if let Some(norm) = &weights.final_norm {
            let numbers = |tensor: &Tensor<1>| Array::<T>::of(tensor.clone()).values;
            if let Some(of_norm) = &norm.bias {
                let pairs = direction.iter().zip(numbers(of_norm));
                bias = pairs.map(|(d, b)| d * b.into()).sum();
            }
            let offset = if self.config().norm.unit_offset { 1.0 } else { 0.0 };
            let gains = numbers(&norm.gain);
            direction.iter_mut().zip(gains).for_each(|(d, gain)| *d *= gain.into() + offset);
            if self.config().norm.kind == NormKind::Layer {
                let mean = direction.iter().sum::<f64>() / direction.len() as f64;
                for d in &mut direction {
                    *d -= mean;
                }
            }
        }
        Ok(LogitDirection { along: direction, bias })
    }

    /// Of every neuron of a layer, the lengths of the weights that it reads and writes by: `[in, out]`;
    /// none where the layer is not there or its neurons are gated, and so read twice.
    ///
    /// ```
    /// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/goldens/gpt2");
    /// let model = overt_nn::LanguageModel::<f32>::open(folder.as_ref())?;
    /// let lengths = model.neuron_lengths(0).expect("GPT-2 gates no neuron");
    /// assert_eq!(lengths.len(), model.config().d_mlp);
    /// assert!(lengths.iter().flatten().all(|length| *length > 0.0));
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    pub fn neuron_lengths(&self, layer: usize) -> Option<Vec<[f64; 2]>> {
        let Mlp::Plain { up, down } = &self.weights().blocks.get(layer)?.mlp else { return None };
        let lengths = |neuron_first: Tensor<2>| {
            let weights = Array::<T>::of(neuron_first);
            let length = |neuron: usize| {
                weights.row(neuron).iter().map(|v| (*v).into().powi(2)).sum::<f64>().sqrt()
            };
            (0..weights.rows()).map(length).collect::<Vec<f64>>()
        };
        let (read, written) = (lengths(up.in_out().transpose()), lengths(down.in_out()));
        Some(read.into_iter().zip(written).map(|(read, written)| [read, written]).collect())
    }

    /// The bias of a layer's attention output, which belongs to no head.
    pub fn attention_bias(&self, layer: usize) -> Option<Vec<f64>> {
        let bias = self.weights().blocks.get(layer)?.attn_out.constant()?;
        Some(Array::<T>::of(bias).values.iter().map(|v| (*v).into()).collect())
    }
}
