//! The page of a training: its table as curves.

use overt::report::{Course, training_html};
use std::path::Path;

/// The page of a table whose first line names its columns: the task's, as many as `task` names, then the
/// terms', then the detectors'.
pub(super) fn page(folder: &Path, task: &str, n_terms: usize, csv: &[String]) -> String {
    let (head, rows) = csv.split_first().map_or(("", csv), |(head, rows)| (head.as_str(), rows));
    let names: Vec<&str> = head.split(',').collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.split(',').collect()).collect();
    let course = |column: usize| Course {
        name: names[column].to_owned(),
        points: rows.iter().filter_map(|row| point(row, column)).collect(),
    };
    let n_task = task.split(',').count();
    let n_terms = n_task + n_terms;
    let group = |columns: std::ops::Range<usize>| columns.map(course).collect::<Vec<_>>();
    let groups = [
        ("The task", group(1..n_task.min(names.len()))),
        ("Terms of the loss, before they are weighted", group(n_task..n_terms.min(names.len()))),
        ("Detectors that no loss can reach; higher: it pursues green", group(n_terms..names.len())),
    ];
    let name = folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
    training_html(&name, &groups)
}

/// The step of a row and what a column holds there; none where it was not read.
fn point(row: &[&str], column: usize) -> Option<(f64, f64)> {
    Some((row.first()?.parse().ok()?, row.get(column)?.parse().ok()?))
}
