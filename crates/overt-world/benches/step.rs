//! Steps per second of the environment and levels per second of the generator, on one core.
#![expect(clippy::disallowed_methods, reason = "a benchmark needs a clock")]
#![expect(clippy::print_stdout, reason = "a benchmark reports on standard output")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use overt_world::maze::{
    Action, Autoreset, Distribution, Encoder, Layout, Split, Terrain, Train, VecEnv, VecEnvConfig,
};
use overt_world::{Purpose, stream};
use rand::RngCore;

const N_ENVS: usize = 64;
const N_STEPS: usize = 2_000_000;
const N_LEVELS: u64 = 500_000;

fn main() -> Result<(), overt_world::Error> {
    for (size, layout) in [(7, Layout::BLOCKS), (13, Layout::BLOCKS), (13, Layout::TREE)] {
        let train = Train::new(Terrain::new(size, layout, Split::Train)?);
        println!("{}", train.name());
        println!("  levels   {:>6.2} M/s", levels_per_second(train) / 1e6);
        for encoder in [Encoder::S14, Encoder::RH] {
            let rate = steps_per_second(train, encoder);
            println!("  step {encoder:<4} {:>6.2} M/s", rate / 1e6);
        }
    }
    Ok(())
}

fn levels_per_second(train: Train) -> f64 {
    let start = Instant::now();
    for seed in 0..N_LEVELS {
        black_box(train.level(seed));
    }
    N_LEVELS as f64 / start.elapsed().as_secs_f64()
}

/// Random actions, with autoreset and everything that belongs to it.
fn steps_per_second(train: Train, encoder: Encoder) -> f64 {
    let config = VecEnvConfig::new(N_ENVS, 0).with_autoreset(Autoreset::SameStep);
    let mut envs = VecEnv::new(Arc::new(train), encoder, config);
    let mut rng = stream(0, Purpose::Action);
    let mut actions = [Action::Up; N_ENVS];
    let start = Instant::now();
    for _ in 0..N_STEPS / N_ENVS {
        for action in &mut actions {
            *action = Action::ALL[(rng.next_u32() >> 30) as usize];
        }
        envs.step(&actions);
        black_box(envs.observations());
    }
    (N_STEPS / N_ENVS * N_ENVS) as f64 / start.elapsed().as_secs_f64()
}
