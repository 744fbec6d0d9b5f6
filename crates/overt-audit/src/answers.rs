//! What the checks of one audit answered.

use crate::Error;
use std::any::Any;
use std::collections::BTreeMap;

/// An answer of any check.
pub(crate) type AnyAnswer = Box<dyn Any + Send + Sync>;

/// The answer of each check, or why it could not run.
#[derive(Default)]
pub struct Answers(BTreeMap<&'static str, Result<AnyAnswer, Error>>);

impl Answers {
    /// The answer of a check by its name; nothing where it could not run or was not asked yet.
    pub(crate) fn get(&self, check: &str) -> Option<&AnyAnswer> {
        self.0.get(check)?.as_ref().ok()
    }

    /// Puts an error in the place of an answer.
    pub fn fail(&mut self, check: &'static str, error: Error) {
        self.0.insert(check, Err(error));
    }

    pub(crate) fn put(&mut self, check: &'static str, answer: Result<AnyAnswer, Error>) {
        self.0.insert(check, answer);
    }

    /// Why a check could not run.
    pub(crate) fn error(&self, check: &str) -> Option<&Error> {
        self.0.get(check)?.as_ref().err()
    }

    /// The first error, taken out.
    pub(crate) fn into_error(self) -> Option<Error> {
        self.0.into_values().find_map(Result::err)
    }

    /// The checks that could not run, and why.
    pub fn failures(&self) -> Vec<(&'static str, &Error)> {
        self.0.iter().filter_map(|(check, answer)| Some((*check, answer.as_ref().err()?))).collect()
    }
}

impl std::fmt::Debug for Answers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let said = |answer: &Result<AnyAnswer, Error>| {
            answer.as_ref().map(|_| "answered").map_err(ToString::to_string)
        };
        f.debug_map().entries(self.0.iter().map(|(check, answer)| (check, said(answer)))).finish()
    }
}
