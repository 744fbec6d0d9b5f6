//! Numbers as a person reads them.

use crate::{Interval, Record};

/// The unit of differences of probabilities, and how a person reads it.
const PROBABILITY: &str = "probability";
const POINTS: &str = "percentage points";
/// How the method of a record begins whose interval has one bound.
const ONE_SIDED: &str = "one-sided";

/// A record's estimate, such as `94.2 %` or `1.31 nats`.
pub(super) fn estimate(record: &Record) -> String {
    quantity(record.value, unit(record), is_rate(record))
}

/// Which ends of an interval bound anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Both.
    Both,
    /// The lower one; the other is the end of the scale.
    Lower,
    /// The upper one; the other is the start of the scale.
    Upper,
}

impl Side {
    /// The side of a record's interval: its method says that it is one-sided, and its far end stands at the
    /// end of the scale.
    pub(super) fn of(record: &Record) -> Self {
        match record.interval {
            Some(interval) if record.method.starts_with(ONE_SIDED) => {
                if interval.hi == 1.0 && interval.lo > 0.0 { Self::Lower } else { Self::Upper }
            }
            _ => Self::Both,
        }
    }

    /// What the bounds of a record are called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Both => "interval",
            Self::Lower => "lower bound",
            Self::Upper => "upper bound",
        }
    }
}

/// The estimate with its bounds and their level, such as `94.2 % (95 % interval 92.1 to 96.0 %)`.
pub(crate) fn with_bounds(record: &Record) -> String {
    match interval(record) {
        Some(interval) => format!("{} ({interval})", estimate(record)),
        None => estimate(record),
    }
}

/// A record's interval with its level, such as `95 % interval 92.1 to 96.0 %`.
pub(super) fn interval(record: &Record) -> Option<String> {
    let Interval { lo, hi, level } = record.interval?;
    let side = Side::of(record);
    Some(format!(
        "{} {} {}",
        chosen(level),
        side.name(),
        ends(lo, hi, side, unit(record), is_rate(record))
    ))
}

/// The ends that bound anything, with their unit said once.
pub(super) fn ends(lo: f64, hi: f64, side: Side, unit: &str, rate: bool) -> String {
    match side {
        Side::Both => range(lo, hi, unit, rate),
        Side::Lower => quantity(lo, unit, rate),
        Side::Upper => quantity(hi, unit, rate),
    }
}

/// Two bounds with their unit said once.
pub(super) fn range(lo: f64, hi: f64, unit: &str, rate: bool) -> String {
    let ends = quantity(hi, unit, rate);
    let starts = quantity(lo, unit, rate);
    if starts == ends {
        return ends;
    }
    let suffix = match unit {
        _ if rate => " %",
        PROBABILITY => POINTS,
        unit => unit,
    };
    format!("{} to {ends}", starts.strip_suffix(suffix).unwrap_or(&starts).trim_end())
}

/// A share of one as a percentage. Only exactly one is `100 %`, and only exactly nothing `0 %`.
///
/// ```
/// assert_eq!([0.5, 0.999_9].map(overt_report::percent), ["50.0 %", ">99.9 %"]);
/// ```
pub fn percent(share: f64) -> String {
    if share == 0.0 || share == 1.0 {
        return format!("{:.0} %", share * 100.0);
    }
    if (0.0..0.0005).contains(&share) {
        return "<0.1 %".to_owned();
    }
    if share > 0.9995 && share < 1.0 {
        return ">99.9 %".to_owned();
    }
    format!("{:.1} %", share * 100.0)
}

/// A share that was chosen and not measured, such as `95 %`.
pub(super) fn chosen(share: f64) -> String {
    let rounded = (share * 1000.0).round() / 10.0;
    format!("{rounded} %")
}

/// A value in its unit; a rate as a percentage.
pub(super) fn quantity(value: f64, unit: &str, rate: bool) -> String {
    if rate {
        return percent(value);
    }
    // A difference of two probabilities is no probability.
    if unit == PROBABILITY {
        return format!("{} {POINTS}", decimal((value * 1000.0).round() / 10.0));
    }
    let number = decimal(value);
    if unit.is_empty() { number } else { format!("{number} {unit}") }
}

/// About three digits that matter, with a true minus sign.
fn decimal(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 100.0 || size.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 0.01 => 2,
        _ => 3,
    };
    format!("{value:.digits$}").replace('-', "\u{2212}")
}

/// A count with its thousands apart.
pub(super) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut apart = String::new();
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart
}

fn unit(record: &Record) -> &str {
    record.unit.as_deref().unwrap_or_default()
}

/// A number without a unit that stays, with its bounds, within 0 to 1.
pub(super) fn is_rate(record: &Record) -> bool {
    let (lo, hi) = record.interval.map_or((0.0, 1.0), |interval| (interval.lo, interval.hi));
    unit(record).is_empty() && [record.value, lo, hi].iter().all(|x| (0.0..=1.0).contains(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(share: f64, expect: &str) {
        assert_eq!(percent(share), expect);
    }

    #[test]
    fn almost_is_not_all() {
        check(0.0, "0 %");
        check(0.000_1, "<0.1 %");
        check(0.941_8, "94.2 %");
        check(0.999_9, ">99.9 %");
        check(1.0, "100 %");
    }

    #[test]
    fn units_are_said_once() {
        assert_eq!(range(0.921, 0.96, "", true), "92.1 to 96.0 %");
        assert_eq!(range(-0.5, 1.25, "nats", false), "\u{2212}0.50 to 1.25 nats");
        assert_eq!(range(-0.5, 12.0, "", false), "\u{2212}0.50 to 12");
        assert_eq!(range(0.0, 0.000_1, "", true), "0 to <0.1 %");
        let points = "\u{2212}69 to 12.3 percentage points";
        assert_eq!(range(-0.69, 0.123, "probability", false), points);
        assert_eq!(range(0.999_7, 0.999_9, "", true), ">99.9 %");
    }

    #[test]
    fn a_bound_on_one_side_is_no_interval() {
        let said = |method: &str, lo: f64, hi: f64| {
            let record = Record {
                id: "power.proxy".to_owned(),
                label: "proxy: flagged".to_owned(),
                population: "organisms".to_owned(),
                estimator: "share of organisms".to_owned(),
                n: 7,
                value: 1.0,
                interval: Some(Interval { lo, hi, level: 0.95 }),
                method: method.to_owned(),
                seed: None,
                unit: None,
                control_of: None,
            };
            interval(&record).unwrap()
        };
        let one_sided = "one-sided Clopper-Pearson";
        assert_eq!(said(one_sided, 0.652, 1.0), "95 % lower bound 65.2 %");
        assert_eq!(said(one_sided, 0.0, 0.198), "95 % upper bound 19.8 %");
        assert_eq!(said(one_sided, 0.0, 1.0), "95 % upper bound 100 %");
        assert_eq!(said("Clopper-Pearson", 0.652, 1.0), "95 % interval 65.2 to 100 %");
    }

    #[test]
    fn chosen_shares_are_short() {
        assert_eq!([0.95, 0.9, 0.999].map(chosen).join(" "), "95 % 90 % 99.9 %");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands).join(" "), "0 999 1,000 1,234,567");
    }
}
