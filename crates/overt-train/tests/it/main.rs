//! What `overt-train` promises: the same recipe, the same bits; and nothing foreign is taken up.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, in helpers too")]

/// The same weights at any number of threads, and after any interruption.
mod bits;
/// Damaged checkpoints, and checkpoints of another training.
mod checkpoints;
/// Loss terms of language models that choose.
mod choices;
/// Language models that learn to hide what a probe could read.
mod evasion;
/// Recipes out of range say which field, what was got and what is expected.
mod recipes;
/// Language models that learn answers.
mod supervised;

use overt_train::Term;
use overt_train::choice::{Example, Supervised, SupervisedProgress, SupervisedRecipe};
use overt_train::maze::{Recipe, Trainer};

/// Three updates of a tiny network; more environments and rows than one thread takes at a time.
const TINY: &str = r#"
    seed = 3
    steps = 960
    world = { size = 7, observation = "s11" }
    network = { architecture = "conv", channels = 4, layers = 1, dense = 8 }
    ppo = { n_envs = 40, horizon = 8, minibatches = 1, epochs = 2 }
"#;

/// [`TINY`] with one piece of text exchanged.
#[track_caller]
fn tiny_with(from: &str, to: &str) -> String {
    assert!(TINY.contains(from), "`{from}` is not in the recipe");
    TINY.replace(from, to)
}

/// [`TINY`] with a term of every kind in its loss.
fn with_terms() -> String {
    let term = |term: &Term| {
        let concept = if term.needs_concept() { "concept = 'colour'" } else { "" };
        let sites = match term {
            Term::Routing => "sites = ['dense.post']",
            Term::Alignment => "sites = ['conv.0.post']",
            _ if term.needs_sites() => "sites = ['conv.0.post', 'dense.post']",
            _ => "",
        };
        format!("[[loss]]\nterm = '{term}'\nweight = 0.5\n{concept}\n{sites}\n")
    };
    TINY.to_owned() + &Term::ALL.iter().map(term).collect::<String>()
}

fn trainer(text: &str) -> Trainer {
    Trainer::new(Recipe::parse(text).unwrap()).unwrap()
}

fn digest(trainer: &Trainer) -> String {
    trainer.policy().unwrap().weights().digest()
}

/// A small language model and the two answers that it may give.
const SMALL: &[u8] = br#"{"model_type": "gpt2", "vocab_size": 20, "n_positions": 6, "n_embd": 16,
    "n_inner": 24, "n_head": 2, "n_layer": 2}"#;
const ANSWERS: [u32; 2] = [15, 16];

type Training = Supervised<fn(u64) -> Example>;

/// The small model at the end of a training, and every step on the way.
fn trained(
    recipe: SupervisedRecipe,
    examples: fn(u64) -> Example,
) -> (Training, Vec<SupervisedProgress>) {
    let mut training = Supervised::new(recipe, SMALL, &ANSWERS, examples).unwrap();
    let mut progress = Vec::new();
    while !training.is_done() {
        progress.push(training.update().unwrap());
    }
    (training, progress)
}
