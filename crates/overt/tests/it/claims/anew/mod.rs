//! The table of recomputations: a claim names one, and the figure that it gives must be the claim's.

/// The blind audit of mazes: scored again by the calibration that ships.
mod backtest;
/// Benchmarks of hidden goals: from the score of every subject.
mod benchmark;
/// How two figures are compared.
mod found;
/// Trainings with terms in the loss: from every run.
mod losses;
/// Populations of mazes: from every organism.
mod populations;

use super::pages::claim::Claim;
use super::{EVIDENCE, data};
use found::Found;
use std::collections::BTreeSet;

/// The one place that says what each name of a recomputation means.
fn anew(claim: &Claim, name: &str) -> Found {
    let parts: Vec<&str> = name.split('.').collect();
    match &parts[..] {
        ["organisms", what] => populations::organisms(what),
        ["larger", what] => backtest::larger(what),
        ["backtest", what @ ..] => backtest::test(what),
        ["maze-benchmark", what @ ..] => benchmark::found("benchmark-mazes-test", what),
        ["maze-development", what @ ..] => benchmark::found("benchmark-mazes-development", what),
        ["choice-benchmark", "implants"] => benchmark::implants(),
        ["choice-benchmark", what @ ..] => benchmark::found("benchmark-standard", what),
        ["choice-test", what @ ..] => benchmark::found("benchmark-test", what),
        ["choice-development", what @ ..] => benchmark::found("benchmark-development", what),
        ["loss", "arms"] => losses::test_arms(),
        ["loss", study, what] => losses::found(&format!("loss-{study}"), what),
        ["loss", study] => losses::found(&format!("loss-{study}"), "cheated"),
        ["drift", what] => losses::drift(what),
        ["intervals", "coverage"] => covered(claim),
        _ => panic!("{}: no recomputation is named `{name}`", claim.id),
    }
}

#[test]
fn figures_are_what_the_data_say() {
    let claims = EVIDENCE.claims.values();
    let named = claims.filter_map(|claim| claim.recompute.as_ref().map(|name| (claim, name)));
    let named: Vec<(&Claim, &String)> = named.collect();
    let differences: Vec<String> =
        named.iter().flat_map(|(claim, name)| anew(claim, name).differences(claim)).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(named.len() > 80, "only {} claims are computed anew", named.len());
}

/// Data that no claim names are dead weight.
#[test]
fn every_file_of_data_is_behind_a_claim() {
    let named: BTreeSet<&str> = EVIDENCE
        .claims
        .values()
        .flat_map(|claim| &claim.population)
        .map(|of| of.file.as_str())
        .collect();
    for entry in std::fs::read_dir(crate::workspace::root().join("evidence")).unwrap() {
        let file = entry.unwrap().path();
        let path = format!("evidence/{}", file.file_name().unwrap().to_string_lossy());
        if file.extension().is_some_and(|extension| extension == "json") {
            assert!(named.contains(path.as_str()), "{path} is behind no claim");
        }
    }
}

/// Settings of the table of coverage whose interval reaches the stated coverage.
fn covered(claim: &Claim) -> Found {
    use super::pages::claim::Cell;
    let reaches = |row: &&Vec<Cell>| match (&row[3], &row[5]) {
        (Cell::Number(nominal), Cell::Interval([.., hi])) => hi >= nominal,
        _ => panic!("the table of coverage has another form: {row:?}"),
    };
    let k = claim.rows.iter().filter(reaches).count();
    Found::default().count(k, claim.rows.len())
}
