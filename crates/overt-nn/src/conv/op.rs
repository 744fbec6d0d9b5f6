//! The convolution as an operation of the backend, with its backward pass written by hand.

use super::kernel::{self, Extents};
use crate::flex::{numbers, tensor};
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, TensorMetadata, backend_extension};
use burn::tensor::ops::ConvOptions;

/// Same-size convolution over cells with the channels last.
#[backend_extension(
    Flex,
    Cube: cfg(any(feature = "vulkan", feature = "cuda")),
    Autodiff
)]
pub(crate) trait ConvOps: Backend {
    /// `x[batch,row,col,in] ⊛ weight[row,col,in,out] + bias[out]`.
    fn cell_conv(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let options = same_size(&weight.shape().to_vec());
        let x = Self::float_permute(x, &[0, 3, 1, 2]);
        let weight = Self::float_permute(weight, &[3, 2, 0, 1]);
        let y = Self::conv2d(x, weight, Some(bias), options);
        Self::float_permute(y, &[0, 2, 3, 1])
    }

    /// Gradient of `x`.
    fn cell_conv_input_gradient(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        grad: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let options = same_size(&weight.shape().to_vec());
        let x = Self::float_permute(x, &[0, 3, 1, 2]);
        let weight = Self::float_permute(weight, &[3, 2, 0, 1]);
        let grad = Self::float_permute(grad, &[0, 3, 1, 2]);
        let grad = Self::conv2d_x_backward(x, weight, grad, options);
        Self::float_permute(grad, &[0, 2, 3, 1])
    }

    /// Gradients of `weight` and `bias`.
    fn cell_conv_weight_gradient(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        grad: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let options = same_size(&weight.shape().to_vec());
        let x = Self::float_permute(x, &[0, 3, 1, 2]);
        let weight = Self::float_permute(weight, &[3, 2, 0, 1]);
        let grad = Self::float_permute(grad, &[0, 3, 1, 2]);
        let bias = Self::conv2d_bias_backward(x.clone(), bias, grad.clone());
        let weight = Self::conv2d_weight_backward(x, weight, grad, options);
        (Self::float_permute(weight, &[2, 3, 1, 0]), bias)
    }
}

fn same_size(weight: &[usize]) -> ConvOptions<2> {
    let margin = weight[0] / 2;
    ConvOptions::new([1, 1], [margin, margin], [1, 1], 1)
}

impl ConvOps for Flex {
    fn cell_conv(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let e = extents(&x.shape().to_vec(), &weight.shape().to_vec());
        let y = kernel::forward(&numbers(&x), &numbers(&weight), &numbers(&bias), e);
        tensor(y, vec![e.batch, e.rows, e.cols, e.outputs])
    }

    fn cell_conv_input_gradient(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        grad: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let shape = x.shape().to_vec();
        let e = extents(&shape, &weight.shape().to_vec());
        tensor(kernel::input_gradient(&numbers(&grad), &numbers(&weight), e), shape)
    }

    fn cell_conv_weight_gradient(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        _bias: FloatTensor<Self>,
        grad: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let shape = weight.shape().to_vec();
        let e = extents(&x.shape().to_vec(), &shape);
        let (weight, bias) = kernel::weight_gradient(&numbers(&x), &numbers(&grad), e);
        (tensor(weight, shape), tensor(bias, vec![e.outputs]))
    }
}

/// Graphics processors take the composed path.
#[cfg(any(feature = "vulkan", feature = "cuda"))]
impl ConvOps for burn_cubecl::CubeBackend {}

fn extents(x: &[usize], weight: &[usize]) -> Extents {
    assert_eq!(x[3], weight[2], "convolution of {x:?} with {weight:?}");
    Extents {
        batch: x[0],
        rows: x[1],
        cols: x[2],
        window: weight[0],
        inputs: weight[2],
        outputs: weight[3],
    }
}

impl<B: Backend + ConvOps, C: CheckpointStrategy> ConvOps for Autodiff<B, C> {
    fn cell_conv(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct CellConv;

        impl<B: Backend + ConvOps> Backward<B, 3> for CellConv {
            type State = [FloatTensor<B>; 3];

            fn backward(
                self,
                ops: Ops<Self::State, 3>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let [x, weight, bias] = ops.state;
                let [node_x, node_weight, node_bias] = ops.parents;
                let grad = grads.consume::<B>(&ops.node);
                if let Some(node) = node_x {
                    let (x, weight, grad) = (x.clone(), weight.clone(), grad.clone());
                    grads.register::<B>(node.id, B::cell_conv_input_gradient(x, weight, grad));
                }
                if node_weight.is_some() || node_bias.is_some() {
                    let (weight, bias) = B::cell_conv_weight_gradient(x, weight, bias, grad);
                    if let Some(node) = node_weight {
                        grads.register::<B>(node.id, weight);
                    }
                    if let Some(node) = node_bias {
                        grads.register::<B>(node.id, bias);
                    }
                }
            }
        }

        let nodes = [x.node(), weight.node(), bias.node()];
        let state = [x.into_primitive(), weight.into_primitive(), bias.into_primitive()];
        let [x, weight, bias] = state.clone();
        let y = B::cell_conv(x, weight, bias);
        match CellConv.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish(state, y),
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }
}
