//! Under which name a folder is known.

use std::path::{Path, PathBuf};

/// The last part of the path, also of `.` and `..`. A folder that is called like a subject that ships has
/// the name of the folder above it in front, so that nobody takes one for the other.
pub fn of_folder(dir: &Path, ships: impl Fn(&str) -> bool) -> String {
    let whole = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let last = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = last(&whole).unwrap_or_else(|| "subject".to_owned());
    if !ships(&name) {
        return name;
    }
    let above = whole.parent().and_then(last).unwrap_or_else(|| "folder".to_owned());
    format!("{above}-{name}")
}

/// Where the report on a subject of this name goes unless another folder is named.
pub fn report_folder(name: &str) -> PathBuf {
    Path::new("overt-report").join(name)
}
