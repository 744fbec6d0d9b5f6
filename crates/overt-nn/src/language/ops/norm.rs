//! Norms as operations of the backend: what a norm divides by, the division, gain and bias.

use crate::flex::{is_f32, numbers, tensor};
use crate::kernel::norm::{Center, affine, normalize};
use crate::language::config::NormKind;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, TensorMetadata, backend_extension};

/// Norms over the rows of `x [rows, n]`.
#[backend_extension(
    Flex,
    Cube: cfg(any(feature = "vulkan", feature = "cuda")),
    Autodiff
)]
pub(crate) trait NormOps: Backend {
    /// `√(variance + ε)` or `√(mean square + ε)`, `[rows, 1]`.
    fn norm_scale(x: FloatTensor<Self>, kind: NormKind, epsilon: f64) -> FloatTensor<Self> {
        composed::scale::<Self>(x, kind, epsilon)
    }

    /// `x`, less its mean if the norm takes it off, over `scale [rows, 1]`.
    ///
    /// `epsilon` is that of the scale, which is recognised where nobody changed it.
    fn norm_divide(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        kind: NormKind,
        epsilon: f64,
    ) -> FloatTensor<Self> {
        let _ = epsilon;
        composed::divide::<Self>(x, scale, kind)
    }

    /// `x · gain [n] + bias [n]`.
    fn norm_affine(
        x: FloatTensor<Self>,
        gain: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        composed::affine::<Self>(x, gain, bias)
    }
}

/// The same of operations that every backend has, in any type.
mod composed {
    use super::{Backend, FloatTensor, NormKind, TensorMetadata};

    pub(super) fn centred<B: Backend>(x: FloatTensor<B>, kind: NormKind) -> FloatTensor<B> {
        match kind {
            NormKind::Layer => B::float_sub(x.clone(), B::float_mean_dim(x, 1)),
            NormKind::Rms => x,
        }
    }

    pub(super) fn scale<B: Backend>(
        x: FloatTensor<B>,
        kind: NormKind,
        epsilon: f64,
    ) -> FloatTensor<B> {
        let x = centred::<B>(x, kind);
        let mean = B::float_mean_dim(B::float_mul(x.clone(), x), 1);
        B::float_sqrt(B::float_add_scalar(mean, epsilon.into()))
    }

    pub(super) fn divide<B: Backend>(
        x: FloatTensor<B>,
        scale: FloatTensor<B>,
        kind: NormKind,
    ) -> FloatTensor<B> {
        B::float_div(centred::<B>(x, kind), scale)
    }

    pub(super) fn affine<B: Backend>(
        x: FloatTensor<B>,
        gain: FloatTensor<B>,
        bias: FloatTensor<B>,
    ) -> FloatTensor<B> {
        let n = gain.shape()[0];
        let row = |vector| B::float_reshape(vector, [1, n].into());
        B::float_add(B::float_mul(x, row(gain)), row(bias))
    }
}

fn center(kind: NormKind) -> Center {
    match kind {
        NormKind::Layer => Center::Mean,
        NormKind::Rms => Center::Zero,
    }
}

/// Rows normalised by their own scales, and these.
fn normalized(x: &FloatTensor<Flex>, kind: NormKind, epsilon: f64) -> (Vec<f32>, Vec<f32>) {
    let values = numbers(x);
    let (mut out, mut scales) = (vec![0.0; values.len()], vec![0.0; x.shape()[0]]);
    normalize(&values, center(kind), epsilon as f32, &mut out, &mut scales);
    (out, scales)
}

impl NormOps for Flex {
    fn norm_scale(x: FloatTensor<Self>, kind: NormKind, epsilon: f64) -> FloatTensor<Self> {
        if !is_f32(&x) {
            return composed::scale::<Self>(x, kind, epsilon);
        }
        let rows = x.shape()[0];
        tensor(normalized(&x, kind, epsilon).1, vec![rows, 1])
    }

    fn norm_divide(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        kind: NormKind,
        epsilon: f64,
    ) -> FloatTensor<Self> {
        if !is_f32(&x) {
            return composed::divide::<Self>(x, scale, kind);
        }
        let shape = x.shape().to_vec();
        let (mut out, own) = normalized(&x, kind, epsilon);
        // A scale that was edited: the row is brought from its own to that one.
        let rows = out.chunks_exact_mut(shape[1].max(1)).zip(own);
        for ((row, own), given) in rows.zip(numbers(&scale).iter()) {
            if own.to_bits() != given.to_bits() {
                for value in row {
                    *value *= own / given;
                }
            }
        }
        tensor(out, shape)
    }

