//! The square grid: cells, moves, walls and distances.

use serde::{Deserialize, Serialize};

use crate::Error;

/// Smallest side of a grid.
pub const MIN_SIZE: usize = 7;
/// Largest side of a grid.
pub const MAX_SIZE: usize = 25;
/// Distance of a cell that no walk reaches.
pub const UNREACHABLE: u16 = u16::MAX;

/// Cells of the largest grid.
pub(crate) const MAX_CELLS: usize = MAX_SIZE * MAX_SIZE;

/// A place in the grid, counted from the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cell {
    /// Row, 0 at the top.
    pub row: u8,
    /// Column, 0 at the left.
    pub col: u8,
}

/// A move by one cell. The discriminant is the index of the policy's logit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// One row up.
    Up = 0,
    /// One row down.
    Down = 1,
    /// One column left.
    Left = 2,
    /// One column right.
    Right = 3,
}

/// A square map of walls. Everything outside counts as wall.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawGrid")]
pub struct Grid {
    size: usize,
    walls: Vec<bool>,
}

/// The actions that bring an agent nearer, in the order of [`Action::ALL`].
///
/// `distances_to_goal` is [`Grid::distances`] from the goal, `[row * size + col]`.
/// Where the goal is the cell itself or cannot be reached, no action is good.
pub fn good_actions(grid: &Grid, distances_to_goal: &[u16], cell: Cell) -> [bool; 4] {
    let here = distances_to_goal[grid.index(cell)];
    Action::ALL.map(|action| distances_to_goal[grid.index(grid.step(cell, action))] < here)
}

impl Cell {
    /// The cell at `row`, `col`.
    pub const fn new(row: u8, col: u8) -> Self {
        Self { row, col }
    }

    /// The neighbour in that direction, possibly outside any grid.
    /// Moving off the upper or left edge wraps to 255, which no grid contains.
    #[must_use]
    pub const fn neighbour(self, action: Action) -> Self {
        let Self { row, col } = self;
        match action {
            Action::Up => Self { row: row.wrapping_sub(1), col },
            Action::Down => Self { row: row.wrapping_add(1), col },
            Action::Left => Self { row, col: col.wrapping_sub(1) },
            Action::Right => Self { row, col: col.wrapping_add(1) },
        }
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "row {} col {}", self.row, self.col)
    }
}

impl Action {
    /// Every action, at its own index.
    pub const ALL: [Self; 4] = [Self::Up, Self::Down, Self::Left, Self::Right];

    /// Position in [`Action::ALL`] and among the policy's logits.
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl Grid {
    /// A grid of `size` × `size` cells, `walls[row * size + col]`.
    pub fn new(size: usize, walls: Vec<bool>) -> Result<Self, Error> {
        check_size(size)?;
        if walls.len() != size * size {
            return Err(Error::Walls { size, expected: size * size, got: walls.len() });
        }
        Ok(Self { size, walls })
    }

    /// A grid without walls.
    pub fn open(size: usize) -> Result<Self, Error> {
        check_size(size)?;
        Ok(Self { size, walls: vec![false; size * size] })
    }

    /// For layouts whose size was checked when the terrain was made.
    pub(crate) fn from_checked(size: usize, walls: Vec<bool>) -> Self {
        debug_assert_eq!(walls.len(), size * size);
        Self { size, walls }
    }

    /// Cells per side.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Walls, `[row * size + col]`.
    pub fn walls(&self) -> &[bool] {
        &self.walls
    }

    /// For drawing layouts in place.
    pub(crate) fn walls_mut(&mut self) -> &mut [bool] {
        &mut self.walls
    }

    /// Position of a cell of this grid in any `[row * size + col]` array.
    pub fn index(&self, cell: Cell) -> usize {
        usize::from(cell.row) * self.size + usize::from(cell.col)
    }

    /// The cell at an index.
    pub fn cell(&self, index: usize) -> Cell {
        Cell::new((index / self.size) as u8, (index % self.size) as u8)
    }

    /// Whether the cell lies in the grid.
    pub fn contains(&self, cell: Cell) -> bool {
        usize::from(cell.row) < self.size && usize::from(cell.col) < self.size
    }

    /// Whether the cell is wall or lies outside.
    pub fn is_wall(&self, cell: Cell) -> bool {
        !self.contains(cell) || self.walls[self.index(cell)]
    }

    /// Every cell that is not wall, row by row.
    pub fn free_cells(&self) -> impl Iterator<Item = Cell> + '_ {
        (0..self.walls.len()).filter(|&i| !self.walls[i]).map(|i| self.cell(i))
    }

    /// Where the action leads: into a wall means staying.
    pub fn step(&self, cell: Cell, action: Action) -> Cell {
        let next = cell.neighbour(action);
        if self.is_wall(next) { cell } else { next }
    }

    /// Steps from `from` to every cell, `[row * size + col]`; [`UNREACHABLE`] where no walk leads.
    /// Walking is symmetric, so these are also the distances *to* `from`.
    pub fn distances(&self, from: Cell) -> Vec<u16> {
        let mut distances = vec![UNREACHABLE; self.walls.len()];
        if self.is_wall(from) {
            return distances;
        }
        if self.walls.len() <= u128::BITS as usize {
            self.flood(self.index(from), &mut distances);
            return distances;
        }
        let mut queue = [from; MAX_CELLS];
        let (mut head, mut tail) = (0, 1);
        distances[self.index(from)] = 0;
        while head < tail {
            let cell = queue[head];
            head += 1;
            let next_distance = distances[self.index(cell)] + 1;
            for action in Action::ALL {
                let next = cell.neighbour(action);
                if self.is_wall(next) || distances[self.index(next)] != UNREACHABLE {
                    continue;
                }
                distances[self.index(next)] = next_distance;
                queue[tail] = next;
                tail += 1;
            }
        }
        distances
    }

