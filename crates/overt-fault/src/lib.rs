//! Errors that say what to do about them.
//!
//! Every crate's error implements [`Hint`]. A door collects all of them as one [`Fault`], and needs to know no
//! crate's error type:
//!
//! ```
//! use overt_fault::{Blame, Context, Fault, Refused};
//!
//! fn open() -> Result<(), Fault> {
//!     Err(Refused::new("there is no file a", "name another file").into())
//! }
//!
//! let fault = open().context("cannot audit").unwrap_err();
//! assert_eq!(fault.to_string(), "cannot audit: there is no file a");
//! assert_eq!(fault.hint().as_deref(), Some("name another file"));
//! assert_eq!(fault.blame(), Blame::Input);
//! ```

mod context;
mod fault;
mod foreign;
mod refused;

pub use context::Context;
pub use fault::Fault;
pub use refused::Refused;

/// An error that knows what somebody can do about it.
pub trait Hint: std::error::Error + Send + Sync + 'static {
    /// What to do about it, where there is something to do.
    fn hint(&self) -> Option<String>;

    /// Who or what is to blame.
    fn blame(&self) -> Blame {
        Blame::Input
    }
}

/// Who or what is to blame for an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// What was given is malformed: a file, a name, an argument.
    Input,
    /// Evidence does not hold together.
    Evidence,
    /// The work could not be done, though what was given is well formed.
    Run,
}
