//! Lists the subjects that ship inside the binary.

use crate::audit::maze::{Claim, World};
use crate::fault::Result;
use crate::subjects::{SHIPPED, Shipped};
use serde::Serialize;

/// A subject that ships.
#[derive(Clone, Debug, Serialize)]
pub struct ShippedSubject {
    /// The name under which it is asked for.
    pub name: &'static str,
    /// How it was trained.
    pub description: String,
    /// What is claimed of it.
    pub claim: Claim,
    /// The world in which it acts.
    pub world: World,
    /// How many numbers its weights are.
    pub parameters: u64,
    /// SHA-256 of its weights.
    pub digest: String,
}

/// Lists the subjects that ship.
///
/// ```
/// let subjects = overt::verbs::subjects()?;
/// let names: Vec<&str> = subjects.iter().map(|subject| subject.name).collect();
/// assert_eq!(names, ["maze-green", "maze-exit"]);
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// A binary that is damaged.
pub fn subjects() -> Result<Vec<ShippedSubject>> {
    SHIPPED.iter().map(row).collect()
}

fn row(shipped: &Shipped) -> Result<ShippedSubject> {
    let subject = shipped.read()?;
    let weights = subject.policy.weights();
    Ok(ShippedSubject {
        name: shipped.name,
        parameters: weights.values().len() as u64,
        digest: weights.digest(),
        description: subject.description,
        claim: subject.claim,
        world: subject.world,
    })
}
