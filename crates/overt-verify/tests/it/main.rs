//! The program, run in folders of its own.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, in helpers too")]
#![expect(clippy::disallowed_methods, reason = "tests make the files that they ask about")]

/// A bundle that is made for tests.
#[path = "../../../overt-evidence/tests/it/made.rs"]
#[expect(dead_code, reason = "its other half is for policies")]
mod made;

use overt_evidence as evidence;
use overt_evidence::bundle::CASES;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A folder with a bundle that holds.
fn report() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in &made::Made::default().bundle().files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

/// Exit code, and what was said.
fn run(arguments: &[&str], folder: &Path) -> (i32, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_overt-verify"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let said = [out.stdout, out.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (out.status.code().unwrap(), said)
}

#[test]
fn what_was_signed_holds_and_says_what_was_not_checked() {
    let folder = report();
    let (code, said) = run(&["."], folder.path());
    // It was made for a moment of these days: the row of expiry tells the present from it.
    assert!(code == 0 || said.contains("expiry         FAILS"), "{said}");
    assert!(said.contains("signature      holds"), "{said}");
    assert!(said.contains("evaluator      not checked"), "{said}");
    let (json_code, json) = run(&[".", "--json"], folder.path());
    assert_eq!(json_code, code);
    assert!(json.contains("\"accepted\""), "{json}");
}

#[test]
fn what_was_changed_is_rejected_by_its_row() {
    let folder = report();
    let cases = folder.path().join(CASES);
    let text = std::fs::read_to_string(&cases).unwrap();
    std::fs::write(&cases, text.replacen("\"exit\"", "\"green\"", 1)).unwrap();
    let (code, said) = run(&["."], folder.path());
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("tree of cases  FAILS"), "{said}");
    assert!(said.contains("REJECTED"), "{said}");
}

#[test]
fn what_cannot_be_read_is_malformed() {
    let folder = report();
    let here = folder.path();
    std::fs::write(here.join("key.pub"), "no key").unwrap();
    let asked: [(&[&str], &str); 6] = [
        (&[], "Usage"),
        (&["--lies"], "unknown option"),
        (&[".", "."], "more than one folder"),
        (&["nowhere"], "nowhere"),
        (&[".", "--key"], "needs a value"),
        (&[".", "--key", "key.pub"], "key.pub"),
    ];
    for (arguments, words) in asked {
        let (code, said) = run(arguments, here);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(words), "{said}");
    }
    let (code, help) = run(&["--help"], here);
    assert!(code == 0 && help.contains("Example: "), "{help}");
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let folder = report();
    let cases = folder.path().join(CASES);
    std::fs::rename(&cases, folder.path().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink("elsewhere", &cases).unwrap();
    let (code, said) = run(&["."], folder.path());
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("is a link"), "{said}");
}

#[test]
fn it_says_which_version_it_is() {
    let folder = tempfile::tempdir().unwrap();
    for asked in ["--version", "-V"] {
        let (code, said) = run(&[asked], folder.path());
        assert_eq!((code, said), (0, format!("overt-verify {}\n", env!("CARGO_PKG_VERSION"))));
    }
}
