use std::sync::Arc;

use overt_world::maze::{
    Action, Autoreset, Distribution, Encoder, Env, EpisodeRecord, Layout, VecEnv, VecEnvConfig,
    VecEnvState,
};
use overt_world::{Purpose, level_seed, stream};
use proptest::prelude::*;
use rand::{Rng, RngCore};
use rand_chacha::ChaCha8Rng;

const LIMIT: u32 = 12;

fn vec_env(n_envs: usize, seed: u64, autoreset: Autoreset) -> VecEnv {
    let config = VecEnvConfig::new(n_envs, seed).with_autoreset(autoreset).with_time_limit(LIMIT);
    VecEnv::new(Arc::new(crate::train(Layout::TREE)), Encoder::S14, config)
}

fn random_actions(n: usize, rng: &mut ChaCha8Rng) -> Vec<Action> {
    (0..n).map(|_| Action::ALL[(rng.next_u32() >> 30) as usize]).collect()
}

fn first_observation(seed: u64, env: u64, episode: u64) -> Vec<f32> {
    let level = crate::train(Layout::TREE).level(level_seed(seed, env, episode));
    Env::new(Encoder::S14, LIMIT).reset(level).to_vec()
}

fn row(envs: &VecEnv, env: usize) -> &[f32] {
    &envs.observations()[env * envs.observation_len()..][..envs.observation_len()]
}

/// Steps until environment 0 has ended an episode.
fn run_to_an_end(envs: &mut VecEnv) -> EpisodeRecord {
    loop {
        envs.step(&vec![Action::Up; envs.n_envs()]);
        if let Some(record) = envs.finished().iter().find(|record| record.env == 0) {
            return record.clone();
        }
    }
}

#[test]
fn next_step_shows_the_end_and_then_ignores_one_action() {
    let mut envs = vec_env(1, 3, Autoreset::NextStep);
    let record = run_to_an_end(&mut envs);
    assert!(envs.terminated()[0] || envs.truncated()[0]);
    assert_eq!(record.level_seed, level_seed(3, 0, 0));
    assert_ne!(row(&envs, 0), first_observation(3, 0, 1));
    envs.step(&[Action::Right]);
    assert_eq!(row(&envs, 0), first_observation(3, 0, 1));
    assert_eq!((envs.rewards()[0], envs.terminated()[0], envs.truncated()[0]), (0.0, false, false));
    assert_eq!(envs.episode(0).steps(), 0);
    assert!(envs.finished().is_empty());
    assert_eq!(envs.final_observation(0), None);
}

#[test]
fn same_step_shows_the_next_beginning_and_keeps_the_end() {
    let mut same = vec_env(1, 3, Autoreset::SameStep);
    let mut next = vec_env(1, 3, Autoreset::NextStep);
    assert_eq!(run_to_an_end(&mut same), run_to_an_end(&mut next));
    assert_eq!(row(&same, 0), first_observation(3, 0, 1));
    assert_eq!(same.final_observation(0), Some(row(&next, 0)));
    assert_eq!(
        (same.rewards(), same.terminated(), same.truncated()),
        (next.rewards(), next.terminated(), next.truncated())
    );
    same.step(&[Action::Up]);
    assert_eq!((same.episode(0).steps(), same.final_observation(0)), (1, None));
}

#[test]
fn disabled_stands_still_until_told() {
    let mut envs = vec_env(2, 3, Autoreset::Disabled);
    run_to_an_end(&mut envs);
    let last = row(&envs, 0).to_vec();
    envs.step(&[Action::Down; 2]);
    assert_eq!(row(&envs, 0), last);
    assert!(envs.terminated()[0] || envs.truncated()[0]);
    assert_eq!(envs.rewards()[0], 0.0);
    assert!(envs.finished().iter().all(|record| record.env != 0));
    let other = row(&envs, 1).to_vec();
    envs.reset_where(&[true, false]);
    assert_eq!(row(&envs, 0), first_observation(3, 0, 1));
    assert_eq!(row(&envs, 1), other);
    assert_eq!((envs.terminated()[0], envs.truncated()[0]), (false, false));
}

