//! Any error that a door meets.

use crate::{Blame, Hint, Refused};
use std::fmt::{Debug, Display, Formatter, Result};

/// An error of any crate, and what was being done when it came.
pub struct Fault {
    /// What was being done, the outermost first.
    doing: Vec<String>,
    cause: Box<dyn Hint>,
}

impl Fault {
    /// The same error, with what was being done.
    #[must_use]
    pub fn while_doing(mut self, what: impl Display) -> Self {
        self.doing.insert(0, what.to_string());
        self
    }

    /// An error that nobody can do anything about: the work could not be done.
    pub fn failed(fact: impl Into<String>) -> Self {
        Refused::failed(fact).into()
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        self.cause.hint()
    }

    /// Who or what is to blame.
    pub fn blame(&self) -> Blame {
        self.cause.blame()
    }
}

impl<E: Hint> From<E> for Fault {
    fn from(error: E) -> Self {
        Self { doing: Vec::new(), cause: Box::new(error) }
    }
}

/// The chain of causes joined by `: `; a cause that the message before it has already told is left out.
impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let mut causes = vec![self.cause.to_string()];
        let mut next = self.cause.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        let mut told = String::new();
        for cause in self.doing.iter().chain(&causes).map(|cause| cause.trim_end()) {
            if told.is_empty() {
                cause.clone_into(&mut told);
            } else if !cause.is_empty() && !told.ends_with(cause) {
                told = format!("{told}: {cause}");
            }
        }
        f.write_str(&told)
    }
}

impl Debug for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{self} ({:?}, hint {:?})", self.blame(), self.hint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Context;

    fn check(fault: &Fault, expect: &str) {
        assert_eq!(fault.to_string(), expect);
    }

    #[test]
    fn a_chain_is_one_sentence_that_says_nothing_twice() {
        let end = || Fault::failed("end of file");
        check(&end().while_doing("cannot read a"), "cannot read a: end of file");
        check(&end().while_doing("bad file: end of file"), "bad file: end of file");
        check(&end().while_doing("b").while_doing("a"), "a: b: end of file");
    }

    #[test]
    fn what_was_done_keeps_hint_and_blame() {
        let fault = Err::<(), _>(Refused::new("no such thing", "take another"));
        let fault = fault.context("cannot audit").unwrap_err();
        assert_eq!((fault.blame(), fault.hint().as_deref()), (Blame::Input, Some("take another")));
        let nothing = None::<u8>.context("nothing there").unwrap_err();
        assert_eq!((nothing.blame(), nothing.hint()), (Blame::Run, None));
        check(&nothing, "nothing there");
    }
}
