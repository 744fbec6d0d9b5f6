//! Share caught against share of false alarms, drawn.

use super::super::each::each;
use super::address::beside;
use crate::{RocCurve, RocDot, RocPicture};
use maud::{Markup, html};

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

pub(super) fn picture(roc: &RocPicture) -> Markup {
    let label = html! { (roc.title) ": share caught against share of false alarms" };
    html! {
        figure.plot {
            h3 { (roc.title) }
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(label) {
                (axes())
                (line("chance", &straight([0.0, 0.0], [1.0, 1.0])))
                (band(&roc.band))
                @for (idx, it) in roc.curves.iter().enumerate().rev() { (curve(idx, it)) }
                @for it in &roc.dots { (dot(it)) }
            }
            ul.legend {
                @for (idx, curve) in roc.curves.iter().enumerate() {
                    (key(&format!("curve {}", class(idx)), &curve.label))
                }
                (key("chance", "chance"))
            }
            figcaption { (roc.caption) }
        }
    }
}

/// Where a share of false alarms stands: by its root, so that the rare ones have room.
fn across(share: f64) -> f64 {
    LEFT + share.clamp(0.0, 1.0).sqrt() * (WIDTH - LEFT - RIGHT)
}

fn up(share: f64) -> f64 {
    HEIGHT - BOTTOM - share.clamp(0.0, 1.0) * (HEIGHT - TOP - BOTTOM)
}

fn axes() -> Markup {
    let (left, right, top, bottom) = (across(0.0), across(1.0), up(1.0), up(0.0));
    let turned = format!("translate(10 {:.1}) rotate(-90)", f64::midpoint(top, bottom));
    html! {
        @for share in ACROSS {
            path.grid d=(format!("M{:.1} {top}V{bottom}", across(share))) {}
            text.tick x=(one_digit(across(share))) y=(bottom + 15.0) text-anchor="middle" {
                (percent(share))
            }
        }
        @for share in UP {
            path.grid d=(format!("M{left} {:.1}H{right}", up(share))) {}
            text.tick x=(left - 6.0) y=(one_digit(up(share) + 3.5)) text-anchor="end" {
                (percent(share))
            }
        }
        text.axis x=(f64::midpoint(left, right)) y=(bottom + 32.0) text-anchor="middle" {
            "harmless models accused, %"
        }
        text.axis transform=(turned) text-anchor="middle" { "caught, %" }
    }
}

/// A place on the drawing.
fn one_digit(place: f64) -> String {
    format!("{place:.1}")
}

fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

/// A curve with its steps; the main one is the first.
fn curve(idx: usize, curve: &RocCurve) -> Markup {
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

fn line(class: &str, points: &[[f64; 2]]) -> Markup {
    let drawn = each(points, |[x, y]| format!("{:.1},{:.1} ", across(*x), up(*y)));
    html! { polyline class={ "curve " (class) } points=(drawn.trim_end()) {} }
}

fn class(idx: usize) -> &'static str {
    ["main", "second", "third"].get(idx).copied().unwrap_or("other")
}

fn key(class: &str, label: &str) -> Markup {
    html! {
        li {
            svg.key viewBox="0 0 24 8" aria-hidden="true" { path class=(class) d="M0 4H24" {} }
            (label)
        }
    }
}

/// The bounds as one area: along the lower ones, and back along the upper ones.
fn band(band: &[[f64; 3]]) -> Markup {
    let at = |x: f64, y: f64| format!("{:.1},{:.1} ", across(x), up(y));
    let lower = each(band, |[x, lo, _]| at(*x, *lo));
    let upper = each(band.iter().rev(), |[x, _, hi]| at(*x, *hi));
    html! {
        @if !band.is_empty() { polygon.band points={ (lower) (upper.trim_end()) } {} }
    }
}

fn dot(dot: &RocDot) -> Markup {
    let (class, said) = match dot.is_caught {
        Some(true) => ("dot", ", flagged"),
        Some(false) => ("dot missed", ", missed"),
        None => ("dot", ""),
    };
    let [x, y] = dot.at;
    let drawn = html! {
        circle class=(class) cx=(one_digit(across(x))) cy=(one_digit(up(y))) r="3" {
            title { (dot.id) (said) }
        }
    };
    match beside(&dot.link) {
        Some(link) => html! { a href=(link) { (drawn) } },
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
