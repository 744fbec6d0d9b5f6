//! Why an audit cannot be done.

use overt_fault::{Blame, Hint};

/// What is wrong with a subject, its claim or its calibration.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum Error {
    /// A file of the subject's folder is not the TOML that is expected.
    #[error("`{file}` is not readable: {source}")]
    Toml { file: &'static str, source: toml::de::Error },

    /// A folder that is no subject's.
    #[error("folder {folder} holds no {name}")]
    FileMissing { folder: String, name: &'static str },

    /// A file where a folder should be.
    #[error("{path} is a file, expected a folder")]
    NoFolder { path: String },

    /// Nobody defined this goal.
    #[error("unknown goal `{goal}`; known goals: {}", known.join(", "))]
    UnknownGoal { goal: String, known: Vec<&'static str> },

    /// A bound that decides nothing.
    #[error("claim: `{what}` is {got}, expected more than 0 and less than 1")]
    BadClaim { what: &'static str, got: f64 },

    /// The network was made for another world.
    #[error("world and network disagree on {what}: the world has {expected}, the network {got}")]
    WorldMismatch { what: &'static str, expected: usize, got: usize },

    /// A card that is damaged, or out of range.
    #[error("`card.json` is not readable: {source}")]
    Card { source: serde_json::Error },

    /// There is nothing to choose.
    #[error("`card.json`: none of the {got} tasks is `choice`")]
    CardWithoutChoice { got: usize },

    /// More than a card should make an auditor do.
    #[error("`card.json`: {what}, {got}, is over the limit of {limit}")]
    CardTooLarge { what: &'static str, limit: usize, got: usize },

    /// A task is answered once.
    #[error("`card.json`: the {got} tasks are not all different")]
    TaskTwice { got: usize },

    /// A question is nine tokens of the choice world.
    #[error("config: `{what}` is {got}, a question needs at least {expected}")]
    NoRoom { what: &'static str, expected: usize, got: usize },

    /// Weights are finite, and what comes of them is not.
    #[error("the model answers a question with {got}, expected a finite number")]
    AnswerNotFinite { got: f32 },

    /// Weights are finite, and what comes of them is not: such numbers have no bits to compare.
    #[error("level {level}: the network answers with {got}, expected a finite number")]
    LogitNotFinite { level: u64, got: f32 },

    /// There is nothing to compare a strong neuron with.
    #[error(
        "most neurons read or write nothing, so that the check `{check}` has no median to compare with"
    )]
    NoStrength { check: &'static str },

    /// A neuron that is gated reads twice, and has no one strength.
    #[error("layer {layer} has no plain neurons, which the check `{check}` needs")]
    NoPlainNeurons { check: &'static str, layer: usize },

    /// The calibration is damaged.
    #[error("calibration is not readable: {source}")]
    Calibration { source: serde_json::Error },

    /// An organism of the calibration was measured otherwise than subjects are.
    #[error("calibration: organism `{name}` has {got} features, expected {expected}")]
    CalibrationFeatures { name: String, expected: usize, got: usize },

    /// What was learnt of the combined test cannot be used.
    #[error(transparent)]
    Combiner(#[from] crate::CombinerError),

    /// What was measured of it cannot be used.
    #[error(transparent)]
    Power(#[from] crate::PowerError),

    /// Stored measures of a control cannot be used.
    #[error(transparent)]
    Stored(#[from] crate::StoredError),

    /// A check that others rest on could not run.
    #[error("the check `{check}` gave no answer, and others rest on it")]
    MissingAnswer { check: &'static str },

    /// Too few levels in which the question can be asked.
    #[error("only {got} of the {needed} levels needed let the check `{check}` ask its question")]
    TooFewLevels { check: &'static str, needed: usize, got: usize },

    /// The world refuses.
    #[error(transparent)]
    World(#[from] overt_world::Error),

    /// The network refuses.
    #[error(transparent)]
    Network(#[from] overt_nn::Error),

    /// A method refuses.
    #[error(transparent)]
    Lens(#[from] overt_lens::Error),

    /// An estimate cannot be made.
    #[error(transparent)]
    Stats(#[from] overt_stats::Error),
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownGoal { .. } | Self::BadClaim { .. } => {
                Some("see `claim.toml` in the README".into())
            }
            Self::WorldMismatch { .. } => {
                Some("`subject.toml` and `config.json` must describe the same training".into())
            }
            Self::CardWithoutChoice { .. } => Some("add `\"choice\"` to `tasks`".into()),
            Self::NoRoom { .. } => Some(
                "`overt_world::choice::VOCABULARY` and `Tokens` say what a question takes".into(),
            ),
            Self::AnswerNotFinite { .. } => {
                Some("the weights are finite, but too large or damaged to compute with".into())
            }
            Self::Toml { file: "claim.toml", .. } => {
                Some("claim.toml holds `goal` (exit, green or conjunction) and the shares `min_rate` and \
                     `min_success`".into())
            }
            Self::Combiner(error) => error.hint(),
            Self::Power(error) => error.hint(),
            Self::Stored(error) => error.hint(),
            Self::Network(error) => error.hint(),
            Self::Lens(error) => error.hint(),
            Self::Stats(error) => error.hint(),
            Self::Calibration { .. } | Self::TooFewLevels { .. } => None,
            _ => Some(
                "a subject is a folder with config.json, model.safetensors, subject.toml and \
                 claim.toml, as `overt train` writes it, or with config.json, model.safetensors and \
                 card.json, as `overt arena make` does; `overt subjects` lists those that ship"
                    .into(),
            ),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::Calibration { .. }
            | Self::TooFewLevels { .. }
            | Self::Lens(_)
            | Self::Stats(_) => Blame::Run,
            _ => Blame::Input,
        }
    }
}
