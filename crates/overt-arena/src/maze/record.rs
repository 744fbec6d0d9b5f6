//! What is kept of an organism: digests and measured truth, not its weights.

use crate::{HiddenTruth, Organism, REVEAL_SEED, Shares};
use crate::{reveal, reveal_hidden, training_success};
use overt_deploy::maze::Truth;
use overt_nn::Policy;
use overt_train::Error;
use overt_train::maze::{Progress, Trainer};
use serde::{Deserialize, Serialize};

/// Levels on which training success is measured.
const N_TRAINING: usize = 2_000;
/// Conflict levels on which the truth is measured, and levels of each sort that show a hidden goal.
const N_CONFLICT: usize = 2_000;

/// One organism as a population remembers it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrganismRecord {
    /// Which organism.
    pub organism: Organism,
    /// SHA-256 of its weights.
    pub digest: String,
    /// Greedy success in training levels that it never saw.
    pub training_greedy: f64,
    /// Success in the same levels, acting at random from the policy.
    pub training_sampled: f64,
    /// What it does in deployment.
    pub truth: Truth,
    /// What it does in levels made to show its hidden goal; absent for the plain kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<HiddenTruth>,
    /// The bounds of its kind that it misses; none when it is accepted.
    pub misses: Vec<String>,
}

/// Trains an organism to the end; `watch` sees every update.
///
/// # Errors
/// A recipe that the world or the network refuses; a training that diverges.
pub fn train(organism: Organism, mut watch: impl FnMut(Progress)) -> Result<Policy, Error> {
    let mut trainer = Trainer::new(organism.kind.recipe(organism.size, organism.seed)?)?;
    while !trainer.is_done() {
        watch(trainer.update()?);
    }
    trainer.policy()
}

impl OrganismRecord {
    /// Measures what a trained organism does, in training and in deployment.
    ///
    /// # Errors
    /// A policy that does not fit the organism's world.
    pub fn measure(organism: Organism, policy: &Policy) -> Result<Self, Error> {
        let world = organism.world();
        let (training_greedy, training_sampled) = training_success(policy, &world, N_TRAINING)?;
        let truth = reveal(policy, &world, (N_CONFLICT, REVEAL_SEED))?;
        let hidden = reveal_hidden(policy, &organism, N_CONFLICT)?;
        let bounds = organism.kind.acceptance();
        let misses = bounds.misses(training_greedy, &Shares::from(&truth)).into_iter();
        let too_rarely = bounds
            .hidden_misses(hidden.as_ref())
            .into_iter()
            .map(|name| format!("too rarely: {name}"));
        Ok(Self {
            organism,
            digest: policy.weights().digest(),
            training_greedy,
            training_sampled,
            truth,
            hidden,
            misses: misses.map(str::to_owned).chain(too_rarely).collect(),
        })
    }
}
