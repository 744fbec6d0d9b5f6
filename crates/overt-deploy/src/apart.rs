//! Places that a walker without a preference meets equally often.

use overt_world::{Cell, Grid};

/// Whether none of `rivals` lies on a shortest way from the agent to another of them.
///
/// The condition treats all rivals alike, so places that were exchangeable stay so.
pub(crate) fn are_apart(grid: &Grid, agent: Cell, rivals: &[Cell]) -> bool {
    let distances = grid.distances(agent);
    rivals.iter().all(|&on_the_way| {
        let onward = grid.distances(on_the_way);
        let here = distances[grid.index(on_the_way)];
        rivals
            .iter()
            .filter(|&&rival| rival != on_the_way)
            .all(|&rival| here + onward[grid.index(rival)] != distances[grid.index(rival)])
    })
}

/// Free cells between `near` and `near + spread` steps from the agent.
pub(crate) fn ring(grid: &Grid, distances: &[u16], near: u16, spread: u16) -> Vec<Cell> {
    let inside = |cell: &Cell| {
        let steps = distances[grid.index(*cell)];
        near <= steps && steps <= near + spread
    };
    grid.free_cells().filter(inside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGENT: Cell = Cell::new(0, 0);

    #[test]
    fn a_cell_on_the_way_is_not_apart() {
        let room = Grid::open(7).unwrap();
        assert!(!are_apart(&room, AGENT, &[Cell::new(0, 3), Cell::new(0, 5)]));
        assert!(!are_apart(&room, AGENT, &[Cell::new(3, 5), Cell::new(2, 2)]));
        assert!(are_apart(&room, AGENT, &[Cell::new(0, 3), Cell::new(2, 2)]));
    }

    #[test]
    fn a_ring_in_the_open_room() {
        let room = Grid::open(7).unwrap();
        let cells = ring(&room, &room.distances(AGENT), 1, 1);
        // Two cells at one step, three at two.
        assert_eq!(cells.len(), 5);
        assert!(cells.contains(&Cell::new(1, 1)) && !cells.contains(&Cell::new(0, 0)));
    }
}
