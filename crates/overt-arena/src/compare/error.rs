//! Why trainings cannot be compared.

use crate::BenchmarkError;
use overt_fault::{Blame, Hint};

/// What is wrong with a study or with what was measured on it.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum Error {
    /// The study is not the TOML that is expected.
    #[error("study is not readable: {source}")]
    StudyToml { source: toml::de::Error },

    /// A field of the study that cannot be so.
    #[error("study: `{field}` is {got}, expected {expected}")]
    BadStudy { field: String, got: String, expected: &'static str },

    /// An arm whose recipe cannot be trained.
    #[error("arm `{arm}`: {source}")]
    BadArm { arm: String, source: overt_train::Error },

    /// A run that nobody measured.
    #[error("arm `{arm}`, seed {seed}: not measured")]
    NoRun { arm: String, seed: u64 },

    /// Two runs where one is asked for.
    #[error("arm `{arm}`, seed {seed}: measured twice")]
    RunTwice { arm: String, seed: u64 },

    /// A run that does not belong to the study.
    #[error("arm `{arm}`, seed {seed}: measured by another plan")]
    OtherRun { arm: String, seed: u64 },

    /// A reading that some runs of an arm have and others lack.
    #[error("arm `{arm}`: `{reader}` did not read every run")]
    NoReading { arm: String, reader: String },

    /// A checkpoint in a world that keeps none.
    #[error("a checkpoint is given, expected none: trainings of models that choose keep none")]
    NoCheckpoint,

    /// A training went astray.
    #[error(transparent)]
    Training(#[from] overt_train::Error),

    /// A detector refuses.
    #[error(transparent)]
    Audit(#[from] overt_audit::Error),

    /// A model that chooses cannot be asked.
    #[error(transparent)]
    Choice(#[from] BenchmarkError),

    /// An interval cannot be given.
    #[error(transparent)]
    Stats(#[from] overt_stats::Error),
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::StudyToml { .. } => Some(
                "a study holds `seeds`, a `[recipe]` and `[[arm]]` tables; `recipes/loss/` holds \
                 examples"
                    .into(),
            ),
            Self::BadStudy { field, .. } if field == "loss" => {
                Some("add a `[[loss]]` table, or write a study with `[[arm]]` tables".into())
            }
            Self::BadStudy { .. } => Some("`docs/formats/comparison.md` describes a study".into()),
            Self::BadArm { source, .. } | Self::Training(source) => source.hint(),
            Self::NoRun { .. } => {
                Some("train it: the same command goes on where it stopped".into())
            }
            Self::RunTwice { .. } | Self::OtherRun { .. } | Self::NoReading { .. } => {
                Some("name another folder with `--out`".into())
            }
            Self::NoCheckpoint => Some("begin it anew".into()),
            Self::Choice(error) => error.hint(),
            Self::Audit(error) => error.hint(),
            Self::Stats(error) => error.hint(),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::Choice(error) => error.blame(),
            Self::Training(error) => error.blame(),
            Self::Audit(error) => error.blame(),
            Self::Stats(error) => error.blame(),
            _ => Blame::Input,
        }
    }
}
