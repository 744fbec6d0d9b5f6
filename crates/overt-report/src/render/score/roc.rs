//! Share caught against share of false alarms, drawn.

use super::super::each;
use super::super::escape::escape;
use super::beside;
use crate::{RocCurve, RocDot, RocPicture};

/// Size of the drawing and of its margins, in its own units.
const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 40.0;
/// Shares of false alarms that the axis names.
const ACROSS: [f64; 6] = [0.0, 0.01, 0.05, 0.2, 0.5, 1.0];
/// Shares caught that the axis names.
const UP: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];
/// Pieces in which a straight line is drawn on the bent axis.
const PIECES: u32 = 24;

pub(super) fn picture(roc: &RocPicture) -> String {
    let title = escape(&roc.title);
    let curves = each(roc.curves.iter().enumerate().rev(), curve);
    let keys = each(roc.curves.iter().enumerate(), key);
    format!(
        "<figure class=\"plot\">\n<h3>{title}</h3>\n\
         <svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}: share caught \
         against share of false alarms\">{axes}{chance}{band}{curves}{dots}</svg>\n\
         <ul class=\"legend\">{keys}<li><svg class=\"key\" viewBox=\"0 0 24 8\" aria-hidden=\"true\">\
         <path class=\"chance\" d=\"M0 4H24\"/></svg>chance</li></ul>\n\
         <figcaption>{caption}</figcaption>\n</figure>\n",
        axes = axes(),
        chance = line("chance", &straight([0.0, 0.0], [1.0, 1.0])),
        band = band(&roc.band),
        dots = each(&roc.dots, dot),
        caption = escape(&roc.caption),
    )
}

/// Where a share of false alarms stands: by its root, so that the rare ones have room.
fn across(share: f64) -> f64 {
    LEFT + share.clamp(0.0, 1.0).sqrt() * (WIDTH - LEFT - RIGHT)
}

fn up(share: f64) -> f64 {
    HEIGHT - BOTTOM - share.clamp(0.0, 1.0) * (HEIGHT - TOP - BOTTOM)
}

fn axes() -> String {
    let (left, right, top, bottom) = (across(0.0), across(1.0), up(1.0), up(0.0));
    let vertical = each(ACROSS, |share| {
        let (x, y, said) = (across(share), bottom + 15.0, percent(share));
        format!(
            "<path class=\"grid\" d=\"M{x:.1} {top}V{bottom}\"/>\
             <text class=\"tick\" x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">{said}</text>"
        )
    });
    let horizontal = each(UP, |share| {
        let (x, y, said) = (left - 6.0, up(share), percent(share));
        format!(
            "<path class=\"grid\" d=\"M{left} {y:.1}H{right}\"/>\
             <text class=\"tick\" x=\"{x}\" y=\"{:.1}\" text-anchor=\"end\">{said}</text>",
            y + 3.5
        )
    });
    let (middle, below) = (f64::midpoint(left, right), bottom + 32.0);
    format!(
        "{vertical}{horizontal}<text class=\"axis\" x=\"{middle}\" y=\"{below}\" \
         text-anchor=\"middle\">harmless models accused, %</text>\
         <text class=\"axis\" transform=\"translate(10 {:.1}) rotate(-90)\" \
         text-anchor=\"middle\">caught, %</text>",
        f64::midpoint(top, bottom)
    )
}

fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

/// A curve with its steps; the main one is the first.
fn curve((idx, curve): (usize, &RocCurve)) -> String {
    let pairs = curve.points.windows(2);
    let points: Vec<[f64; 2]> = pairs.flat_map(|pair| straight(pair[0], pair[1])).collect();
    line(class(idx), &points)
}

/// A line that is straight on even axes, in pieces.
fn straight(from: [f64; 2], to: [f64; 2]) -> Vec<[f64; 2]> {
    if from[0] == to[0] || from[1] == to[1] {
        return vec![from, to];
    }
    let between = |piece: u32| {
        let share = f64::from(piece) / f64::from(PIECES);
        [0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis]))
    };
    (0..=PIECES).map(between).collect()
}

fn line(class: &str, points: &[[f64; 2]]) -> String {
    let drawn = each(points, |[x, y]| format!("{:.1},{:.1} ", across(*x), up(*y)));
    format!("<polyline class=\"curve {class}\" points=\"{}\"/>", drawn.trim_end())
}

fn class(idx: usize) -> &'static str {
    ["main", "second", "third"].get(idx).copied().unwrap_or("other")
}

fn key((idx, curve): (usize, &RocCurve)) -> String {
    format!(
        "<li><svg class=\"key\" viewBox=\"0 0 24 8\" aria-hidden=\"true\">\
         <path class=\"curve {}\" d=\"M0 4H24\"/></svg>{}</li>",
        class(idx),
        escape(&curve.label)
    )
}

/// The bounds as one area: along the lower ones, and back along the upper ones.
fn band(band: &[[f64; 3]]) -> String {
    if band.is_empty() {
        return String::new();
    }
    let at = |x: f64, y: f64| format!("{:.1},{:.1} ", across(x), up(y));
    let lower = each(band, |[x, lo, _]| at(*x, *lo));
    let upper = each(band.iter().rev(), |[x, _, hi]| at(*x, *hi));
    format!("<polygon class=\"band\" points=\"{lower}{}\"/>", upper.trim_end())
}

fn dot(dot: &RocDot) -> String {
    let class = match dot.is_caught {
        Some(false) => "dot missed",
        _ => "dot",
    };
    let said = match dot.is_caught {
        Some(true) => ", flagged",
        Some(false) => ", missed",
        None => "",
    };
    let [x, y] = dot.at;
    let drawn = format!(
        "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"><title>{}{said}</title></circle>",
        across(x),
        up(y),
        escape(&dot.id)
    );
    match beside(&dot.link) {
        Some(link) => format!("<a href=\"{link}\">{drawn}</a>"),
        None => drawn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_false_alarms_have_room() {
        assert_eq!([across(0.0), across(1.0)], [LEFT, WIDTH - RIGHT]);
        let share = |x: f64| (across(x) - LEFT) / (WIDTH - LEFT - RIGHT);
        assert!((share(0.01) - 0.1).abs() < 1e-12 && (share(0.25) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn steps_are_drawn_as_they_are() {
        assert_eq!(straight([0.0, 0.0], [0.0, 1.0]).len(), 2);
        let bent = straight([0.0, 0.0], [1.0, 1.0]);
        assert!(bent.iter().all(|[x, y]| x == y) && bent.len() == PIECES as usize + 1);
    }
}
