//! The course of a training: one curve for each column of its table.

use super::each;
use super::escape::escape;
use super::html::{document, section};

const SCORES: &str = include_str!("score.css");

/// Size of a drawing and of its margins, in its own units.
const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 26.0;
/// The most points of a drawn curve; a longer one is drawn with every so many-th point.
const MOST_POINTS: usize = 400;

/// A number that was followed over a training.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// What it is.
    pub name: String,
    /// Steps at which it was read, rising, and what it was then.
    pub points: Vec<(f64, f64)>,
}

/// Curves of a training as one self-contained page: what the task got, what the loss read, and what
/// detectors read that no loss can reach.
///
/// It opens without a network and without scripts. A group without courses is left out.
///
/// ```
/// use overt_report::{Course, training_html};
///
/// let success = Course { name: "success".into(), points: vec![(0.0, 0.1), (1_000.0, 0.9)] };
/// let page = training_html("mine", &[("The task", vec![success]), ("In the loss", vec![])]);
/// assert!(page.contains("success") && !page.contains("In the loss"));
/// ```
pub fn training_html(name: &str, groups: &[(&str, Vec<Course>)]) -> String {
    let shown = groups.iter().filter(|(_, courses)| !courses.is_empty());
    let sections = each(shown.enumerate(), |(place, (title, courses))| {
        let drawn = each(courses, drawn);
        section(
            &format!("group-{place}"),
            title,
            &format!("<div class=\"figures\">\n{drawn}</div>\n"),
        )
    });
    let title = format!("Training of {name}");
    let banner = format!(
        "<header class=\"banner score\">\n<div class=\"inner\">\n<p class=\"kicker\">Training</p>\n\
         <h1>{}</h1>\n</div>\n</header>\n",
        escape(name)
    );
    document(&title, SCORES, &format!("{banner}<main>\n{sections}</main>\n"))
}

fn drawn(course: &Course) -> String {
    let name = escape(&course.name);
    let finite = |point: &&(f64, f64)| point.0.is_finite() && point.1.is_finite();
    let points: Vec<(f64, f64)> = course.points.iter().filter(finite).copied().collect();
    let span = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), x| (lo.min(x), hi.max(x)))
    };
    let last = points.last().map_or_else(String::new, |point| number(point.1));
    let caption = format!("<figcaption>{name}: {last} at the end</figcaption>\n");
    if points.is_empty() {
        return format!(
            "<figure class=\"plot\">\n<figcaption>{name}: never read</figcaption>\n</figure>\n"
        );
    }
    let (first, end) = span(&mut points.iter().map(|point| point.0));
    let (low, high) = span(&mut points.iter().map(|point| point.1));
    // Shares are drawn on their whole scale, so that small moves do not look large; what stays tiny is
    // hardly a share.
    let is_share = low >= 0.0 && (0.1..=1.0).contains(&high);
    let (low, high) = if is_share { (0.0, 1.0) } else { (low.min(0.0), high) };
    let part = |x: f64, lo: f64, hi: f64| if hi > lo { (x - lo) / (hi - lo) } else { 0.5 };
    let across = |step: f64| LEFT + part(step, first, end) * (WIDTH - LEFT - RIGHT);
    let up = |value: f64| TOP + (1.0 - part(value, low, high)) * (HEIGHT - TOP - BOTTOM);
    let every = points.len().div_ceil(MOST_POINTS);
    let path = each(points.iter().step_by(every).chain(points.last()), |(step, value)| {
        format!("{:.1},{:.1} ", across(*step), up(*value))
    });
    let bottom = HEIGHT - BOTTOM;
    let ticks = each([low, high], |value| {
        format!(
            "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{right}\"/><text class=\"tick\" x=\"{x}\" \
             y=\"{below:.1}\" text-anchor=\"end\">{label}</text>",
            y = up(value),
            right = WIDTH - RIGHT,
            x = LEFT - 5.0,
            below = up(value) + 3.5,
            label = number(value),
        )
    });
    format!(
        "<figure class=\"plot\">\n<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"{name} over steps\">{ticks}<polyline class=\"curve main\" points=\"{path}\"/>\
         <text class=\"tick\" x=\"{LEFT}\" y=\"{below}\">step {first}</text>\
         <text class=\"tick\" x=\"{right}\" y=\"{below}\" text-anchor=\"end\">{end}</text></svg>\n\
         {caption}</figure>\n",
        below = bottom + 16.0,
        right = WIDTH - RIGHT,
        path = path.trim_end(),
    )
}

/// Three digits that count.
fn number(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(0.01..1000.0).contains(&size) {
        return format!("{value:.1e}");
    }
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(points: &[(f64, f64)]) -> Course {
        Course { name: "a <b>".into(), points: points.to_vec() }
    }

    #[test]
    fn a_share_is_drawn_on_its_whole_scale_and_others_on_their_own() {
        let share = drawn(&course(&[(0.0, 0.5), (10.0, 0.25)]));
        // Half of the height between the margins, then three quarters down.
        assert!(share.contains("46.0,66.0 330.0,95.0"), "{share}");
        assert!(share.contains("a &lt;b&gt;: 0.25 at the end"), "{share}");
        let other = drawn(&course(&[(0.0, -1.0), (10.0, 3.0)]));
        assert!(other.contains("46.0,124.0 330.0,8.0"), "{other}");
    }

    #[test]
    fn whatever_is_followed_can_be_drawn() {
        assert!(drawn(&course(&[])).contains("never read"));
        assert!(drawn(&course(&[(1.0, f64::NAN)])).contains("never read"));
        assert!(drawn(&course(&[(1.0, 2.0)])).contains("2 at the end"));
        let long: Vec<(f64, f64)> = (0..5_000).map(|i| (f64::from(i), 0.5)).collect();
        let points = drawn(&course(&long));
        assert!(points.len() < 12_000, "{}", points.len());
    }

    #[test]
    fn numbers_have_three_digits_that_count() {
        let words = [0.0, 0.5, 12.3456, 570.6834, 0.000_12, -2_000.0].map(number);
        assert_eq!(words, ["0", "0.5", "12.346", "570.683", "1.2e-4", "-2.0e3"]);
    }
}
