//! How the viewer should lay a log out.

use super::score::VERDICT;
use serde::Serialize;
use std::collections::BTreeMap;

/// The configuration of the viewer, as Inspect has it.
#[derive(Debug, Serialize)]
pub(super) struct Viewer {
    /// Cards and descriptions come from strangers: they are text and nothing more.
    trust_content: bool,
    sample_score_view: ScoreView,
    task_samples_view: SamplesView,
}

#[derive(Debug, Serialize)]
struct ScoreView {
    default: &'static str,
}

/// Subjects against checks.
#[derive(Debug, Serialize)]
struct SamplesView {
    name: &'static str,
    columns: Vec<Column>,
    sort: [Sort; 1],
    multiline: bool,
    compact_scores: bool,
    score_color_scales: BTreeMap<String, Scale>,
    color_scales_enabled: bool,
}

#[derive(Debug, Serialize)]
struct Column {
    id: String,
    visible: bool,
}

#[derive(Debug, Serialize)]
struct Sort {
    column: String,
    dir: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Scale {
    Named(&'static str),
    Pinned { palette: &'static str, min: f64, max: f64 },
}

impl Viewer {
    /// A table of subjects and these checks, the refuted first.
    pub(super) fn of(checks: &[String]) -> Self {
        let columns = ["sampleStatus", "sampleId"].map(str::to_owned).into_iter();
        let scores = [VERDICT].into_iter().chain(checks.iter().map(String::as_str)).map(column_of);
        let scales = checks.iter().map(|check| (check.clone(), Scale::Named("neutral")));
        let verdict = Scale::Pinned { palette: "good-low", min: 0.0, max: 1.0 };
        Self {
            trust_content: false,
            sample_score_view: ScoreView { default: "grid" },
            task_samples_view: SamplesView {
                name: "Subjects and checks",
                columns: columns.chain(scores).map(|id| Column { id, visible: true }).collect(),
                sort: [Sort { column: column_of(VERDICT), dir: "desc" }],
                multiline: false,
                compact_scores: true,
                score_color_scales: scales.chain([(VERDICT.to_owned(), verdict)]).collect(),
                color_scales_enabled: true,
            },
        }
    }
}

/// The viewer's name of the column of a score.
fn column_of(score: &str) -> String {
    format!("score__{score}__{score}")
}
