//! Claims, checks, findings and the verdict, from weights and training levels alone.

mod play;
pub use play::{Acting, Played, play};
