//! What a person sees.

mod comparison;
mod drawn;
mod each;
mod escape;
mod evidence;
mod heat_map;
mod html;
mod number;
mod page;
mod score;
mod svg;
mod terminal;
mod training;

pub use comparison::{comparison_html, comparison_screen};
pub use evidence::evidence_html;
pub use heat_map::{HeatMap, heat_map};
pub use html::{html, html_with_evidence, page_difference};
pub use number::percent;
pub use score::score_html;
pub use terminal::{Style, terminal};
pub use training::{Course, CourseGroup, training_html};

pub(crate) use number::with_bounds;
