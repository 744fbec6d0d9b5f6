//! Same-size convolution over the cells of a maze, channels last.
//!
//! A kernel of our own: with 16 channels on a small grid the general convolution spends most of
//! its time moving data (`benches/conv.rs` has the figures). Other devices take the composed path.

mod kernel;
mod op;
mod trunk;

pub(crate) use trunk::Trunk;

use burn::backend::Dispatch;
use burn::tensor::Tensor;
use op::ConvOps;

/// Convolution with stride 1 and zero padding that keeps the size.
///
/// # Shapes
/// `x [batch, row, col, in]`, `weight [window, window, in, out]`, `bias [out]` give
/// `[batch, row, col, out]`. The window is odd.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// let device = Device::flex();
/// let x = Tensor::<4>::ones([1, 3, 3, 1], &device);
/// let ones = Tensor::<4>::ones([3, 3, 1, 1], &device);
/// let y = overt_nn::cell_conv(x, ones, Tensor::zeros([1], &device));
/// // A corner has four neighbours inside the maze, itself included; the middle has nine.
/// let y = overt_site::Array::<f32>::of(y).values;
/// assert_eq!((y[0], y[4]), (4.0, 9.0));
/// ```
pub fn cell_conv(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as ConvOps>::cell_conv(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
    ))
}
