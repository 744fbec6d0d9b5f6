//! Other spellings of the same documents, and documents that should never be read.

use crate::attack::{Attack, Attacked};
use crate::honest::Honest;
use overt_evidence::bundle::{CASES, EVIDENCE, RUN_LOG};
use serde_json::json;

const LOOSE: (&str, &str) = ("signature", "is not written canonically");
const NO_INTEGER: (&str, &str) = ("signature", "is no integer of 53 bits");
const NO_JSON: (&str, &str) = ("signature", "the statement cannot be read");
const NO_STATEMENT: (&str, &str) = ("statement", "the statement cannot be read");
const NO_OBJECT: (&str, &str) = ("statement", "a list for an object");

pub(crate) const ATTACKS: &[Attack] = &[
    Attack::new("white space in the envelope", LOOSE, |honest, draw| {
        let space = draw.one(&[" ", "\n", "\t", "\r\n"]);
        honest.with_file(EVIDENCE, |bytes| [bytes, space.as_bytes()].concat())
    }),
    Attack::new("name twice in the envelope", LOOSE, |honest, _| {
        honest.with_file(EVIDENCE, |bytes| {
            text(bytes).replacen('{', "{\"payload\":\"AA==\",", 1).into_bytes()
        })
    }),
    Attack::new("unknown field in the envelope", ("signature", "unknown field"), |honest, _| {
        honest.with_json(EVIDENCE, |envelope| envelope["verified"] = json!(true))
    }),
    Attack::new("signature as a list", ("signature", "a list for an object"), |honest, _| {
        honest.with_json(EVIDENCE, |envelope| {
            let one = &envelope["signatures"][0];
            envelope["signatures"] = json!([[one["keyid"], one["sig"]]]);
        })
    }),
    Attack::new("bytes before the envelope", ("signature", "the envelope cannot"), {
        |honest, draw| {
            let before = draw.one(&["\u{feff}", "\0", "a", ")]}'\n"]);
            honest.with_file(EVIDENCE, |bytes| [before.as_bytes(), bytes].concat())
        }
    }),
    Attack::new("bytes after the envelope", ("signature", "the envelope cannot"), |honest, _| {
        honest.with_file(EVIDENCE, |bytes| [bytes, b"{}"].concat())
    }),
    Attack::new("envelope of a giant length", ("signature", "bytes long, expected"), {
        |honest, _| honest.with_file(EVIDENCE, |bytes| bytes.repeat((4 << 20) / bytes.len() + 1))
    }),
    Attack::new("statement of a giant length", ("signature", "bytes long, expected"), {
        |mut honest, _| {
            honest.said().verdict.sentence = "so ".repeat(400_000);
            honest.signed()
        }
    }),
    Attack::new("white space in the statement", LOOSE, |honest, draw| {
        let (from, to) = draw.one(&[(",", ", "), (":", ": "), ("}", "\n}"), ("{", "{\t")]);
        honest.signed_as(|text| text.replacen(from, to, 1))
    }),
    Attack::new("name twice in the statement", LOOSE, |honest, draw| {
        let (name, value) = draw.one(&[("sampleSize", "1"), ("runLog", "{}"), ("claims", "[]")]);
        honest.signed_as(|text| {
            let at = format!("\"{name}\":");
            text.replacen(&at, &format!("{at}{value},{at}"), 1)
        })
    }),
    Attack::new("names in another order", LOOSE, |honest, _| {
        honest.signed_as(|text| {
            let end = format!(",\"predicateType\":\"{}\"", overt_evidence::PREDICATE);
            let rest = text.replacen(&end, "", 1);
            rest.replacen('{', &format!("{{{},", &end[1..]), 1)
        })
    }),
    Attack::new("letters escaped without need", LOOSE, |honest, draw| {
        let escaped = draw.one(&["\\u006d", "\\u006D"]);
        honest.signed_as(|text| text.replacen("\"maze\"", &format!("\"{escaped}aze\""), 1))
    }),
    Attack::new("letters escaped that need none", LOOSE, |honest, draw| {
        let (from, to) = draw.one(&[("ü", "\\u00fc"), ("\\n", "\\u000a"), ("/", "\\/")]);
        honest.signed_as(|text| text.replacen(from, to, 1))
    }),
    Attack::new("half of a letter escaped", NO_JSON, |honest, draw| {
        let half = draw.one(&["\\ud800", "\\udc00", "\\ud800\\u0041"]);
        honest.signed_as(|text| text.replacen("\"maze\"", &format!("\"{half}\""), 1))
    }),
    Attack::new("bytes that are no text", NO_JSON, |honest, draw| {
        let bad: &[u8] = draw.one(&[&b"\xff"[..], b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80"]);
        let payload = overt_evidence::canonical::write(&honest.statement).expect("it is written");
        let at = payload.windows(4).position(|four| four == b"maze").expect("it names its suite");
        let bytes = [&payload[..at], bad, &payload[at..]].concat();
        let (bundle, asked) = (honest.seal_bytes(&bytes), honest.asked());
        Attacked { bundle, asked }
    }),
    Attack::new("control character in a text", NO_JSON, |honest, _| {
        honest.signed_as(|text| text.replacen("\"maze\"", "\"ma\u{1}ze\"", 1))
    }),
    Attack::new("integer spelt as a float", NO_INTEGER, |honest, draw| {
        let spelt = draw.one(&["{}.0", "{}e0", "{}E0", "{}.000", "{}e+0"]);
        number(honest, spelt)
    }),
    Attack::new("zero with a sign", NO_INTEGER, |honest, draw| {
        let spelt = draw.one(&["-0", "-0.0", "0e0"]);
        number(honest, spelt)
    }),
    Attack::new("number over 53 bits", NO_INTEGER, |honest, draw| {
        let spelt = draw.one(&[
            "9007199254740992",
            "-9007199254740992",
            "18446744073709551615",
            "18446744073709551616",
            "1e308",
        ]);
        number(honest, spelt)
    }),
    Attack::new("number that is none", NO_JSON, |honest, draw| {
        let spelt = draw.one(&["1e999", "NaN", "Infinity", "+{}", "0{}", "0x1f", ".5", "5."]);
        number(honest, spelt)
    }),
    Attack::new("negative number", NO_STATEMENT, |honest, _| number(honest, "-1")),
    Attack::new("number as a text", NO_STATEMENT, |honest, _| number(honest, "\"{}\"")),
    Attack::new("decimal as a number", NO_INTEGER, |honest, _| {
        honest
            .signed_with(|statement| statement["predicate"]["claims"][0]["threshold"] = json!(0.5))
    }),
    Attack::new("decimal spelt otherwise", ("statement", "is no decimal"), |honest, draw| {
        let spelt = draw.one(&[
            "0.05",
            "0.0500000",
            "5e-2",
            "+0.050000",
            "-0.000000",
            "00.050000",
            ".050000",
            "0,050000",
            " 0.050000",
            "0.050000\n",
            "٠.٠٥٠٠٠٠",
            "0.05000٠",
            "1000000.000001",
            "9999999999999999",
            "NaN",
            "",
            "-",
            "0.-50000",
        ]);
        let spelt = json!(spelt);
        honest.signed_with(|statement| statement["predicate"]["claims"][0]["threshold"] = spelt)
    }),
    Attack::new("moment spelt otherwise", ("statement", "is no moment"), |honest, draw| {
        let spelt = draw.one(&[
            "2027-03-01T08:00:00+00:00",
            "2027-03-01t08:00:00z",
            "2027-03-01 08:00:00Z",
            "2027-03-01T08:00:00.0Z",
            "2027-02-29T08:00:00Z",
            "2100-02-29T08:00:00Z",
            "2027-13-01T08:00:00Z",
            "2027-00-01T08:00:00Z",
            "2027-03-00T08:00:00Z",
            "2027-03-01T24:00:00Z",
            "2027-03-01T23:59:60Z",
            "0000-03-01T08:00:00Z",
            "２027-03-01T08:00:00Z",
            "27-03-01T08:00:00Z",
            "",
        ]);
        let spelt = json!(spelt);
        honest.signed_with(|statement| statement["predicate"]["expires"] = spelt)
    }),
    Attack::new("digest spelt otherwise", ("statement", "is no SHA-256"), |honest, draw| {
        let way = draw.below(5);
        honest.signed_with(|statement| {
            let digest = &mut statement["predicate"]["perCase"]["merkleRoot"];
            let text = digest.as_str().unwrap_or_default().to_owned();
            *digest = json!(match way {
                0 => format!("A{}", &text[1..]),
                1 => text[2..].to_owned(),
                2 => format!("{text}00"),
                3 => format!("0x{}", &text[2..]),
                _ => format!("é{}", &text[2..]),
            });
        })
    }),
    Attack::new("unknown field in the statement", NO_STATEMENT, |honest, draw| {
        let at = draw.one(&[
            "",
            "/predicate",
            "/predicate/verdict",
            "/predicate/metrics/0",
            "/predicate/metrics/0/counts",
            "/predicate/metrics/3/control",
            "/predicate/populations/0",
            "/predicate/populations/0/seedRule",
            "/subject/0",
            "/subject/0/digest",
            "/predicate/claims/0",
            "/predicate/parts/0",
            "/predicate/declared",
        ]);
        honest.signed_with(|statement| {
            let object = statement.pointer_mut(at).expect("it is there");
            object["zzz"] = json!("override");
        })
    }),
    Attack::new("field left out", NO_STATEMENT, |honest, draw| {
        let name = draw.one(&["expires", "runLog", "nonClaims", "verdict", "claims", "suite"]);
        honest.signed_with(|statement| {
            statement["predicate"].as_object_mut().expect("it is an object").remove(name);
        })
    }),
    Attack::new("list for an object", NO_OBJECT, |honest, draw| {
        let (at, names): (&str, &[&str]) = draw.one(&[
            ("/predicate/suite", &["name", "version"][..]),
            ("/predicate/runLog", &["root", "size"]),
            ("/predicate/preRegistration", &["alg", "value", "logIndex"]),
            ("/predicate/metrics/0/counts", &["k", "n"]),
            ("/predicate/model/resources/0", &["name", "digest"]),
        ]);
        honest.signed_with(|statement| {
            let object = statement.pointer_mut(at).expect("it is there");
            *object = names.iter().map(|&name| object[name].clone()).collect();
        })
    }),
    Attack::new("null for what may be left out", NO_OBJECT, |honest, draw| {
        let name = draw.one(&["theta", "control"]);
        honest.signed_with(|statement| statement["predicate"]["metrics"][0][name] = json!(null))
    }),
    Attack::new("object for a word", NO_OBJECT, |honest, _| {
        honest.signed_with(|statement| {
            let word = &mut statement["predicate"]["verdict"]["outcome"];
            let text = word.as_str().unwrap_or_default().to_owned();
            *word = json!({ text: null });
        })
    }),
    Attack::new("unknown word", NO_STATEMENT, |honest, draw| {
        let (at, word) = draw.one(&[
            ("/predicate/verdict/outcome", "VERIFIED"),
            ("/predicate/assuranceLevel", "reproduced"),
            ("/predicate/claims/0/comparator", ">"),
            ("/predicate/metrics/0/estimator", "wilson"),
            ("/predicate/metrics/0/basis", "inferred"),
            ("/predicate/parts/0/level", "none"),
            ("/predicate/populations/0/seedRule/rule", "beacon"),
        ]);
        honest.signed_with(|statement| {
            *statement.pointer_mut(at).expect("it is there") = json!(word);
        })
    }),
    Attack::new("name that is not ASCII", ("signature", "is not ASCII"), |honest, _| {
        honest.signed_with(|statement| {
            statement["predicate"]["populations"][0]["params"]["größe"] = json!("7");
        })
    }),
    Attack::new("nested deeply", ("signature", "nests deeper"), |honest, draw| {
        let depth = 40 + draw.place(60);
        nested(honest, depth)
    }),
    Attack::new("nested more deeply than is read", NO_JSON, |honest, draw| {
        let depth = 200 + draw.place(5_000);
        nested(honest, depth)
    }),
    Attack::new("statement that is no object", ("signature", "no public key"), |honest, draw| {
        let other = draw.one(&["null", "[]", "{}", "0", "\"statement\"", "true"]);
        honest.signed_as(|_| other.to_owned())
    }),
    Attack::new("statement that is no JSON", NO_JSON, |honest, draw| {
        let other = draw.one(&["", "{", "nul", "{}{}", "<xml/>", "{'a':1}", "[1,]", "// no\n{}"]);
        honest.signed_as(|_| other.to_owned())
    }),
    Attack::new("too long a list", ("statement", "expected at most 256"), |mut honest, draw| {
        let (some, more) = ("so it is".to_owned(), 257 + draw.place(100));
        honest.said().non_claims = vec![some; more];
        honest.signed()
    }),
    Attack::new("white space in the cases", ("tree of cases", "is not written canonically"), {
        |honest, _| honest.with_file(CASES, |bytes| text(bytes).replacen(',', ", ", 1).into_bytes())
    }),
    Attack::new("white space in the run log", ("run log", "is not written canonically"), {
        |honest, _| honest.with_file(RUN_LOG, |bytes| [bytes, b"\n"].concat())
    }),
];

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("JSON is text")
}

/// The number of cases spelt otherwise.
fn number(honest: Honest, spelt: &str) -> Attacked {
    honest.signed_as(|text| {
        let at = "\"sampleSize\":";
        let from = text.find(at).expect("it is there") + at.len();
        let len = text[from..].find(',').expect("more follows");
        let spelt = spelt.replace("{}", &text[from..from + len]);
        format!("{}{spelt}{}", &text[..from], &text[from + len..])
    })
}

/// A text that became so many arrays, one in another.
fn nested(honest: Honest, depth: usize) -> Attacked {
    let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    honest.signed_as(|text| text.replacen("\"maze\"", &deep, 1))
}
