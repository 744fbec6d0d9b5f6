//! Evidence inside a page, and the button by which the page checks it.

use super::each;
use super::escape::escape;
use super::html::{document_with, section};
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A verifier in plain JavaScript, written from `docs/formats/evidence.md` alone.
const VERIFIER: &str = include_str!("../../../../web/verify.js");
/// The button and what it shows.
const PAGE: &str = include_str!("evidence.js");

pub(super) const STYLE: &str = include_str!("evidence.css");

/// What a reader must know before the button says anything.
const BEFORE: &str = "<p>The signed evidence lies in this page. The button recomputes digests, tree, \
    signature, bounds and verdict from it, here and offline; nothing is fetched, and nothing leaves this \
    page.</p>\n\
    <ul class=\"measure\">\n\
    <li>It compares no key: whoever signed is named by a fingerprint. Compare it with one that you have by \
    another way.</li>\n\
    <li>It executes nothing again, and has no model to compare with: whether the cases happened at all is \
    checked by <code>overt verify --replay</code>, with the weights.</li>\n\
    <li>It checks what was signed, not what this page says elsewhere. What was signed is shown beside the \
    answer: compare.</li>\n\
    <li>Somebody who changed this page could have changed the button, too. If you were given the page by \
    whom you do not trust, check the folder with a verifier that you have by another way: \
    <code>overt verify</code>, or <code>python3 python/verify.py</code>.</li>\n\
    </ul>\n";

/// The section of a page that holds the files of a bundle and checks them where it is opened.
///
/// It needs a page that lets its script run: [`html_with_evidence`](crate::html_with_evidence) and
/// [`evidence_html`] do.
///
/// ```
/// use overt_report::evidence_section;
/// let files = [("evidence.json".to_owned(), b"{}".to_vec())].into();
/// let section = evidence_section(&files);
/// assert!(section.contains("data-file=\"evidence.json\">e30=</script>"));
/// ```
pub fn evidence_section(files: &BTreeMap<String, Vec<u8>>) -> String {
    let embedded = each(files, |(name, bytes)| {
        format!(
            "<script type=\"application/octet-stream\" data-file=\"{}\">{}</script>\n",
            escape(name),
            Base64::encode_string(bytes)
        )
    });
    let content = format!(
        "{BEFORE}{embedded}<p><button type=\"button\" id=\"evidence-check\">Check this report</button></p>\n\
         <div id=\"evidence-answer\" role=\"status\"></div>\n<script type=\"module\">{}</script>\n",
        script()
    );
    section("evidence", "Check this report", &content)
}

/// A page that shows and checks evidence and nothing else: for a bundle whose report is withheld.
///
/// ```
/// use overt_report::evidence_html;
/// let page = evidence_html(&[("evidence.json".to_owned(), b"{}".to_vec())].into());
/// assert!(page.starts_with("<!doctype html>") && page.contains("Content-Security-Policy"));
/// ```
pub fn evidence_html(files: &BTreeMap<String, Vec<u8>>) -> String {
    let names: Vec<String> = files.keys().map(|name| escape(name)).collect();
    let content = format!(
        "<header class=\"banner\">\n<div class=\"inner\">\n<p class=\"kicker\">Evidence</p>\n\
         <h1>What was signed about a model</h1>\n<p>Shown here: {}. What is not shown is withheld.</p>\n\
         </div>\n</header>\n<main>\n{}</main>\n",
        names.join(", "),
        evidence_section(files)
    );
    document_with("Evidence", &policy(), STYLE, &content)
}

/// The security policy of such a page: its one script, named by digest, and nothing from anywhere.
pub(super) fn policy() -> String {
    let digest = Base64::encode_string(&Sha256::digest(script()));
    format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'\">\n"
    )
}

fn script() -> String {
    format!("\n{VERIFIER}\n{PAGE}")
}
