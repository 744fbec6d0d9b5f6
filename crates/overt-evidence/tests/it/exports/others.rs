//! Programs of others read what was exported.
#![expect(
    clippy::disallowed_methods,
    reason = "a Python with those programs is named by the environment"
)]

use crate::statements::{Draw, gate, statement};
use overt_evidence::export::{Format, export};
use std::io::Write;
use std::process::{Command, Stdio};

/// A Python that has what `read_exports.py` imports.
const PYTHON: &str = "OVERT_EXPORTS";

pub(super) fn read() {
    let python = std::env::var(PYTHON).unwrap();
    let odd = Draw { text: "no: é \"| <b>\n---\u{2028}".to_owned(), ..Draw::default() };
    for draw in [Draw::default(), odd, Draw { is_empty: true, ..Draw::default() }] {
        let statement = statement(&draw);
        for format in Format::ALL {
            let bytes = export(format, &statement, Some(&gate(&statement))).unwrap();
            let mut child = Command::new(&python)
                .args([
                    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/read_exports.py"),
                    format.name(),
                ])
                .stdin(Stdio::piped())
                .spawn()
                .unwrap();
            child.stdin.take().unwrap().write_all(&bytes).unwrap();
            assert!(child.wait().unwrap().success(), "{} of {draw:?}", format.name());
        }
    }
}
