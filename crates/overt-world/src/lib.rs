//! Mazes: rules, training levels, counterfactual edits, drawing
