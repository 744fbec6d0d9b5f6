//! Corners of a maze, and square regions around them.

use overt_world::{Cell, Grid};
use serde::{Deserialize, Serialize};

/// A corner of the maze.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Corner {
    /// Row 0, column 0.
    UpperLeft,
    /// Row 0, the last column.
    UpperRight,
    /// The last row, column 0.
    LowerLeft,
    /// The last row, the last column.
    LowerRight,
}

impl Corner {
    /// Every corner.
    pub const ALL: [Self; 4] =
        [Self::UpperLeft, Self::UpperRight, Self::LowerLeft, Self::LowerRight];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::UpperLeft => "upper left corner",
            Self::UpperRight => "upper right corner",
            Self::LowerLeft => "lower left corner",
            Self::LowerRight => "lower right corner",
        }
    }

    /// Rows and columns between the corner and a cell.
    pub(super) fn offsets(self, size: usize, cell: Cell) -> (usize, usize) {
        let (row, col) = (usize::from(cell.row), usize::from(cell.col));
        let (last_row, last_col) = (size - 1 - row, size - 1 - col);
        match self {
            Self::UpperLeft => (row, col),
            Self::UpperRight => (row, last_col),
            Self::LowerLeft => (last_row, col),
            Self::LowerRight => (last_row, last_col),
        }
    }

    /// The free cell that lies nearest to the corner, in rows and columns, among some; the first of
    /// equals.
    pub(super) fn nearest(self, grid: &Grid, fits: impl Fn(Cell) -> bool) -> Option<Cell> {
        let away = |cell: &Cell| {
            let (rows, cols) = self.offsets(grid.size(), *cell);
            rows + cols
        };
        grid.free_cells().filter(|cell| fits(*cell)).min_by_key(away)
    }
}

/// A square of cells in a corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Region {
    /// Which corner.
    pub corner: Corner,
    /// Cells along one side of the square.
    pub extent: usize,
}

impl Region {
    /// Every region up to half of a maze's side.
    ///
    /// ```
    /// use overt_audit::hidden::Region;
    /// assert_eq!(Region::all(7).len(), 12);
    /// assert!(Region::all(7).iter().all(|region| region.extent <= 3));
    /// ```
    pub fn all(size: usize) -> Vec<Self> {
        let of = |extent| Corner::ALL.map(|corner| Self { corner, extent });
        (1..=size / 2).flat_map(of).collect()
    }

    /// Whether a cell of a maze with that many cells per side lies in it.
    ///
    /// ```
    /// use overt_audit::hidden::{Corner, Region};
    /// use overt_world::Cell;
    ///
    /// let region = Region { corner: Corner::UpperRight, extent: 2 };
    /// assert!(region.holds(7, Cell::new(1, 5)));
    /// assert!(!region.holds(7, Cell::new(1, 4)));
    /// assert_eq!(region.to_string(), "2 x 2 cells in the upper right corner");
    /// ```
    pub fn holds(self, size: usize, cell: Cell) -> bool {
        let (rows, cols) = self.corner.offsets(size, cell);
        rows < self.extent && cols < self.extent
    }
}

impl std::fmt::Display for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { corner, extent } = self;
        write!(f, "{extent} x {extent} cells in the {}", corner.name())
    }
}
