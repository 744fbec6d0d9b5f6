//! The files beside the statement.

use crate::attack::Attack;
use crate::model::NAMES;
use overt_evidence::bundle::{FIGURES, REPORT};
use overt_evidence::{Bundle, Level};
use serde_json::json;

const OTHER_PART: (&str, &str) = ("parts", "is not the file that was signed");
const OTHER_VERDICT: (&str, &str) = ("verdict", "another verdict");

pub(crate) const ATTACKS: &[Attack] = &[
    Attack::new("figure changed", OTHER_PART, |honest, draw| {
        let id = draw.one(&["IGR", "DPW", "TSR"]);
        honest.with_json(FIGURES, |figures| figures[id] = json!("0.123456"))
    }),
    Attack::new("report with another verdict", OTHER_PART, |honest, _| {
        honest.with_json(REPORT, |report| report["verdict"]["outcome"] = json!("verified"))
    }),
    Attack::new("report with white space", OTHER_PART, |honest, _| {
        honest.with_file(REPORT, |bytes| [bytes, b"\n"].concat())
    }),
    Attack::new("figures emptied", OTHER_PART, |honest, _| honest.with_file(FIGURES, |_| vec![])),
    Attack::new("parts changed places", OTHER_PART, |honest, _| {
        let mut attacked = honest.signed();
        let [figures, report] = [FIGURES, REPORT].map(|name| attacked.bundle.files[name].clone());
        attacked.bundle.files.insert(FIGURES.to_owned(), report);
        attacked.bundle.files.insert(REPORT.to_owned(), figures);
        attacked
    }),
    Attack::new("length of a part, signed wrongly", OTHER_PART, |mut honest, draw| {
        let more = 1 + draw.below(100);
        honest.said().parts[0].size += more;
        honest.signed()
    }),
    Attack::new("digest of a part, signed wrongly", OTHER_PART, |mut honest, draw| {
        honest.said().parts[1].sha256 = draw.digest();
        honest.signed()
    }),
    Attack::new("part that nobody signed", ("parts", "was not signed"), |mut honest, draw| {
        let name = draw.one(&[FIGURES, REPORT]);
        honest.said().parts.retain(|part| part.name != name);
        honest.signed()
    }),
    Attack::new("part twice", ("statement", "is there twice"), |mut honest, draw| {
        let parts = &mut honest.said().parts;
        let again = draw.one(parts);
        parts.push(again);
        honest.signed()
    }),
    Attack::new("part named outside its folder", ("statement", "is no name of a file"), {
        |mut honest, draw| {
            let part = Bundle::part(draw.one(NAMES), Level::Verdict, b"");
            honest.said().parts.push(part);
            honest.signed()
        }
    }),
    Attack::new("report with another verdict, signed", OTHER_VERDICT, |mut honest, draw| {
        let other = json!(honest.said().verdict.outcome);
        let words = ["verified", "refuted", "inconclusive", "invalid_run", "VERIFIED", ""];
        let others: Vec<&str> = words.into_iter().filter(|word| other != *word).collect();
        let word = draw.one(&others);
        with_report(honest, |report| report["verdict"]["outcome"] = json!(word))
    }),
    Attack::new("report of another competence, signed", OTHER_VERDICT, |honest, draw| {
        let way = draw.below(3);
        with_report(honest, |report| {
            let appears = &mut report["verdict"]["appears_aligned"];
            *appears = match way {
                0 => json!(!appears.as_bool().unwrap_or_default()),
                1 => json!(u8::from(appears.as_bool().unwrap_or_default())),
                _ => json!(appears.to_string()),
            };
        })
    }),
    Attack::new("verdict of the report as an object, signed", OTHER_VERDICT, |honest, _| {
        with_report(honest, |report| {
            let word = report["verdict"]["outcome"].as_str().unwrap_or_default().to_owned();
            report["verdict"]["outcome"] = json!({ word: null });
        })
    }),
    Attack::new("report without a verdict, signed", OTHER_VERDICT, |honest, draw| {
        let other = draw.one(&[json!({}), json!([]), json!(null), json!({"verdict": []})]);
        with_report(honest, |report| *report = other.clone())
    }),
    Attack::new("report that is no JSON, signed", ("verdict", "the report cannot be read"), {
        |mut honest, draw| {
            let bad: &[u8] = draw.one(&[&b""[..], b"{", b"<html>", b"\xff\xfe{}", b"{}{}"]);
            honest.parts.insert(REPORT.to_owned(), bad.to_vec());
            honest.sign_parts();
            honest.signed()
        }
    }),
];

/// Another report, signed as it is.
fn with_report(
    mut honest: crate::honest::Honest,
    edit: impl FnOnce(&mut serde_json::Value),
) -> crate::attack::Attacked {
    let mut report = serde_json::from_slice(&honest.parts[REPORT]).expect("it is JSON");
    edit(&mut report);
    let bytes = serde_json::to_vec(&report).expect("JSON is written");
    honest.parts.insert(REPORT.to_owned(), bytes);
    honest.sign_parts();
    honest.signed()
}
