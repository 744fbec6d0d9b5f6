//! The format as a JSON schema.

use crate::Report;

/// The JSON schema of a report, as published in `docs/formats/report.schema.json`.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Report);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain data");
    text.push('\n');
    text
}
