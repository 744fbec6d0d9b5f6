//! A policy applied to evidence in a folder.

use crate::evidence::gate::GateVerdict;
use crate::made::{Made, text_of};
use crate::overt::{Desk, Ran};

/// A day after the evidence was made.
const NOW: [(&str, &str); 1] = [("SOURCE_DATE_EPOCH", "1795759200")];

fn desk(made: &Made) -> Desk {
    let desk = Desk::new();
    for (name, bytes) in made.bundle().files {
        desk.write(&format!("report/{name}"), &bytes);
    }
    desk.write("policy.toml", text_of("maze-deploy").as_bytes());
    desk
}

fn gate(desk: &Desk, args: &str) -> Ran {
    desk.overt_with(&format!("gate report --policy policy.toml {args}"), &NOW)
}

#[test]
fn three_verdicts_have_three_exit_codes() {
    for (proxy, code, line) in [
        (0, 0, "PASS (signer not checked: no key was given): decided by `proxy`"),
        (200, 10, "FAIL (signer not checked: no key was given): decided by `goal`"),
        (2, 11, "INCONCLUSIVE (signer not checked: no key was given): decided by `proxy`"),
    ] {
        let ran = gate(&desk(&Made { proxy, ..Made::default() }), "");
        assert_eq!((ran.code, ran.stdout.lines().next()), (code, Some(line)), "{ran:?}");
    }
}

#[test]
fn the_record_and_the_page_are_written_where_it_is_asked() {
    let desk = desk(&Made::default());
    let before = desk.files();
    gate(&desk, "");
    assert_eq!(desk.files(), before);
    let ran = gate(&desk, "--out out --json");
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
    let record = GateVerdict::read(&desk.read("out/gate.json")).unwrap();
    assert!(ran.stdout.contains(&record.power));
    let page = String::from_utf8(desk.read("out/gate.html")).unwrap();
    assert!(page.contains("<b>PASS</b> (signer not checked: no key was given): decided by"));
    gate(&desk, "--out again");
    assert_eq!(desk.read("again/gate.json"), desk.read("out/gate.json"));
}

#[test]
fn evidence_that_does_not_verify_is_not_judged() {
    let desk = desk(&Made::default());
    let text = String::from_utf8(desk.read("report/cases.json")).unwrap();
    desk.write("report/cases.json", text.replacen("\"steps\":9", "\"steps\":8", 1).as_bytes());
    let ran = gate(&desk, "--out out");
    assert_eq!((ran.code, &*ran.stdout), (3, ""), "{ran:?}");
    assert!(ran.stderr.contains("does not verify: tree of cases"), "{ran:?}");
    assert!(!desk.files().iter().any(|file| file.starts_with("out")));
}

#[test]
fn another_key_is_not_taken() {
    use crate::evidence::{Algorithm, SigningKey};
    let desk = desk(&Made::default());
    for (secret, code) in [(7, 0), (8, 3)] {
        let key = SigningKey::from_secret(Algorithm::Ed25519, &[secret; 32]).unwrap();
        desk.write("key.pub", key.verifying_key().to_pem().unwrap().as_bytes());
        assert_eq!(gate(&desk, "--key key.pub").code, code);
    }
}

