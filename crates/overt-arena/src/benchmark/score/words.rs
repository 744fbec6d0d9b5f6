//! Figures of a score as a person reads them.

use super::group::{Gain, Separation};
use overt_audit::Proportion;
use overt_report::percent;
use overt_stats::Interval;

/// A name of a program without its underscores.
pub(super) fn plain(name: &str) -> String {
    name.replace("deceiver", "backdoor").replace('_', " ")
}

/// An area, such as `0.975`, and its bounds below.
pub(super) fn area(separation: &Separation) -> String {
    let Interval { lo, hi, .. } = separation.interval;
    format!("{:.3}\n{lo:.3} to {hi:.3}", separation.auroc)
}

/// A difference, and its bounds below.
pub(super) fn gain(gain: &Gain) -> String {
    let Interval { lo, hi, .. } = gain.interval;
    format!("{}\n{} to {}", signed(gain.value), signed(lo), signed(hi))
}

/// A share, such as `26.0 %`, and below its counts and bounds, such as `13 of 50; 14.6 to 40.3 %`.
pub(super) fn counted(of: &Proportion) -> String {
    format!("{}\n{} of {}; {}", percent(of.value), of.k, of.n, spread(of))
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
    let size = format!("{:.2}", value.abs());
    match value {
        _ if size == "0.00" => size,
        _ if value < 0.0 => format!("\u{2212}{size}"),
        _ => format!("+{size}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_no_sign() {
        let said = [-0.004, 0.0, 0.004, 0.25, -1.0].map(signed);
        assert_eq!(said.join(" "), "0.00 0.00 0.00 +0.25 \u{2212}1.00");
    }

    #[test]
    fn units_are_said_once() {
        assert_eq!(range(0.1, 0.25), "10.0 to 25.0 %");
        assert_eq!([share(0.05), share(0.001)], ["5 %", "0.1 %"]);
    }
}
