use crate::{bits, random};
use burn::tensor::{Device, Tensor, module::conv2d, ops::ConvOptions};
use overt_nn::cell_conv;
use overt_site::Array;
use proptest::prelude::*;

#[derive(Clone, Copy, Debug)]
struct Shape {
    batch: usize,
    rows: usize,
    cols: usize,
    window: usize,
    inputs: usize,
    outputs: usize,
}

fn shapes() -> impl Strategy<Value = Shape> {
    let window = prop_oneof![Just(1_usize), Just(3), Just(5)];
    (1_usize..4, 1_usize..12, 1_usize..19, window, 1_usize..21, 1_usize..36).prop_map(
        |(batch, rows, cols, window, inputs, outputs)| Shape {
            batch,
            rows,
            cols,
            window,
            inputs,
            outputs,
        },
    )
}

type Conv = fn(Tensor<4>, Tensor<4>, Tensor<1>) -> Tensor<4>;

/// What every device without a kernel of its own computes.
fn composed(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
    let margin = weight.dims()[0] / 2;
    let options = ConvOptions::new([1, 1], [margin, margin], [1, 1], 1);
    let (x, weight) = (x.permute([0, 3, 1, 2]), weight.permute([3, 2, 0, 1]));
    conv2d(x, weight, Some(bias), options).permute([0, 2, 3, 1])
}

/// Output and the gradients of input, weight and bias of `Σ y · mix`.
fn all_directions(conv: Conv, s: Shape) -> [Array; 4] {
    let device = Device::flex().autodiff();
    let x = random(&[s.batch, s.rows, s.cols, s.inputs], 1).tensor(&device).require_grad();
    let weight =
        random(&[s.window, s.window, s.inputs, s.outputs], 2).tensor(&device).require_grad();
    let bias = random(&[s.outputs], 3).tensor(&device).require_grad();
    let y = conv(x.clone(), weight.clone(), bias.clone());
    let mix = random(&[s.batch, s.rows, s.cols, s.outputs], 4).tensor(&device);
    let gradients = (y.clone() * mix).sum().backward();
    [
        Array::of(y.inner()),
        Array::of(x.grad(&gradients).unwrap()),
        Array::of(weight.grad(&gradients).unwrap()),
        Array::of(bias.grad(&gradients).unwrap()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_kernel_is_the_composed_convolution(shape in shapes()) {
        let (ours, theirs) = (all_directions(cell_conv, shape), all_directions(composed, shape));
        for ((ours, theirs), what) in ours.iter().zip(&theirs).zip(["y", "x", "weight", "bias"]) {
            prop_assert_eq!(&ours.shape, &theirs.shape);
            let largest = theirs.values.iter().fold(1.0_f32, |top, v| top.max(v.abs()));
            for (a, b) in ours.values.iter().zip(&theirs.values) {
                prop_assert!((a - b).abs() <= 1e-5 * largest, "{}: {} and {}", what, a, b);
            }
        }
    }

    #[test]
    fn a_row_gives_the_same_bits_whatever_the_batch(shape in shapes(), others in 1_usize..5) {
        let s = Shape { batch: others + 1, ..shape };
        let device = Device::flex();
        let x = random(&[s.batch, s.rows, s.cols, s.inputs], 1);
        let weight = random(&[s.window, s.window, s.inputs, s.outputs], 2);
        let bias = random(&[s.outputs], 3);
        let conv = |x: &Array| {
            Array::of(cell_conv(x.tensor(&device), weight.tensor(&device), bias.tensor(&device)))
        };
        let whole = conv(&x);
        for row in 0..s.batch {
            let mut alone = x.shape.clone();
            alone[0] = 1;
            let alone = conv(&Array::new(alone, x.row(row).to_vec()));
            prop_assert_eq!(bits(&alone), bits(&Array::new(alone.shape.clone(), whole.row(row).to_vec())));
        }
    }
}

#[test]
fn the_order_in_which_a_tensor_lies_in_memory_does_not_matter() {
    let device = Device::flex();
    let (x, weight) = (random(&[3, 4, 6, 5], 1), random(&[3, 3, 5, 7], 2));
    let bias = random(&[7], 3);
    let straight =
        Array::of(cell_conv(x.tensor(&device), weight.tensor(&device), bias.tensor(&device)));
    let turn = |array: &Array, axes: [isize; 4]| -> Tensor<4> {
        let turned = array.tensor::<4>(&device).permute(axes);
        let copied = Array::<f32>::of(turned);
        copied.tensor::<4>(&device)
    };
    let x_turned = turn(&x, [3, 1, 0, 2]).permute([2, 1, 3, 0]);
    let weight_turned = turn(&weight, [1, 0, 3, 2]).permute([1, 0, 3, 2]);
    let turned = Array::of(cell_conv(x_turned, weight_turned, bias.tensor(&device)));
    assert_eq!(bits(&straight), bits(&turned));

    let more = Tensor::cat(vec![random(&[2, 4, 6, 5], 9).tensor(&device), x.tensor(&device)], 0);
    let part = more.narrow(0, 2, 3);
    let sliced = Array::of(cell_conv(part, weight.tensor(&device), bias.tensor(&device)));
    assert_eq!(bits(&straight), bits(&sliced));

    let one = random(&[1, 4, 6, 5], 4);
    let repeated = one.tensor::<4>(&device).expand([3, 4, 6, 5]);
    let repeated =
        Array::<f32>::of(cell_conv(repeated, weight.tensor(&device), bias.tensor(&device)));
    assert_eq!(repeated.row(0), repeated.row(2));
}

#[test]
fn a_gradient_that_is_the_same_everywhere_is_read_right() {
    let device = Device::flex().autodiff();
    let bias = Tensor::<1>::zeros([3], &device).require_grad();
    let x: Tensor<4> = random(&[2, 4, 5, 2], 1).tensor(&device);
    let weight: Tensor<4> = random(&[3, 3, 2, 3], 2).tensor(&device);
    let gradients = cell_conv(x, weight, bias.clone()).sum().backward();
    assert_eq!(Array::<f32>::of(bias.grad(&gradients).unwrap()).values, [40.0; 3]);
}
