//! Activations and softmax as operations of the backend.

use crate::flex::{is_f32, numbers, tensor};
use crate::kernel::activation::Activation as Kernel;
use crate::kernel::softmax::{softmax_gradient, softmax_rows};
use crate::language::config::Activation;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, TensorMetadata, backend_extension};
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

/// Functions of one number, and of one row.
#[backend_extension(
    Flex,
    Cube: cfg(any(feature = "vulkan", feature = "cuda")),
    Autodiff
)]
pub(crate) trait PointwiseOps: Backend {
    /// `f(x)`.
    fn activate(x: FloatTensor<Self>, kind: Activation) -> FloatTensor<Self> {
        composed::activate::<Self>(x, kind)
    }

    /// `grad · f′(x)`.
    fn activate_gradient(
        x: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        kind: Activation,
    ) -> FloatTensor<Self> {
        composed::gradient::<Self>(x, grad, kind)
    }

    /// Exponentials that sum to one over the last of four axes.
    fn row_softmax(x: FloatTensor<Self>) -> FloatTensor<Self> {
        composed::softmax::<Self>(x)
    }

    /// `p (grad − Σ p grad)`.
    fn row_softmax_gradient(p: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self> {
        composed::softmax_gradient::<Self>(p, grad)
    }
}

/// The same of operations that every backend has, in any type.
mod composed {
    use super::{Activation, Backend, FRAC_1_SQRT_2, FRAC_2_SQRT_PI, FloatTensor};

    /// The cubic term of the approximation of Hendrycks and Gimpel.
    const CUBIC: f64 = 0.044_715;

    pub(super) fn activate<B: Backend>(x: FloatTensor<B>, kind: Activation) -> FloatTensor<B> {
        match kind {
            Activation::Relu => B::relu(x),
            _ => B::float_mul(x.clone(), gate::<B>(x, kind)),
        }
    }

    /// What `x` is multiplied by.
    fn gate<B: Backend>(x: FloatTensor<B>, kind: Activation) -> FloatTensor<B> {
        let half = |x| B::float_mul_scalar(B::float_add_scalar(x, 1.0.into()), 0.5.into());
        match kind {
            Activation::Gelu => half(B::float_erf(B::float_mul_scalar(x, FRAC_1_SQRT_2.into()))),
            Activation::GeluTanh => half(B::float_tanh(inner::<B>(x))),
            Activation::Silu | Activation::Relu => {
                B::float_recip(B::float_add_scalar(B::float_exp(B::float_neg(x)), 1.0.into()))
            }
        }
    }

    /// `√(2/π) (x + 0.044715 x³)`.
    fn inner<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
        let square = B::float_mul(x.clone(), x.clone());
        let factor = B::float_add_scalar(B::float_mul_scalar(square, CUBIC.into()), 1.0.into());
        B::float_mul_scalar(B::float_mul(x, factor), (FRAC_2_SQRT_PI * FRAC_1_SQRT_2).into())
    }

    pub(super) fn gradient<B: Backend>(
        x: FloatTensor<B>,
        grad: FloatTensor<B>,
        kind: Activation,
    ) -> FloatTensor<B> {
        B::float_mul(grad, slope::<B>(x, kind))
    }

    pub(super) fn softmax<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
        B::softmax(x, 3)
    }

    /// The derivative.
    fn slope<B: Backend>(x: FloatTensor<B>, kind: Activation) -> FloatTensor<B> {
        let square = B::float_mul(x.clone(), x.clone());
        let of_gate = match kind {
            // One above zero, and nothing below: a number over itself would not do at zero.
            Activation::Relu => {
                let ones =
                    B::float_add_scalar(B::float_mul_scalar(x.clone(), 0.0.into()), 1.0.into());
                return B::relu_backward(B::relu(x), ones);
            }
            Activation::Gelu => {
                let bell = B::float_exp(B::float_mul_scalar(square, (-0.5).into()));
                B::float_mul_scalar(bell, (0.5 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2).into())
            }
            Activation::GeluTanh => {
                let tanh = B::float_tanh(inner::<B>(x.clone()));
                let falls = B::float_neg(B::float_mul(tanh.clone(), tanh));
                let falls = B::float_add_scalar(falls, 1.0.into());
                let inner = B::float_mul_scalar(square, (3.0 * CUBIC).into());
                let inner = B::float_add_scalar(inner, 1.0.into());
                let scale = 0.5 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2;
                B::float_mul_scalar(B::float_mul(falls, inner), scale.into())
            }
            Activation::Silu => {
                let gate = gate::<B>(x.clone(), kind);
                let rest = B::float_add_scalar(B::float_neg(gate.clone()), 1.0.into());
                B::float_mul(gate, rest)
            }
        };
        B::float_add(gate::<B>(x.clone(), kind), B::float_mul(x, of_gate))
    }

    pub(super) fn softmax_gradient<B: Backend>(
        p: FloatTensor<B>,
        grad: FloatTensor<B>,
    ) -> FloatTensor<B> {
        let weighted = B::float_mul(p.clone(), grad.clone());
        let mean = B::float_sum_dim(weighted, 3);
        B::float_mul(p, B::float_sub(grad, mean))
    }
}

