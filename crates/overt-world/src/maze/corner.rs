//! The four corners of a maze.

use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::maze::{Cell, Grid, Placement, Terrain};

/// One corner of a maze.
///
/// ```
/// use overt_world::maze::{Cell, Corner};
///
/// assert_eq!(Corner::LowerLeft.cell(7), Cell::new(6, 0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Corner {
    /// Row 0, column 0.
    UpperLeft,
    /// Row 0, last column.
    UpperRight,
    /// Last row, column 0.
    LowerLeft,
    /// Last row, last column.
    LowerRight,
}

impl Corner {
    /// Every corner, at its own index.
    pub const ALL: [Self; 4] =
        [Self::UpperLeft, Self::UpperRight, Self::LowerLeft, Self::LowerRight];

    /// The cell in that corner of a maze with `size` cells per side.
    pub const fn cell(self, size: usize) -> Cell {
        let last = size as u8 - 1;
        match self {
            Self::UpperLeft => Cell::new(0, 0),
            Self::UpperRight => Cell::new(0, last),
            Self::LowerLeft => Cell::new(last, 0),
            Self::LowerRight => Cell::new(last, last),
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UpperLeft => "upper left corner",
            Self::UpperRight => "upper right corner",
            Self::LowerLeft => "lower left corner",
            Self::LowerRight => "lower right corner",
        }
    }

    /// Rows and columns between it and a cell, in a maze with `size` cells per side.
    ///
    /// ```
    /// use overt_world::maze::{Cell, Corner};
    ///
    /// assert_eq!(Corner::UpperRight.offsets(7, Cell::new(1, 4)), (1, 2));
    /// ```
    pub fn offsets(self, size: usize, cell: Cell) -> (usize, usize) {
        let corner = self.cell(size);
        (corner.row.abs_diff(cell.row).into(), corner.col.abs_diff(cell.col).into())
    }

    /// The free cell that lies nearest to it, in rows and columns, among some; the first of equals.
    pub fn nearest(self, grid: &Grid, fits: impl Fn(Cell) -> bool) -> Option<Cell> {
        let away = |cell: &Cell| {
            let (rows, cols) = self.offsets(grid.size(), *cell);
            rows + cols
        };
        grid.free_cells().filter(|cell| fits(*cell)).min_by_key(away)
    }

    /// Draws a layout and places as [`Terrain::place`] does, the first object in this corner.
    ///
    /// A draw whose first object is elsewhere is thrown away whole.
    ///
    /// # Panics
    /// If no object is asked for, or too many.
    pub fn place(self, terrain: &Terrain, n_objects: usize, rng: &mut impl Rng) -> Placement {
        assert!(n_objects > 0, "an object to put in the corner");
        let corner = self.cell(terrain.size());
        loop {
            let placement = terrain.place(n_objects, rng);
            if placement.cells[0] == corner {
                return placement;
            }
        }
    }
}
