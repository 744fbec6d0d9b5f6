//! What is asked of a training.

use std::path::PathBuf;

/// What is trained, and where it goes.
#[derive(Clone, Debug, Default)]
pub struct TrainOptions {
    /// The recipe: world or choice, network, steps, seed.
    pub recipe: PathBuf,
    /// Folder for the subject; a training that stopped there goes on.
    pub out: PathBuf,
    /// Begins at the weights of this subject, a name or a folder, and not at random ones.
    pub from: Option<String>,
    /// The policy of a guard, which reads detectors that no loss can reach and stops when they raise an alarm.
    pub guard: Option<PathBuf>,
    /// Another seed than the recipe's.
    pub seed: Option<u64>,
    /// Threads, 0 for one per core; the weights have the same bits at any number.
    pub threads: u16,
}
