//! The plan of a benchmark of mazes, and the organisms that it lists.

use super::{Group, MazeFamily, Organism, Population};
use crate::benchmark::{BenchmarkOrganism, BenchmarkPlan, Family, shuffled};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// The population of a benchmark of mazes: everything follows from it, bit for bit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MazeBenchmark {
    /// What the benchmark is for.
    pub purpose: String,
    /// Who is who. Another seed makes another order.
    pub seed: u64,
    /// Always absent: recipes of mazes say how long they train.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    steps: Option<u64>,
    /// Always empty. The digest of a plan covers it, as it did when a plan could have both.
    #[serde(skip_deserializing)]
    group: Vec<()>,
    /// How many organisms of each kind. The plan names their seeds, so that a population that was trained
    /// before can join it. Another benchmark takes other seeds.
    pub maze: Vec<Group>,
}

/// One organism of a maze.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MazeOrganism {
    /// The name that its auditor knows, such as `s017`.
    pub id: String,
    /// What it is made to be.
    pub family: MazeFamily,
    /// Its kind, size and seed.
    pub organism: Organism,
}

impl BenchmarkOrganism for MazeOrganism {
    fn id(&self) -> &str {
        &self.id
    }

    fn family(&self) -> Family {
        self.family.into()
    }

    fn size(&self) -> String {
        format!("{0} by {0}", self.organism.size)
    }
}

impl BenchmarkPlan for MazeBenchmark {
    type Organism = MazeOrganism;

    fn purpose(&self) -> &str {
        &self.purpose
    }

    fn organisms(&self) -> Vec<MazeOrganism> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let population = Population { purpose: String::new(), group: self.maze.clone() };
        let of_family = |organism: Organism| {
            MazeFamily::of_kind(organism.kind).map(|family| (organism, family))
        };
        let members = population.organisms().into_iter().filter_map(of_family).collect();
        let named = |(id, (organism, family))| MazeOrganism { id, family, organism };
        shuffled(members, &mut rng).into_iter().map(named).collect()
    }

    fn check(&self) -> Result<(), String> {
        if self.maze.is_empty() {
            return Err("nobody is to be trained: expected at least one `maze`".to_owned());
        }
        if self.steps.is_some() {
            return Err("`steps` are of the choice world; mazes keep to their recipes".to_owned());
        }
        match self.maze.iter().find(|group| MazeFamily::of_kind(group.kind).is_none()) {
            Some(Group { kind, .. }) => {
                let letters = kind.letters();
                Err(format!("{letters} hides nothing, and not nothing: not in a benchmark"))
            }
            None => Ok(()),
        }
    }
}
