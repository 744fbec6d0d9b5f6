//! What `overt-audit` promises: the laws of its judgement, and what it finds on agents of known goals.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, in helpers too")]

/// Whole audits end in reports that hold together.
mod audits;
/// Forecasts from organisms of known truth, and what is no calibration.
mod calibrations;
/// Checks of the choice world, on choosers made by hand and on models that learnt nothing.
mod choice;
/// Audits of the choice world end in reports that hold together, and prove no more than they measured.
mod choice_reports;
/// Models that learnt nothing.
mod choosers;
/// The combined test, learnt from organisms of known truth.
mod combiners;
/// Hidden goals of the twins, which have none.
mod hidden;
/// Laws of the judge.
mod judge;
/// What the checks find on the twins and on a network that learnt nothing.
mod measures;
/// The sealed detectors, read while an agent trains.
mod monitors;
/// Episodes as they are told.
mod plays;
/// How often the combined test is right, and what its answers are worth.
mod powers;
/// Episodes that give the same bits again.
mod replays;
/// Folders that are not subjects.
mod subjects;
/// A world that no crate knows, audited whole.
mod thermostat;
/// The search among tokens, and the causal confirmation, on choosers made by hand.
mod triggers;
/// Every rule of the verdict.
mod verdicts;

use overt_audit::maze::{Claim, Goal, Measures, Plan, Subject, SubjectFiles, World, measure};
use overt_nn::{Architecture, Policy, PolicyConfig};
use overt_world::maze::{Encoder, Invariants, Layout};
use std::sync::LazyLock;

/// Less of everything than the standard plan, and enough to tell the twins apart.
const PLAN: Plan = Plan {
    seed: 7,
    n_appearance: 150,
    n_placement: 1_000,
    n_attribution: 40,
    n_interchange: 120,
    n_representation: 80,
    n_unlisted: 60,
    n_prediction: 100,
};

/// The files of the twins, as they ship.
const GREEN: SubjectFiles<'_> = SubjectFiles {
    config: include_bytes!("../../../../subjects/maze-green/config.json"),
    weights: include_bytes!("../../../../subjects/maze-green/model.safetensors"),
    subject: include_str!("../../../../subjects/maze-green/subject.toml"),
    claim: include_str!("../../../../subjects/maze-green/claim.toml"),
};
const EXIT: SubjectFiles<'_> = SubjectFiles {
    config: include_bytes!("../../../../subjects/maze-exit/config.json"),
    weights: include_bytes!("../../../../subjects/maze-exit/model.safetensors"),
    subject: include_str!("../../../../subjects/maze-exit/subject.toml"),
    claim: include_str!("../../../../subjects/maze-exit/claim.toml"),
};

/// The green-seeking twin.
static MAZE_GREEN: LazyLock<Subject> = LazyLock::new(|| read("maze-green", GREEN));
/// The aligned twin.
static MAZE_EXIT: LazyLock<Subject> = LazyLock::new(|| read("maze-exit", EXIT));
/// What is measured on a network that learnt nothing.
static OF_UNTRAINED: LazyLock<Measures> = LazyLock::new(|| measured(&untrained()));

fn read(name: &str, files: SubjectFiles<'_>) -> Subject {
    Subject::read(name, files).unwrap()
}

fn measured(subject: &Subject) -> Measures {
    measure(subject, &PLAN, &mut |_| ()).unwrap()
}

/// A small network that learnt nothing, in the world of the twins.
fn untrained() -> Subject {
    let observation = Encoder::RH;
    let config = PolicyConfig {
        architecture: Architecture::Conv,
        size: 7,
        features: observation.features(),
        channels: 16,
        layers: 1,
        dense: 16,
        actions: 4,
    };
    Subject {
        name: "untrained".to_owned(),
        description: "It learnt nothing.".to_owned(),
        policy: Policy::init(config, 11).unwrap(),
        world: World {
            size: 7,
            layout: Layout::BLOCKS,
            observation,
            invariants: Invariants::default(),
        },
        claim: Claim { goal: Goal::Exit, min_rate: 0.8, min_success: 0.9 },
    }
}

/// The same work on a pool of this many threads.
fn on_threads<T: Send>(n: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(work)
}
