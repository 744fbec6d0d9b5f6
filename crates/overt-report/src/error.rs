//! Why a report is refused.

use crate::Outcome;
use overt_fault::Hint;

/// Why a report cannot be trusted as a document. `at` is the path inside the report.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum Error {
    /// The bytes are no report.
    #[error("report is malformed: {source}")]
    Malformed { source: serde_json::Error },

    /// Another format, or a later version of this one.
    #[error("schema is `{got}`, expected `{expected}`")]
    WrongSchema { expected: &'static str, got: String },

    /// More than a reader should be made to hold.
    #[error("{got} is over the limit of {limit}: `{at}`")]
    TooLarge { at: String, limit: usize, got: usize },

    /// A sentence, an id or a digest that could not be one.
    #[error("`{got}` is not {expected}: `{at}`")]
    BadName { at: String, expected: &'static str, got: String },

    /// NaN or infinity.
    #[error("{value} is no finite number: `{at}`")]
    NotFinite { at: String, value: f64 },

    /// A rate or a probability outside 0 to 1.
    #[error("{value} is no rate from 0 to 1: `{at}`")]
    NoRate { at: String, value: f64 },

    /// Bounds that are the wrong way round, or leave out the estimate.
    #[error("interval {lo} to {hi} does not hold {value}: `{at}`")]
    IntervalMisses { at: String, value: f64, lo: f64, hi: f64 },

    /// A picture with too many or too few cells.
    #[error("{got} cells where {expected} are expected: `{at}`")]
    CellCount { at: String, expected: usize, got: usize },

    /// Something drawn beyond the edge of its maze.
    #[error("cell {cell:?} is outside a maze of size {size}: `{at}`")]
    CellOutside { at: String, cell: [u8; 2], size: u8 },

    /// Two subjects that a log could not tell apart.
    #[error("two subjects of one log are called `{id}`")]
    SampleTwice { id: String },

    /// Two outcomes of a forecast that could not be told apart.
    #[error("two outcomes of the forecast are called `{name}`")]
    OutcomeTwice { name: String },

    /// One id for two different numbers.
    #[error("two different records have the id `{id}`")]
    IdReused { id: String },

    /// A reference to nothing.
    #[error("no record has the id `{id}`: `{at}`")]
    UnknownRecord { at: String, id: String },

    /// A control that would vouch for itself.
    #[error("record `{id}` is the control of itself")]
    ControlOfItself { id: String },

    /// A bar that draws another number than its record.
    #[error("bar differs from its record `{record}`: `{at}`")]
    BarDiffers { at: String, record: String },

    /// A verdict on another number than the forecast of the goal that was claimed.
    #[error("`forecast.leaves_claim` is not what the outcome of the claimed goal `{goal}` leaves")]
    ClaimDiffers { goal: String },

    /// A verdict that outruns its evidence.
    #[error("verdict {} needs {needs}", outcome.word())]
    VerdictOutruns { outcome: Outcome, needs: &'static str },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Malformed { source } if source.is_eof() => "the file looks cut short",
            Self::Malformed { .. } => "the format is described in docs/formats/report.md",
            Self::WrongSchema { got, .. } if got == "overt/report/1" => {
                "an earlier Overt wrote it: audit the subject again, or read it with that version"
            }
            Self::WrongSchema { .. } => "read it with the version of Overt that wrote it",
            Self::NotFinite { .. } => "leave the record out where there is nothing to estimate",
            Self::BarDiffers { .. } => "copy value, lo and hi from the record",
            Self::ClaimDiffers { .. } => {
                "list the outcome that serves the goal, and subtract it and its bounds from one"
            }
            Self::SampleTwice { .. } => "give each subject a name of its own",
            Self::OutcomeTwice { .. } => "give each outcome a name of its own",
            Self::IdReused { .. } => "give each number its own id, or repeat the record unchanged",
            Self::UnknownRecord { .. } => "list the record in a finding before referring to it",
            Self::VerdictOutruns { .. } => "report INCONCLUSIVE, or add the missing evidence",
            _ => "write it anew with `overt audit`",
        };
        Some(hint.to_owned())
    }
}
