//! Places that a walker without a preference meets equally often.

use overt_world::maze::{Cell, Grid};

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
}
