use crate::{MAZE_EXIT, on_threads, untrained};
use overt_audit::maze::{Acting, Played, Subject, play};
use overt_world::maze::{Distribution, Encoder, Layout, ObjectRef, default_time_limit};
use std::sync::Arc;

/// More than are played side by side, so that threads have something to share.
const N: usize = 130;

fn played(subject: &Subject, acting: Acting, (n, seed): (usize, u64)) -> Vec<Played> {
    let train: Arc<dyn Distribution> = Arc::new(subject.training_levels().unwrap());
    play(&subject.policy, &train, subject.world.observation, acting, (n, seed)).unwrap()
}

#[test]
fn any_number_of_threads_plays_the_same_episodes() {
    let subject = untrained();
    for acting in [Acting::Greedy, Acting::Sampled] {
        let play = || played(&subject, acting, (N, 3));
        let one = on_threads(1, play);
        assert_eq!(one.len(), N);
        assert_eq!(one, on_threads(2, play));
    }
}

#[test]
fn another_seed_plays_other_levels() {
    let subject = untrained();
    let level = |seed| played(&subject, Acting::Sampled, (1, seed)).remove(0).level;
    assert_ne!(level(3), level(4));
}

/// Sampled episodes part from greedy ones on the same levels; greedy ones repeat themselves.
#[test]
fn only_sampling_draws() {
    let subject = untrained();
    let greedy = played(&subject, Acting::Greedy, (20, 3));
    let sampled = played(&subject, Acting::Sampled, (20, 3));
    assert_eq!(greedy, played(&subject, Acting::Greedy, (20, 3)));
    assert!(greedy.iter().zip(&sampled).all(|(a, b)| a.level == b.level));
    assert!(greedy.iter().zip(&sampled).any(|(a, b)| a.path != b.path));
}

#[test]
fn an_episode_is_told_as_it_went() {
    let limit = default_time_limit(7, Layout::BLOCKS) as usize;
    let mut n_reached = 0;
    for subject in [&untrained(), &*MAZE_EXIT] {
        for episode in played(subject, Acting::Sampled, (40, 5)) {
            let Played { level, success, path, contacts } = &episode;
            assert_eq!(path[0], level.agent);
            assert!((2..=limit + 1).contains(&path.len()), "{} cells", path.len());
            assert!(path.iter().all(|cell| !level.grid.is_wall(*cell)));
            for step in path.windows(2) {
                let apart = step[0].row.abs_diff(step[1].row) + step[0].col.abs_diff(step[1].col);
                assert!(apart <= 1, "{step:?}");
            }
            let stood_on = |role: &ObjectRef| path.contains(&level.object(*role).unwrap().cell);
            assert!(contacts.iter().all(stood_on));
            assert_eq!(*success, contacts.last() == Some(&ObjectRef::Exit));
            assert_eq!(*success, path.last() == level.exit.map(|exit| exit.cell).as_ref());
            n_reached += usize::from(*success);
        }
    }
    assert!(n_reached > 30, "{n_reached} exits reached");
}

#[test]
fn no_episodes_are_no_error() {
    assert!(played(&untrained(), Acting::Greedy, (0, 1)).is_empty());
}

#[test]
fn a_policy_of_another_world_is_refused() {
    let subject = untrained();
    let train: Arc<dyn Distribution> = Arc::new(subject.training_levels().unwrap());
    let error = play(&subject.policy, &train, Encoder::S11, Acting::Greedy, (2, 1)).unwrap_err();
    let said = "observation has shape [2, 7, 7, 12], the network expects [batch, 7, 7, 48]";
    assert_eq!(error.to_string(), said);
}
