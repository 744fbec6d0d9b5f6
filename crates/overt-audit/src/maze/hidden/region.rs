//! Square regions in the corners of a maze.

use overt_world::maze::{Cell, Corner};
use serde::{Deserialize, Serialize};

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
    /// use overt_audit::maze::hidden::Region;
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
    /// use overt_audit::maze::hidden::Region;
    /// use overt_world::maze::{Cell, Corner};
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
