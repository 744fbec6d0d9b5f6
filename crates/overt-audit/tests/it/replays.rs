use crate::{MAZE_EXIT, MAZE_GREEN, on_threads, untrained};
use overt_audit::Error;
use overt_audit::maze::{Acting, Replayed, Subject, play_level, replay, replay_digest};
use overt_nn::Policy;
use overt_site::{Array, Run};
use overt_world::maze::{Action, Distribution, Env, default_time_limit};
use sha2::{Digest, Sha256};

/// More than are played side by side, so that threads have something to share.
const N: u64 = 130;

fn replayed(subject: &Subject, seeds: &[u64]) -> Vec<Replayed> {
    let levels = subject.training_levels().unwrap();
    replay(&subject.policy, &levels, subject.world.observation, seeds).unwrap()
}

#[test]
fn an_episode_keeps_its_bits_in_every_company_and_every_pool() {
    let seeds: Vec<u64> = (0..N).collect();
    for subject in [&untrained(), &*MAZE_EXIT] {
        let all = on_threads(1, || replayed(subject, &seeds));
        for threads in [2, 4] {
            assert_eq!(all, on_threads(threads, || replayed(subject, &seeds)), "{threads} threads");
        }
        for seed in [0, 57, N - 1] {
            assert_eq!(all[seed as usize..=seed as usize], replayed(subject, &[seed]));
        }
    }
}

#[test]
fn a_trace_is_the_digest_of_actions_and_logits() {
    let subject = &*MAZE_GREEN;
    let (levels, encoder) = (subject.training_levels().unwrap(), subject.world.observation);
    let size = subject.world.size;
    for seed in 0..10 {
        let mut env = Env::new(encoder, default_time_limit(size, subject.world.layout));
        let mut seen = env.reset(levels.level(seed)).to_vec();
        let mut hash = Sha256::new();
        while !env.episode().unwrap().has_ended() {
            let seen_now = Array::new(vec![1, size, size, encoder.features()], seen);
            let (out, _) = subject.policy.portable().run(&seen_now, &Run::new()).unwrap();
            let logits = out.logits.row(0);
            let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let action = logits.iter().position(|logit| *logit == top).unwrap();
            hash.update([u8::try_from(action).unwrap()]);
            for logit in logits {
                hash.update(logit.to_bits().to_le_bytes());
            }
            env.step(Action::ALL[action]);
            seen = env.observation().to_vec();
        }
        assert_eq!(replayed(subject, &[seed])[0].trace, format!("{:x}", hash.finalize()));
    }
}

#[test]
fn a_replay_walks_as_the_audit_saw_it_walk() {
    let subject = &*MAZE_EXIT;
    let (levels, encoder) = (subject.training_levels().unwrap(), subject.world.observation);
    for episode in replayed(subject, &[3, 14, 15, 92, 65]) {
        let seed = episode.level_seed;
        let seen = play_level(&subject.policy, &levels, encoder, Acting::Greedy, seed).unwrap();
        assert_eq!(episode.played, seen);
    }
}

/// Two agents, 20 episodes each: an engine that gives other digests computes otherwise.
#[test]
fn the_twins_have_these_digests_on_every_processor() {
    for (subject, digest) in [
        (&*MAZE_GREEN, "4d8fa40f39829666ec1351d58a7804120bd3cfcceaa2438b7a5f352f86b2702b"),
        (&*MAZE_EXIT, "727e7afdb0739ebe3f10edfe4e180cd543c6744c21213322588defc2ef71f387"),
    ] {
        for threads in [1, 2, 4] {
            let got = on_threads(threads, || {
                replay_digest(&subject.policy, &subject.world, (20, 7)).unwrap()
            });
            assert_eq!(got, digest, "{} at {threads} threads", subject.name);
        }
    }
}

/// Of a weight that acts: one behind a neuron that never fires changes nothing that anybody can see.
#[test]
fn the_lowest_bit_of_a_bias_is_another_trace() {
    let subject = &*MAZE_EXIT;
    let weights = subject.policy.weights();
    for name in ["embed.bias", "dense.bias", "policy.bias"] {
        let mut values = Vec::new();
        for (spec, span) in weights.spans() {
            let bit = u32::from(spec.name == name);
            values.extend(span.iter().map(|value| f32::from_bits(value.to_bits() ^ bit)));
        }
        let config = *subject.policy.config();
        let policy = Policy::new(config, weights.clone().with_values(values)).unwrap();
        let digest = |policy| replay_digest(policy, &subject.world, (20, 7)).unwrap();
        assert_ne!(digest(&policy), digest(&subject.policy), "{name}");
    }
}

#[test]
fn numbers_without_end_have_no_trace() {
    let subject = untrained();
    let weights = subject.policy.weights().clone();
    let huge = weights.values().iter().map(|value| value.signum() * 3e38).collect();
    let policy = Policy::new(*subject.policy.config(), weights.with_values(huge)).unwrap();
    let refused = replay_digest(&policy, &subject.world, (1, 7)).unwrap_err();
    assert!(matches!(refused, Error::LogitNotFinite { .. }), "{refused}");
}
