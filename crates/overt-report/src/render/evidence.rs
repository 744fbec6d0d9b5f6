//! Evidence inside a page, and the button by which the page checks it.

use super::drawn::Drawn;
use super::page::{Page, json};
use crate::PageDigests;
use base64ct::{Base64, Encoding};
use maud::{Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A verifier in plain JavaScript, written from `docs/formats/evidence.md` alone.
const VERIFIER: &str = include_str!("../../../../web/verify.js");
/// The button and what it shows.
const PAGE: &str = include_str!("evidence.js");

pub(super) const STYLE: &str = include_str!("evidence.css");

/// The button, the place of its answer, and what it checks.
pub(super) fn button(title: &str) -> Markup {
    html! {
        section.check aria-labelledby="check" {
            h2 id="check" { (title) }
            p { button type="button" id="evidence-check" { "Check this report" } }
            div id="evidence-answer" role="status" {}
            (about())
        }
    }
}

/// What a reader must know of the button, folded away until somebody asks.
fn about() -> Markup {
    html! {
        details.behind {
            summary { "What the button checks, and what it cannot check" }
            ul.measure {
                li {
                    "It computes every digest, the tree of cases, the signature, the bounds and the \
                     verdict again from the signed bytes, which lie in this page. Nothing is fetched, and \
                     nothing leaves this page."
                }
                li {
                    "It compares every word, picture and style of this page with the digests that were \
                     signed, and it names the first word that differs. A translation or an extension of \
                     the browser that changes the page makes this check fail, too."
                }
                li {
                    "It does not know whose key is the right one. It names the signer by a fingerprint. \
                     Compare this fingerprint with one that you got in another way."
                }
                li {
                    "It runs nothing again, because a page holds no model. "
                    code { "overt verify --replay" } " runs the cases again, with the weights."
                }
                li {
                    "Somebody who changed this page could have changed the button, too. If you do not \
                     trust the person who gave you the page, check the folder with a program that you got \
                     in another way: "
                    code { "overt verify" } ", or " code { "python3 python/verify.py" } "."
                }
            }
        }
    }
}

const FILE: &str = "<script type=\"application/octet-stream\" data-file=\"";
const FILE_END: &str = "</script>";

/// A page of ours without the files of a bundle in it.
pub(super) fn without_files(page: &str) -> String {
    let mut pieces = page.split(FILE);
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |page, piece| page + after_file(piece).unwrap_or(piece))
}

/// What follows a file that is written as ours are. Any other stays in the page and makes it another one: a
/// browser might end the element elsewhere, and show the rest.
fn after_file(piece: &str) -> Option<&str> {
    let (file, after) = piece.split_once(FILE_END)?;
    let (name, bytes) = file.split_once("\">")?;
    let plain =
        |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "._-+/=".contains(c));
    (plain(name) && plain(bytes)).then_some(after)
}

/// What the button reads: the files of a bundle, the words of the page, and the script itself.
pub(super) fn data(files: &BTreeMap<String, Vec<u8>>, drawn: &Drawn) -> Markup {
    let words = serde_json::to_string(&drawn.words).expect("words are plain data");
    html! {
        @for (name, bytes) in files {
            script type="application/octet-stream" data-file=(name) { (Base64::encode_string(bytes)) }
        }
        (json("overt-words", &words))
        script type="module" { (PreEscaped(script())) }
    }
}

/// A page that shows and checks evidence and nothing else: for a bundle whose report is withheld. It shows
/// the signed verdict at once.
///
/// ```
/// use overt_report::evidence_html;
/// let page = evidence_html(&[("evidence.json".to_owned(), b"{}".to_vec())].into());
/// assert!(page.starts_with("<!doctype html>") && page.contains("Content-Security-Policy"));
/// assert!(page.contains("data-file=\"evidence.json\">e30=</script>"));
/// ```
pub fn evidence_html(files: &BTreeMap<String, Vec<u8>>) -> String {
    let data = data(files, &drawn_withheld());
    Page { head: policy(), data, ..withheld() }.document()
}

/// What a page without its report shows before its script runs: the same for every bundle.
fn withheld() -> Page<'static> {
    let shown = html! {
        header.banner {
            div.inner {
                p.kicker { "Evidence" }
                h1 { "What was signed about a model" }
                p {
                    "This page shows what was signed, and nothing else: the verdict and the figures, as \
                     soon as it has checked them. A browser in which scripts are off shows nothing here."
                }
            }
        }
        main { (button("The signed verdict")) }
    };
    Page { title: "Evidence", style: STYLE, shown, ..Page::default() }
}

fn drawn_withheld() -> Drawn {
    Drawn::of(&withheld().document())
}

/// The security policy of such a page: its one script, named by digest, and nothing from anywhere.
pub(super) fn policy() -> Markup {
    let digest = Base64::encode_string(&Sha256::digest(script()));
    let content = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; \
         base-uri 'none'; form-action 'none'"
    );
    html! { meta http-equiv="Content-Security-Policy" content=(content); }
}

/// The verifier and the button. A page without its report has no signed digests of its words: they are the
/// same for every such page, and stand in the script.
fn script() -> String {
    let PageDigests { words, drawing } = drawn_withheld().digests();
    let withheld = format!("{{ words: \"{words}\", drawing: \"{drawing}\" }}");
    format!("\n{VERIFIER}\n{}", PAGE.replacen("WITHHELD_PAGE", &withheld, 1))
}
