//! A step of supervised training at the sizes of organisms, on one thread.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]

use overt_train::{Example, Supervised, SupervisedRecipe};
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ANSWERS: [u32; 4] = [193, 194, 195, 196];
const STEPS: u64 = 300;

/// Nine tokens, and which quarter the sum of the first two comes to.
fn example(seed: u64) -> Example {
    let tokens: Vec<u32> = (0..9).map(|place| (seed >> (7 * place)) as u32 % 128).collect();
    let answer = ANSWERS[((tokens[0] + tokens[1]) / 64) as usize];
    Example { tokens, answer }
}

fn config([d_model, layers, neurons]: [usize; 3]) -> String {
    format!(
        r#"{{"model_type": "gpt2", "vocab_size": 208, "n_positions": 9, "n_embd": {d_model},
            "n_inner": {neurons}, "n_head": 4, "n_layer": {layers}}}"#
    )
}

fn measure(size: [usize; 3]) {
    let recipe = SupervisedRecipe { steps: STEPS, ..SupervisedRecipe::default() };
    let mut training =
        Supervised::new(recipe, config(size).as_bytes(), &ANSWERS, example).expect("a recipe");
    let mut times = Vec::new();
    let mut last = None;
    while !training.is_done() {
        let start = Instant::now();
        last = Some(training.update().expect("a step"));
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let [d_model, layers, neurons] = size;
    let (n, median) = (training.weights().values().len(), times[times.len() / 2]);
    println!(
        "width {d_model}, {layers} layers, {neurons} neurons, {n} weights: a step of 128 takes \
         {median:.2} ms (median), {:.2} ms (shortest)",
        times[0]
    );
    println!("    {last:?}");
}

fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    pool.install(|| {
        for size in [[32, 2, 96], [48, 3, 144]] {
            measure(size);
        }
    });
}
