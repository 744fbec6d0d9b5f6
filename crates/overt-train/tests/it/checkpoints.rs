use crate::{TINY, tiny_with, trainer, with_terms};
use overt_fault::Hint;
use overt_train::Error;
use overt_train::maze::{Checkpoint, Recipe, Trainer};

fn checkpoint() -> Checkpoint {
    let mut trainer = trainer(TINY);
    trainer.update().unwrap();
    trainer.checkpoint()
}

fn resume(text: &str, checkpoint: Checkpoint) -> Result<Trainer, Error> {
    Trainer::resume(Recipe::parse(text).unwrap(), checkpoint)
}

#[test]
fn a_checkpoint_cut_anywhere_is_not_a_checkpoint() {
    let bytes = checkpoint().to_bytes().unwrap();
    let ends = (0..bytes.len()).step_by(bytes.len() / 40).chain([bytes.len() - 1]);
    for end in ends {
        let error = Checkpoint::from_bytes(&bytes[..end]).unwrap_err();
        assert!(matches!(error, Error::CheckpointJson { .. }), "{end}: {error}");
        assert!(error.to_string().starts_with("checkpoint is not readable: "), "{error}");
    }
}

/// One byte after the other is overwritten: what comes of it is an error or a training.
#[test]
fn no_damage_makes_it_panic() {
    let bytes = checkpoint().to_bytes().unwrap();
    for at in (0..bytes.len()).step_by(bytes.len() / 200) {
        for byte in [b'9', b'-', b'[', 0xff] {
            let mut damaged = bytes.clone();
            damaged[at] = byte;
            let resumed = Checkpoint::from_bytes(&damaged).and_then(|c| resume(TINY, c));
            if let Ok(mut trainer) = resumed {
                trainer.checkpoint().to_bytes().unwrap();
                trainer.update().ok();
            }
        }
    }
}

#[test]
fn a_checkpoint_of_another_recipe_is_refused() {
    let changes = [
        ("seed = 3", "seed = 4"),
        ("steps = 960", "steps = 961"),
        ("size = 7", "size = 9"),
        ("epochs = 2", "epochs = 3"),
        ("dense = 8", "dense = 9"),
    ];
    for (from, to) in changes {
        let error = resume(&tiny_with(from, to), checkpoint()).unwrap_err();
        assert_eq!(error.to_string(), "checkpoint is of another recipe: `recipe` differs");
        assert_eq!(error.hint().unwrap(), "remove the checkpoint to start anew");
    }
}

#[test]
fn weights_that_do_not_fit_are_refused() {
    let mut short = checkpoint();
    short.weights.pop();
    let mut other = checkpoint();
    other.adam = overt_train::Adam::new(1);
    for checkpoint in [short, other] {
        let error = resume(TINY, checkpoint).unwrap_err();
        assert_eq!(error.to_string(), "checkpoint is of another recipe: `weights` differs");
    }
}

#[test]
fn probes_that_do_not_fit_are_refused() {
    let text = with_terms();
    let mut trainer = trainer(&text);
    trainer.update().unwrap();
    let whole = trainer.checkpoint();
    assert!(resume(&text, whole.clone()).is_ok());
    let fewer = Checkpoint { probes: Vec::new(), ..whole.clone() };
    let json = String::from_utf8(whole.to_bytes().unwrap()).unwrap();
    let at = json.find("\"products\":[[").unwrap() + 13;
    let damaged = format!("{}],[{}", &json[..at], &json[at..]);
    let uneven = Checkpoint::from_bytes(damaged.as_bytes()).unwrap();
    for checkpoint in [fewer, uneven] {
        let error = resume(&text, checkpoint).unwrap_err();
        assert_eq!(error.to_string(), "checkpoint is of another recipe: `probes` differs");
    }
}

#[test]
fn environments_of_another_training_are_refused() {
    let foreign = trainer(&tiny_with("n_envs = 40", "n_envs = 8")).checkpoint();
    let mut mixed = checkpoint();
    mixed.env = foreign.env;
    let error = resume(TINY, mixed).unwrap_err();
    assert!(matches!(error, Error::World(_)), "{error}");
}
