//! What the crate promises, one module per promise.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../../examples/reports/mod.rs"]
mod reports;

/// A bundle to show and check.
mod bundles;
/// Comparisons hold together, and their pages keep strings as text.
mod comparisons;
/// Pages with evidence hold it, run one script, and check themselves.
mod evidence_pages;
/// Pages, screens and the schema stay what was reviewed.
mod golden;
/// A log for Inspect is what its format asks for.
mod inspect;
/// Each kind of lie has its own error.
mod lies;
/// Writing and reading gives the same report.
mod round_trip;
/// Pages of scores keep strings as text, and stay where they are.
mod score_pages;
/// Strings from strangers never become markup.
mod strangers;
/// Where no goal is named, nothing is said to be sure.
mod undecided;
