//! Attacks on evidence: every class must be rejected for its own reason, and nothing honest.

mod attack;
mod bytes;
mod cases;
mod draw;
mod families;
mod figures;
mod honest;
mod model;
mod pages;
mod parsers;
mod parts;
mod plan;
mod schemas;
mod signatures;
mod spelling;
mod tables;
mod undetected;
mod weights;

use attack::Attacked;
use draw::Draw;
use families::{FAMILIES, attacks};
use honest::Honest;
use overt_evidence::bundle::PAGE;
use overt_evidence::verify::{Asked, Found, Verification, verify};
use overt_evidence::{Bundle, Level, identity};
use std::collections::BTreeSet;

fn failed(verification: &Verification) -> Vec<String> {
    let failed = verification.rows.iter().filter(|row| row.found == Found::Fails);
    failed.map(|row| format!("{}: {}", row.what, row.words)).collect()
}

#[track_caller]
fn accept(bundle: &Bundle, asked: &Asked, seed: u64, what: &str) {
    let found = failed(&verify(bundle, asked));
    assert_eq!(found, Vec::<String>::new(), "{what}, seed {seed}");
}

#[test]
fn every_attack_is_rejected_for_its_own_reason() {
    let n = attacks().count();
    assert!(n >= 25, "{n} classes");
    let each = 500_usize.div_ceil(n).max(6) as u64;
    let missed: Vec<String> = attacks()
        .flat_map(|attack| (0..each).filter_map(|seed| attack.miss(1_000 * seed + 7)))
        .collect();
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
#[ignore = "takes a minute: every class with a hundred seeds"]
fn every_attack_is_rejected_with_many_seeds() {
    let missed: Vec<String> =
        attacks().flat_map(|attack| (0..100).filter_map(|seed| attack.miss(seed))).collect();
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn names_of_attacks_are_there_once() {
    let names: BTreeSet<&str> = attacks().map(|attack| attack.name).collect();
    assert_eq!(names.len(), attacks().count());
    // A verifier in another arithmetic may take one unit of the sixth place for rounding; ours does not.
    let within: Vec<&str> =
        attacks().filter(|attack| attack.is_within_rounding).map(|attack| attack.name).collect();
    assert_eq!(within, ["bound rounded inwards"]);
}

#[test]
fn every_honest_bundle_is_accepted_whatever_of_it_is_withheld() {
    for seed in 0..500 {
        let honest = Honest::draw(seed);
        let (bundle, asked) = (honest.seal(), honest.asked());
        accept(&bundle, &asked, seed, "whole");
        accept(&bundle, &Asked::default(), seed, "with nothing beside it");
        for level in [Level::Verdict, Level::Figures, Level::Full] {
            let cut = bundle.redact(level).expect("an honest bundle is cut");
            accept(&cut, &asked, seed, "redacted");
        }
        let mut draw = Draw::new(seed, "kept");
        let kept: Vec<bool> = (0..honest.cases.size).map(|_| draw.chance(30)).collect();
        let cut = bundle.keep_cases(|at| kept[at as usize]).expect("all cases are there");
        accept(&cut, &asked, seed, "with some cases");
        let none = bundle.keep_cases(|_| false).expect("all cases are there");
        accept(&none, &asked, seed, "with no cases");
    }
}

#[test]
fn an_honest_whole_bundle_is_checked_in_every_row() {
    let honest = Honest::draw(1);
    let mut bundle = honest.seal();
    let page = pages::page(&bundle);
    bundle.files.insert(PAGE.to_owned(), page);
    let rows = verify(&bundle, &honest.asked()).rows;
    let unchecked: Vec<_> = rows.iter().filter(|row| row.found != Found::Holds).collect();
    assert!(unchecked.is_empty(), "{unchecked:?}");
    assert_eq!(rows.len(), 12);
}

#[test]
fn attacks_and_honest_bundles_are_the_same_bytes_again() {
    for seed in 0..3 {
        assert_eq!(Honest::draw(seed).seal(), Honest::draw(seed).seal());
        for attack in attacks() {
            assert_eq!(attack.run(seed).bundle, attack.run(seed).bundle, "{}", attack.name);
        }
    }
}

#[test]
fn the_page_counts_the_classes_and_names_the_lies() {
    let page = include_str!("README.md");
    for (family, attacks) in FAMILIES {
        let row = format!("| [`{family}.rs`]({family}.rs) | {} |", attacks.len());
        assert!(page.contains(&row), "{row}");
    }
    for undetected::Lie { name, caught_by, .. } in undetected::LIES {
        let row = format!("| {name} | {caught_by} |");
        assert!(page.contains(&row), "{row}");
    }
    assert!(page.contains(&format!("{} classes", attacks().count())));
}

/// Stays true to what the page says: these lies need more than the bundle.
#[test]
fn lies_that_hold_together_are_accepted_without_the_engine() {
    for lie in undetected::LIES {
        assert!(!lie.caught_by.is_empty());
        for seed in 0..20 {
            let Attacked { bundle, asked } = lie.run(seed);
            accept(&bundle, &asked, seed, lie.name);
        }
    }
}

#[test]
fn a_header_written_anew_keeps_the_tensors_and_changes_the_file() {
    let honest = Honest::draw(3);
    let file = &honest.model["model.safetensors"];
    let (header, data) = weights::parts(file);
    let anew = weights::join(&format!("{}   ", header.trim_end()), &data);
    let [before, after] = [file, &anew].map(|file| identity::tensors(file).expect("it is whole"));
    assert_eq!(before, after);
    assert_ne!(file, &anew);
}
