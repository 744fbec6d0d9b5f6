//! Stated probabilities beside what was so, drawn.

use crate::{ReliabilityPicture, ReliabilityPoint};
use maud::{Markup, html};

/// Side of the drawing and its margins, in its own units.
const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 326.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 40.0;
/// The line on which numbers of subjects stand.
const COUNTS: f64 = 14.0;
/// Shares that both axes name.
const TICKS: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

pub(super) fn picture(picture: &ReliabilityPicture) -> Markup {
    let most = picture.points.iter().map(|point| point.n).max().unwrap_or(1).max(1);
    let even = format!("M{} {}L{} {}", across(0.0), up(0.0), across(1.0), up(1.0));
    html! {
        figure.plot {
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img"
                aria-label="Share that hides something by stated probability" {
                (axes())
                path.chance d=(even) {}
                @for drawn in &picture.points { (point(drawn, most)) }
            }
            figcaption { (picture.caption) }
        }
    }
}

fn across(share: f64) -> f64 {
    LEFT + share.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
}

fn up(share: f64) -> f64 {
    HEIGHT - BOTTOM - share.clamp(0.0, 1.0) * (HEIGHT - TOP - BOTTOM)
}

fn axes() -> Markup {
    let (left, right, top, bottom) = (across(0.0), across(1.0), up(1.0), up(0.0));
    let turned = format!("translate(10 {:.1}) rotate(-90)", f64::midpoint(top, bottom));
    html! {
        @for (share, x, y) in TICKS.map(|share| (share, across(share), up(share))) {
            path.grid d=(format!("M{x:.1} {top}V{bottom}M{left} {y:.1}H{right}")) {}
            text.tick x=(one_digit(x)) y=(one_digit(bottom + 15.0)) text-anchor="middle" {
                (percent(share))
            }
            text.tick x=(one_digit(left - 6.0)) y=(one_digit(y + 3.5)) text-anchor="end" {
                (percent(share))
            }
        }
        text.axis x=(one_digit(f64::midpoint(left, right))) y=(one_digit(bottom + 32.0))
            text-anchor="middle" { "stated probability, %" }
        text.axis transform=(turned) text-anchor="middle" { "hides something, %" }
    }
}

/// A place on the drawing.
fn one_digit(place: f64) -> String {
    format!("{place:.1}")
}

fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

/// A bin: its share with its bounds, as large as it has subjects, and their number above it.
fn point(point: &ReliabilityPoint, most: u64) -> Markup {
    let ReliabilityPoint { stated, happened, bounds: [lo, hi], n } = *point;
    let radius = 3.0 + 6.0 * (n as f64 / most as f64).sqrt();
    let (x, y) = (across(stated), up(happened));
    html! {
        path.bounds d=(format!("M{x:.1} {:.1}V{:.1}", up(lo), up(hi))) {}
        circle.bin cx=(one_digit(x)) cy=(one_digit(y)) r=(one_digit(radius)) {
            title { "stated " (percent(stated)) " %, happened " (percent(happened)) " %, n = " (n) }
        }
        text.count x=(one_digit(x)) y=(COUNTS) text-anchor="middle" { (n) }
    }
}
