//! The files that a page carries inside: whether they are those that lie beside it.

use crate::Error;
use crate::bundle::{EVIDENCE, PAGE, REPORT};
use crate::error::contradiction;
use base64ct::{Base64, Encoding};
use serde_json::Value;
use std::collections::BTreeMap;

/// What stands before the name of a file, and before its bytes in Base64.
const FILE: [&str; 2] = ["<script type=\"application/octet-stream\" data-file=\"", "\">"];
/// What stands before the report that the page draws.
const DRAWN: &str = "<script type=\"application/json\" id=\"overt-report\">";
/// What stands behind either.
const END: &str = "</script>";

/// How many files the page holds, each of them the same as beside it.
pub(crate) fn check(page: &[u8], files: &BTreeMap<String, Vec<u8>>) -> Result<usize, Error> {
    let text = std::str::from_utf8(page).map_err(|_source| wrong("it is no UTF-8"))?;
    let held = held(text)?;
    if !held.contains_key(EVIDENCE) {
        return Err(wrong("it holds no evidence"));
    }
    for (name, bytes) in &held {
        match files.get(*name) {
            Some(beside) if beside == bytes => {}
            Some(_) => {
                return Err(wrong(&format!("its `{name}` is another than the one beside it")));
            }
            None => return Err(wrong(&format!("it holds `{name}`, which is not beside it"))),
        }
    }
    if let Some(report) = files.get(REPORT) {
        let drawn = text.split_once(DRAWN).and_then(|(_, rest)| rest.split_once(END));
        let drawn = drawn.and_then(|(json, _)| serde_json::from_str::<Value>(json).ok());
        let signed = serde_json::from_slice::<Value>(report).ok();
        if drawn.is_none() || drawn != signed {
            return Err(wrong("the report that it draws is another than `report.json`"));
        }
    }
    Ok(held.len())
}

/// Every file in the page, by name.
fn held(text: &str) -> Result<BTreeMap<&str, Vec<u8>>, Error> {
    let mut found = BTreeMap::new();
    for piece in text.split(FILE[0]).skip(1) {
        let parts = piece.split_once(FILE[1]).and_then(|(name, rest)| {
            let (base64, _) = rest.split_once(END)?;
            Some((name, Base64::decode_vec(base64).ok()?))
        });
        let (name, bytes) = parts.ok_or_else(|| wrong("a file in it cannot be read"))?;
        if found.insert(name, bytes).is_some() {
            return Err(wrong(&format!("it holds `{name}` twice")));
        }
    }
    Ok(found)
}

fn wrong(what: &str) -> Error {
    contradiction(PAGE, what.to_owned())
}
