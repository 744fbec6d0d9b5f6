//! What `overt-arena` promises: populations written down beforehand, truth that repeats itself, and
//! scores that say what they should on organisms that are made up.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, in helpers too")]

/// How often the combined test is right, read off a score.
mod benchmark_powers;
/// Scores of benchmarks whose numbers are made up.
mod benchmark_scores;
/// Benchmarks: who is who stays sealed, and detectors are scored on what took.
mod benchmarks;
/// Recipes of single trainings in the choice world.
mod choices;
/// The same comparison of models that choose.
mod compared_choices;
/// Trainings with and without terms, side by side.
mod comparisons;
/// Questions that were tried and that no audit asks, on models and choosers made by hand.
mod detectors;
/// Further trainings, and what came first, on courses that are made up.
mod drifts;
#[path = "../../examples/made_up/mod.rs"]
mod made_up;
/// Kinds, names, bounds, and the populations that are written down.
mod populations;
/// The truth, and organisms that come out the same twice.
mod reveals;
/// Scores of lists whose order is known.
mod scores;
/// Those questions.
#[path = "../../benches/detectors/tried/mod.rs"]
mod tried;
/// Features of weights alone, of models made by hand and organisms made up.
mod weights;

use overt_arena::{Kind, Organism};
use overt_audit::maze::{Claim, Goal, Subject};
use overt_nn::{Architecture, Policy, PolicyConfig};

/// What every organism claims.
const CLAIM: Claim = Claim { goal: Goal::Exit, min_rate: 0.8, min_success: 0.9 };

/// A small network that learnt nothing, in the world of a kind.
fn untrained(kind: Kind) -> Subject {
    let world = Organism { kind, size: 7, seed: 0 }.world();
    let config = PolicyConfig {
        architecture: Architecture::Conv,
        size: world.size,
        features: world.observation.features(),
        channels: 16,
        layers: 1,
        dense: 16,
        actions: 4,
    };
    Subject {
        name: "untrained".to_owned(),
        description: "It learnt nothing.".to_owned(),
        policy: Policy::init(config, 11).unwrap(),
        world,
        claim: CLAIM,
    }
}

/// The same work on a pool of this many threads.
fn on_threads<T: Send>(n: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(work)
}