    fn norm_affine(
        x: FloatTensor<Self>,
        gain: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        if !is_f32(&x) {
            return composed::affine::<Self>(x, gain, bias);
        }
        let (shape, values) = (x.shape().to_vec(), numbers(&x));
        let mut out = vec![0.0; values.len()];
        affine(&values, &numbers(&gain), Some(&numbers(&bias)), &mut out);
        tensor(out, shape)
    }
}

/// Graphics processors take the composed path.
#[cfg(any(feature = "vulkan", feature = "cuda"))]
impl NormOps for burn_cubecl::CubeBackend {}

impl<B: Backend + NormOps, C: CheckpointStrategy> NormOps for Autodiff<B, C> {
    fn norm_scale(x: FloatTensor<Self>, kind: NormKind, epsilon: f64) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Scale;

        impl<B: Backend + NormOps> Backward<B, 1> for Scale {
            type State = (FloatTensor<B>, FloatTensor<B>, NormKind, f64);

            /// `ds/dx = (x − m) / (n s)`.
            fn backward(
                self,
                ops: Ops<Self::State, 1>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let (x, scale, kind, epsilon) = ops.state;
                let [node] = ops.parents;
                let grad = grads.consume::<B>(&ops.node);
                if let Some(node) = node {
                    let n = x.shape()[1] as f64;
                    let y = B::norm_divide(x, scale, kind, epsilon);
                    let grad = B::float_mul_scalar(B::float_mul(y, grad), (1.0 / n).into());
                    grads.register::<B>(node.id, grad);
                }
            }
        }

        let nodes = [x.node()];
        let x = x.into_primitive();
        let scale = B::norm_scale(x.clone(), kind, epsilon);
        match Scale.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((x, scale.clone(), kind, epsilon), scale),
            OpsKind::UnTracked(prep) => prep.finish(scale),
        }
    }

    fn norm_divide(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        kind: NormKind,
        epsilon: f64,
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Divide;

        impl<B: Backend + NormOps> Backward<B, 2> for Divide {
            type State = (FloatTensor<B>, FloatTensor<B>, NormKind);

            fn backward(
                self,
                ops: Ops<Self::State, 2>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let (y, scale, kind) = ops.state;
                let [node_x, node_scale] = ops.parents;
                let grad = grads.consume::<B>(&ops.node);
                let over = B::float_div(grad, scale);
                if let Some(node) = node_scale {
                    let sum = B::float_sum_dim(B::float_mul(over.clone(), y), 1);
                    grads.register::<B>(node.id, B::float_neg(sum));
                }
                if let Some(node) = node_x {
                    grads.register::<B>(node.id, composed::centred::<B>(over, kind));
                }
            }
        }

        let nodes = [x.node(), scale.node()];
        let [x, scale] = [x.into_primitive(), scale.into_primitive()];
        let y = B::norm_divide(x, scale.clone(), kind, epsilon);
        match Divide.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((y.clone(), scale, kind), y),
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }

    fn norm_affine(
        x: FloatTensor<Self>,
        gain: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Affine;

        impl<B: Backend + NormOps> Backward<B, 3> for Affine {
            type State = (FloatTensor<B>, FloatTensor<B>);

            fn backward(
                self,
                ops: Ops<Self::State, 3>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let (x, gain) = ops.state;
                let [node_x, node_gain, node_bias] = ops.parents;
                let grad = grads.consume::<B>(&ops.node);
                let n = gain.shape()[0];
                let column = |x| B::float_reshape(B::float_sum_dim(x, 0), [n].into());
                if let Some(node) = node_gain {
                    grads.register::<B>(node.id, column(B::float_mul(grad.clone(), x)));
                }
                if let Some(node) = node_bias {
                    grads.register::<B>(node.id, column(grad.clone()));
                }
                if let Some(node) = node_x {
                    let gain = B::float_reshape(gain, [1, n].into());
                    grads.register::<B>(node.id, B::float_mul(grad, gain));
                }
            }
        }

        let nodes = [x.node(), gain.node(), bias.node()];
        let [x, gain, bias] = [x.into_primitive(), gain.into_primitive(), bias.into_primitive()];
        let y = B::norm_affine(x.clone(), gain.clone(), bias);
        match Affine.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((x, gain), y),
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }
}
