//! The page of the report, and the files that it carries inside.

use crate::attack::{Attack, Attacked};
use crate::honest::Honest;
use base64ct::{Base64, Encoding};
use overt_evidence::Bundle;
use overt_evidence::bundle::{CASES, EVIDENCE, FIGURES, PAGE, REPORT, RUN_LOG};

pub(crate) const ATTACKS: &[Attack] = &[
    Attack::new("another file in the page", ("page", "is another than the one beside it"), {
        |honest, draw| {
            let name = draw.one(&[EVIDENCE, RUN_LOG, CASES, REPORT, FIGURES]);
            with_page(honest, |files| {
                let bytes = files.files.get_mut(name).expect("every bundle has it");
                bytes.push(b' ');
            })
        }
    }),
    Attack::new("page of another bundle", ("page", "is another than the one beside it"), {
        |honest, draw| {
            let other = Honest::draw(1_000_000 + draw.below(1_000_000)).seal();
            with_page(honest, |files| *files = other)
        }
    }),
    Attack::new("page without evidence", ("page", "holds no evidence"), |honest, _| {
        with_page(honest, |files| drop(files.files.remove(EVIDENCE)))
    }),
    Attack::new("page with a file that is not beside it", ("page", "which is not beside it"), {
        |honest, _| {
            with_page(honest, |files| drop(files.files.insert("more.json".into(), b"{}".to_vec())))
        }
    }),
    Attack::new("page with a file twice", ("page", "twice"), |honest, draw| {
        let name = draw.one(&[EVIDENCE, CASES]);
        changed(honest, |bundle, text| text + &element(name, &bundle.files[name]))
    }),
    Attack::new("page that draws another report", ("page", "the report that it draws"), {
        |honest, _| changed(honest, |_, text| text.replace("\"score\": 0.25", "\"score\": 0.75"))
    }),
    Attack::new("page that draws no report", ("page", "the report that it draws"), |honest, _| {
        changed(honest, |_, text| text.replace("id=\"overt-report\"", "id=\"report\""))
    }),
    Attack::new("page that cannot be read", ("page", ""), |honest, draw| {
        let which = draw.below(3);
        with(honest, |_, mut page| {
            match which {
                0 => page.push(0xff),
                1 => page.extend(b"<script type=\"application/octet-stream\" data-file=\"a.json"),
                _ => page.extend(element("a.json", b"").replace("</", "!</").into_bytes()),
            }
            page
        })
    }),
];

/// A page as a report has it, without its words.
pub(crate) fn page(bundle: &Bundle) -> Vec<u8> {
    let files = bundle.files.iter().map(|(name, bytes)| element(name, bytes));
    let report = String::from_utf8(bundle.files[REPORT].clone()).expect("a report is text");
    let drawn =
        format!("<script type=\"application/json\" id=\"overt-report\">{report}</script>\n");
    format!("<!doctype html>\n{}{drawn}", files.collect::<String>()).into_bytes()
}

fn element(name: &str, bytes: &[u8]) -> String {
    let base64 = Base64::encode_string(bytes);
    format!("<script type=\"application/octet-stream\" data-file=\"{name}\">{base64}</script>\n")
}

/// An honest bundle whose page holds other files.
fn with_page(honest: Honest, change: impl FnOnce(&mut Bundle)) -> Attacked {
    with(honest, |bundle, _| {
        let mut files = bundle.clone();
        change(&mut files);
        page(&files)
    })
}

/// An honest bundle whose page reads otherwise.
fn changed(honest: Honest, change: impl FnOnce(&Bundle, String) -> String) -> Attacked {
    with(honest, |bundle, page| {
        change(bundle, String::from_utf8(page).expect("a page is text")).into_bytes()
    })
}

fn with(honest: Honest, change: impl FnOnce(&Bundle, Vec<u8>) -> Vec<u8>) -> Attacked {
    let mut attacked = honest.signed();
    let whole = page(&attacked.bundle);
    let page = change(&attacked.bundle, whole);
    attacked.bundle.files.insert(PAGE.to_owned(), page);
    attacked
}
