//! The kernels of language models against the operations of the backend.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]

#[expect(dead_code, reason = "the kernels are not public and not all are timed")]
#[cfg_attr(test, expect(unused_imports, reason = "their tests run with the library"))]
#[path = "../src/kernel/mod.rs"]
mod kernel;

use burn::tensor::activation::{gelu, softmax};
use burn::tensor::{Device, Distribution, Tensor};
use kernel::activation::Activation;
use kernel::norm::{Center, affine, normalize};
use kernel::product::{Batch, Layout, Matrix, batched, product};
use kernel::softmax::{softmax_gradient, softmax_rows};
use std::time::Instant;

/// The shortest of some runs: other work on the machine only lengthens them.
fn shortest_ms(mut step: impl FnMut()) -> f64 {
    step();
    (0..15).fold(f64::INFINITY, |shortest, _| {
        let start = Instant::now();
        step();
        shortest.min(start.elapsed().as_secs_f64() * 1e3)
    })
}

/// One line: ours on one thread and on two against the backend on one.
fn compare(name: &str, mul_adds: usize, ours: impl FnMut() + Send, theirs: impl FnMut()) {
    let ours = one_and_two(ours);
    let theirs = shortest_ms(theirs);
    let [one, two, theirs] = [ours[0], ours[1], theirs].map(|ms| match mul_adds {
        0 => format!("{ms:.3} ms"),
        n => format!("{ms:.3} ms ({:.0} GFLOP/s)", 2e-6 * n as f64 / ms),
    });
    println!("{name}: {one}, on two threads {two}; the backend on one {theirs}");
}

/// Milliseconds with one thread and with two.
fn one_and_two(mut step: impl FnMut() + Send) -> [f64; 2] {
    [1, 2].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("two threads").install(|| shortest_ms(&mut step))
    })
}

fn random<const D: usize>(shape: [usize; D]) -> (Tensor<D>, Vec<f32>) {
    let tensor = Tensor::random(shape, Distribution::Normal(0.0, 1.0), &Device::flex());
    (tensor.clone(), overt_site::Array::of(tensor).values)
}

fn products(m: usize) {
    for (k, n) in [(768, 2304), (768, 768), (768, 3072), (3072, 768), (768, 50257)] {
        for (stored, shape) in [("k,n", [k, n]), ("n,k", [n, k])] {
            let ((a, a_values), (b, b_values)) = (random([m, k]), random(shape));
            let a_view = Matrix::row_major(&a_values, [m, k]);
            let b_view = Matrix::row_major(&b_values, shape);
            let (b_view, b) =
                if stored == "k,n" { (b_view, b) } else { (b_view.transposed(), b.transpose()) };
            let mut out = vec![0.0; m * n];
            compare(
                &format!("product {m}x{k}x{n} [{stored}]"),
                m * k * n,
                || product(a_view, b_view, None, &mut out, n),
                || drop(a.clone().matmul(b.clone())),
            );
        }
    }
}

/// Eight samples of 128 positions and 12 heads of width 64.
fn attention() {
    let [samples, positions, heads, width] = [8, 128, 12, 64];
    let shape = [samples, positions, heads, width];
    let ((q, q_values), (k, k_values)) = (random(shape), random(shape));
    let view = |values| {
        let first = Matrix::new(values, [positions, width], [heads * width, 1]);
        (first, [samples, heads], [positions * heads * width, width])
    };
    let (first, count, strides) = view(&k_values);
    let keys = Batch::new(first.transposed(), count, strides);
    let (first, count, strides) = view(&q_values);
    let queries = Batch::new(first, count, strides);
    let mul_adds = samples * heads * positions * positions * width;
    let mut scores = vec![0.0; samples * heads * positions * positions];
    let (q, k) = (q.swap_dims(1, 2), k.swap_dims(1, 2));
    compare(
        "scores, 96 of 128x64x128",
        mul_adds,
        || batched(&queries, &keys, 0.125, &mut scores, Layout::Heads),
        || drop(q.clone().matmul(k.clone().transpose())),
    );
    let (theirs, raw) = random([samples * heads * positions, positions]);
    let mut pattern = raw.clone();
    compare(
        "softmax of 8x12x128x128 (ours with a copy)",
        0,
        || {
            pattern.copy_from_slice(&raw);
            softmax_rows(&mut pattern, positions, |_| 0..positions);
        },
        || drop(softmax(theirs.clone(), 1)),
    );
    let mut grad = raw.clone();
    compare(
        "its backward pass (the backend's: none alone)",
        0,
        || softmax_gradient(&pattern, &mut grad, positions, |_| 0..positions),
        || (),
    );
    let first = Matrix::row_major(&pattern, [positions, positions]);
    let square = positions * positions;
    let patterns = Batch::new(first, [samples, heads], [heads * square, square]);
    let mut z = vec![0.0; samples * positions * heads * width];
    let theirs = theirs.reshape([samples, heads, positions, positions]);
    compare(
        "pattern on values, 96 of 128x128x64",
        mul_adds,
        || batched(&patterns, &queries, 1.0, &mut z, Layout::Rows),
        || drop(theirs.clone().matmul(q.clone())),
    );
}

fn activations() {
    let (x, values) = random([1024, 3072]);
    let (grad, mut out) = (values.clone(), vec![0.0; values.len()]);
    for f in [Activation::Gelu, Activation::GeluTanh, Activation::Silu, Activation::Relu] {
        compare(
            &format!("{f:?} of 1024x3072 (the backend's gelu)"),
            0,
            || f.forward(&values, &mut out),
            || drop(gelu(x.clone())),
        );
        compare(
            &format!("{f:?} backward (the backend's: none alone)"),
            0,
            || f.backward(&values, &grad, &mut out),
            || (),
        );
    }
}

fn norms() {
    let (x, values) = random([1024, 768]);
    let (mut out, mut scales) = (vec![0.0; values.len()], vec![0.0; 1024]);
    let gain = vec![1.5; 768];
    let mut affined = out.clone();
    compare(
        "layer norm of 1024x768 with gain and bias",
        0,
        || {
            normalize(&values, Center::Mean, 1e-5, &mut out, &mut scales);
            affine(&out, &gain, Some(&gain), &mut affined);
        },
        || {
            let centered = x.clone() - x.clone().mean_dim(1);
            let scale = (centered.clone().powi_scalar(2).mean_dim(1) + 1e-5).sqrt();
            drop(centered / scale * 1.5 + 1.5);
        },
    );
}

fn main() {
    attention();
    activations();
    norms();
    for m in [1, 16, 136, 1024, 1632] {
        products(m);
    }
}
