//! Our cell convolution against the general one of the backend, one thread, per training step.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]

use burn::tensor::{Device, Distribution, Tensor, module::conv2d, ops::ConvOptions};
use std::time::Instant;

fn median_ms(mut step: impl FnMut()) -> f64 {
    step();
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            let start = Instant::now();
            step();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[7]
}

fn main() {
    let device = Device::flex().autodiff();
    let random = |shape: [usize; 4]| Tensor::<4>::random(shape, Distribution::Default, &device);
    for (size, channels) in [(7, 16), (11, 16), (13, 32)] {
        let x = random([256, size, size, channels]).require_grad();
        let weight = random([3, 3, channels, channels]).require_grad();
        let bias = Tensor::<1>::zeros([channels], &device).require_grad();
        let ours = || overt_nn::cell_conv(x.clone(), weight.clone(), bias.clone());
        let options = || ConvOptions::new([1, 1], [1, 1], [1, 1], 1);
        let (nchw, oihw) =
            (x.clone().inner().permute([0, 3, 1, 2]), weight.clone().inner().permute([3, 2, 0, 1]));
        let (nchw, oihw) = (
            Tensor::from_inner(nchw + 0.0).require_grad(),
            Tensor::from_inner(oihw + 0.0).require_grad(),
        );
        let theirs = || conv2d(nchw.clone(), oihw.clone(), Some(bias.clone()), options());
        let mul_adds = (256 * size * size * channels * channels * 9) as f64;
        let forward = (median_ms(|| drop(ours())), median_ms(|| drop(theirs())));
        let both = (
            median_ms(|| drop(ours().sum().backward())),
            median_ms(|| drop(theirs().sum().backward())),
        );
        println!(
            "{size}x{size} {channels} channels, batch 256: forward {:.2} ms ({:.1} GFLOP/s) \
             against {:.2}; with backward {:.2} ms ({:.1} GFLOP/s) against {:.2}; ratio {:.1} and {:.1}",
            forward.0,
            2.0 * mul_adds / forward.0 / 1e6,
            forward.1,
            both.0,
            6.0 * mul_adds / both.0 / 1e6,
            both.1,
            forward.1 / forward.0,
            both.1 / both.0,
        );
    }
}
