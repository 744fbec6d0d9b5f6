//! Reading and writing `report.json`.

use serde::Deserialize;

use crate::{Error, Report, SCHEMA};

/// Largest report that is read, in bytes.
pub const MAX_JSON_BYTES: usize = 16 << 20;

/// The one field that says how to read the others.
#[derive(Deserialize)]
struct Header {
    schema: String,
}

impl Report {
    /// Reads a report that may come from a stranger, and refuses one that does not hold together.
    ///
    /// ```
    /// let error = overt_report::Report::from_json(br#"{"schema": "overt/report/3"}"#).unwrap_err();
    /// # use overt_fault::Hint;
    /// assert_eq!(error.hint().as_deref(), Some("read it with the version of Overt that wrote it"));
    /// ```
    pub fn from_json(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_JSON_BYTES {
            let at = "report.json".to_owned();
            return Err(Error::TooLarge { at, limit: MAX_JSON_BYTES, got: bytes.len() });
        }
        let malformed = |source| Error::Malformed { source };
        let header: Header = serde_json::from_slice(bytes).map_err(malformed)?;
        if header.schema != SCHEMA {
            return Err(Error::WrongSchema { expected: SCHEMA, got: header.schema });
        }
        let report: Self = serde_json::from_slice(bytes).map_err(malformed)?;
        report.validate()?;
        Ok(report)
    }

    /// The report as indented JSON, the same bytes for the same report.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a report is plain data");
        text.push('\n');
        text
    }
}
