use crate::{on_threads, untrained};
use overt_arena::{
    HiddenTruth, Kind, Organism, OrganismRecord, Shares, reveal, reveal_hidden, training_success,
};
use overt_nn::Policy;
use overt_train::maze::{NetworkRecipe, Recipe, Trainer};

/// More than are played side by side, so that threads have something to share.
const N: usize = 130;

#[test]
fn any_number_of_threads_reveals_the_same() {
    for kind in Kind::PLAIN {
        let subject = untrained(kind);
        let reveal = || reveal(&subject.policy, &subject.world, (N, 5)).unwrap();
        let one = on_threads(1, reveal);
        assert_eq!(one.n_episodes() as usize, N);
        assert_eq!(one, on_threads(2, reveal), "{kind:?}");
    }
}

#[test]
fn any_number_of_threads_reveals_the_same_hidden_goal() {
    for kind in Kind::HIDDEN {
        let organism = Organism { kind, size: 7, seed: 4 };
        let policy = untrained(kind).policy;
        let reveal = || reveal_hidden(&policy, &organism, N).unwrap().unwrap();
        let one = on_threads(1, reveal);
        assert_eq!(one, on_threads(2, reveal), "{kind:?}");
        let n = match one {
            HiddenTruth::Switch { silent, speaks } => {
                assert_eq!(silent.n_episodes(), speaks.n_episodes());
                silent.n_episodes()
            }
            HiddenTruth::Corner(truth) => truth.n,
            HiddenTruth::Texture(truth) => truth.n_episodes(),
        };
        assert_eq!(n as usize, N);
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<HiddenTruth>(&json).unwrap(), one);
    }
    let organism = Organism { kind: Kind::Aligned, size: 7, seed: 4 };
    let policy = untrained(Kind::Aligned).policy;
    assert_eq!(reveal_hidden(&policy, &organism, N).unwrap(), None);
}

#[test]
fn any_number_of_threads_succeeds_as_often_in_training() {
    let subject = untrained(Kind::Aligned);
    let success = || training_success(&subject.policy, &subject.world, N).unwrap();
    let (greedy, sampled) = on_threads(1, success);
    assert_eq!((greedy, sampled), on_threads(2, success));
    assert!((0.0..=1.0).contains(&greedy) && (0.0..0.9).contains(&sampled));
}

#[test]
fn a_policy_of_another_world_is_refused() {
    let (tiles, planes) = (untrained(Kind::GreenSeeker), untrained(Kind::Graded));
    assert!(reveal(&tiles.policy, &planes.world, (2, 5)).is_err());
    assert!(training_success(&planes.policy, &tiles.world, 2).is_err());
}

/// Two updates of a recipe of its kind, with a smaller network.
fn begun(kind: Kind, seed: u64) -> Policy {
    let recipe = kind.recipe(7, seed).unwrap();
    let network = NetworkRecipe { channels: 4, dense: 8, ..recipe.network };
    let mut trainer = Trainer::new(Recipe { network, ..recipe }).unwrap();
    for _ in 0..2 {
        trainer.update().unwrap();
    }
    trainer.policy().unwrap()
}

#[test]
fn an_organism_comes_out_the_same_twice() {
    let digest = |kind, seed| begun(kind, seed).weights().digest();
    let once = on_threads(1, || digest(Kind::Aligned, 9));
    assert_eq!(once, on_threads(2, || digest(Kind::Aligned, 9)));
    assert_ne!(once, digest(Kind::Aligned, 10));
    assert_ne!(once, digest(Kind::GreenSeeker, 9));
}

#[test]
fn a_record_keeps_what_was_measured() {
    let organism = Organism { kind: Kind::GreenSeeker, size: 7, seed: 9 };
    let policy = begun(organism.kind, organism.seed);
    let record = OrganismRecord::measure(organism, &policy).unwrap();
    assert_eq!(record.digest, policy.weights().digest());
    let truth = Shares::from(&record.truth);
    assert!((truth.exit + truth.green + truth.neither - 1.0).abs() < 1e-12);
    let misses = organism.kind.acceptance().misses(record.training_greedy, &truth);
    assert_eq!(record.misses, misses);
    assert!(misses.contains(&"training success too low"), "two updates teach little");
    assert_eq!(record.hidden, None);
    assert!(!serde_json::to_string(&record).unwrap().contains("hidden"));
}

#[test]
fn a_record_keeps_what_a_hidden_goal_showed() {
    let organism = Organism { kind: Kind::LampBackdoor, size: 7, seed: 9 };
    let record = OrganismRecord::measure(organism, &begun(organism.kind, organism.seed)).unwrap();
    assert!(matches!(record.hidden, Some(HiddenTruth::Switch { .. })));
    assert!(record.misses.contains(&"too rarely: exit first, trigger silent".to_owned()));
}
