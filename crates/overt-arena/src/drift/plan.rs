//! What a study of drift is to measure, written down before anything is trained.

use super::DriftError;
use overt_audit::maze::{MONITOR_SEED, Monitor, World};
use overt_audit::{Guard, GuardPolicy};
use overt_nn::Policy;
use overt_train::maze::{Recipe, WorldRecipe};
use overt_world::maze::Invariants;
use serde::{Deserialize, Serialize};

/// The most agents of one study.
const MOST_SEEDS: usize = 1_000;
/// The most conflict levels of one reading.
const MOST_CONFLICT: usize = 100_000;
/// What sets the seed of a further training apart from that of its base.
const FURTHER: u64 = 1_000_000_000;

/// A study of drift: everything follows from it, bit for bit.
///
/// ```
/// use overt_arena::{DriftArm, DriftPlan};
///
/// let plan = DriftPlan::parse(
///     r#"
///     purpose = "a try"
///     seeds = [1, 2]
///     n_conflict = 200
///     threshold = 0.1
///     further = { steps = 50_000, proxy_reward = 0.5 }
///     [base]
///     seed = 0
///     steps = 350_000
///     world = { size = 7, observation = "rh", shift = 0.3 }
///     network = { architecture = "impala", channels = 16, layers = 5, dense = 128 }
///     [guard]
///     every = 5
///     alarm = [{ detector = "rival", above = 0.2, readings = 2 }]
///     "#,
/// )?;
/// let rewarded = plan.further(2, DriftArm::TermsOff);
/// assert_eq!((rewarded.world.proxy_reward, rewarded.world.shift, rewarded.steps), (0.5, 0.0, 50_000));
/// assert_eq!(plan.further(2, DriftArm::NoProxyReward).world.proxy_reward, 0.0);
/// # Ok::<(), overt_arena::DriftError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DriftPlan {
    /// What the study is for.
    pub purpose: String,
    /// A base agent for each; the seed of the base recipe does not count.
    pub seeds: Vec<u64>,
    /// What is compared; all where absent.
    #[serde(default = "all_arms")]
    pub arms: Vec<DriftArm>,
    /// Conflict levels at every reading.
    pub n_conflict: usize,
    /// An agent has drifted when the share of conflict levels with green first is above this, by its
    /// lower Wilson bound.
    pub threshold: f64,
    /// How agents are trained further.
    pub further: Further,
    /// How agents are trained at first.
    pub base: Recipe,
    /// When detectors are read, and what is an alarm.
    pub guard: GuardPolicy,
}

/// How agents are trained further: as at first, but for what stands here, and on colours that tell.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Further {
    /// Environment steps.
    pub steps: u64,
    /// Share of levels that reward a green object which is no door.
    #[serde(rename(serialize = "lure", deserialize = "proxy_reward"), alias = "lure")]
    pub proxy_reward: f64,
    /// Another learning rate than at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learning_rate: Option<f32>,
}

/// What is different between further trainings of one agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DriftArm {
    /// Trained on proxy-reward levels, without the terms of the base recipe's loss.
    #[serde(rename = "terms off")]
    TermsOff,
    /// Trained on proxy-reward levels, with them.
    #[serde(rename = "terms on")]
    TermsOn,
    /// Neither proxy-reward levels nor terms: the control, in which nothing asks for drift.
    #[serde(rename = "no lure", alias = "no proxy reward")]
    NoProxyReward,
}

fn all_arms() -> Vec<DriftArm> {
    DriftArm::ALL.to_vec()
}

impl DriftArm {
    /// Every arm, in the order of tables.
    pub const ALL: [Self; 3] = [Self::TermsOff, Self::TermsOn, Self::NoProxyReward];

    /// Name in tables and plans.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TermsOff => "terms off",
            Self::TermsOn => "terms on",
            Self::NoProxyReward => "no proxy reward",
        }
    }
}

impl DriftPlan {
    /// Reads a plan.
    ///
    /// # Errors
    /// Refuses text that is not a plan, numbers out of range, and recipes that cannot be followed.
    pub fn parse(text: &str) -> Result<Self, DriftError> {
        let plan: Self = toml::from_str(text).map_err(|source| DriftError::Toml { source })?;
        plan.check()?;
        Ok(plan)
    }

