//! Why a training cannot go on.

use overt_fault::{Blame, Hint};

/// What is wrong with a recipe, a checkpoint or the training itself.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum Error {
    /// The recipe is not the TOML that is expected.
    #[error("recipe is not readable: {source}")]
    RecipeToml { source: toml::de::Error },

    /// A number out of range.
    #[error("recipe: `{field}` is {got}, expected {expected}")]
    BadRecipe { field: &'static str, got: String, expected: &'static str },

    /// A `[[loss]]` table that cannot be followed.
    #[error("recipe: `{field}` of the loss term `{term}` is {got}, expected {expected}")]
    BadLoss { term: crate::Term, field: &'static str, got: String, expected: &'static str },

    /// An agent to begin at whose network is not the recipe's.
    #[error("the recipe asks for a network with `{field}` {expected}, the agent has {got}")]
    OtherNetwork { field: &'static str, expected: String, got: String },

    /// The checkpoint is damaged.
    #[error("checkpoint is not readable: {source}")]
    CheckpointJson { source: serde_json::Error },

    /// The checkpoint is of another training.
    #[error("checkpoint is of another recipe: `{field}` differs")]
    OtherRecipe { field: &'static str },

    /// An example with an answer that the model is not asked for.
    #[error("an example has the answer {got}, expected one of {answers:?}")]
    NoSuchAnswer { got: u32, answers: Vec<u32> },

    /// An example that says nothing of colours and shapes.
    #[error("a loss term draws scenes of 9 tokens anew, an example has {got} tokens")]
    NoScene { got: usize },

    /// Training went astray.
    #[error("training diverged at step {step}: a weight is no longer finite")]
    Diverged { step: u64 },

    /// The world refuses the recipe.
    #[error(transparent)]
    World(#[from] overt_world::Error),

    /// The deployment refuses the recipe.
    #[error(transparent)]
    Deploy(#[from] overt_deploy::Error),

    /// The network refuses the recipe.
    #[error(transparent)]
    Network(#[from] overt_nn::Error),
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::OtherRecipe { .. } | Self::CheckpointJson { .. } => {
                Some("remove the checkpoint to start anew".into())
            }
            Self::OtherNetwork { .. } => Some(
                "take a recipe with the network of the agent, or an agent of this recipe".into(),
            ),
            Self::Diverged { .. } => Some("lower `learning_rate`".into()),
            Self::Network(error) => error.hint(),
            _ => Some("`recipes/` holds examples".into()),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::Diverged { .. } => Blame::Run,
            _ => Blame::Input,
        }
    }
}
