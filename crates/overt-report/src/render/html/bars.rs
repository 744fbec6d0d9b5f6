//! Estimates with their intervals on one scale.

use super::super::number::{Side, chosen, ends, is_rate, quantity};
use super::link::anchor;
use crate::{Bar, BarKind, Bars, Record, Report};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The level of the interval of each record and which ends of it bound anything, by the record's id.
pub(super) struct Levels<'a>(BTreeMap<&'a str, (f64, Side)>);

impl<'a> Levels<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        Self::of_records(report.records())
    }

    fn of_records(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let level = |record: &'a Record| {
            Some((record.id.as_str(), (record.interval?.level, Side::of(record))))
        };
        Self(records.into_iter().filter_map(level).collect())
    }

    fn of_bar(&self, bar: &Bar) -> Option<(f64, Side)> {
        self.0.get(bar.record.as_str()).copied().filter(|_| bar.lo < bar.hi)
    }

    /// The level of every interval that is drawn; none where they have several, or there is none.
    fn shared(&self, rows: &[Bar]) -> Option<(f64, Side)> {
        let mut levels = rows.iter().filter_map(|bar| self.of_bar(bar));
        let first = levels.next()?;
        levels.all(|level| level == first).then_some(first)
    }
}

/// The records as bars of their own, controls marked.
pub(super) fn of_records<'a>(
    label: &str,
    records: impl IntoIterator<Item = &'a Record> + Clone,
) -> Markup {
    let rate = records.clone().into_iter().all(is_rate);
    let unit = records.clone().into_iter().find_map(|record| record.unit.clone());
    let levels = Levels::of_records(records.clone());
    let rows: Vec<Bar> = records.into_iter().map(row_of).collect();
    list(label, &rows, &Scale::of(&rows, unit.as_deref().unwrap_or_default(), rate), &levels)
}

fn row_of(record: &Record) -> Bar {
    let value = record.value;
    let (lo, hi) = record.interval.map_or((value, value), |interval| (interval.lo, interval.hi));
    let control = record.control_of.is_some();
    let kind = if control { BarKind::Control } else { BarKind::Subject };
    Bar { label: record.label.clone(), record: record.id.clone(), value, lo, hi, kind }
}

/// The bars as a figure.
pub(super) fn figure(bars: &Bars, levels: &Levels<'_>) -> Markup {
    let within = |bar: &Bar| [bar.value, bar.lo, bar.hi].iter().all(|x| (0.0..=1.0).contains(x));
    let rate = bars.unit.is_empty() && bars.rows.iter().all(within);
    let scale = Scale::of(&bars.rows, &bars.unit, rate);
    html! {
        figure.chart {
            (list(&bars.caption, &bars.rows, &scale, levels))
            figcaption { (bars.caption) }
        }
    }
}

fn list(label: &str, rows: &[Bar], scale: &Scale, levels: &Levels<'_>) -> Markup {
    let one = levels.shared(rows);
    let apart = |bar: &Bar| {
        let own = levels.of_bar(bar);
        let level = own.filter(|_| one.is_none()).map(|(level, _)| level);
        (level, own.map_or(Side::Both, |(_, side)| side))
    };
    html! {
        ul.bars aria-label=(label) { @for bar in rows { (row(bar, scale, apart(bar))) } }
        @if let Some((level, side)) = one { p.note { (brackets(level, side)) } }
    }
}

/// What the brackets of a whole list are.
fn brackets(level: f64, side: Side) -> String {
    let level = chosen(level);
    match side {
        Side::Both => format!("The brackets are {level} intervals."),
        Side::Lower => format!("The brackets begin at {level} lower bounds."),
        Side::Upper => format!("The brackets end at {level} upper bounds."),
    }
}

/// `level` is said in the row; none where it is said of all rows together.
fn row(bar: &Bar, scale: &Scale, (level, side): (Option<f64>, Side)) -> Markup {
    let (class, kind) = match bar.kind {
        BarKind::Subject => ("subject", None),
        BarKind::Control => ("control", Some("control")),
        BarKind::Baseline => ("baseline", Some("baseline")),
    };
    let has_interval = bar.lo < bar.hi;
    html! {
        li class=(class) {
            span.label {
                a href={ "#" (anchor(&bar.record)) } { (bar.label) }
                @if let Some(kind) = kind { " " em { (kind) } }
            }
            span.track aria-hidden="true" {
                span.bar style=(scale.between(0.0, bar.value)) {}
                @if has_interval { span.whisker style=(scale.between(bar.lo, bar.hi)) {} }
            }
            span.value {
                (quantity(bar.value, scale.unit, scale.rate))
                @if has_interval {
                    " " small {
                        @if let Some(level) = level { (chosen(level)) " " (side.name()) " " }
                        @else if side != Side::Both { (side.name()) " " }
                        (ends(bar.lo, bar.hi, side, scale.unit, scale.rate))
                    }
                }
            }
        }
    }
}

/// What stands at the ends of the track.
struct Scale<'a> {
    lo: f64,
    hi: f64,
    unit: &'a str,
    rate: bool,
}

impl<'a> Scale<'a> {
    /// Rates are drawn on the whole of 0 to 1; anything else between its extremes and zero.
    fn of(rows: &[Bar], unit: &'a str, rate: bool) -> Self {
        let lo = rows.iter().fold(0.0_f64, |lo, bar| lo.min(bar.lo).min(bar.value));
        let hi = rows.iter().fold(0.0_f64, |hi, bar| hi.max(bar.hi).max(bar.value));
        if rate { Self { lo: 0.0, hi: 1.0, unit, rate } } else { Self { lo, hi, unit, rate } }
    }

    /// Where a value stands on the track, in percent.
    fn share(&self, value: f64) -> f64 {
        let share = (value - self.lo) / (self.hi - self.lo);
        if share.is_finite() { share.clamp(0.0, 1.0) * 100.0 } else { 0.0 }
    }

    /// The style of what lies on the track between two values.
    fn between(&self, one: f64, other: f64) -> String {
        let (one, other) = (self.share(one), self.share(other));
        format!("left:{:.1}%;width:{:.1}%", one.min(other), (other - one).abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lo: f64, value: f64, hi: f64, expect: f64) {
        let bar = Bar {
            label: String::new(),
            record: String::new(),
            value,
            lo,
            hi,
            kind: BarKind::Subject,
        };
        let scale = Scale::of(std::slice::from_ref(&bar), "steps", false);
        assert_eq!(scale.share(value), expect);
    }

    #[test]
    fn values_stand_between_the_extremes_and_zero() {
        check(1.0, 2.0, 4.0, 50.0);
        check(-4.0, -2.0, 0.0, 50.0);
        check(0.0, 0.0, 0.0, 0.0);
    }
}
