//! Says what was being done when an error came.

use crate::Fault;
use std::fmt::Display;

/// Adds what was being done to an error; an absent value becomes an error.
pub trait Context<T> {
    /// Adds these words.
    ///
    /// # Errors
    /// The error that there was, with the words; the words alone where a value is absent.
    fn context(self, what: impl Display) -> Result<T, Fault>;

    /// The same with words that are made only where they are needed.
    ///
    /// # Errors
    /// As [`context`](Self::context).
    fn with_context<W: Display>(self, what: impl FnOnce() -> W) -> Result<T, Fault>;
}

impl<T, E: Into<Fault>> Context<T> for Result<T, E> {
    fn context(self, what: impl Display) -> Result<T, Fault> {
        self.map_err(|error| error.into().while_doing(what))
    }

    fn with_context<W: Display>(self, what: impl FnOnce() -> W) -> Result<T, Fault> {
        self.map_err(|error| error.into().while_doing(what()))
    }
}

impl<T> Context<T> for Option<T> {
    fn context(self, what: impl Display) -> Result<T, Fault> {
        self.ok_or_else(|| Fault::failed(what.to_string()))
    }

    fn with_context<W: Display>(self, what: impl FnOnce() -> W) -> Result<T, Fault> {
        self.ok_or_else(|| Fault::failed(what().to_string()))
    }
}
