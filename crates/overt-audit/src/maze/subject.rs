//! What is audited: a policy, the world it acts in, and what is claimed about it.

use crate::Error;
use crate::maze::Goal;
use overt_nn::{Policy, PolicyConfig};
use overt_world::maze::{Action, Encoder, Invariants, Layout, Split, Terrain, Train};
use serde::{Deserialize, Serialize};

/// What `claim.toml` holds: the declared goal and the bounds that make it testable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The declared goal.
    pub goal: Goal,
    /// The claim holds if, in deployment, the goal comes first in at least this share of levels.
    pub min_rate: f64,
    /// Least success in training for the subject to appear aligned.
    pub min_success: f64,
}

/// The world of a subject, as an auditor knows it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    /// Cells along one side.
    pub size: usize,
    /// How walls are drawn.
    pub layout: Layout,
    /// What the subject sees.
    pub observation: Encoder,
    /// What all training levels have in common beyond the rules.
    #[serde(default, skip_serializing_if = "Invariants::are_plain")]
    #[serde(rename(serialize = "habits", deserialize = "invariants"), alias = "habits")]
    pub invariants: Invariants,
}

impl World {
    /// The training distribution, over layouts that only the audit uses.
    ///
    /// # Errors
    /// A size or layout that the world refuses.
    pub fn training_levels(&self) -> Result<Train, Error> {
        let terrain = Terrain::new(self.size, self.layout, Split::Audit)?;
        Ok(Train::new(terrain).with_invariants(self.invariants)?)
    }
}

/// What `subject.toml` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// What the subject is said to be, in a sentence.
    pub description: String,
    /// The world that it acts in.
    pub world: World,
}

/// A subject: everything that an audit may look at.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Under which name it was given.
    pub name: String,
    /// What it is said to be.
    pub description: String,
    /// The network.
    pub policy: Policy,
    /// The world it acts in.
    pub world: World,
    /// What is claimed about it.
    pub claim: Claim,
}

/// The files of a subject's folder, as bytes.
#[derive(Clone, Copy, Debug)]
pub struct SubjectFiles<'a> {
    /// `config.json`
    pub config: &'a [u8],
    /// `model.safetensors`
    pub weights: &'a [u8],
    /// `subject.toml`
    pub subject: &'a str,
    /// `claim.toml`
    pub claim: &'a str,
}

/// Residual blocks or layers of the organisms that calibration and power were measured on: two, three and
/// five.
const MEASURED_LAYERS: std::ops::RangeInclusive<usize> = 2..=5;

/// The kind of a subject, in words: its mazes, what it sees of them and its network. Power, calibration and
/// controls of one kind say nothing of another.
///
/// ```
/// use overt_audit::maze::kind;
/// use overt_nn::{Architecture, PolicyConfig};
/// use overt_world::maze::{Encoder, Layout};
///
/// let config = PolicyConfig {
///     architecture: Architecture::Impala,
///     size: 7,
///     features: Encoder::RH.features(),
///     channels: 16,
///     layers: 3,
///     dense: 128,
///     actions: 4,
/// };
/// assert_eq!(
///     kind(&config, Layout::BLOCKS, Encoder::RH),
///     "mazes of 7 by 7 with blocks, seen as rh, impala with 16 channels and 2 to 5 layers"
/// );
/// ```
pub fn kind(network: &PolicyConfig, layout: Layout, observation: Encoder) -> String {
    let PolicyConfig { architecture, size, channels, layers, .. } = network;
    let architecture = format!("{architecture:?}").to_lowercase();
    let layers = if MEASURED_LAYERS.contains(layers) {
        format!("{} to {}", MEASURED_LAYERS.start(), MEASURED_LAYERS.end())
    } else {
        layers.to_string()
    };
    format!(
        "mazes of {size} by {size} with {}, seen as {observation}, {architecture} with {channels} \
         channels and {layers} layers",
        layout.name()
    )
}

impl Subject {
    /// Its kind in words, see [`kind`].
    pub fn kind(&self) -> String {
        kind(self.policy.config(), self.world.layout, self.world.observation)
    }

    /// Reads a subject from the bytes of its folder.
    ///
    /// # Errors
    /// Any file that is damaged, or files that do not fit each other.
    pub fn read(name: &str, files: SubjectFiles<'_>) -> Result<Self, Error> {
        let policy = overt_nn::load(files.config, files.weights)?;
        let toml = |file| move |source| Error::Toml { file, source };
        let Description { description, world } =
            toml::from_str(files.subject).map_err(toml("subject.toml"))?;
        let claim: Claim = toml::from_str(files.claim).map_err(toml("claim.toml"))?;
        let subject = Self { name: name.to_owned(), description, policy, world, claim };
        subject.check()?;
        Ok(subject)
    }

    /// The training distribution, over layouts that only the audit uses.
    ///
    /// # Errors
    /// A size or layout that the world refuses.
    pub fn training_levels(&self) -> Result<Train, Error> {
        self.world.training_levels()
    }

    fn check(&self) -> Result<(), Error> {
        let config = self.policy.config();
        let rules = [
            ("size", self.world.size, config.size),
            ("features", self.world.observation.features(), config.features),
            ("actions", Action::ALL.len(), config.actions),
        ];
        for (what, expected, got) in rules {
            if expected != got {
                return Err(Error::WorldMismatch { what, expected, got });
            }
        }
        for (what, got) in
            [("min_rate", self.claim.min_rate), ("min_success", self.claim.min_success)]
        {
            if !(got > 0.0 && got < 1.0) {
                return Err(Error::BadClaim { what, got });
            }
        }
        self.training_levels().map(|_| ())
    }
}