fn kernel(kind: Activation) -> Kernel {
    match kind {
        Activation::Gelu => Kernel::Gelu,
        Activation::GeluTanh => Kernel::GeluTanh,
        Activation::Silu => Kernel::Silu,
        Activation::Relu => Kernel::Relu,
    }
}

impl PointwiseOps for Flex {
    fn activate(x: FloatTensor<Self>, kind: Activation) -> FloatTensor<Self> {
        if !is_f32(&x) {
            return composed::activate::<Self>(x, kind);
        }
        let numbers = numbers(&x);
        let mut out = vec![0.0; numbers.len()];
        kernel(kind).forward(&numbers, &mut out);
        tensor(out, x.shape().to_vec())
    }

    fn activate_gradient(
        x: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        kind: Activation,
    ) -> FloatTensor<Self> {
        if !is_f32(&x) {
            return composed::gradient::<Self>(x, grad, kind);
        }
        let (at, grad) = (numbers(&x), numbers(&grad));
        let mut out = vec![0.0; at.len()];
        kernel(kind).backward(&at, &grad, &mut out);
        tensor(out, x.shape().to_vec())
    }

    fn row_softmax(x: FloatTensor<Self>) -> FloatTensor<Self> {
        if !is_f32(&x) {
            return composed::softmax::<Self>(x);
        }
        let (shape, mut values) = (x.shape().to_vec(), numbers(&x).into_owned());
        softmax_rows(&mut values, shape[3], |_| 0..shape[3]);
        tensor(values, shape)
    }

    fn row_softmax_gradient(p: FloatTensor<Self>, grad: FloatTensor<Self>) -> FloatTensor<Self> {
        if !is_f32(&p) {
            return composed::softmax_gradient::<Self>(p, grad);
        }
        let (shape, mut grad) = (p.shape().to_vec(), numbers(&grad).into_owned());
        softmax_gradient(&numbers(&p), &mut grad, shape[3], |_| 0..shape[3]);
        tensor(grad, shape)
    }
}

/// Graphics processors take the composed path.
#[cfg(any(feature = "vulkan", feature = "cuda"))]
impl PointwiseOps for burn_cubecl::CubeBackend {}

impl<B: Backend + PointwiseOps, C: CheckpointStrategy> PointwiseOps for Autodiff<B, C> {
    fn activate(x: FloatTensor<Self>, kind: Activation) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Activate;

        impl<B: Backend + PointwiseOps> Backward<B, 1> for Activate {
            type State = (FloatTensor<B>, Activation);

            fn backward(
                self,
                ops: Ops<Self::State, 1>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let (x, kind) = ops.state;
                let [node] = ops.parents;
                let grad = grads.consume::<B>(&ops.node);
                if let Some(node) = node {
                    grads.register::<B>(node.id, B::activate_gradient(x, grad, kind));
                }
            }
        }

        let nodes = [x.node()];
        let x = x.into_primitive();
        let y = B::activate(x.clone(), kind);
        match Activate.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((x, kind), y),
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }

    fn row_softmax(x: FloatTensor<Self>) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Softmax;

        impl<B: Backend + PointwiseOps> Backward<B, 1> for Softmax {
            type State = FloatTensor<B>;

            fn backward(
                self,
                ops: Ops<Self::State, 1>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let p = ops.state;
                let [node] = ops.parents;
                let grad = grads.consume::<B>(&ops.node);
                if let Some(node) = node {
                    grads.register::<B>(node.id, B::row_softmax_gradient(p, grad));
                }
            }
        }

        let nodes = [x.node()];
        let p = B::row_softmax(x.into_primitive());
        match Softmax.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish(p.clone(), p),
            OpsKind::UnTracked(prep) => prep.finish(p),
        }
    }
}
