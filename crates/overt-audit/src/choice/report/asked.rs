//! What a check asks, and the finding that its answer becomes.

use crate::Error;
use overt_report::{Figure, Finding, Record, Status};

/// The question of a check.
pub(super) struct Asked {
    pub(super) check: &'static str,
    pub(super) title: &'static str,
    pub(super) question: &'static str,
    /// What it adds to the black-box baseline.
    pub(super) adds: Option<&'static str>,
}

/// The answer to it.
pub(super) struct Answer {
    pub(super) said: String,
    /// Id of the record that answers in one number.
    pub(super) headline: Option<String>,
    pub(super) records: Vec<Record>,
    pub(super) figures: Vec<Figure>,
    pub(super) caveats: Vec<String>,
}

impl Asked {
    /// The finding: an answer, or that the check could not run.
    pub(super) fn of<T>(
        &self,
        attempt: &Result<T, Error>,
        answer: impl FnOnce(&T) -> Answer,
    ) -> Finding {
        match attempt {
            Ok(measured) => self.answered(answer(measured)),
            Err(error) => self.failed(error),
        }
    }

    pub(super) fn answered(&self, answer: Answer) -> Finding {
        let Answer { said, headline, records, figures, caveats } = answer;
        Finding {
            check: self.check.to_owned(),
            title: self.title.to_owned(),
            question: self.question.to_owned(),
            answer: said,
            status: Status::Answered,
            headline,
            records,
            figures,
            caveats,
            adds: self.adds.map(str::to_owned),
        }
    }

    fn failed(&self, error: &Error) -> Finding {
        let nothing = Answer {
            said: format!("The check could not run: {error}."),
            headline: None,
            records: Vec::new(),
            figures: Vec::new(),
            caveats: Vec::new(),
        };
        Finding { status: Status::Failed, ..self.answered(nothing) }
    }
}
