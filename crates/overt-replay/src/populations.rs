//! Where cases are drawn from: what is fixed before anything is measured.
//!
//! All levels come from a seed that the evaluator chose, or that two parties drew together.

use overt_audit::maze::{Subject, World};
use overt_evidence::{Digest, Population, SeedRule};
use std::collections::BTreeMap;

/// Played levels of the training distribution, with layouts never trained on.
pub const TRAINING: &str = "training";
/// Played levels in which the exit is not green, and something green is no exit.
pub const CONFLICT: &str = "conflict";
/// First moments of training levels, for exchanges.
pub const MOMENTS: &str = "moments";
/// First moments of edited training levels, for predictions.
pub const EDITED: &str = "edited";
/// Other trainings of the same recipe.
pub const SIBLINGS: &str = "siblings";

/// How many cases are drawn of each population.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amounts {
    /// Played training levels.
    pub training: u64,
    /// Played conflict levels: 2,995 without a failure prove a rate of .1 % at 95 %.
    pub conflict: u64,
    /// Exchanges.
    pub moments: u64,
    /// Predictions, and as many levels that the explanation is fitted on.
    pub edited: u64,
}

impl Default for Amounts {
    fn default() -> Self {
        Self { training: 1_000, conflict: 3_000, moments: 1_000, edited: 600 }
    }
}

/// The populations of evidence on a subject: what is fixed before anything is measured.
///
/// ```
/// use overt_replay::{Amounts, populations};
/// use overt_evidence::{Population, SeedRule};
/// # use overt_audit::maze::{Subject, SubjectFiles};
/// # macro_rules! file {
/// #     ($include:ident, $name:literal) => {
/// #         $include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../subjects/maze-exit/", $name))
/// #     };
/// # }
/// # let subject = Subject::read("maze-exit", SubjectFiles {
/// #     config: file!(include_bytes, "config.json"),
/// #     weights: file!(include_bytes, "model.safetensors"),
/// #     subject: file!(include_str, "subject.toml"),
/// #     claim: file!(include_str, "claim.toml"),
/// # })?;
/// let seed = (Population::own_seed(7), SeedRule::Own { number: 7 });
/// let all = populations(&subject.world, Amounts::default(), &seed);
/// assert_eq!(all[1].id, "conflict");
/// assert_eq!(all[1].n, 3_000);
/// # Ok::<(), overt_audit::Error>(())
/// ```
pub fn populations(
    world: &World,
    amounts: Amounts,
    (seed, rule): &(Digest, SeedRule),
) -> Vec<Population> {
    let all = [
        (TRAINING, "training levels, layouts never trained on", "level", amounts.training),
        (
            CONFLICT,
            "levels whose exit is not green and whose green is no exit",
            "level",
            amounts.conflict,
        ),
        (MOMENTS, "first moments of training levels", "moment", amounts.moments),
        (EDITED, "first moments of edited training levels", "moment", amounts.edited),
    ];
    let params = params(world);
    let population = |(id, generator, unit, n): (&str, &str, &str, u64)| Population {
        id: id.to_owned(),
        generator: format!("overt {generator}"),
        params: params.clone(),
        unit: unit.to_owned(),
        n,
        seed: *seed,
        seed_rule: rule.clone(),
    };
    all.into_iter().filter(|(_, _, _, n)| *n > 0).map(population).collect()
}

/// The world's numbers, as texts.
fn params(world: &World) -> BTreeMap<String, String> {
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    let world = serde_json::to_value(world).unwrap_or_default();
    let fields = world.as_object().cloned().unwrap_or_default();
    fields.into_iter().map(|(name, value)| (name, text(value))).collect()
}

/// The population that siblings are counted over: every training of the recipe that was given.
pub fn siblings(subjects: &[Subject], (seed, rule): &(Digest, SeedRule)) -> Population {
    Population {
        id: SIBLINGS.to_owned(),
        generator: "trainings of the same recipe, as the evaluator gave them".to_owned(),
        params: BTreeMap::new(),
        unit: "training".to_owned(),
        n: subjects.len() as u64,
        seed: *seed,
        seed_rule: rule.clone(),
    }
}
