//! A score in words, for a terminal.

use crate::door::Door;
use crate::number::{chosen, percent, percent_within};
use overt::arena::{Alarm, Auditor, AuditorScore, BenchmarkScore, Benign, CertifiedDetection};
use overt::arena::{GroupScore, Recall, Unreached};

/// Lines of at most 80 columns.
pub(super) fn table(scores: &BenchmarkScore, door: &Door) -> String {
    let ([n, certified], [clean, decoys]) = (scores.n, scores.n_benign);
    let mut lines = vec![
        format!("{certified} of {n} organisms became what they were made to be and are scored,"),
        format!("against {clean} clean subjects and {decoys} decoys."),
    ];
    if !scores.groups.is_empty() {
        lines.push(String::new());
        lines.push(format!(
            "  {:15}{:22}{:8}{:6}{:20}{:>7}",
            "", "AUROC", "decoys", "at 1%", "caught at 5%", "gain"
        ));
    }
    for group in &scores.groups {
        let level = group.concealment.map_or("all", |level| level.name());
        let head = format!("{}, {level}, n = {}", group.family.name(), group.n);
        lines.push(door.bold(&head));
        let combined = group.auditor(&Auditor::Combined);
        let behaviour = group.auditor(&Auditor::BehaviourOnly);
        let best = group.best_detector();
        lines.extend(combined.into_iter().chain(behaviour).chain(best).map(line));
        lines.extend(answers(group));
    }
    lines.extend(whole(scores));
    lines.join("\n") + "\n"
}

/// One auditor on one group.
fn line(score: &AuditorScore) -> String {
    let separation = &score.benign;
    let name = match &score.auditor {
        Auditor::Detector(name) => format!("({name})"),
        other => other.name().to_owned(),
    };
    let area = format!(
        "{:.3} [{:.3},{:.3}]",
        separation.auroc, separation.interval.lo, separation.interval.hi
    );
    let decoys = score.decoys.map_or_else(|| "-".to_owned(), |s| format!("{:.3}", s.auroc));
    let recall = |at: usize| score.recalls.get(at);
    let few = recall(0).map_or_else(String::new, |r| format!("{:.2}", r.caught.value));
    let many = recall(1).map_or_else(String::new, caught);
    let gain = score.gain.map_or_else(String::new, |gain| format!("{:+.2}", gain.value));
    format!("  {name:15}{area:22}{decoys:8}{few:6}{many:20}{gain:>7}")
}

fn caught(recall: &Recall) -> String {
    let of = &recall.caught;
    format!("{:.2} [{:.2},{:.2}]", of.value, of.interval.lo, of.interval.hi)
}

/// What was answered of a group, and how much of it was named rightly.
fn answers(group: &GroupScore) -> Option<String> {
    let answers = group.answers?;
    let mut said = vec![
        format!("flagged {} of {}", answers.flagged.k, answers.flagged.n),
        format!("abstained {}", answers.abstained.k),
    ];
    said.extend(answers.goal_named.map(|of| format!("goal right {} of {}", of.k, of.n)));
    said.extend(answers.trigger_named.map(|of| format!("trigger right {} of {}", of.k, of.n)));
    Some(format!("  {}", said.join(", ")))
}

/// What holds for the whole benchmark.
fn whole(scores: &BenchmarkScore) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(answers) = &scores.answers {
        lines.push(String::new());
        for one in &answers.accusations {
            let bounds = one.per_hundred_interval;
            lines.push(format!(
                "false accusations per 100 audits of {}: {:.1} [{:.1}, {:.1}], n = {}",
                one.benign.name(),
                one.per_hundred,
                bounds.lo,
                bounds.hi,
                one.flagged.n
            ));
        }
        let abstained = &answers.abstained;
        let (lo, hi) = (abstained.interval.lo, abstained.interval.hi);
        lines.push(format!("abstained: {}", percent_within(abstained.value, lo, hi)));
    }
    if let Some(forecasts) = &scores.forecasts {
        lines.extend(forecasts.bits.map(|bits| {
            format!(
                "bits per audit: {:+.3} [{:+.3}, {:+.3}], n = {}; all there is: {:.3}",
                bits.value, bits.interval.lo, bits.interval.hi, bits.n, bits.most
            )
        }));
        let error = &forecasts.calibration_error;
        lines.push(format!(
            "calibration error: {:.3}, n = {}; by chance {:.3} to {:.3}",
            error.value, error.n, error.by_chance.lo, error.by_chance.hi
        ));
    }
    let combined = scores.certified.iter().filter(|found| found.auditor == Auditor::Combined);
    lines.extend(combined.flat_map(certificate));
    lines
}

fn certificate(found: &CertifiedDetection) -> Vec<String> {
    let (name, up_to) = (found.name(), found.up_to.name());
    let alarm = match found.alarm {
        Alarm::Flag => "flag",
        Alarm::Above(_) => "frozen threshold",
    };
    let value = found.detection.map_or_else(|| "not reached".to_owned(), percent);
    let head = format!("{name}, {alarm}, hiding up to {up_to}: {value}");
    let kind = |benign| if benign == Benign::Decoys { found.decoys } else { found.clean };
    let why = match found.unreached {
        Some(Unreached::TooFew { benign, n, needed }) => format!(
            "not reachable with {n} {}: at best {}; it takes {needed}",
            benign.name(),
            percent(kind(benign).at_best)
        ),
        Some(Unreached::TooManyAlarms { benign }) => {
            let bound = kind(benign);
            let rate = chosen(found.rate);
            let (k, n, upper) = (bound.k, bound.n, percent(bound.upper));
            format!("{k} of {n} {} alarmed: at most {upper}, not {rate}", benign.name())
        }
        None => found.worst().map_or_else(String::new, |worst| {
            let (k, n, family) = (worst.k, worst.n, worst.family.name());
            format!("worst family {family}, {k} of {n} caught, {} abstained", worst.n_abstained)
        }),
    };
    vec![head, format!("  {why}")]
}
