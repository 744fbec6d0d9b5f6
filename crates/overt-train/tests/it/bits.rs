use crate::{TINY, digest, tiny_with, trainer, with_terms};
use overt_train::maze::{Checkpoint, Progress, Trainer};

/// The weights after a whole training on this many threads, and its progress.
fn trained(text: &str, threads: usize) -> (String, Vec<Progress>) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let mut trainer = trainer(text);
        let mut progress = Vec::new();
        while !trainer.is_done() {
            progress.push(trainer.update().unwrap());
        }
        (digest(&trainer), progress)
    })
}

fn check_threads(text: &str) {
    let one = trained(text, 1);
    assert_eq!(one.1.len(), 3);
    assert_ne!(one.0, digest(&trainer(text)), "training changed nothing");
    for threads in [2, 4] {
        assert_eq!(one, trained(text, threads), "{threads} threads");
    }
}

#[test]
fn any_number_of_threads_gives_the_same_weights() {
    check_threads(TINY);
    check_threads(&tiny_with(r#""conv""#, r#""impala""#));
    check_threads(&with_terms());
}

#[test]
fn a_term_is_read_whatever_its_weight_and_moves_the_weights_by_it() {
    let with = |weight: f32| {
        let table = format!("[[loss]]\nterm = 'swap'\nconcept = 'colour'\nweight = {weight}");
        trained(&(TINY.to_owned() + &table), 2)
    };
    let (silent, progress) = with(0.0);
    assert!(progress.iter().all(|progress| progress.terms.len() == 1 && progress.terms[0] > 0.0));
    assert_ne!(with(1.0).0, silent);
}

#[test]
fn another_seed_gives_other_weights() {
    let other = tiny_with("seed = 3", "seed = 4");
    assert_ne!(trained(TINY, 2).0, trained(&other, 2).0);
}

/// Long enough for episodes to run out of time: 8 updates of 8 steps, the limit being 56.
#[test]
fn a_training_taken_up_again_is_the_training_never_stopped() {
    check_taken_up(&tiny_with("steps = 960", "steps = 2_560"));
}

/// What probes remember is part of a checkpoint.
#[test]
fn a_training_with_terms_taken_up_again_is_the_training_never_stopped() {
    check_taken_up(&with_terms().replace("steps = 960", "steps = 2_560"));
}

fn check_taken_up(text: &str) {
    let mut whole = trainer(text);
    let mut taken_up: Vec<Trainer> = Vec::new();
    while !whole.is_done() {
        let bytes = whole.checkpoint().to_bytes().unwrap();
        let checkpoint = Checkpoint::from_bytes(&bytes).unwrap();
        assert_eq!(checkpoint, whole.checkpoint());
        taken_up.push(Trainer::resume(whole.recipe().clone(), checkpoint).unwrap());
        let progress = whole.update().unwrap();
        for trainer in &mut taken_up {
            assert_eq!(trainer.update().unwrap(), progress);
        }
    }
    assert_eq!(taken_up.len(), 8);
    for trainer in taken_up {
        assert!(trainer.is_done());
        assert_eq!(trainer.checkpoint(), whole.checkpoint());
        assert_eq!(digest(&trainer), digest(&whole));
    }
}

/// From the recipe's own weights it is the training of the recipe; from others it is another.
#[test]
fn a_training_starts_at_the_weights_that_it_is_given() {
    let own = trainer(TINY).policy().unwrap().weights().clone();
    let other = trainer(&tiny_with("seed = 3", "seed = 4")).policy().unwrap().weights().clone();
    let trained = |start: overt_nn::Weights| {
        let mut trainer = trainer(TINY).starting_at(start.clone()).unwrap();
        assert_eq!(digest(&trainer), start.digest());
        assert_eq!(trainer.start(), Some(&*start.digest()));
        trainer.update().unwrap();
        let again = Trainer::resume(trainer.recipe().clone(), trainer.checkpoint()).unwrap();
        assert_eq!((again.start(), again.updates(), again.steps()), (trainer.start(), 1, 320));
        digest(&trainer)
    };
    let mut plain = trainer(TINY);
    plain.update().unwrap();
    assert_eq!(trained(own.clone()), digest(&plain));
    assert_ne!(trained(own), trained(other));
}

#[test]
fn weights_of_another_network_are_refused_by_name() {
    let other = trainer(&tiny_with("dense = 8", "dense = 9")).policy().unwrap().weights().clone();
    let error = trainer(TINY).starting_at(other).unwrap_err();
    assert!(matches!(error, overt_train::Error::Network(_)), "{error}");
}
