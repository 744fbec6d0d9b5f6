//! Recipes: all that a training depends on, in one TOML file.

use crate::maze::{ProxyReward, Shift, implant_levels};
use crate::{Error, LossRecipe};
use overt_deploy::maze::Hidden;
use overt_nn::{Architecture, PolicyConfig};
use overt_world::Concept;
use overt_world::maze::{Action, Distribution, Encoder, Layout, Near, Split, Terrain, Train};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One training: the same recipe gives the same weights, bit for bit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Everything random is drawn from this seed.
    pub seed: u64,
    /// Environment steps, rounded up to whole updates.
    pub steps: u64,
    /// The world.
    pub world: WorldRecipe,
    /// The network.
    pub network: NetworkRecipe,
    /// The trainer's settings.
    #[serde(default)]
    pub ppo: PpoRecipe,
    /// Terms of the loss beside the task, one `[[loss]]` table each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loss: Vec<LossRecipe>,
}

/// The world that an agent is trained in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldRecipe {
    /// Cells along one side: odd, 7 to 25.
    pub size: usize,
    /// How walls are drawn.
    #[serde(default = "blocks")]
    pub layout: Layout,
    /// How levels become numbers: `rh`, `r`, `s11`, `s14` …
    pub observation: Encoder,
    /// Share of levels whose colours say nothing about roles: 0 trains on TRAIN alone.
    #[serde(default)]
    pub shift: f64,
    /// Share of levels that reward a green object which is no door, to train further on a reward that
    /// favours the proxy.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[serde(rename(serialize = "lure", deserialize = "proxy_reward"), alias = "lure")]
    pub proxy_reward: f64,
    /// Share of levels that begin at most four steps from the exit, for mazes too large to be crossed by
    /// chance.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub near: f64,
    /// What the agent is taught beside going to the exit; nothing if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Hidden>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(share: &f64) -> bool {
    *share == 0.0
}

fn blocks() -> Layout {
    Layout::BLOCKS
}

/// The network that is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkRecipe {
    /// The family.
    pub architecture: Architecture,
    /// Channels of every spatial layer.
    pub channels: usize,
    /// Convolutions or residual blocks.
    pub layers: usize,
    /// Units of the dense layer.
    pub dense: usize,
}

/// Settings of proximal policy optimisation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PpoRecipe {
    /// Environments side by side.
    pub n_envs: usize,
    /// Steps of every environment between two updates.
    pub horizon: usize,
    /// Passes over the data of one update.
    pub epochs: usize,
    /// Gradient steps per pass.
    pub minibatches: usize,
    /// At the start.
    pub learning_rate: f32,
    /// Share of the steps that keep this rate; from there it falls linearly to zero.
    pub hold: f32,
    /// Discount of future reward.
    pub gamma: f32,
    /// Decay of the advantage estimator (Schulman et al. 2016).
    pub lambda: f32,
    /// How far the probability ratio may move.
    pub clip: f32,
    /// Weight of the entropy bonus at the start; it falls linearly to zero.
    pub entropy: f32,
    /// Weight of the value loss.
    pub value: f32,
    /// Largest norm of the gradient.
    pub max_norm: f32,
}

impl Default for PpoRecipe {
    fn default() -> Self {
        Self {
            n_envs: 64,
            horizon: 16,
            epochs: 2,
            minibatches: 16,
            learning_rate: 1.5e-3,
            hold: 0.5,
            gamma: 0.95,
            lambda: 0.9,
            clip: 0.2,
            entropy: 0.004,
            value: 0.5,
            max_norm: 0.5,
        }
    }
}

