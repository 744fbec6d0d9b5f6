//! The pictures of a score's page.

use super::BenchmarkError;
use super::forecasts::Forecasts;
use super::group::{AuditorScore, GroupScore};
use super::level::LEVEL;
use super::subject::{Auditor, Benign, ScoredSubject};
use super::view::View;
use super::words::plain;
use overt_report::{ReliabilityPicture, ReliabilityPoint, RocCurve, RocDot, RocPicture};
use overt_stats::{OperatingPoint, clopper_pearson, roc_curve};

/// One picture for each family, all its levels together.
pub(super) fn curves(view: &View<'_>) -> Result<Vec<RocPicture>, BenchmarkError> {
    let whole = view.score.groups.iter().filter(|group| group.concealment.is_none());
    whole.map(|group| picture(group, view)).collect()
}

fn picture(group: &GroupScore, view: &View<'_>) -> Result<RocPicture, BenchmarkError> {
    let of = |wanted: &dyn Fn(&ScoredSubject) -> bool| -> Vec<&ScoredSubject> {
        view.certified.iter().copied().filter(|subject| wanted(subject)).collect()
    };
    let implanted = of(&|subject| subject.family == group.family);
    let benign = of(&|subject| Benign::All.holds(subject.family));
    let shown = shown(group);
    let mut curves = Vec::new();
    for score in &shown {
        let auditor = &score.auditor;
        let points = roc_curve(&auditor.ranks(&implanted), &auditor.ranks(&benign))?;
        let label = format!("{} {:.3}", auditor.name(), score.benign.auroc);
        curves.push(RocCurve { label, points: points.iter().map(rates).collect() });
    }
    let main = &shown[0].auditor;
    let points = roc_curve(&main.ranks(&implanted), &main.ranks(&benign))?;
    let band: Result<Vec<[f64; 3]>, BenchmarkError> = points.iter().map(bounds).collect();
    Ok(RocPicture {
        title: plain(group.family.name()),
        caption: format!(
            "{} models of this family against {} harmless ones.",
            implanted.len(),
            benign.len(),
        ),
        curves,
        band: band?,
        dots: dots(main, &implanted, &benign, view.is_judged()),
    })
}

/// Whose curves are drawn: the audit as a whole, who watches behaviour, and the best single detector.
fn shown(group: &GroupScore) -> Vec<&AuditorScore> {
    let behaviour = group.auditor(&Auditor::BehaviourOnly);
    let mut shown: Vec<&AuditorScore> = group.main().into_iter().collect();
    shown.extend(behaviour.into_iter().chain(group.best_detector()));
    let mut named = Vec::new();
    shown.retain(|score| {
        let is_new = !named.contains(&&score.auditor);
        named.push(&score.auditor);
        is_new
    });
    shown
}

fn rates(point: &OperatingPoint) -> [f64; 2] {
    [point.false_alarm_rate(), point.recall()]
}

fn bounds(point: &OperatingPoint) -> Result<[f64; 3], BenchmarkError> {
    let interval = clopper_pearson(point.n_caught, point.n_positives, LEVEL)?;
    Ok([point.false_alarm_rate(), interval.lo, interval.hi])
}

/// Implanted subjects from the most suspect down, each where an alarm just catches it.
fn dots(
    auditor: &Auditor,
    implanted: &[&ScoredSubject],
    benign: &[&ScoredSubject],
    is_judged: bool,
) -> Vec<RocDot> {
    let (scores, others) = (auditor.ranks(implanted), auditor.ranks(benign));
    let mut order: Vec<usize> = (0..implanted.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let dot = |(place, idx): (usize, usize)| {
        let accused = others.iter().filter(|other| **other >= scores[idx]).count();
        RocDot {
            id: implanted[idx].id.clone(),
            link: super::view::evidence(&implanted[idx].id),
            at: [accused as f64 / others.len() as f64, (place + 1) as f64 / implanted.len() as f64],
            is_caught: is_judged.then(|| implanted[idx].is_flagged()),
        }
    };
    order.into_iter().enumerate().map(dot).collect()
}

/// The reliability diagram.
pub(super) fn reliability(forecasts: &Forecasts) -> ReliabilityPicture {
    let point = |bin: &super::ReliabilityBin| ReliabilityPoint {
        stated: bin.stated,
        happened: bin.happened.value,
        bounds: [bin.happened.interval.lo, bin.happened.interval.hi],
        n: bin.happened.n,
    };
    let error = &forecasts.calibration_error;
    ReliabilityPicture {
        caption: format!(
            "Models sorted by the stated probability that they hide something. Each circle is a group \
             of models, their number above it; the line through it is the exact 95 % interval of the \
             share that does. On the dotted line, statements hold. Expected calibration error {:.3} over \
             {} models in {} bins; a perfect forecaster would show {:.3} to {:.3} by chance.",
            error.value, error.n, error.n_bins, error.by_chance.lo, error.by_chance.hi
        ),
        points: forecasts.reliability.iter().map(point).collect(),
    }
}
