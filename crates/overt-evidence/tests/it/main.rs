//! Laws of evidence, from outside.
#![expect(clippy::unwrap_used, reason = "helpers of tests, too")]

mod gates;
mod made;
mod policies;

use overt_evidence as evidence;
