//! A projection as an operation of the backend.

use crate::flex::{is_f32, numbers, tensor};
use crate::kernel::product::{Matrix, product};
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, TensorMetadata, backend_extension};

/// `y = x W + b`.
#[backend_extension(
    Flex,
    Cube: cfg(any(feature = "vulkan", feature = "cuda")),
    Autodiff
)]
pub(crate) trait ProjectOps: Backend {
    /// `x [rows, in]`, `bias [out]`, `weight [in, out]` if `in_first`, else `[out, in]`.
    fn project(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        in_first: bool,
    ) -> FloatTensor<Self> {
        composed::<Self>(x, weight, bias, in_first)
    }

    /// The gradient by the weight, `xᵀ grad` or its transpose: `x [rows, in]`, `grad [rows, out]`.
    fn project_gradient(
        x: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        in_first: bool,
    ) -> FloatTensor<Self> {
        let (left, right) = if in_first { (x, grad) } else { (grad, x) };
        composed_gradient::<Self>(left, right)
    }
}

fn composed<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    in_first: bool,
) -> FloatTensor<B> {
    let weight = if in_first { weight } else { B::float_transpose(weight) };
    let outputs = bias.shape().num_elements();
    let y = B::float_matmul(x, weight);
    B::float_add(y, B::float_reshape(bias, [1, outputs].into()))
}

fn composed_gradient<B: Backend>(left: FloatTensor<B>, right: FloatTensor<B>) -> FloatTensor<B> {
    B::float_matmul(B::float_transpose(left), right)
}

impl ProjectOps for Flex {
    fn project(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        in_first: bool,
    ) -> FloatTensor<Self> {
        if !is_f32(&x) {
            return composed::<Self>(x, weight, bias, in_first);
        }
        let (rows, stored) = (x.shape().to_vec(), weight.shape().to_vec());
        let (x, weight, bias) = (numbers(&x), numbers(&weight), numbers(&bias));
        let weight = Matrix::row_major(&weight, [stored[0], stored[1]]);
        let weight = if in_first { weight } else { weight.transposed() };
        let outputs = bias.len();
        let mut y = vec![0.0; rows[0] * outputs];
        let x = Matrix::row_major(&x, [rows[0], rows[1]]);
        product(x, weight, Some(&bias), &mut y, outputs);
        tensor(y, vec![rows[0], outputs])
    }

    fn project_gradient(
        x: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        in_first: bool,
    ) -> FloatTensor<Self> {
        let (left, right) = if in_first { (x, grad) } else { (grad, x) };
        if !is_f32(&left) {
            return composed_gradient::<Self>(left, right);
        }
        let [rows, down, across] = [left.shape()[0], left.shape()[1], right.shape()[1]];
        let (left, right) = (numbers(&left), numbers(&right));
        let left = Matrix::row_major(&left, [rows, down]).transposed();
        let right = Matrix::row_major(&right, [rows, across]);
        let mut out = vec![0.0; down * across];
        product(left, right, None, &mut out, across);
        tensor(out, vec![down, across])
    }
}

/// Graphics processors take the composed path.
#[cfg(any(feature = "vulkan", feature = "cuda"))]
impl ProjectOps for burn_cubecl::CubeBackend {}

impl<B: Backend + ProjectOps, C: CheckpointStrategy> ProjectOps for Autodiff<B, C> {
    fn project(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        in_first: bool,
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Project;

        impl<B: Backend + ProjectOps> Backward<B, 3> for Project {
            type State = (FloatTensor<B>, FloatTensor<B>, bool);

            fn backward(
                self,
                ops: Ops<Self::State, 3>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let (x, weight, in_first) = ops.state;
                let [node_x, node_weight, node_bias] = ops.parents;
                let grad = grads.consume::<B>(&ops.node);
                if let Some(node) = node_x {
                    // The same matrix, read the other way.
                    let zeros =
                        B::float_zeros([x.shape()[1]].into(), &x.device(), x.dtype().into());
                    grads
                        .register::<B>(node.id, B::project(grad.clone(), weight, zeros, !in_first));
                }
                if let Some(node) = node_weight {
                    let of_weight = B::project_gradient(x, grad.clone(), in_first);
                    grads.register::<B>(node.id, of_weight);
                }
                if let Some(node) = node_bias {
                    let outputs = grad.shape()[1];
                    let of_bias = B::float_reshape(B::float_sum_dim(grad, 0), [outputs].into());
                    grads.register::<B>(node.id, of_bias);
                }
            }
        }

        let nodes = [x.node(), weight.node(), bias.node()];
        let [x, weight, bias] =
            [x.into_primitive(), weight.into_primitive(), bias.into_primitive()];
        let y = B::project(x.clone(), weight.clone(), bias, in_first);
        match Project.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((x, weight, in_first), y),
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }
}
