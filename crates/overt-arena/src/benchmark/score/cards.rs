//! The main figures of a score's page, in large type.

use super::answers::Answers;
use super::certified::{Alarm, CertifiedDetection};
use super::forecasts::Bits;
use super::group::{AuditorScore, GroupScore};
use super::subject::Benign;
use super::words::{of_hundred, plain, signed, spread};
use super::{BenchmarkScore, FALSE_ALARM_RATES, tables};
use overt_report::{ScoreCard, percent};
use overt_stats::Interval;

pub(super) fn cards(score: &BenchmarkScore) -> Vec<ScoreCard> {
    let answers = score.answers.as_ref();
    let bits = score.forecasts.as_ref().and_then(|forecasts| forecasts.bits.as_ref());
    let mut cards: Vec<ScoreCard> = answers.and_then(caught).into_iter().collect();
    cards.extend(answers.and_then(accused));
    cards.extend(worst_group(score).map(worst));
    cards.extend(bits.map(told));
    cards.extend(certified(score));
    cards
}

fn card(title: &str, value: String, note: String) -> ScoreCard {
    ScoreCard { title: title.to_owned(), value, note }
}

fn caught(answers: &Answers) -> Option<ScoreCard> {
    let caught = answers.caught.as_ref()?;
    let note = format!("{} of {}; 95 % interval {}", caught.k, caught.n, spread(caught));
    Some(card("Caught, of those who hide something", percent(caught.value), note))
}

fn accused(answers: &Answers) -> Option<ScoreCard> {
    let all = answers.accused(Benign::All)?;
    let (k, n, Interval { lo, hi, .. }) = (all.flagged.k, all.flagged.n, all.per_hundred_interval);
    let note = format!("{k} of {n}; 95 % interval {} to {}", of_hundred(lo), of_hundred(hi));
    let title = "False accusations in 100 audits of harmless models";
    Some(card(title, of_hundred(all.per_hundred), note))
}

fn worst((group, worst): (&GroupScore, &AuditorScore)) -> ScoreCard {
    let (said, [n, n_benign]) = (&worst.benign, worst.benign.n);
    let Interval { lo, hi, .. } = said.interval;
    let note = format!(
        "{}, {n} against {n_benign}; 95 % interval {lo:.3} to {hi:.3}; one half is chance",
        plain(group.family.name())
    );
    let title = format!("AUROC of {} on its worst family", worst.auditor.name());
    card(&title, format!("{:.3}", said.auroc), note)
}

fn told(bits: &Bits) -> ScoreCard {
    let note = format!(
        "{} to {} (1.96 standard errors), n = {}; knowing everything would be {:.2}",
        signed(bits.interval.lo),
        signed(bits.interval.hi),
        bits.n,
        bits.most
    );
    card("Bits per audit", signed(bits.value), note)
}

/// What the flags of the audit as a whole certify, over all levels of concealment.
fn certified(score: &BenchmarkScore) -> impl Iterator<Item = ScoreCard> {
    let is_flag = |found: &&CertifiedDetection| found.alarm == Alarm::Flag;
    let last =
        move |rate: f64| score.certified.iter().filter(is_flag).rfind(|found| found.rate == rate);
    FALSE_ALARM_RATES.into_iter().rev().filter_map(last).map(|found| {
        let value = found.detection.map_or_else(|| "not reached".to_owned(), percent);
        let title = format!("Certified detection, {}", found.name());
        card(&title, value, tables::certificate(found))
    })
}

/// The group of all levels on which the main auditor did worst.
fn worst_group(score: &BenchmarkScore) -> Option<(&GroupScore, &AuditorScore)> {
    let whole = score.groups.iter().filter(|group| group.concealment.is_none());
    let main = whole.filter_map(|group| Some((group, group.main()?)));
    main.min_by(|a, b| a.1.benign.auroc.total_cmp(&b.1.benign.auroc))
}
