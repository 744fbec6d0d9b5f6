//! The kernels of language models against the operations of the backend.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]

#[expect(dead_code, reason = "the kernels are not public and not all are timed")]
#[cfg_attr(test, expect(unused_imports, reason = "their tests run with the library"))]
#[path = "../src/kernel/mod.rs"]
mod kernel;

use burn::tensor::{Device, Distribution, Tensor};
use kernel::product::{Matrix, product};
use std::time::Instant;

fn median_ms(mut step: impl FnMut()) -> f64 {
    step();
    let mut times: Vec<f64> = (0..11)
        .map(|_| {
            let start = Instant::now();
            step();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[5]
}

/// Milliseconds with one thread and with two.
fn one_and_two(mut step: impl FnMut() + Send) -> [f64; 2] {
    [1, 2].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("two threads").install(|| median_ms(&mut step))
    })
}

fn products(device: &Device) {
    for m in [1, 16, 136, 1024, 1632] {
        for (k, n) in [(768, 2304), (768, 768), (768, 3072), (3072, 768), (768, 50257)] {
            for stored in ["k,n", "n,k"] {
                let shape = if stored == "k,n" { [k, n] } else { [n, k] };
                let a = Tensor::<2>::random([m, k], Distribution::Default, device);
                let b = Tensor::<2>::random(shape, Distribution::Default, device);
                let values = [a.clone(), b.clone()].map(|t| overt_site::Array::of(t).values);
                let [a_values, b_values] = values;
                let a_view = Matrix::row_major(&a_values, [m, k]);
                let b_view = Matrix::row_major(&b_values, shape);
                let b_view = if stored == "k,n" { b_view } else { b_view.transposed() };
                let mut out = vec![0.0; m * n];
                let ours = one_and_two(|| product(a_view, b_view, None, &mut out, n));
                let b = if stored == "k,n" { b } else { b.transpose() };
                let theirs = median_ms(|| drop(a.clone().matmul(b.clone())));
                let rate = |ms: f64| 2e-6 * (m * k * n) as f64 / ms;
                println!(
                    "product {m}x{k}x{n} [{stored}]: {:.2} ms ({:.0} GFLOP/s), on two threads \
                     {:.2} ({:.0}); the backend on one {theirs:.2} ({:.0})",
                    ours[0],
                    rate(ours[0]),
                    ours[1],
                    rate(ours[1]),
                    rate(theirs)
                );
            }
        }
    }
}

fn main() {
    let device = Device::flex();
    products(&device);
}
