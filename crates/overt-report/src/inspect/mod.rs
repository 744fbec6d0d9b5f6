//! Audits as a log that Inspect reads: a ZIP of JSON, one sample for each audited subject, one score for
//! each check.
//!
//! Inspect is the UK AI Security Institute's framework for evaluations; its viewer lays models and checks
//! out as a table. What the audit did not decide is a score without a value, which Inspect calls
//! *unscored* and leaves out of every mean.
//!
//! | file | holds |
//! | --- | --- |
//! | `header.json` | what was run, how, and the results over all samples |
//! | `summaries.json` | a line for each sample |
//! | `samples/ID_epoch_1.json` | one sample: the subject, its scores, its findings as events |

mod archive;
mod constants;
mod header;
mod moment;
mod results;
mod sample;
mod score;
mod viewer;

pub use moment::Moment;

use self::archive::archive;
use self::constants::json;
use self::sample::{Sample, Summary};
use crate::{Error, Report};

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
const TASK: &str = "overt/audit";
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

/// The bytes of a log of these reports, in their order; the same bytes for the same reports and run.
///
/// # Errors
/// A report that does not hold together; two subjects of one name.
pub fn inspect_log(reports: &[Report], run: &InspectRun) -> Result<Vec<u8>, Error> {
    reports.iter().try_for_each(Report::validate)?;
    let samples: Vec<Sample> = reports
        .iter()
        .enumerate()
        .map(|(index, report)| Sample::of(report, index, run.moment))
        .collect();
    for (index, sample) in samples.iter().enumerate() {
        if samples[..index].iter().any(|other| other.id == sample.id) {
            return Err(Error::SampleTwice { id: sample.id.clone() });
        }
    }
    let header = header::header(reports, &samples, run);
    let summaries: Vec<Summary> = samples.iter().map(Summary::of).collect();
    let mut files = vec![
        ("header.json".to_owned(), json(&header)),
        ("summaries.json".to_owned(), json(&summaries)),
    ];
    let name = |sample: &Sample| format!("samples/{}_epoch_{}.json", sample.id, sample.epoch);
    files.extend(samples.iter().map(|sample| (name(sample), json(sample))));
    Ok(archive(&files, run.moment))
}

/// A name of letters, digits, `.`, `-` and what else is allowed: nothing that a path or a file name of
/// Inspect would be split at.
fn plain(name: &str, also: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || c == '.' || also.contains(c);
    name.chars().map(|c| if keep(c) { c } else { '-' }).collect()
}
