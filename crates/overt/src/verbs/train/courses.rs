//! The page of a training: its table as curves.

use crate::report::{Course, CourseGroup, training_html};
use std::path::Path;

const TASK: &str = "How well the task is done. Higher success or accuracy is better, lower losses are \
                    better. Success is that of the episodes of training, in which each action is drawn at \
                    random from the policy.";
const TERMS: &str = "Each term of the loss, before it is weighted. Training makes them smaller.";
const DETECTORS: &str = "No term of the loss can reach these. A detector changes something and watches what \
                         the subject then does. The higher it reads, the more it speaks against the \
                         claimed goal.";
const PROBES: &str = "No term of the loss can reach these either. A probe reads where the network holds a \
                      feature, such as green. It does not say that the subject uses the feature: a subject \
                      that pursues the claimed goal can keep a probe at 1.";
/// Columns of detectors that read something off the network and change nothing.
const READ_OFF: [&str; 2] = ["sealed attribution", "sealed green at "];

/// The page of a table whose first line names its columns: the task's, as many as `task` names, then the
/// terms', then the detectors'. Success is drawn from the step `fair_from` on: before it, only episodes
/// that ended early have ended, and those are successes.
pub(super) fn page(
    folder: &Path,
    (task, fair_from): (&str, u64),
    n_terms: usize,
    csv: &[String],
) -> String {
    let (head, rows) = csv.split_first().map_or(("", csv), |(head, rows)| (head.as_str(), rows));
    let names: Vec<&str> = head.split(',').collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.split(',').collect()).collect();
    let course = |column: usize| {
        let is_fair =
            |(step, _): &(f64, f64)| names[column] != "success" || *step >= fair_from as f64;
        let points = rows.iter().filter_map(|row| point(row, column)).filter(is_fair);
        Course { name: names[column].to_owned(), points: points.collect() }
    };
    let n_task = task.split(',').count();
    let n_terms = n_task + n_terms;
    let group = |columns: std::ops::Range<usize>| columns.map(course).collect::<Vec<_>>();
    let is_read_off =
        |course: &Course| READ_OFF.iter().any(|column| course.name.starts_with(column));
    let (probes, detectors) = group(n_terms..names.len()).into_iter().partition(is_read_off);
    let groups = [
        ("The task", TASK, group(1..n_task.min(names.len()))),
        ("Terms of the loss", TERMS, group(n_task..n_terms.min(names.len()))),
        ("Detectors", DETECTORS, detectors),
        ("Probes", PROBES, probes),
    ]
    .map(|(title, says, courses)| CourseGroup {
        title: title.into(),
        says: says.into(),
        courses,
    });
    let name = folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
    training_html(&name, &groups)
}

/// The step of a row and what a column holds there; none where it was not read.
fn point(row: &[&str], column: usize) -> Option<(f64, f64)> {
    Some((row.first()?.parse().ok()?, row.get(column)?.parse().ok()?))
}