#[test]
fn many_environments_are_single_ones_side_by_side() {
    let mut envs = vec_env(4, 9, Autoreset::SameStep);
    let mut singles = [0, 1, 2, 3].map(|env| (env, 0_u64, Env::new(Encoder::S14, LIMIT)));
    for (env, _, single) in &mut singles {
        single.reset(crate::train(Layout::TREE).level(level_seed(9, *env, 0)));
    }
    let mut rng = stream(1, Purpose::Action);
    for _ in 0..100 {
        let actions = random_actions(4, &mut rng);
        envs.step(&actions);
        for (index, (env, episode, single)) in singles.iter_mut().enumerate() {
            let step = single.step(actions[index]);
            assert_eq!(envs.rewards()[index], step.reward);
            if step.is_last() {
                *episode += 1;
                single.reset(crate::train(Layout::TREE).level(level_seed(9, *env, *episode)));
            }
            assert_eq!(row(&envs, index), single.observation());
        }
    }
}

#[test]
fn records_tell_what_happened() {
    let mut envs = vec_env(16, 0, Autoreset::SameStep);
    let mut rng = stream(2, Purpose::Action);
    let (mut n_success, mut n_finished) = (0, 0);
    for _ in 0..200 {
        envs.step(&random_actions(16, &mut rng));
        for record in envs.finished() {
            let n_costs = record.length - u32::from(record.success);
            let expected = f32::from(u8::from(record.success)) - 0.01 * n_costs as f32;
            assert!((record.total_reward - expected).abs() < 1e-5);
            assert!(record.success || record.length == LIMIT);
            assert!(!record.success || record.first_contact().is_some());
            assert_eq!(record.success, envs.terminated()[record.env]);
            n_success += u32::from(record.success);
            n_finished += 1;
        }
    }
    assert!(n_success > 10 && n_success < n_finished);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_saved_state_goes_on_identically(
        seed: u64,
        n_before in 0_usize..60,
        autoreset in proptest::sample::select(vec![
            Autoreset::NextStep, Autoreset::SameStep, Autoreset::Disabled,
        ]),
    ) {
        let mut original = vec_env(3, seed, autoreset);
        let mut rng = stream(seed, Purpose::Action);
        for _ in 0..n_before {
            original.step(&random_actions(3, &mut rng));
        }
        let json = serde_json::to_string(&original.state()).unwrap();
        let state: VecEnvState = serde_json::from_str(&json).unwrap();
        let mut restored = vec_env(3, rng.random(), autoreset);
        restored.restore(&state).unwrap();
        prop_assert_eq!(restored.observations(), original.observations());
        for _ in 0..40 {
            let actions = random_actions(3, &mut rng);
            original.step(&actions);
            restored.step(&actions);
            prop_assert_eq!(restored.observations(), original.observations());
            prop_assert_eq!(restored.rewards(), original.rewards());
            prop_assert_eq!(restored.terminated(), original.terminated());
            prop_assert_eq!(restored.truncated(), original.truncated());
            prop_assert_eq!(restored.finished(), original.finished());
        }
        prop_assert_eq!(restored.state(), original.state());
    }
}

#[test]
fn a_foreign_state_is_refused() {
    let state = vec_env(2, 0, Autoreset::NextStep).state();
    let error = vec_env(3, 0, Autoreset::NextStep).restore(&state).unwrap_err();
    assert_eq!(error.to_string(), "saved state has 2 environments, expected 3");
}

#[test]
fn resetting_starts_over() {
    let mut envs = vec_env(2, 5, Autoreset::NextStep);
    run_to_an_end(&mut envs);
    envs.reset(6);
    assert_eq!(row(&envs, 0), first_observation(6, 0, 0));
    assert_eq!(envs.state(), vec_env(2, 6, Autoreset::NextStep).state());
}
