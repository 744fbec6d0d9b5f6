//! What a page shows, in two digests.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Digests of a page, so that somebody who holds the signed report can tell whether the page was changed.
///
/// `docs/formats/report.md` says what they are taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageDigests {
    /// SHA-256 of the words that the page shows, 64 lower-case hexadecimal digits.
    pub words: String,
    /// SHA-256 of those words with every element, attribute and style around them, likewise.
    pub drawing: String,
}
