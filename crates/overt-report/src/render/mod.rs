//! What a person sees.

mod comparison;
mod escape;
mod evidence;
mod heat_map;
mod html;
mod number;
mod score;
mod svg;
mod terminal;
mod training;

pub use comparison::{comparison_html, comparison_screen};
pub use evidence::{evidence_html, evidence_section};
pub use heat_map::{HeatMap, heat_map};
pub use html::{html, html_with_evidence};
pub use number::percent;
pub use score::score_html;
pub use terminal::{Style, terminal};
pub use training::{Course, training_html};

pub(crate) use number::with_bounds;

/// Joins what `draw` makes of each item.
fn each<T>(items: impl IntoIterator<Item = T>, mut draw: impl FnMut(T) -> String) -> String {
    let mut joined = String::new();
    for item in items {
        joined.push_str(&draw(item));
    }
    joined
}
