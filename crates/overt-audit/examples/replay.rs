//! Prints which bits the agents that ship give on this processor: of logits in batches of several
//! sizes and at several numbers of threads, and of whole episodes; and what the portable profile costs.
//!
//! `cargo run --release -p overt-audit --example replay -- EPISODES`

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run should stop")]

use overt_audit::maze::{Acting, Subject, SubjectFiles, World, play, replay_digest};
use overt_nn::{Architecture, Policy, PolicyConfig};
use overt_site::{Array, Run};
use overt_world::level_seed;
use overt_world::maze::{Distribution, Encoder, Invariants, Layout};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Instant;

/// Times that each duration is taken; the median is told.
const ROUNDS: usize = 7;
/// Observations whose logits are taken.
const OBSERVATIONS: usize = 50;

macro_rules! shipped {
    ($name:literal) => {
        SubjectFiles {
            config: include_bytes!(concat!("../../../subjects/", $name, "/config.json")),
            weights: include_bytes!(concat!("../../../subjects/", $name, "/model.safetensors")),
            subject: include_str!(concat!("../../../subjects/", $name, "/subject.toml")),
            claim: include_str!(concat!("../../../subjects/", $name, "/claim.toml")),
        }
    };
}

fn main() {
    let episodes: usize = std::env::args().nth(1).map_or(100, |n| n.parse().unwrap());
    println!("{}", registers());
    for (name, files) in
        [("maze-green", shipped!("maze-green")), ("maze-exit", shipped!("maze-exit"))]
    {
        let subject = Subject::read(name, files).unwrap();
        for (profile, policy) in
            [("native", subject.policy.clone()), ("portable", subject.policy.portable())]
        {
            for rows in [1, 2, 64, 256] {
                println!("{name} {profile} batch {rows}: {}", logits(&subject, &policy, rows));
            }
            for threads in [2, 4] {
                let digest = on_threads(threads, || logits(&subject, &policy, 64));
                println!("{name} {profile} {threads} threads, batch 64: {digest}");
            }
        }
        for threads in [1, 2, 4] {
            let begin = Instant::now();
            let world = &subject.world;
            let digest =
                on_threads(threads, || replay_digest(&subject.policy, world, (episodes, 7)));
            let seconds = begin.elapsed().as_secs_f64();
            println!(
                "{name} {episodes} episodes, {threads} threads: {} {seconds:.2} s",
                digest.unwrap()
            );
        }
        cost(name, &subject.policy, &subject.world, episodes);
    }
    let world = World {
        size: 13,
        layout: Layout::BLOCKS,
        observation: Encoder::RH,
        invariants: Invariants::default(),
    };
    let config = PolicyConfig {
        architecture: Architecture::Impala,
        size: 13,
        features: Encoder::RH.features(),
        channels: 32,
        layers: 5,
        dense: 256,
        actions: 4,
    };
    let large = Policy::init(config, 7).unwrap();
    for episodes in [1, episodes.min(20)] {
        cost("an untrained agent of 13×13", &large, &world, episodes);
    }
}

/// Prints how long greedy episodes take on one thread in either profile, in turns.
fn cost(name: &str, policy: &Policy, world: &World, episodes: usize) {
    let levels: Arc<dyn Distribution> = Arc::new(world.training_levels().unwrap());
    let portable = policy.portable();
    let seconds = |policy: &Policy| {
        let begin = Instant::now();
        let (encoder, case) = (world.observation, (episodes, 7));
        on_threads(1, || play(policy, &levels, encoder, Acting::Greedy, case)).unwrap();
        begin.elapsed().as_secs_f64()
    };
    let [mut natively, mut portably] = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        natively.push(seconds(policy));
        portably.push(seconds(&portable));
    }
    let [natively, portably] = [natively, portably].map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[ROUNDS / 2] * 1e3
    });
    println!(
        "{name}, {episodes} episodes: native {natively:.2} ms, portable {portably:.2} ms, ratio {:.2}",
        portably / natively
    );
}

/// SHA-256 over the logits of the first observations of training levels, `rows` at a time.
fn logits(subject: &Subject, policy: &Policy, rows: usize) -> String {
    let levels = subject.training_levels().unwrap();
    let (size, encoder) = (subject.world.size, subject.world.observation);
    let mut hash = Sha256::new();
    for first in (0..OBSERVATIONS).step_by(rows) {
        let mut values = vec![0.0; rows * encoder.observation_len(size)];
        for (row, out) in values.chunks_exact_mut(encoder.observation_len(size)).enumerate() {
            let level = levels.level(level_seed(7, (first + row) as u64, 0));
            encoder.encode(&level, level.agent, out);
        }
        let seen = Array::new(vec![rows, size, size, encoder.features()], values);
        let (outputs, _) = policy.run(&seen, &Run::new()).unwrap();
        for row in 0..rows.min(OBSERVATIONS - first) {
            for logit in outputs.logits.row(row) {
                hash.update(logit.to_le_bytes());
            }
        }
    }
    format!("{:x}", hash.finalize())
}

/// Which vector instructions the processor offers.
fn registers() -> String {
    #[cfg(target_arch = "x86_64")]
    {
        let has = [
            ("AVX", is_x86_feature_detected!("avx")),
            ("AVX2", is_x86_feature_detected!("avx2")),
            ("FMA", is_x86_feature_detected!("fma")),
            ("AVX-512", is_x86_feature_detected!("avx512f")),
        ];
        let has: Vec<&str> = has.iter().filter(|(_, has)| *has).map(|(name, _)| *name).collect();
        format!("x86-64 with {}", if has.is_empty() { "SSE".to_owned() } else { has.join(", ") })
    }
    #[cfg(not(target_arch = "x86_64"))]
    std::env::consts::ARCH.to_owned()
}

fn on_threads<T: Send>(n: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(work)
}
