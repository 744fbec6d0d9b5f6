//! What a log is of, and what it is called.

use super::moment::Moment;

/// What only the door knows of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectRun {
    /// When the log is written.
    pub moment: Moment,
    /// What the log is of: a subject, or a population.
    pub model: String,
    /// Tells this run from others, in letters and digits.
    pub id: String,
    /// The commit that the program was built from, where the builder said so.
    pub commit: Option<String>,
}

/// What Inspect calls the task, in the log and in the name of its file.
pub(super) const TASK: &str = "overt/audit";
const TASK_IN_A_FILE_NAME: &str = "overt-audit";

impl InspectRun {
    /// The name that Inspect would give to the file: its viewer reads time, task and run off it.
    ///
    /// ```
    /// use overt_report::{InspectRun, Moment};
    ///
    /// let moment = Moment::after_1970(1_795_338_000).expect("a year of four digits");
    /// let (model, id) = ("overt/maze-green".to_owned(), "a1b2".to_owned());
    /// let run = InspectRun { moment, model, id, commit: None };
    /// assert_eq!(run.file_name(), "2026-11-22T09-00-00+00-00_overt-audit_a1b2.eval");
    /// ```
    pub fn file_name(&self) -> String {
        let moment = self.moment.in_a_file_name();
        format!("{moment}_{TASK_IN_A_FILE_NAME}_{}.eval", plain(&self.id, "-"))
    }
}

/// A name of letters, digits, `.`, `-` and what else is allowed: nothing that a path or a file name of
/// Inspect would be split at.
pub(super) fn plain(name: &str, also: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || c == '.' || also.contains(c);
    name.chars().map(|c| if keep(c) { c } else { '-' }).collect()
}