    /// The distances in a grid whose cells fit into one number: all cells of one distance go a step at once.
    fn flood(&self, from: usize, distances: &mut [u16]) {
        let size = self.size;
        let bits = |is_one: &dyn Fn(usize) -> bool| {
            (0..self.walls.len()).fold(0_u128, |bits, i| bits | u128::from(is_one(i)) << i)
        };
        let mut unseen = bits(&|i| !self.walls[i] && i != from);
        let (not_first, not_last) = (bits(&|i| i % size != 0), bits(&|i| i % size != size - 1));
        distances[from] = 0;
        let (mut edge, mut distance) = (1_u128 << from, 0);
        while edge != 0 {
            distance += 1;
            let (up, down) = (edge >> size, edge << size);
            let (left, right) = ((edge & not_first) >> 1, (edge & not_last) << 1);
            edge = (up | down | left | right) & unseen;
            unseen &= !edge;
            let mut left = edge;
            while left != 0 {
                distances[left.trailing_zeros() as usize] = distance;
                left &= left - 1;
            }
        }
    }

    /// A name for the layout that depends on size and walls alone and never changes between versions.
    ///
    /// FNV-1a over the size and the walls packed eight to a byte, then the `SplitMix64` mixer, so that
    /// every residue is well spread: the split of levels takes it modulo 10.
    pub fn layout_hash(&self) -> u64 {
        let mut hash = fnv_step(0xcbf2_9ce4_8422_2325, self.size as u8);
        for chunk in self.walls.chunks(8) {
            let byte = chunk.iter().enumerate().fold(0, |b, (i, &wall)| b | (u8::from(wall) << i));
            hash = fnv_step(hash, byte);
        }
        crate::seed::mix(hash)
    }
}

fn fnv_step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

pub(crate) fn check_size(size: usize) -> Result<(), Error> {
    if size % 2 == 1 && (MIN_SIZE..=MAX_SIZE).contains(&size) {
        Ok(())
    } else {
        Err(Error::Size { got: size })
    }
}

/// What a file may contain before it is checked.
#[derive(Deserialize)]
struct RawGrid {
    size: usize,
    walls: Vec<bool>,
}

impl TryFrom<RawGrid> for Grid {
    type Error = Error;

    fn try_from(raw: RawGrid) -> Result<Self, Error> {
        Self::new(raw.size, raw.walls)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_grid() -> impl Strategy<Value = Grid> {
        proptest::collection::vec(prop::bool::weighted(0.3), 49)
            .prop_map(|walls| Grid::new(7, walls).unwrap())
    }

    /// Relaxes every edge until nothing changes: slow, and obviously right.
    fn distances_by_relaxation(grid: &Grid, from: Cell) -> Vec<u16> {
        let mut distances = vec![UNREACHABLE; 49];
        if !grid.is_wall(from) {
            distances[grid.index(from)] = 0;
        }
        for _ in 0..49 {
            for cell in grid.free_cells() {
                for action in Action::ALL {
                    let next = distances[grid.index(grid.step(cell, action))];
                    let here = &mut distances[grid.index(cell)];
                    *here = (*here).min(next.saturating_add(1));
                }
            }
        }
        distances
    }

    proptest! {
        #[test]
        fn breadth_first_equals_relaxation(grid in any_grid(), from in 0_usize..49) {
            let from = grid.cell(from);
            prop_assert_eq!(grid.distances(from), distances_by_relaxation(&grid, from));
        }

        #[test]
        fn a_step_never_enters_a_wall(grid in any_grid(), action in 0_usize..4) {
            for cell in grid.free_cells() {
                prop_assert!(!grid.is_wall(grid.step(cell, Action::ALL[action])));
            }
        }

        #[test]
        fn following_good_actions_arrives_in_exactly_the_distance(grid in any_grid()) {
            let Some(goal) = grid.free_cells().next() else { return Ok(()) };
            let distances = grid.distances(goal);
            for start in grid.free_cells().filter(|&c| distances[grid.index(c)] != UNREACHABLE) {
                let mut cell = start;
                for _ in 0..distances[grid.index(start)] {
                    let good = good_actions(&grid, &distances, cell);
                    let index = good.iter().position(|&g| g).unwrap();
                    cell = grid.step(cell, Action::ALL[index]);
                }
                prop_assert_eq!(cell, goal);
                prop_assert_eq!(good_actions(&grid, &distances, cell), [false; 4]);
            }
        }

        #[test]
        fn one_wall_more_is_another_layout(grid in any_grid(), index in 0_usize..49) {
            let mut walls = grid.walls().to_vec();
            walls[index] ^= true;
            prop_assert_ne!(Grid::new(7, walls).unwrap().layout_hash(), grid.layout_hash());
        }
    }

    #[test]
    fn the_hash_of_the_open_grid_is_fixed_for_ever() {
        assert_eq!(Grid::open(7).unwrap().layout_hash(), 0xfe79_3e3c_e142_343a);
    }

    #[test]
    fn sizes_and_wall_maps_are_checked() {
        for size in [0, 5, 8, 27] {
            assert_eq!(Grid::open(size), Err(Error::Size { got: size }));
        }
        let error = serde_json::from_str::<Grid>(r#"{"size":7,"walls":[true]}"#).unwrap_err();
        assert!(error.to_string().starts_with("a grid of size 7 has 49 cells, got 1"), "{error}");
    }
}
