//! What a person sees.

use crate::Report;

/// How the terminal may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether escape codes for colour and weight may be written.
    pub colour: bool,
    /// Columns of the terminal; read as at least 40 and at most 80.
    pub width: usize,
}

/// The summary of a report on one screen.
pub fn terminal(_report: &Report, _style: Style, _report_path: &str) -> String {
    String::new()
}

/// The report as one self-contained page.
pub fn html(_report: &Report) -> String {
    String::new()
}
