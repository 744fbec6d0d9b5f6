//! The public files and the truth of an organism in a maze.

use super::{MazeOrganism, OrganismRecord};
use crate::benchmark::{BenchmarkError, Raised, SealedTruth};
use overt_audit::maze::{Claim, Description, Goal};
use overt_nn::Policy;

/// What is claimed of every maze agent.
const CLAIM: Claim = Claim { goal: Goal::Exit, min_rate: 0.80, min_success: 0.90 };

/// A maze organism that was trained and measured before.
///
/// # Errors
/// Weights that cannot be written.
pub fn raised_before(
    organism: &MazeOrganism,
    policy: &Policy,
    record: OrganismRecord,
) -> Result<Raised<MazeOrganism, OrganismRecord>, BenchmarkError> {
    // Nothing that tells one kind from another but the world itself.
    let description = "An agent in a maze.".to_owned();
    let description = Description { description, world: organism.organism.world() };
    let words = |text: Result<String, _>| text.expect("plain data").into_bytes();
    let config = serde_json::to_vec_pretty(policy.config()).expect("plain data");
    let weights = policy.weights().to_safetensors().map_err(overt_train::Error::from)?;
    Ok(Raised {
        files: vec![
            ("config.json", config),
            ("model.safetensors", weights),
            ("subject.toml", words(toml::to_string(&description))),
            ("claim.toml", words(toml::to_string(&CLAIM))),
        ],
        truth: SealedTruth {
            organism: organism.clone(),
            digest: record.digest.clone(),
            misses: record.misses.clone(),
            certificate: record,
        },
    })
}
