//! Where a training of a study stands.

/// Where a training stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Steps so far, of all members together.
    pub done: u64,
    /// Share of the last episodes, or training examples, that succeeded.
    pub success: f64,
}
