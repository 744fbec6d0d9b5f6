//! Estimates with their intervals on one scale.

use super::super::each;
use super::super::escape::escape;
use super::super::number::{is_rate, quantity, range};
use super::anchor;
use crate::{Bar, BarKind, Bars, Record};

/// The records as bars of their own, controls marked.
pub(super) fn of_records<'a>(
    label: &str,
    records: impl IntoIterator<Item = &'a Record> + Clone,
) -> String {
    let rate = records.clone().into_iter().all(is_rate);
    let unit = records.clone().into_iter().find_map(|record| record.unit.clone());
    let rows: Vec<Bar> = records.into_iter().map(row_of).collect();
    list(label, &rows, &Scale::of(&rows, unit.as_deref().unwrap_or_default(), rate))
}

fn row_of(record: &Record) -> Bar {
    let value = record.value;
    let (lo, hi) = record.interval.map_or((value, value), |interval| (interval.lo, interval.hi));
    let control = record.control_of.is_some();
    let kind = if control { BarKind::Control } else { BarKind::Subject };
    Bar { label: record.label.clone(), record: record.id.clone(), value, lo, hi, kind }
}

/// The bars as a figure.
pub(super) fn figure(bars: &Bars) -> String {
    let within = |bar: &Bar| [bar.value, bar.lo, bar.hi].iter().all(|x| (0.0..=1.0).contains(x));
    let rate = bars.unit.is_empty() && bars.rows.iter().all(within);
    let scale = Scale::of(&bars.rows, &bars.unit, rate);
    format!(
        "<figure class=\"chart\">\n{}<figcaption>{}</figcaption>\n</figure>\n",
        list(&bars.caption, &bars.rows, &scale),
        escape(&bars.caption)
    )
}

fn list(label: &str, rows: &[Bar], scale: &Scale) -> String {
    format!(
        "<ul class=\"bars\" aria-label=\"{}\">\n{}</ul>\n",
        escape(label),
        each(rows, |bar| row(bar, scale))
    )
}

fn row(bar: &Bar, scale: &Scale) -> String {
    let (class, kind) = match bar.kind {
        BarKind::Subject => ("subject", ""),
        BarKind::Control => ("control", " <em>control</em>"),
        BarKind::Baseline => ("baseline", " <em>baseline</em>"),
    };
    let (zero, value) = (scale.share(0.0), scale.share(bar.value));
    let interval = if bar.lo < bar.hi { scale.interval(bar) } else { Interval::default() };
    format!(
        "<li class=\"{class}\"><span class=\"label\"><a href=\"#{anchor}\">{label}</a>{kind}</span>\
         <span class=\"track\" aria-hidden=\"true\">\
         <span class=\"bar\" style=\"left:{from:.1}%;width:{width:.1}%\"></span>{whisker}</span>\
         <span class=\"value\">{number}{said}</span></li>\n",
        anchor = anchor(&bar.record),
        label = escape(&bar.label),
        from = zero.min(value),
        width = (value - zero).abs(),
        whisker = interval.whisker,
        number = escape(&quantity(bar.value, scale.unit, scale.rate)),
        said = interval.said,
    )
}

/// An interval drawn and said.
#[derive(Default)]
struct Interval {
    whisker: String,
    said: String,
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

    fn interval(&self, bar: &Bar) -> Interval {
        let (from, to) = (self.share(bar.lo), self.share(bar.hi));
        let width = to - from;
        let said = range(bar.lo, bar.hi, self.unit, self.rate);
        Interval {
            whisker: format!(
                "<span class=\"whisker\" style=\"left:{from:.1}%;width:{width:.1}%\"></span>"
            ),
            said: format!(" <small>{}</small>", escape(&said)),
        }
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
