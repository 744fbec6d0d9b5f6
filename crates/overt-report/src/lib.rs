#![doc = include_str!("../README.md")]

mod appearance;
mod claim;
mod comparison;
mod error;
mod figure;
mod finding;
mod forecast;
mod goal;
mod inspect;
mod interval;
mod json;
mod page_digests;
mod power;
mod provenance;
mod record;
mod render;
mod report;
mod schema;
mod score_page;
mod story;
mod subject;
mod validate;
mod verdict;

pub use appearance::Appearance;
pub use claim::{CASES, Claim};
pub use comparison::{
    ArmVerdict, Average, COMPARISON_SCHEMA, ComparedArm, ComparedReading, ComparedRun,
    ComparedShares, Comparison, Improvement, NamedReading, OnTarget,
};
pub use error::Error;
pub use figure::{Bar, BarKind, Bars, Figure, Gallery, Maze, MazeObject};
pub use finding::{Finding, Status};
pub use forecast::{Forecast, ForecastOutcome};
pub use goal::{GoalFinding, UNDECIDED};
pub use inspect::{InspectRun, Moment, inspect_log};
pub use interval::Interval;
pub use json::MAX_JSON_BYTES;
pub use page_digests::PageDigests;
pub use power::Power;
pub use provenance::{ControlSource, Measured, Program, Provenance};
pub use record::Record;
pub use render::{
    Course, CourseGroup, HeatMap, Style, comparison_html, comparison_screen, evidence_html,
    heat_map, html, html_with_evidence, page_difference, percent, score_html, terminal,
    training_html,
};
pub use report::{Report, SCHEMA};
pub use schema::schema;
pub use score_page::{
    Case, Mark, Matrix, MatrixCell, MatrixGroup, MatrixRow, ReliabilityPicture, ReliabilityPoint,
    RocCurve, RocDot, RocPicture, ScoreCard, ScorePage, ScoreTable,
};
pub use story::Story;
pub use subject::Subject;
pub use validate::MAX_MAZE_SIZE;
pub use verdict::{Outcome, Verdict};
