//! What can go wrong, as one type: a fact, what to do about it, and who is to blame.

pub use overt_fault::{Blame, Context, Fault, Hint, Refused};

/// What every function of this crate returns.
pub type Result<T, E = Fault> = std::result::Result<T, E>;
