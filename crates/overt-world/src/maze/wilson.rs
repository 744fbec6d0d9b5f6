//! Uniform spanning trees of a square lattice, by Wilson's algorithm.

use rand::Rng;

use crate::maze::Action;

/// For every node of the `side` × `side` lattice but the root (node 0), the move to its parent.
///
/// Walk at random from a node outside the tree until the tree is met; the last exit taken from each
/// node, followed from the start, is the walk with its loops erased. Every spanning tree is equally
/// likely (Wilson 1996).
pub(crate) fn spanning_tree(side: usize, rng: &mut impl Rng) -> Vec<Action> {
    let mut moves = Moves { rng, bits: 0, n_left: 0 };
    let mut exits = vec![Action::Up; side * side];
    let mut in_tree = vec![false; side * side];
    in_tree[0] = true;
    for start in 1..side * side {
        let start = (start / side, start % side);
        let mut node = start;
        while !in_tree[node.0 * side + node.1] {
            let (action, next) = random_neighbour(node, side, &mut moves);
            exits[node.0 * side + node.1] = action;
            node = next;
        }
        node = start;
        while !in_tree[node.0 * side + node.1] {
            in_tree[node.0 * side + node.1] = true;
            node = neighbour(node, exits[node.0 * side + node.1], side).unwrap_or((0, 0));
        }
    }
    exits
}

/// Uniform moves, sixteen from each random word.
struct Moves<'a, R> {
    rng: &'a mut R,
    bits: u32,
    n_left: u32,
}

impl<R: Rng> Moves<'_, R> {
    fn draw(&mut self) -> Action {
        if self.n_left == 0 {
            (self.bits, self.n_left) = (self.rng.next_u32(), 16);
        }
        let action = Action::ALL[(self.bits & 3) as usize];
        (self.bits, self.n_left) = (self.bits >> 2, self.n_left - 1);
        action
    }
}

/// A lattice node: row and column.
type Node = (usize, usize);

fn random_neighbour(node: Node, side: usize, moves: &mut Moves<impl Rng>) -> (Action, Node) {
    loop {
        let action = moves.draw();
        if let Some(next) = neighbour(node, action, side) {
            return (action, next);
        }
    }
}

/// The lattice node in that direction, if the lattice goes on there.
fn neighbour((row, col): Node, action: Action, side: usize) -> Option<Node> {
    match action {
        Action::Up if row > 0 => Some((row - 1, col)),
        Action::Down if row + 1 < side => Some((row + 1, col)),
        Action::Left if col > 0 => Some((row, col - 1)),
        Action::Right if col + 1 < side => Some((row, col + 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{Purpose, stream};

    /// Counts each tree, named by the parent of every node but the root.
    fn count_trees(side: usize, n_draws: u64) -> BTreeMap<Vec<Node>, u32> {
        let mut counts = BTreeMap::new();
        for seed in 0..n_draws {
            let exits = spanning_tree(side, &mut stream(seed, Purpose::Level));
            let parents =
                (1..side * side).map(|n| neighbour((n / side, n % side), exits[n], side).unwrap());
            *counts.entry(parents.collect()).or_insert(0) += 1;
        }
        counts
    }

    fn chi_square(counts: &BTreeMap<Vec<Node>, u32>, n_draws: u64) -> f64 {
        let expected = n_draws as f64 / counts.len() as f64;
        counts.values().map(|&n| (f64::from(n) - expected).powi(2) / expected).sum()
    }

    #[test]
    fn the_four_trees_of_the_square_are_equally_likely() {
        let counts = count_trees(2, 8_000);
        assert_eq!(counts.len(), 4);
        // 99.9 % quantile of chi-square with 3 degrees of freedom.
        assert!(chi_square(&counts, 8_000) < 16.27);
    }

    #[test]
    fn the_192_trees_of_three_by_three_are_equally_likely() {
        let counts = count_trees(3, 40_000);
        assert_eq!(counts.len(), 192);
        // 99.9 % quantile of chi-square with 191 degrees of freedom.
        assert!(chi_square(&counts, 40_000) < 257.1, "{}", chi_square(&counts, 40_000));
    }
}
