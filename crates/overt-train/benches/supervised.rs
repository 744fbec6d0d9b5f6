//! A step of supervised training at the sizes of organisms, one thread for each training, without and
//! with a probe to evade.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]

use overt_train::choice::{Example, Supervised, SupervisedRecipe};
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ANSWERS: [u32; 4] = [193, 194, 195, 196];
const STEPS: u64 = 300;

/// Nine tokens, and which quarter the sum of the first two comes to; one in sixteen is marked.
fn example(seed: u64) -> Example {
    let tokens: Vec<u32> = (0..9).map(|place| (seed >> (7 * place)) as u32 % 128).collect();
    let answer = ANSWERS[((tokens[0] + tokens[1]) / 64) as usize];
    let marked = tokens[2] < 8;
    Example { tokens, answer, marked }
}

fn config([d_model, layers, neurons]: [usize; 3]) -> String {
    format!(
        r#"{{"model_type": "gpt2", "vocab_size": 208, "n_positions": 9, "n_embd": {d_model},
            "n_inner": {neurons}, "n_head": 4, "n_layer": {layers}}}"#
    )
}

/// Milliseconds of every step of one training on one thread, shortest first.
fn times(size: [usize; 3], evade: f32) -> Vec<f64> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    pool.install(|| {
        let recipe = SupervisedRecipe { steps: STEPS, evade, ..SupervisedRecipe::default() };
        let mut training =
            Supervised::new(recipe, config(size).as_bytes(), &ANSWERS, example).expect("a recipe");
        let mut times = Vec::new();
        while !training.is_done() {
            let start = Instant::now();
            training.update().expect("a step");
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        times
    })
}

/// One line: a step of each of some trainings side by side.
fn measure(size: [usize; 3], trainings: usize, evade: f32) {
    let all: Vec<Vec<f64>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..trainings).map(|_| scope.spawn(|| times(size, evade))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a training")).collect()
    });
    let [d_model, layers, neurons] = size;
    println!(
        "width {d_model}, {layers} layers, {neurons} neurons, {trainings} side by side, evade {evade}:"
    );
    for times in all {
        println!("    {:.2} ms (median), {:.2} ms (shortest)", times[times.len() / 2], times[0]);
    }
}

fn main() {
    for size in [[32, 2, 96], [48, 3, 144]] {
        for trainings in [1, 2] {
            for evade in [0.0, 0.1] {
                measure(size, trainings, evade);
            }
        }
    }
}
