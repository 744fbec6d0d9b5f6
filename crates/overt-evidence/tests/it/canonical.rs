use overt_evidence::canonical;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Documents as they may be signed.
fn documents() -> impl Strategy<Value = Value> {
    let largest = canonical::LARGEST as i64;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-largest..=largest).prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            btree_map("[ -~]{0,6}", inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn read(bytes: &[u8]) -> Result<Value, overt_evidence::Error> {
    canonical::read("the document", bytes, 1 << 20)
}

proptest! {
    #[test]
    fn what_is_written_is_read_again_as_it_was(document in documents()) {
        let bytes = canonical::write(&document).unwrap();
        prop_assert_eq!(read(&bytes).unwrap(), document);
    }

    #[test]
    fn bytes_are_those_of_another_writer_of_rfc_8785(document in documents()) {
        let ours = canonical::write(&document).unwrap();
        prop_assert_eq!(ours, serde_json_canonicalizer::to_vec(&document).unwrap());
    }

    #[test]
    fn a_byte_more_anywhere_is_refused_or_another_document(
        document in documents(),
        at in any::<prop::sample::Index>(),
        byte in prop_oneof![Just(b' '), Just(b'\n'), Just(b'0'), Just(b'"'), any::<u8>()],
    ) {
        let mut bytes = canonical::write(&document).unwrap();
        let at = at.index(bytes.len() + 1);
        bytes.insert(at, byte);
        if let Ok(other) = read(&bytes) {
            prop_assert_ne!(other, document);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in vec(any::<u8>(), 0..60)) {
        if let Ok(document) = read(&bytes) {
            prop_assert_eq!(canonical::write(&document).unwrap(), bytes);
        }
    }
}

#[test]
fn escapes_are_those_of_rfc_8785_section_3_2_2_2() {
    let text = json!("\u{20ac}$\u{f}\nA'B\"\\\\\"/\u{7f}\u{8}\u{c}\r\t\u{1f}\u{2028}");
    let expected = "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\\b\\f\\r\\t\\u001f\u{2028}\"";
    assert_eq!(canonical::write(&text).unwrap(), expected.as_bytes());
}

#[test]
fn other_spellings_of_one_document_are_refused() {
    let spellings = [
        r#"{"a":1,"a":1}"#,
        r#"{"b":1,"a":1}"#,
        r#"{"a": 1}"#,
        r#"{"a":1.0}"#,
        r#"{"a":1e0}"#,
        r#"{"a":-0}"#,
        r#"{"a":9007199254740992}"#,
        r#"{"\u0061":1}"#,
        r#"{"a":"\/"}"#,
        r#"{"a":"\u000A"}"#,
        r#"{"ä":1}"#,
        "\u{feff}{}",
        "{}\n",
        "",
    ];
    for text in spellings {
        assert!(read(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn a_list_is_no_object_and_null_is_no_absence() {
    #[derive(Debug, serde::Serialize, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Pair {
        a: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        b: Option<u64>,
    }
    let read = |text: &str| canonical::read::<Pair>("the pair", text.as_bytes(), 100);
    assert!(read(r#"{"a":1,"b":2}"#).is_ok());
    assert!(read(r#"{"a":1}"#).is_ok());
    for text in ["[1,2]", r#"{"a":1,"b":null}"#, r#"{"a":1,"c":2}"#] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn what_nests_too_deeply_is_refused_and_not_recursed_into() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(nested(32).as_bytes()).is_ok());
    for depth in [34, 100, 1_000, 400_000] {
        assert!(read(nested(depth).as_bytes()).is_err(), "{depth}");
    }
}
