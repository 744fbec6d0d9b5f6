use super::EVIDENCE;
use super::pages::claim::{Claim, Status};
use crate::workspace::root;
use overt::stats::clopper_pearson;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;

#[test]
fn every_claim_is_in_one_study_and_named_like_its_file() {
    let mut placed = BTreeSet::new();
    for study in &EVIDENCE.studies {
        for id in study.section.iter().flat_map(|section| &section.claims) {
            assert!(placed.insert(id), "`{id}` is there twice");
            let claim = EVIDENCE.claims.get(id).unwrap_or_else(|| panic!("`{id}` is no claim"));
            assert_eq!(claim.study, study.id, "{id}");
        }
    }
    for (file, claim) in &EVIDENCE.claims {
        assert_eq!(file, &claim.id);
        assert!(claim.id.starts_with(&format!("{}-", claim.study)), "{file}");
        assert!(placed.contains(file), "`{file}` is in no study");
    }
}

#[test]
fn every_claim_says_what_when_and_where() {
    for (id, claim) in &EVIDENCE.claims {
        let words = claim.sentence.split_whitespace().count();
        assert!(
            claim.sentence.ends_with('.') && (3..=30).contains(&words),
            "{id}: {}",
            claim.sentence
        );
        let date = claim.date.date.unwrap_or_else(|| panic!("{id} has no date"));
        assert!((2026..2100).contains(&date.year), "{id}: {date}");
        assert!(EVIDENCE.machines.contains_key(&claim.machine), "{id}: {}", claim.machine);
        let has_figure = claim.value.is_some()
            || claim.count.is_some()
            || claim.text.is_some()
            || !claim.rows.is_empty()
            || !claim.notes.is_empty();
        assert!(has_figure, "{id} has no figure");
    }
}

#[test]
fn intervals_and_counts_are_possible() {
    for (id, claim) in &EVIDENCE.claims {
        assert_eq!(
            claim.interval.is_some(),
            claim.level.is_some(),
            "{id}: an interval has a level"
        );
        if let Some([k, n]) = claim.count {
            assert!(k <= n && n > 0, "{id}: {k} of {n}");
        }
        if let (Some(value), Some([lo, hi])) = (claim.value, claim.interval) {
            assert!(lo <= value && value <= hi, "{id}: {value} is not in [{lo}, {hi}]");
        }
    }
}

#[test]
fn every_row_has_a_cell_for_every_column() {
    for (id, claim) in &EVIDENCE.claims {
        assert_eq!(claim.columns.is_empty(), claim.rows.is_empty(), "{id}");
        for row in &claim.rows {
            assert_eq!(row.len(), claim.columns.len(), "{id}: {row:?}");
        }
    }
}

/// What is compared with a target: the value, else the share of the count in per cent.
fn judged(claim: &Claim) -> Option<f64> {
    claim.value.or(claim.count.map(|[k, n]| 100.0 * k as f64 / n as f64))
}

#[test]
fn met_and_missed_follow_from_target_and_value() {
    let mut n_judged = 0;
    for (id, claim) in &EVIDENCE.claims {
        let Some(target) = &claim.target else {
            assert_eq!(claim.status, Status::Reported, "{id} has no target");
            continue;
        };
        assert!(claim.status != Status::Reported, "{id} has a target");
        let is_number = target.at_least.is_some() || target.at_most.is_some();
        assert!(is_number != target.text.is_some(), "{id}: a target is a number or words");
        if is_number {
            let value = judged(claim).unwrap_or_else(|| panic!("{id} has no number to judge"));
            let is_met = target.at_least.is_none_or(|least| value >= least)
                && target.at_most.is_none_or(|most| value <= most);
            let said = if is_met { Status::Met } else { Status::Missed };
            assert_eq!(claim.status, said, "{id}: {value} against {target:?}");
            n_judged += 1;
        }
    }
    assert!(n_judged > 30, "only {n_judged} claims have a target and a number");
}

#[test]
fn what_is_missed_stands_on_the_scoreboard() {
    for (id, claim) in &EVIDENCE.claims {
        if claim.status == Status::Missed {
            assert!(claim.headline.is_some(), "{id} was missed and has no headline");
        }
    }
}

#[test]
fn shares_and_exact_intervals_follow_from_counts() {
    for (id, claim) in &EVIDENCE.claims {
        let Some([k, n]) = claim.count else { continue };
        let share = 100.0 * k as f64 / n as f64;
        if let Some(value) = claim.value.filter(|_| claim.unit.as_deref() == Some("%")) {
            assert!((value - share).abs() <= 0.0501, "{id}: {value} % is not {k} of {n}");
        }
        let is_exact = claim.method.as_deref() == Some("exact (Clopper-Pearson)");
        if let (Some([lo, hi]), Some(level), true) = (claim.interval, claim.level, is_exact) {
            let exact = clopper_pearson(k, n, f64::from(level) / 100.0).unwrap();
            for (stated, exact) in [(lo, exact.lo * 100.0), (hi, exact.hi * 100.0)] {
                let rounding = if stated.fract() == 0.0 { 0.501 } else { 0.0501 };
                assert!((stated - exact).abs() <= rounding, "{id}: {stated} is not {exact}");
            }
        }
    }
}

#[test]
fn every_population_is_the_one_that_was_measured() {
    for (id, claim) in &EVIDENCE.claims {
        for of in &claim.population {
            let bytes = std::fs::read(root().join(&of.file)).unwrap();
            let hex = |mut text: String, byte: &u8| {
                write!(text, "{byte:02x}").unwrap();
                text
            };
            let digest = Sha256::digest(bytes).iter().fold(String::new(), hex);
            assert_eq!(digest, of.sha256, "{id}: {} has changed", of.file);
        }
    }
}
