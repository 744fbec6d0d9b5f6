//! Files as one ZIP in memory.

use super::Moment;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// A ZIP of these files in their order, deflated, all of one moment: the same bytes for the same files
/// on any system.
pub(super) fn archive(files: &[(String, Vec<u8>)], moment: Moment) -> Vec<u8> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(time(moment))
        .system(System::Unix)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options).expect("names are short and told apart");
        zip.write_all(bytes).expect("memory takes what it is given");
    }
    zip.finish().expect("memory takes what it is given").into_inner()
}

/// The moment as a ZIP knows it, which begins in 1980; that beginning for what is before.
fn time(moment: Moment) -> DateTime {
    let Moment { year, month, day, hour, minute, second } = moment;
    DateTime::from_date_and_time(year, month, day, hour, minute, second).unwrap_or_default()
}
