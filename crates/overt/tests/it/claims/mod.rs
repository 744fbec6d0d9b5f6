//! Claims are data: their form, their pages, what they name, and what can be computed of them anew.

/// Claims against figures that are computed from `evidence/*.json`.
mod anew;
/// What every claim file must be.
mod form;
/// The paths and commands that claims name.
mod named;
/// The generated pages, byte for byte.
mod written;

#[path = "../../../examples/evidence/pages/mod.rs"]
pub(crate) mod pages;

use crate::workspace::root;
use pages::Evidence;
use serde_json::Value;
use std::sync::LazyLock;

/// All claims and studies, as they are committed.
static EVIDENCE: LazyLock<Evidence> = LazyLock::new(|| Evidence::read(&root()));

/// A file of `evidence/`.
#[track_caller]
fn data(name: &str) -> Value {
    serde_json::from_str(&crate::workspace::text(&format!("evidence/{name}.json"))).unwrap()
}
