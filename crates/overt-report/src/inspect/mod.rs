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
mod run;
mod sample;
mod score;
mod viewer;

pub use moment::Moment;
pub use run::InspectRun;

use self::archive::archive;
use self::constants::json;
use self::sample::{Sample, Summary};
use crate::{Error, Report};

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
