//! Addresses of records on the page.

use crate::Record;
use maud::{Markup, html};

/// The address of a record on the page.
pub(super) fn anchor(id: &str) -> String {
    format!("record-{id}")
}

/// Text that leads to the record behind it.
pub(super) fn link(record: &Record, text: &str) -> Markup {
    html! { a href={ "#" (anchor(&record.id)) } { (text) } }
}