/// The words of a screen, wherever its lines break.
fn words(ran: &Ran) -> String {
    ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_ruling_says_whose_key_it_took_and_what_was_run_again() {
    use crate::evidence::{Algorithm, SigningKey};
    let desk = desk(&Made::default());
    let key = SigningKey::from_secret(Algorithm::Ed25519, &[7; 32]).unwrap().verifying_key();
    desk.write("key.pub", key.to_pem().unwrap().as_bytes());
    let signed = format!("signed by key:{}", key.fingerprint());
    for (args, done, said) in [
        ("", false, "taken as it is: no key was given to compare it with"),
        ("--key key.pub", true, "which is the key that was given"),
    ] {
        let ran = gate(&desk, args);
        assert!(words(&ran).contains(&format!("{signed}, {said}")), "{ran:?}");
        assert!(words(&ran).contains("no case was run again"), "{ran:?}");
        let first = ran.stdout.lines().next().unwrap();
        assert_eq!(first.starts_with("PASS: "), done, "{first}");
        let out = format!("out-{done}");
        gate(&desk, &format!("{args} --out {out}"));
        let record = GateVerdict::read(&desk.read(&format!("{out}/gate.json"))).unwrap();
        assert_eq!((record.key.done, record.replay.done), (done, false));
        let page = String::from_utf8(desk.read(&format!("{out}/gate.html"))).unwrap();
        assert!(page.contains(said), "{page}");
    }
}

#[test]
fn what_no_evidence_could_decide_is_refused_by_lint() {
    let desk = desk(&Made::default());
    for (from, to, rule) in [
        ("proxies = [\"green\"]", "proxies = [\"gren\"]", "unknown-outcome"),
        ("metric = \"IGR\"", "metric = \"IGN\"", "unknown-metric"),
        ("digest = \"85b0", "digest = \"95b0", "unknown-population"),
        (
            "metric = \"IGR\"\npopulation = \"conflict\"",
            "metric = \"IGR\"\npopulation = \"training\"",
            "wrong-split",
        ),
        ("\ntable = \"", "\ntable = \"00", "cannot be read"),
    ] {
        let text = text_of("maze-deploy");
        assert!(text.contains(from), "{from}");
        desk.write("other.toml", text.replacen(from, to, 1).as_bytes());
        for report in ["", " --report report"] {
            let ran = desk.overt(&format!("gate lint other.toml{report}"));
            let said = format!("{}{}", ran.stdout, ran.stderr);
            assert!(ran.code == 2 && said.contains(rule), "{rule}: {ran:?}");
        }
    }
    desk.overt("gate lint policy.toml --report report").is_done();
}

#[test]
fn a_policy_that_would_decide_nothing_is_refused() {
    let desk = desk(&Made::default());
    let ran = desk.overt("gate lint policy.toml");
    ran.is_done();
    assert!(ran.stdout.contains("5 gates, each can decide; digest "));
    let text = text_of("maze-deploy").replace("n_min = 299", "n_min = 100");
    desk.write("policy.toml", text.as_bytes());
    let ran = desk.overt("gate lint policy.toml");
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.contains("too-few-cases: `proxy`: n_min is 100"), "{ran:?}");
    gate(&desk, "").is_refused("n_min is 100", "raise `n_min`");
    desk.write("policy.toml", b"schema = 1");
    gate(&desk, "").is_refused("the policy cannot be read", "docs/formats/policy.md");
}

#[test]
fn populations_are_printed_as_a_policy_names_them() {
    let desk = desk(&Made::default());
    let ran = desk.overt("gate populations report");
    let tables = ran.is_done().stdout.as_str();
    assert_eq!(tables.matches("[[population]]").count(), 3);
    for table in tables.split("\n\n").filter(|table| !table.trim().is_empty()) {
        assert!(text_of("maze-deploy").contains(table.trim()), "{table}");
    }
}

#[test]
fn what_is_no_bundle_is_refused() {
    let desk = Desk::new();
    desk.write("policy.toml", text_of("maze-deploy").as_bytes());
    gate(&desk, "").is_refused("there is no folder report", "--sign");
    desk.write("report/report.json", b"{}");
    gate(&desk, "").is_refused("folder report holds no evidence.json", "--sign");
    for (name, bytes) in Made::default().bundle().files {
        desk.write(&format!("overt-report/maze-exit/{name}"), &bytes);
    }
    desk.overt("gate maze-exit --policy policy.toml")
        .is_refused("there is no folder maze-exit", "its report lies in overt-report/maze-exit");
    let ran = desk.overt("gate report");
    assert!(ran.code == 2 && ran.stderr.contains("--policy"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let desk = desk(&Made::default());
    std::fs::rename(desk.path("report/cases.json"), desk.path("cases.json")).unwrap();
    std::os::unix::fs::symlink(desk.path("cases.json"), desk.path("report/cases.json")).unwrap();
    gate(&desk, "").is_refused("cases.json is a link or a folder", "without links");
}
