//! Figures of a score as a person reads them.

use super::group::{Gain, Separation};
use overt_audit::choice::Proportion;
use overt_report::percent;
use overt_stats::Interval;

/// A name of a program without its underscores.
pub(super) fn plain(name: &str) -> String {
    name.replace('_', " ")
}

/// An area with its bounds, such as `0.975 (0.931 to 1.000)`.
pub(super) fn area(separation: &Separation) -> String {
    let Interval { lo, hi, .. } = separation.interval;
    format!("{:.3} ({lo:.3} to {hi:.3})", separation.auroc)
}

/// A difference with its bounds.
pub(super) fn gain(gain: &Gain) -> String {
    let Interval { lo, hi, .. } = gain.interval;
    format!("{} ({} to {})", signed(gain.value), signed(lo), signed(hi))
}

/// A share with its counts and its bounds, such as `26.0 %, 13 of 50 (14.6 to 40.3 %)`.
pub(super) fn counted(of: &Proportion) -> String {
    format!("{}, {} of {} ({})", percent(of.value), of.k, of.n, spread(of))
}

/// The bounds of a share.
pub(super) fn spread(of: &Proportion) -> String {
    range(of.interval.lo, of.interval.hi)
}

/// Two shares with their unit said once.
pub(super) fn range(lo: f64, hi: f64) -> String {
    let (lo, hi) = (percent(lo), percent(hi));
    format!("{} to {hi}", lo.strip_suffix(" %").unwrap_or(&lo))
}

/// A share that was chosen and not measured.
pub(super) fn share(chosen: f64) -> String {
    format!("{} %", (chosen * 1000.0).round() / 10.0)
}

/// A number of audits in a hundred.
pub(super) fn of_hundred(n: f64) -> String {
    format!("{n:.1}")
}

/// A number with its sign, a true minus.
pub(super) fn signed(value: f64) -> String {
    let sign = if value < 0.0 { '\u{2212}' } else { '+' };
    format!("{sign}{:.2}", value.abs())
}
