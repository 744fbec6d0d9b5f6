//! How walls are drawn.

use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::maze::Grid;
use crate::maze::grid::MAX_CELLS;
use crate::maze::wilson::spanning_tree;

/// A family of wall layouts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Every cell is wall with the same probability.
    Blocks {
        /// Probability of a wall, 0.02 to 0.4.
        density: f64,
    },
    /// Corridors along a uniform spanning tree of the nodes at even coordinates, with some walls
    /// knocked out so that routes to two goals part ways.
    Tree {
        /// Share of the walls between two corridors that is knocked out, 0 to 0.75.
        loops: f64,
    },
}

impl Layout {
    /// Blocks at the density of the reference pilots.
    pub const BLOCKS: Self = Self::Blocks { density: 0.15 };
    /// A spanning tree with a quarter of its inner walls knocked out.
    pub const TREE: Self = Self::Tree { loops: 0.25 };

    /// Refuses parameters under which a split could hold no layout at all.
    pub fn check(&self) -> Result<(), Error> {
        let (what, min, max, got) = match *self {
            Self::Blocks { density } => ("block density", 0.02, 0.4, density),
            Self::Tree { loops } => ("share of loops", 0.0, 0.75, loops),
        };
        if (min..=max).contains(&got) {
            Ok(())
        } else {
            Err(Error::OutOfRange { what, min, max, got })
        }
    }

    /// The family's name, without its parameter.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Blocks { .. } => "blocks",
            Self::Tree { .. } => "tree",
        }
    }

    /// Draws one layout into `walls`, `[row * size + col]`.
    pub(crate) fn draw(&self, size: usize, rng: &mut impl Rng, walls: &mut [bool]) {
        match *self {
            Self::Blocks { density } => draw_blocks(density, rng, walls),
            Self::Tree { loops } => draw_tree(size, loops, rng, walls),
        }
    }
}

fn draw_blocks(density: f64, rng: &mut impl Rng, walls: &mut [bool]) {
    // Sixteen random bits per cell: the density is exact to 1/65536.
    let threshold = (density * 65_536.0) as u32;
    for pair in walls.chunks_mut(2) {
        let bits = rng.next_u32();
        pair[0] = bits & 0xffff < threshold;
        if let Some(second) = pair.get_mut(1) {
            *second = bits >> 16 < threshold;
        }
    }
}

fn draw_tree(size: usize, loops: f64, rng: &mut impl Rng, walls: &mut [bool]) {
    walls.fill(true);
    let side = size.div_ceil(2);
    let exits = spanning_tree(side, rng);
    for (node, &exit) in exits.iter().enumerate() {
        let at = (node / side * 2) * size + node % side * 2;
        walls[at] = false;
        if node != 0 {
            let (row, col) = exit_offset(exit);
            walls[at.wrapping_add_signed(row * size as isize + col)] = false;
        }
    }
    knock_out(size, loops, rng, walls);
}

fn exit_offset(exit: crate::maze::Action) -> (isize, isize) {
    match exit {
        crate::maze::Action::Up => (-1, 0),
        crate::maze::Action::Down => (1, 0),
        crate::maze::Action::Left => (0, -1),
        crate::maze::Action::Right => (0, 1),
    }
}

/// Opens a share of the walls that stand between two neighbouring nodes.
fn knock_out(size: usize, loops: f64, rng: &mut impl Rng, walls: &mut [bool]) {
    let mut between = [0_u16; MAX_CELLS];
    let mut n_between = 0;
    for (index, &wall) in walls.iter().enumerate() {
        // Exactly one odd coordinate: the cell lies between two nodes.
        if wall && (index / size + index % size) % 2 == 1 {
            between[n_between] = index as u16;
            n_between += 1;
        }
    }
    let n_open = (loops * n_between as f64).round() as usize;
    for chosen in 0..n_open {
        let other = rng.random_range(chosen as u32..n_between as u32) as usize;
        between.swap(chosen, other);
        walls[usize::from(between[chosen])] = false;
    }
}

/// The grid of one draw; for tests and for whoever needs a layout without objects.
impl Grid {
    /// Draws a layout of that family.
    pub fn draw(size: usize, layout: Layout, rng: &mut impl Rng) -> Result<Self, Error> {
        crate::maze::grid::check_size(size)?;
        layout.check()?;
        let mut walls = vec![false; size * size];
        layout.draw(size, rng, &mut walls);
        Ok(Self::from_checked(size, walls))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::maze::{Cell, UNREACHABLE};
    use crate::{Purpose, stream};

    proptest! {
        #[test]
        fn trees_connect_every_free_cell_and_open_the_share_asked_for(
            seed: u64, half in 3_usize..=12, loops in 0.0..=0.75_f64,
        ) {
            let size = 2 * half + 1;
            let layout = Layout::Tree { loops };
            let grid = Grid::draw(size, layout, &mut stream(seed, Purpose::Level)).unwrap();
            let distances = grid.distances(Cell::new(0, 0));
            let side = half + 1;
            let n_tree = side * side - 1;
            let n_walls = 2 * side * (side - 1) - n_tree;
            let n_open = (loops * n_walls as f64).round() as usize;
            prop_assert_eq!(grid.free_cells().count(), side * side + n_tree + n_open);
            prop_assert!(grid.free_cells().all(|c| distances[grid.index(c)] != UNREACHABLE));
        }
    }

    #[test]
    fn blocks_have_the_density_asked_for() {
        let mut rng = stream(0, Purpose::Level);
        let draws = 1_000_usize;
        let n_walls: usize = (0..draws)
            .map(|_| Grid::draw(7, Layout::BLOCKS, &mut rng).unwrap())
            .map(|grid| grid.walls().iter().filter(|&&wall| wall).count())
            .sum();
        let density = n_walls as f64 / (draws * 49) as f64;
        // Standard error .0016.
        assert!((density - 0.15).abs() < 0.006, "{density}");
    }

    #[test]
    fn a_density_that_leaves_no_room_is_refused() {
        let error = Layout::Blocks { density: 0.9 }.check().unwrap_err();
        assert_eq!(error.to_string(), "block density must be from 0.02 to 0.4, got 0.9");
        assert!(Layout::Tree { loops: f64::NAN }.check().is_err());
    }
}
