//! The two products of attention as operations of the backend; each is the other's derivative.

use crate::flex::{is_f32, numbers, tensor};
use crate::kernel::product::{Batch, Layout, Matrix, batched};
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, TensorMetadata, backend_extension};

/// Products over heads that lie side by side.
#[backend_extension(
    Flex,
    Cube: cfg(any(feature = "vulkan", feature = "cuda")),
    Autodiff
)]
pub(crate) trait AttendOps: Backend {
    /// `scale · q kᵀ`: `q [batch, pos, head, d_head]` and `k [batch, key_pos, head, d_head]` give
    /// `[batch, head, pos, key_pos]`.
    fn attend_scores(q: FloatTensor<Self>, k: FloatTensor<Self>, scale: f64) -> FloatTensor<Self> {
        composed_scores::<Self>(q, k, scale)
    }

    /// `scale · p v`: `p [batch, head, pos, key_pos]` and `v [batch, key_pos, head, d_head]` give
    /// `[batch, pos, head, d_head]`.
    fn attend_mix(p: FloatTensor<Self>, v: FloatTensor<Self>, scale: f64) -> FloatTensor<Self> {
        composed_mix::<Self>(p, v, scale)
    }
}

fn composed_scores<B: Backend>(q: FloatTensor<B>, k: FloatTensor<B>, scale: f64) -> FloatTensor<B> {
    let (q, k) = (B::float_permute(q, &[0, 2, 1, 3]), B::float_permute(k, &[0, 2, 3, 1]));
    B::float_mul_scalar(B::float_matmul(q, k), scale.into())
}

fn composed_mix<B: Backend>(p: FloatTensor<B>, v: FloatTensor<B>, scale: f64) -> FloatTensor<B> {
    let z = B::float_matmul(p, B::float_permute(v, &[0, 2, 1, 3]));
    B::float_mul_scalar(B::float_permute(z, &[0, 2, 1, 3]), scale.into())
}

impl AttendOps for Flex {
    fn attend_scores(q: FloatTensor<Self>, k: FloatTensor<Self>, scale: f64) -> FloatTensor<Self> {
        if !is_f32(&q) {
            return composed_scores::<Self>(q, k, scale);
        }
        let [batch, pos, heads, _] = extents(&q);
        let keys = extents(&k)[1];
        let mut out = vec![0.0; batch * heads * pos * keys];
        let (of_q, of_k) = (numbers(&q), numbers(&k));
        let (q, k) = (by_head(&of_q, extents(&q)), by_head(&of_k, extents(&k)));
        let k = Batch::new(k.matrix.transposed(), [batch, heads], k.strides);
        let q = Batch::new(q.matrix, [batch, heads], q.strides);
        batched(&q, &k, scale as f32, &mut out, Layout::Heads);
        tensor(out, vec![batch, heads, pos, keys])
    }

    fn attend_mix(p: FloatTensor<Self>, v: FloatTensor<Self>, scale: f64) -> FloatTensor<Self> {
        if !is_f32(&p) {
            return composed_mix::<Self>(p, v, scale);
        }
        let [batch, heads, pos, keys] = extents(&p);
        let d_head = extents(&v)[3];
        let mut out = vec![0.0; batch * pos * heads * d_head];
        let (of_p, of_v) = (numbers(&p), numbers(&v));
        let p = Matrix::new(&of_p, [pos, keys], [keys, 1]);
        let p = Batch::new(p, [batch, heads], [heads * pos * keys, pos * keys]);
        let v = by_head(&of_v, extents(&v));
        let v = Batch::new(v.matrix, [batch, heads], v.strides);
        batched(&p, &v, scale as f32, &mut out, Layout::Rows);
        tensor(out, vec![batch, pos, heads, d_head])
    }
}

fn extents(x: &FloatTensor<Flex>) -> [usize; 4] {
    x.shape().to_vec().try_into().expect("attention has four axes")
}

/// The matrix of the first head, and how far the next sample and head are.
struct ByHead<'a> {
    matrix: Matrix<'a>,
    strides: [usize; 2],
}

/// `[batch, pos, head, d_head]` seen head by head.
fn by_head(values: &[f32], [_, pos, heads, d_head]: [usize; 4]) -> ByHead<'_> {
    ByHead {
        matrix: Matrix::new(values, [pos, d_head], [heads * d_head, 1]),
        strides: [pos * heads * d_head, d_head],
    }
}

/// Graphics processors take the composed path.
#[cfg(any(feature = "vulkan", feature = "cuda"))]
impl AttendOps for burn_cubecl::CubeBackend {}

impl<B: Backend + AttendOps, C: CheckpointStrategy> AttendOps for Autodiff<B, C> {
    fn attend_scores(q: FloatTensor<Self>, k: FloatTensor<Self>, scale: f64) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Scores;

        impl<B: Backend + AttendOps> Backward<B, 2> for Scores {
            type State = (FloatTensor<B>, FloatTensor<B>, f64);

            fn backward(
                self,
                ops: Ops<Self::State, 2>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let (q, k, scale) = ops.state;
                let [node_q, node_k] = ops.parents;
                let grad = grads.consume::<B>(&ops.node);
                if let Some(node) = node_q {
                    grads.register::<B>(node.id, B::attend_mix(grad.clone(), k, scale));
                }
                if let Some(node) = node_k {
                    let turned = B::float_transpose(grad);
                    grads.register::<B>(node.id, B::attend_mix(turned, q, scale));
                }
            }
        }

        let nodes = [q.node(), k.node()];
        let [q, k] = [q.into_primitive(), k.into_primitive()];
        let y = B::attend_scores(q.clone(), k.clone(), scale);
        match Scores.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((q, k, scale), y),
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }

    fn attend_mix(p: FloatTensor<Self>, v: FloatTensor<Self>, scale: f64) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Mix;

        impl<B: Backend + AttendOps> Backward<B, 2> for Mix {
            type State = (FloatTensor<B>, FloatTensor<B>, f64);

            fn backward(
                self,
                ops: Ops<Self::State, 2>,
                grads: &mut Gradients,
                _checkpointer: &mut Checkpointer,
            ) {
                let (p, v, scale) = ops.state;
                let [node_p, node_v] = ops.parents;
                let grad = grads.consume::<B>(&ops.node);
                if let Some(node) = node_p {
                    grads.register::<B>(node.id, B::attend_scores(grad.clone(), v, scale));
                }
                if let Some(node) = node_v {
                    let turned = B::float_transpose(p);
                    grads.register::<B>(node.id, B::attend_mix(turned, grad, scale));
                }
            }
        }

        let nodes = [p.node(), v.node()];
        let [p, v] = [p.into_primitive(), v.into_primitive()];
        let y = B::attend_mix(p.clone(), v.clone(), scale);
        match Mix.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((p, v, scale), y),
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }
}
