//! The names of the terms of a loss.

use crate::train::LossRecipe;

/// The terms of the loss as columns: numbered where two are of one kind.
pub(super) fn term_names(losses: &[LossRecipe]) -> Vec<String> {
    let named = |(place, loss): (usize, &LossRecipe)| {
        let same = |other: &&LossRecipe| other.term == loss.term;
        match losses[..place].iter().filter(same).count() {
            0 => loss.term.to_string(),
            earlier => format!("{} {}", loss.term, earlier + 1),
        }
    };
    losses.iter().enumerate().map(named).collect()
}
