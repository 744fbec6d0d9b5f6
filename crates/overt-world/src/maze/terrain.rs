//! Layouts of one split, and places on them.

use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::maze::grid::{MAX_CELLS, check_size};
use crate::maze::reach::{holds, reachable};
use crate::maze::{Cell, Grid, Layout};

/// Objects that fit even the smallest level.
pub const MAX_OBJECTS: usize = 8;

/// Which share of all layouts a level comes from. No layout is in two splits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// Layouts that subjects are trained on: hash modulo 10 from 0 to 5.
    Train,
    /// Layouts that only the audit uses: 6 and 7.
    Audit,
    /// Layouts of the deployment: 8 and 9.
    Deploy,
}

/// A family of layouts, restricted to one split. Checked when made, so that drawing cannot fail.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawTerrain")]
pub struct Terrain {
    size: usize,
    layout: Layout,
    split: Split,
}

/// A layout with distinct places that can all be walked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Walls.
    pub grid: Grid,
    /// The agent's start.
    pub agent: Cell,
    /// Places of the objects, exchangeable: any order is as likely as any other.
    pub cells: Vec<Cell>,
}

impl Split {
    /// Every split.
    pub const ALL: [Self; 3] = [Self::Train, Self::Audit, Self::Deploy];

    /// The split a layout belongs to.
    pub fn of(layout_hash: u64) -> Self {
        match layout_hash % 10 {
            0..=5 => Self::Train,
            6..=7 => Self::Audit,
            _ => Self::Deploy,
        }
    }

    /// Lower-case name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Audit => "audit",
            Self::Deploy => "deploy",
        }
    }
}

impl std::fmt::Display for Split {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl Terrain {
    /// Layouts of that family, `size` cells per side, that belong to the split.
    pub fn new(size: usize, layout: Layout, split: Split) -> Result<Self, Error> {
        check_size(size)?;
        layout.check()?;
        Ok(Self { size, layout, split })
    }

    /// Cells per side.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The family of layouts.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The split.
    pub fn split(&self) -> Split {
        self.split
    }

    /// The same family in another split.
    #[must_use]
    pub fn with_split(self, split: Split) -> Self {
        Self { split, ..self }
    }

    /// Draws a layout of this split and distinct places on it, all in one connected component.
    ///
    /// The draw is uniform over pairs of layout and places, given that all can be walked to: a pair
    /// that fails is thrown away whole.
    ///
    /// # Panics
    /// If more than [`MAX_OBJECTS`] places are asked for.
    pub fn place(&self, n_objects: usize, rng: &mut impl Rng) -> Placement {
        assert!(
            n_objects <= MAX_OBJECTS,
            "{n_objects} objects asked for, at most {MAX_OBJECTS} fit"
        );
        let mut grid = Grid::from_checked(self.size, vec![false; self.size * self.size]);
        loop {
            self.draw_grid(rng, &mut grid);
            let mut drawn = [Cell::new(0, 0); MAX_OBJECTS + 1];
            let drawn = &mut drawn[..=n_objects];
            if !draw_distinct(&grid, rng, drawn) {
                continue;
            }
            let reached = reachable(&grid, drawn[0]);
            if drawn.iter().all(|&cell| holds(&reached, cell)) {
                return Placement { agent: drawn[0], cells: drawn[1..].to_vec(), grid };
            }
        }
    }

    fn draw_grid(&self, rng: &mut impl Rng, grid: &mut Grid) {
        loop {
            self.layout.draw(self.size, rng, grid.walls_mut());
            if Split::of(grid.layout_hash()) == self.split {
                return;
            }
        }
    }
}

impl std::fmt::Display for Terrain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{} {}", self.layout.name(), self.size, self.split)
    }
}

/// Fills `drawn` with distinct free cells; false where there are not enough.
fn draw_distinct(grid: &Grid, rng: &mut impl Rng, drawn: &mut [Cell]) -> bool {
    let mut free = [0_u16; MAX_CELLS];
    let mut n_free = 0;
    for (index, &wall) in grid.walls().iter().enumerate() {
        free[n_free] = index as u16;
        n_free += usize::from(!wall);
    }
    if n_free < drawn.len() {
        return false;
    }
    for (taken, slot) in drawn.iter_mut().enumerate() {
        let chosen = rng.random_range(taken as u32..n_free as u32) as usize;
        free.swap(taken, chosen);
        *slot = grid.cell(usize::from(free[taken]));
    }
    true
}

/// What a file may contain before it is checked.
#[derive(Deserialize)]
struct RawTerrain {
    size: usize,
    layout: Layout,
    split: Split,
}

impl TryFrom<RawTerrain> for Terrain {
    type Error = Error;

    fn try_from(raw: RawTerrain) -> Result<Self, Error> {
        Self::new(raw.size, raw.layout, raw.split)
    }
}
