//! Which cells can be walked to, a row of the grid in one word.

use crate::maze::grid::MAX_SIZE;
use crate::maze::{Cell, Grid};

/// A set of cells: bit `col` of word `row`.
pub(crate) type Rows = [u32; MAX_SIZE];

/// Every cell that a walk from `from` leads to; several times faster than counting the steps.
pub(crate) fn reachable(grid: &Grid, from: Cell) -> Rows {
    let size = grid.size();
    let free = free_rows(grid);
    let mut reached = [0; MAX_SIZE];
    reached[usize::from(from.row)] = free[usize::from(from.row)] & (1 << from.col);
    loop {
        let before = reached;
        for row in (1..size).chain((0..size - 1).rev()) {
            let above = if row > 0 { reached[row - 1] } else { 0 };
            let below = reached.get(row + 1).copied().unwrap_or(0);
            reached[row] = spread(reached[row] | above | below, free[row]);
        }
        if reached == before {
            return reached;
        }
    }
}

/// Whether a set holds a cell.
pub(crate) fn holds(rows: &Rows, cell: Cell) -> bool {
    rows[usize::from(cell.row)] >> cell.col & 1 == 1
}

fn free_rows(grid: &Grid) -> Rows {
    let mut rows = [0; MAX_SIZE];
    for (row, walls) in rows.iter_mut().zip(grid.walls().chunks_exact(grid.size())) {
        *row =
            walls.iter().enumerate().fold(0, |bits, (col, &wall)| bits | u32::from(!wall) << col);
    }
    rows
}

/// Spreads along one row as far as it is free.
fn spread(mut reached: u32, free: u32) -> u32 {
    reached &= free;
    loop {
        let wider = (reached | reached << 1 | reached >> 1) & free;
        if wider == reached {
            return reached;
        }
        reached = wider;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::maze::{MIN_SIZE, UNREACHABLE};

    proptest! {
        #[test]
        fn what_is_reached_is_what_has_a_distance(
            half in MIN_SIZE / 2..=MAX_SIZE / 2,
            walls in proptest::collection::vec(prop::bool::weighted(0.35), MAX_SIZE * MAX_SIZE),
            from in 0_usize..MIN_SIZE * MIN_SIZE,
        ) {
            let size = 2 * half + 1;
            let grid = Grid::new(size, walls[..size * size].to_vec()).unwrap();
            let from = grid.cell(from);
            let (rows, distances) = (reachable(&grid, from), grid.distances(from));
            for (index, &steps) in distances.iter().enumerate() {
                prop_assert_eq!(holds(&rows, grid.cell(index)), steps != UNREACHABLE);
            }
        }
    }
}
