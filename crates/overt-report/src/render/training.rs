//! The course of a training: one curve for each column of its table.

use super::each::each;
use super::page::{Page, section};
use maud::{Markup, html};

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

/// Numbers that were followed together.
#[derive(Clone, Debug, PartialEq)]
pub struct CourseGroup {
    /// What they are, as a heading.
    pub title: String,
    /// How they are read, and which way is better, in a sentence or two.
    pub says: String,
    /// The numbers.
    pub courses: Vec<Course>,
}

/// Curves of a training as one self-contained page: what the task got, what the loss read, and what
/// detectors read that no loss can reach.
///
/// It opens without a network and without scripts. A group without courses is left out.
///
/// ```
/// use overt_report::{Course, CourseGroup, training_html};
///
/// let success = Course { name: "success".into(), points: vec![(0.0, 0.1), (1_000.0, 0.9)] };
/// let group = |title: &str, courses| CourseGroup {
///     title: title.into(),
///     says: "Higher is better.".into(),
///     courses,
/// };
/// let page = training_html("mine", &[group("The task", vec![success]), group("The loss", vec![])]);
/// assert!(page.contains("success") && !page.contains("The loss"));
/// ```
pub fn training_html(name: &str, groups: &[CourseGroup]) -> String {
    let shown = groups.iter().filter(|group| !group.courses.is_empty());
    let shown = html! {
        header class="banner score" { div.inner { p.kicker { "Training" } h1 { (name) } } }
        main {
            @for (place, CourseGroup { title, says, courses }) in shown.enumerate() {
                (section(&format!("group-{place}"), title, &html! {
                    p { (says) }
                    div.figures { @for course in courses { (drawn(course)) } }
                }))
            }
        }
    };
    let title = format!("Training of {name}");
    Page { title: &title, style: SCORES, shown, ..Page::default() }.document()
}

fn drawn(course: &Course) -> Markup {
    let finite = |point: &&(f64, f64)| point.0.is_finite() && point.1.is_finite();
    let points: Vec<(f64, f64)> = course.points.iter().filter(finite).copied().collect();
    let Some(last) = points.last() else {
        return html! { figure.plot { figcaption { (course.name) ": no reading to draw" } } };
    };
    html! {
        figure.plot {
            (plot(&course.name, &points))
            figcaption { (course.name) ": " (number(last.1)) " at the end" }
        }
    }
}

/// The curve through finite points, of which there are some.
fn plot(name: &str, points: &[(f64, f64)]) -> Markup {
    let span = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), x| (lo.min(x), hi.max(x)))
    };
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
    let (right, below) = (WIDTH - RIGHT, HEIGHT - BOTTOM + 16.0);
    html! {
        svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label={ (name) " over steps" } {
            @for value in [low, high] {
                path.grid d=(format!("M{LEFT} {:.1}H{right}", up(value))) {}
                text.tick x=(LEFT - 5.0) y=(format!("{:.1}", up(value) + 3.5)) text-anchor="end" {
                    (number(value))
                }
            }
            polyline class="curve main" points=(path.trim_end()) {}
            text.tick x=(LEFT) y=(below) { "step " (first) }
            text.tick x=(right) y=(below) text-anchor="end" { (end) }
        }
    }
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
        let share = drawn(&course(&[(0.0, 0.5), (10.0, 0.25)])).0;
        // Half of the height between the margins, then three quarters down.
        assert!(share.contains("46.0,66.0 330.0,95.0"), "{share}");
        assert!(share.contains("a &lt;b&gt;: 0.25 at the end"), "{share}");
        let other = drawn(&course(&[(0.0, -1.0), (10.0, 3.0)])).0;
        assert!(other.contains("46.0,124.0 330.0,8.0"), "{other}");
    }

    #[test]
    fn whatever_is_followed_can_be_drawn() {
        assert!(drawn(&course(&[])).0.contains("no reading to draw"));
        assert!(drawn(&course(&[(1.0, f64::NAN)])).0.contains("no reading to draw"));
        assert!(drawn(&course(&[(1.0, 2.0)])).0.contains("2 at the end"));
        let long: Vec<(f64, f64)> = (0..5_000).map(|i| (f64::from(i), 0.5)).collect();
        let points = drawn(&course(&long)).0;
        assert!(points.len() < 12_000, "{}", points.len());
    }

    #[test]
    fn numbers_have_three_digits_that_count() {
        let words = [0.0, 0.5, 12.3456, 570.6834, 0.000_12, -2_000.0].map(number);
        assert_eq!(words, ["0", "0.5", "12.346", "570.683", "1.2e-4", "-2.0e3"]);
    }
}
