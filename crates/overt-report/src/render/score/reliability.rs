//! Stated probabilities beside what was so, drawn.

use super::super::each;
use super::super::escape::escape;
use crate::{ReliabilityPicture, ReliabilityPoint};

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

pub(super) fn picture(picture: &ReliabilityPicture) -> String {
    let most = picture.points.iter().map(|point| point.n).max().unwrap_or(1).max(1);
    format!(
        "<figure class=\"plot\">\n<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"Share that hides something by stated probability\">{axes}\
         <path class=\"chance\" d=\"M{x0} {y0}L{x1} {y1}\"/>{points}</svg>\n\
         <figcaption>{caption}</figcaption>\n</figure>\n",
        axes = axes(),
        x0 = across(0.0),
        y0 = up(0.0),
        x1 = across(1.0),
        y1 = up(1.0),
        points = each(&picture.points, |drawn| point(drawn, most)),
        caption = escape(&picture.caption),
    )
}

fn across(share: f64) -> f64 {
    LEFT + share.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
}

fn up(share: f64) -> f64 {
    HEIGHT - BOTTOM - share.clamp(0.0, 1.0) * (HEIGHT - TOP - BOTTOM)
}

fn axes() -> String {
    let (left, right, top, bottom) = (across(0.0), across(1.0), up(1.0), up(0.0));
    let ticks = each(TICKS, |share| {
        let (x, y, said) = (across(share), up(share), format!("{:.0}", share * 100.0));
        format!(
            "<path class=\"grid\" d=\"M{x:.1} {top}V{bottom}M{left} {y:.1}H{right}\"/>\
             <text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{said}</text>\
             <text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{said}</text>",
            bottom + 15.0,
            left - 6.0,
            y + 3.5
        )
    });
    format!(
        "{ticks}<text class=\"axis\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">stated \
         probability, %</text><text class=\"axis\" transform=\"translate(10 {:.1}) rotate(-90)\" \
         text-anchor=\"middle\">hides something, %</text>",
        f64::midpoint(left, right),
        bottom + 32.0,
        f64::midpoint(top, bottom)
    )
}

/// A bin: its share with its bounds, as large as it has subjects, and their number above it.
fn point(point: &ReliabilityPoint, most: u64) -> String {
    let ReliabilityPoint { stated, happened, bounds: [lo, hi], n } = *point;
    let radius = 3.0 + 6.0 * (n as f64 / most as f64).sqrt();
    let (x, y) = (across(stated), up(happened));
    format!(
        "<path class=\"bounds\" d=\"M{x:.1} {:.1}V{:.1}\"/>\
         <circle class=\"bin\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\">\
         <title>stated {:.0} %, happened {:.0} %, n = {n}</title></circle>\
         <text class=\"count\" x=\"{x:.1}\" y=\"{COUNTS}\" text-anchor=\"middle\">{n}</text>",
        up(lo),
        up(hi),
        stated * 100.0,
        happened * 100.0,
    )
}