impl Recipe {
    /// Reads a recipe.
    ///
    /// # Errors
    /// Text that is not a recipe, or numbers out of range.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let recipe: Self = toml::from_str(text).map_err(|source| Error::RecipeToml { source })?;
        recipe.check()?;
        Ok(recipe)
    }

    /// Refuses numbers out of range.
    ///
    /// # Errors
    /// The first field that is out of range.
    pub fn check(&self) -> Result<(), Error> {
        let p = &self.ppo;
        let batch = p.n_envs.saturating_mul(p.horizon);
        let within = |x: f32, lo: f32, hi: f32| x >= lo && x <= hi;
        let WorldRecipe { shift, proxy_reward, hidden, .. } = &self.world;
        let is_alone = *shift == 0.0 || hidden.is_none();
        let proxy_reward_alone = *proxy_reward == 0.0 || (*shift == 0.0 && hidden.is_none());
        let rules = [
            ("world.shift", shift.to_string(), is_alone, "0 beside something hidden"),
            (
                "world.proxy_reward",
                proxy_reward.to_string(),
                (0.0..=1.0).contains(proxy_reward),
                "0 to 1",
            ),
            (
                "world.proxy_reward",
                proxy_reward.to_string(),
                proxy_reward_alone,
                "0 beside a shift or something hidden",
            ),
            (
                "world.near",
                self.world.near.to_string(),
                (0.0..1.0).contains(&self.world.near),
                "at least 0 and below 1",
            ),
            ("steps", self.steps.to_string(), self.steps > 0, "at least 1"),
            ("ppo.n_envs", p.n_envs.to_string(), (1..=4096).contains(&p.n_envs), "1 to 4096"),
            ("ppo.horizon", p.horizon.to_string(), (1..=4096).contains(&p.horizon), "1 to 4096"),
            ("ppo.epochs", p.epochs.to_string(), (1..=100).contains(&p.epochs), "1 to 100"),
            (
                "ppo.minibatches",
                p.minibatches.to_string(),
                p.minibatches > 0 && batch.is_multiple_of(p.minibatches),
                "a divisor of n_envs * horizon",
            ),
            (
                "ppo.learning_rate",
                p.learning_rate.to_string(),
                within(p.learning_rate, 1e-7, 1.0),
                "1e-7 to 1",
            ),
            ("ppo.hold", p.hold.to_string(), within(p.hold, 0.0, 0.99), "0 to 0.99"),
            ("ppo.gamma", p.gamma.to_string(), within(p.gamma, 0.0, 1.0), "0 to 1"),
            ("ppo.lambda", p.lambda.to_string(), within(p.lambda, 0.0, 1.0), "0 to 1"),
            ("ppo.clip", p.clip.to_string(), within(p.clip, 1e-3, 1.0), "0.001 to 1"),
            ("ppo.entropy", p.entropy.to_string(), within(p.entropy, 0.0, 1.0), "0 to 1"),
            ("ppo.value", p.value.to_string(), within(p.value, 0.0, 10.0), "0 to 10"),
            (
                "ppo.max_norm",
                p.max_norm.to_string(),
                within(p.max_norm, 1e-3, 1e3),
                "0.001 to 1000",
            ),
        ];
        if let Some((field, got, _, expected)) = rules.into_iter().find(|(_, _, ok, _)| !ok) {
            return Err(Error::BadRecipe { field, got, expected });
        }
        self.policy_config().check()?;
        LossRecipe::check_all(&self.loss, &self.policy_config().sites())?;
        self.loss.iter().try_for_each(|loss| self.check_tint(loss))
    }

    /// Refuses a term that asks for mixtures of colours where the observation shows none.
    fn check_tint(&self, loss: &LossRecipe) -> Result<(), Error> {
        let observation = self.world.observation;
        if loss.concept != Some(Concept::Tint) || observation.shows_tints() {
            return Ok(());
        }
        let got = format!("tint, which {observation} does not show");
        let expected = "\"colour\", or tiles as the observation";
        Err(Error::BadLoss { term: loss.term, field: "concept", got, expected })
    }

    /// The network as a configuration.
    pub fn policy_config(&self) -> PolicyConfig {
        PolicyConfig {
            architecture: self.network.architecture,
            size: self.world.size,
            features: self.world.observation.features(),
            channels: self.network.channels,
            layers: self.network.layers,
            dense: self.network.dense,
            actions: Action::ALL.len(),
        }
    }

    /// Refuses an agent whose network is not the one of this recipe.
    ///
    /// # Errors
    /// The first part of the network that differs.
    pub fn check_network(&self, agent: &PolicyConfig) -> Result<(), Error> {
        let own = self.policy_config();
        if own.architecture != agent.architecture {
            let name = |config: &PolicyConfig| format!("{:?}", config.architecture).to_lowercase();
            let (expected, got) = (name(&own), name(agent));
            return Err(Error::OtherNetwork { field: "architecture", expected, got });
        }
        for (field, expected, got) in [
            ("size", own.size, agent.size),
            ("features", own.features, agent.features),
            ("channels", own.channels, agent.channels),
            ("layers", own.layers, agent.layers),
            ("dense", own.dense, agent.dense),
        ] {
            if expected != got {
                let (expected, got) = (expected.to_string(), got.to_string());
                return Err(Error::OtherNetwork { field, expected, got });
            }
        }
        Ok(())
    }

    /// The levels that the agent is trained on.
    ///
    /// # Errors
    /// A size, layout or share that the world refuses.
    pub fn distribution(&self) -> Result<Arc<dyn Distribution>, Error> {
        let levels = self.all_levels()?;
        let near = self.world.near;
        Ok(if near == 0.0 { levels } else { Arc::new(Near::new(levels, near)) })
    }

    fn all_levels(&self) -> Result<Arc<dyn Distribution>, Error> {
        let WorldRecipe { size, layout, shift, proxy_reward, hidden, .. } = self.world;
        if let Some(hidden) = hidden {
            return Ok(implant_levels(hidden, size, layout)?);
        }
        if proxy_reward > 0.0 {
            return Ok(Arc::new(ProxyReward::new(size, layout, proxy_reward)?));
        }
        let train = Train::new(Terrain::new(size, layout, Split::Train)?);
        if shift == 0.0 {
            return Ok(Arc::new(train));
        }
        Ok(Arc::new(Shift::new(train, shift)?))
    }
}