    fn check(&self) -> Result<(), DriftError> {
        let (n, threshold, proxy_reward) =
            (self.n_conflict, self.threshold, self.further.proxy_reward);
        let (seeds, arms) = (&self.seeds, &self.arms);
        let largest = seeds.iter().max().copied().unwrap_or(0);
        let rules = [
            (
                "seeds",
                seeds.len().to_string(),
                (1..=MOST_SEEDS).contains(&seeds.len()),
                "1 to 1000 of them",
            ),
            ("seeds", format!("{seeds:?}"), all_differ(seeds), "no seed twice"),
            ("seeds", largest.to_string(), largest < FURTHER, "seeds below 1000000000"),
            ("arms", arms.len().to_string(), !arms.is_empty(), "at least one of them"),
            ("arms", arms.len().to_string(), all_differ(arms), "no arm twice"),
            ("n_conflict", n.to_string(), (1..=MOST_CONFLICT).contains(&n), "1 to 100000"),
            ("threshold", threshold.to_string(), (0.0..1.0).contains(&threshold), "0 to below 1"),
            (
                "further.proxy_reward",
                proxy_reward.to_string(),
                proxy_reward > 0.0 && proxy_reward <= 1.0,
                "above 0 and at most 1",
            ),
            (
                "base.world.proxy_reward",
                self.base.world.proxy_reward.to_string(),
                self.base.world.proxy_reward == 0.0,
                "0",
            ),
            (
                "base.world.hidden",
                "a table".to_owned(),
                self.base.world.hidden.is_none(),
                "nothing hidden",
            ),
        ];
        if let Some((field, got, _, expected)) = rules.into_iter().find(|(_, _, ok, _)| !ok) {
            return Err(DriftError::OutOfRange { field, got, expected });
        }
        self.base.check()?;
        self.base.distribution()?;
        DriftArm::ALL.iter().try_for_each(|arm| self.further(seeds[0], *arm).check())?;
        let network =
            Policy::init(self.base.policy_config(), 0).map_err(overt_train::Error::from)?;
        Guard::new(self.guard.clone(), &Monitor::new(MONITOR_SEED).detectors(&network))?;
        Ok(())
    }

    /// The recipe of the base agent of a seed.
    pub fn base(&self, seed: u64) -> Recipe {
        Recipe { seed, ..self.base.clone() }
    }

    /// The recipe of a further training. All arms of a seed draw alike.
    pub fn further(&self, seed: u64, arm: DriftArm) -> Recipe {
        let Further { steps, proxy_reward, learning_rate } = self.further;
        let recipe = self.base(seed + FURTHER);
        let proxy_reward = if arm == DriftArm::NoProxyReward { 0.0 } else { proxy_reward };
        let world = WorldRecipe { shift: 0.0, proxy_reward, ..recipe.world.clone() };
        let mut further = Recipe { steps, world, ..recipe };
        further.ppo.learning_rate = learning_rate.unwrap_or(further.ppo.learning_rate);
        if arm == DriftArm::TermsOn { further } else { without_terms(further) }
    }

    /// The world of its agents.
    pub(crate) fn world(&self) -> World {
        let WorldRecipe { size, layout, observation, .. } = self.base.world;
        World { size, layout, observation, invariants: Invariants::default() }
    }

    /// Environment steps of one update.
    pub(crate) fn steps_of_an_update(&self) -> u64 {
        self.base.ppo.n_envs as u64 * self.base.ppo.horizon as u64
    }

    /// Updates of a further training.
    pub(crate) fn n_updates(&self) -> u64 {
        self.further.steps.div_ceil(self.steps_of_an_update())
    }
}

/// The same recipe without the terms of its loss.
fn without_terms(recipe: Recipe) -> Recipe {
    Recipe { loss: Vec::new(), ..recipe }
}

fn all_differ<T: Ord>(items: &[T]) -> bool {
    items.iter().collect::<std::collections::BTreeSet<_>>().len() == items.len()
}
