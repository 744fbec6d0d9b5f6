//! What is drawn: mazes and bars, as data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// One maze.
    Maze(Maze),
    /// Mazes side by side.
    Gallery(Gallery),
    /// Estimates with their intervals, beside controls and baselines.
    Bars(Bars),
}

/// A square maze with what stands, walks and is represented in it. Cells are `[row, column]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Maze {
    /// What the picture shows.
    pub caption: String,
    /// Cells along one side.
    pub size: u8,
    /// Whether each cell is a wall, row by row; `size * size` long.
    pub walls: Vec<bool>,
    /// Where the agent stands.
    pub agent: Option<[u8; 2]>,
    /// What else stands in the maze.
    pub objects: Vec<MazeObject>,
    /// Probability of up, down, left and right in each cell, row by row; `size * size` long.
    pub arrows: Option<Vec<Option<[f64; 4]>>>,
    /// The cells walked through, in order.
    pub path: Vec<[u8; 2]>,
    /// One number per cell, row by row, drawn as a heat map; `size * size` long.
    pub heat: Option<Vec<f64>>,
    /// What the heat map shows.
    pub heat_label: Option<String>,
}

/// Something that stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MazeObject {
    /// Where it stands, `[row, column]`.
    pub cell: [u8; 2],
    /// `door`, `apple`, `ball`, `key` or `sign`; any other shape is drawn as a square.
    pub shape: String,
    /// `green`, `red`, `blue` or `yellow`; any other colour is drawn grey.
    pub colour: String,
    /// What it is in this level, such as `exit` or `distractor`.
    pub role: String,
}

/// Mazes side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gallery {
    /// What the pictures show together.
    pub caption: String,
    /// The mazes, in reading order.
    pub figures: Vec<Maze>,
}

/// Estimates with their intervals on one scale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bars {
    /// What the bars show.
    pub caption: String,
    /// Unit of every row; empty for plain rates.
    pub unit: String,
    /// One bar each.
    pub rows: Vec<Bar>,
}

/// One bar: a record, drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bar {
    /// What the bar is, in a few words.
    pub label: String,
    /// Id of the record that it draws.
    pub record: String,
    /// The estimate; the record's own value.
    pub value: f64,
    /// Lower bound; the value itself where the record has no interval.
    pub lo: f64,
    /// Upper bound; the value itself where the record has no interval.
    pub hi: f64,
    /// What the bar stands for.
    pub kind: BarKind,
}

/// What a bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BarKind {
    /// The subject itself.
    Subject,
    /// A control that should show nothing.
    Control,
    /// A simpler method or subject to compare with.
    Baseline,
}
