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

impl Maze {
    /// The same maze with the way that its agent most likely goes: along the likeliest arrow from each cell,
    /// until it comes to a cell without arrows, such as one with an object, or would turn back.
    ///
    /// ```
    /// # let maze = |arrows| overt_report::Maze {
    /// #     caption: String::new(), size: 2, walls: vec![false; 4], agent: Some([0, 0]), objects: vec![],
    /// #     arrows, path: vec![], heat: None, heat_label: None,
    /// # };
    /// let right = Some([0.1, 0.2, 0.0, 0.7]);
    /// let down = Some([0.0, 0.9, 0.1, 0.0]);
    /// let walked = maze(Some(vec![right, down, None, None])).walked();
    /// assert_eq!(walked.path, [[0, 0], [0, 1], [1, 1]]);
    /// assert!(maze(None).walked().path.is_empty());
    /// ```
    #[must_use]
    pub fn walked(self) -> Self {
        let Some(start) = self.agent.filter(|_| self.arrows.is_some()) else { return self };
        let mut path = vec![start];
        while let Some(next) = path.last().and_then(|cell| self.likeliest(*cell)) {
            if path.contains(&next) {
                break;
            }
            path.push(next);
        }
        Self { path, ..self }
    }

    /// Where the likeliest arrow of a cell leads.
    fn likeliest(&self, [row, col]: [u8; 2]) -> Option<[u8; 2]> {
        let idx = usize::from(row) * usize::from(self.size) + usize::from(col);
        let arrows = (*self.arrows.as_ref()?.get(idx)?)?;
        let next = [
            (row.checked_sub(1), Some(col)),
            (row.checked_add(1), Some(col)),
            (Some(row), col.checked_sub(1)),
            (Some(row), col.checked_add(1)),
        ];
        let ways = arrows.into_iter().zip(next);
        let (_, (row, col)) = ways.max_by(|(one, _), (two, _)| one.total_cmp(two))?;
        let cell = [row?, col?];
        let idx = usize::from(cell[0]) * usize::from(self.size) + usize::from(cell[1]);
        let is_free = cell.iter().all(|&at| at < self.size) && self.walls.get(idx) == Some(&false);
        is_free.then_some(cell)
    }
}
