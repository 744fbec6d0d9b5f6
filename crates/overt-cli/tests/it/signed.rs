//! Keys, signed audits, and what verifying them says: one audit is signed, and every test has a copy of it.

use crate::evidence::bundle::{FILES, MOST_BYTES};
use crate::evidence::run_log::Log;
use crate::evidence::{Bundle, Case, Cases, Digest, Metric, SigningKey};
use crate::overt::{Desk, Ran, shipped};
use serde_json::Value;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// A desk with `my.key`, a run that was stopped, and behind it a signed audit of `maze-exit` in `report`.
fn signed() -> &'static Desk {
    static SIGNED: OnceLock<Desk> = OnceLock::new();
    SIGNED.get_or_init(|| {
        let desk = Desk::new();
        desk.overt("keygen --out my.key").is_done();
        begin_and_stop(&desk);
        let ran = desk.overt("audit maze-exit --sign my.key --out report");
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(ran.stderr, "signed: `overt verify report` checks it\n");
        desk
    })
}

/// An audit that is stopped once its plan is in the log.
fn begin_and_stop(desk: &Desk) {
    let mut run = Command::new(env!("CARGO_BIN_EXE_overt"))
        .args(["audit", "maze-exit", "--sign", "my.key", "--out", "stopped"])
        .current_dir(desk.path(""))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while !desk.path("my.key.runlog.json").exists() {
        assert_eq!(run.try_wait().unwrap(), None, "it ended before it began");
        std::thread::sleep(Duration::from_millis(5));
    }
    run.kill().unwrap();
    run.wait().unwrap();
}

/// A copy of what was signed, to be spoilt.
fn copy() -> Desk {
    let desk = Desk::new();
    desk.write("my.key", &signed().read("my.key"));
    desk.write("my.key.pub", &signed().read("my.key.pub"));
    for name in FILES.into_iter().filter(|name| signed().path("report").join(name).exists()) {
        let name = format!("report/{name}");
        desk.write(&name, &signed().read(&name));
    }
    desk.write("report/report.html", &signed().read("report/report.html"));
    desk
}

fn bundle(desk: &Desk) -> Bundle {
    let mut bundle = Bundle::default();
    for name in FILES.into_iter().filter(|name| desk.path("report").join(name).exists()) {
        bundle.files.insert(name.to_owned(), desk.read(&format!("report/{name}")));
    }
    bundle
}

fn put(desk: &Desk, bundle: &Bundle) {
    for (name, bytes) in &bundle.files {
        desk.write(&format!("report/{name}"), bytes);
    }
}

/// The rows of a verification that did not hold, or were not checked.
fn rows<'a>(json: &'a Value, found: &str) -> Vec<&'a str> {
    let rows = json["rows"].as_array().unwrap();
    rows.iter()
        .filter(|row| row["found"] == found)
        .map(|row| row["what"].as_str().unwrap())
        .collect()
}

fn verify(desk: &Desk, args: &str) -> (i32, Value) {
    let Ran { code, stdout, stderr } = desk.overt(&format!("verify report {args} --json"));
    (code, serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{code} {stdout} {stderr}")))
}

fn words<'a>(json: &'a Value, what: &str) -> &'a str {
    let rows = json["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["what"] == what);
    row.unwrap_or_else(|| panic!("no row `{what}`"))["words"].as_str().unwrap()
}

#[test]
fn a_key_is_its_owners_alone_and_is_never_written_over() {
    let desk = Desk::new();
    let ran = desk.overt("keygen --out my.key");
    assert!(
        ran.is_done().stdout.ends_with("keep my.key, give my.key.pub to whoever is to check\n")
    );
    let (secret, public) = (desk.read("my.key"), desk.read("my.key.pub"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name| std::fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("my.key"), 0o600);
        assert_eq!(mode("my.key.pub") & 0o400, 0o400);
    }
    desk.overt("keygen --out my.key").is_refused("my.key is there already", "name another file");
    desk.remove("my.key");
    desk.overt("keygen --out my.key").is_refused("my.key.pub is there already", "is lost");
    assert_eq!(desk.files(), ["my.key.pub"]);
    assert_eq!(desk.read("my.key.pub"), public);
    let ran = desk.overt("keygen --out other.key --algorithm p256 --json");
    let told: Value = serde_json::from_str(&ran.is_done().stdout).unwrap();
    assert_eq!(told["fingerprint"].as_str().unwrap().len(), 64);
    assert_ne!(desk.read("other.key"), secret);
}

#[test]
fn what_is_signed_verifies_with_all_that_it_shows() {
    let desk = copy();
    let (code, json) = verify(&desk, "--key my.key.pub --model maze-exit --replay 5 --seed 1");
    assert_eq!((code, json["accepted"].as_bool()), (0, Some(true)), "{json}");
    assert_eq!(rows(&json, "fails"), [""; 0]);
    assert_eq!(rows(&json, "unchecked"), [""; 0]);
    assert_eq!(json["verdict"]["outcome"], "verified");
    assert!(words(&json, "re-execution").starts_with("5 random cases (seed 1) gave the same bits"));

    let (code, json) = verify(&desk, "");
    assert_eq!(code, 0);
    assert_eq!(rows(&json, "unchecked"), ["evaluator", "model", "re-execution"]);
    let screen = desk.overt("verify report --key my.key.pub").stdout;
    assert!(screen.contains("maze-exit: VERIFIED\n"), "{screen}");
    let screen = desk.overt("verify report").stdout;
    for line in [
        "evaluator      not checked  no key was given",
        "maze-exit: VERIFIED, says a signer whom nobody checked (no --key)\n",
        "  CMR  competent misgeneralisation rate: 0.00",
    ] {
        assert!(screen.contains(line), "no `{line}`:\n{screen}");
    }
}

#[test]
fn what_is_verified_fits_a_narrow_terminal() {
    let desk = copy();
    let ran = desk.overt_with("verify report", &[("COLUMNS", "40")]);
    // A digest is one word, and is not broken.
    let too_long = |line: &&str| line.chars().count() > 40 && line.trim().contains(' ');
    assert_eq!(ran.stdout.lines().find(too_long), None, "{}", ran.stdout);
    assert!(desk.overt("verify report").stdout.lines().any(|line| line.chars().count() > 80));
}

#[test]
fn a_change_of_any_file_is_named_by_its_row() {
    for (name, row) in [
        ("evidence.json", "signature"),
        ("runlog.json", "run log"),
        ("figures.json", "parts"),
        ("report.json", "parts"),
        ("cases.json", "tree of cases"),
    ] {
        let desk = copy();
        let path = format!("report/{name}");
        let mut bytes = desk.read(&path);
        // The last digit becomes another: nearly all of it still reads.
        let at = bytes.iter().rposition(|byte| byte.is_ascii_digit() && *byte != b'9').unwrap();
        bytes[at] += 1;
        desk.write(&path, &bytes);
        let (code, json) = verify(&desk, "--replay 1");
        assert_eq!((code, json["accepted"].as_bool()), (3, Some(false)), "{name}: {json}");
        assert_eq!(rows(&json, "fails").first(), Some(&row), "{name}: {json}");
        assert!(desk.overt("verify report").stdout.ends_with("REJECTED: do not rely on it.\n"));
    }
}

/// The page says what the signed report gives, to a letter.
#[test]
fn an_edited_page_is_named_by_its_first_word() {
    let desk = copy();
    let page = text(&desk, "report/report.html");
    for (from, to, said) in [
        (
            "</span> VERIFIED",
            "</span> REFUTED",
            "it says `REFUTED` where the report gives `VERIFIED`",
        ),
        ("<main>", "<main><p>Trust me.</p>", "it says `Trust` where"),
        (
            "<polyline class=\"walked\" points=\"",
            "<polyline class=\"walked\" points=\"1,1 ",
            "a picture",
        ),
    ] {
        assert!(page.contains(from), "{from}");
        desk.write("report/report.html", page.replacen(from, to, 1).as_bytes());
        let (code, json) = verify(&desk, "");
        assert_eq!((code, rows(&json, "fails")), (3, vec!["page words"]), "{json}");
        assert!(words(&json, "page words").contains(said), "{json}");
    }
    desk.remove("report/report.html");
    let (code, json) = verify(&desk, "");
    assert_eq!((code, rows(&json, "unchecked").contains(&"page words")), (0, true), "{json}");
}

#[test]
fn another_key_did_not_sign_it() {
    let desk = copy();
    desk.overt("keygen --out other.key").is_done();
    let (code, json) = verify(&desk, "--key other.key.pub --model maze-exit");
    assert_eq!((code, rows(&json, "fails")), (3, vec!["evaluator"]), "{json}");
    desk.overt("verify report --key my.key")
        .is_refused("cannot use my.key: it is a private key, expected a public key", "KEY.pub");
    desk.overt("audit maze-exit --sign my.key.pub")
        .is_refused("it is a public key, expected a private key", "signs");
    desk.overt("verify report --key nothing.pub")
        .is_refused("cannot read nothing.pub", "check the path");
}

#[test]
fn what_is_no_plain_file_of_a_sane_size_is_refused() {
    let desk = copy();
    desk.remove("report/cases.json");
    std::fs::create_dir(desk.path("report/cases.json")).unwrap();
    desk.overt("verify report").is_refused("cases.json is a link or a folder", "without links");

    let desk = copy();
    let file = std::fs::File::create(desk.path("report/figures.json")).unwrap();
    file.set_len(MOST_BYTES + 1).unwrap();
    desk.overt("verify report").is_refused("figures.json has 268435457 bytes", "");

    let desk = copy();
    desk.remove("report/evidence.json");
    desk.overt("verify report").is_refused("folder report holds no evidence.json", "--sign");
}

#[cfg(unix)]
#[test]
fn a_link_is_refused_whatever_it_leads_to() {
    for name in ["evidence.json", "report.json"] {
        let desk = copy();
        std::fs::rename(desk.path("report").join(name), desk.path("elsewhere")).unwrap();
        std::os::unix::fs::symlink(desk.path("elsewhere"), desk.path("report").join(name)).unwrap();
        for verb in ["verify report", "redact report --level verdict --out out"] {
            desk.overt(verb).is_refused("is a link or a folder", "without links");
        }
    }
}

#[test]
fn less_is_shown_under_the_same_signature() {
    let desk = copy();
    for (args, shown) in [
        ("--level verdict", &["evidence.json", "runlog.json"][..]),
        ("--level figures", &["evidence.json", "figures.json", "runlog.json"]),
        ("--level verdict --samples 3 --seed 7", &["cases.json", "evidence.json", "runlog.json"]),
    ] {
        let out = args.replace('-', "").replace(' ', "_");
        let ran = desk.overt(&format!("redact report {args} --out {out} --json"));
        let told: Value = serde_json::from_str(&ran.is_done().stdout).unwrap();
        assert_eq!(told["shown"], serde_json::json!(shown));
        let mut expect: Vec<String> = shown.iter().map(|name| format!("{out}/{name}")).collect();
        expect.push(format!("{out}/evidence.html"));
        expect.sort();
        let files = desk.files().into_iter().filter(|file| file.starts_with(&format!("{out}/")));
        assert_eq!(files.collect::<Vec<_>>(), expect);
        assert_eq!(desk.read(&format!("{out}/evidence.json")), desk.read("report/evidence.json"));
        desk.overt(&format!("verify {out} --key my.key.pub --model maze-exit")).is_done();
    }
    let ran = desk.overt("redact report --level figures --out report");
    ran.is_refused("report is not empty", "name another folder with `--out`");
    let ran = desk.overt("verify level_verdict --json");
    let json: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(
        words(&json, "page").starts_with("evidence.html is here, and nobody compared"),
        "{json}"
    );
    let ran = desk.overt("verify level_verdict --replay 9");
    assert!(
        ran.is_done().stdout.contains("re-execution   not checked  cases are withheld"),
        "{ran:?}"
    );
}

#[test]
fn weights_of_another_model_are_named() {
    let desk = copy();
    let (code, json) = verify(&desk, "--model maze-green --replay");
    assert_eq!((code, rows(&json, "fails")), (3, vec!["model"]), "{json}");
    assert_eq!(words(&json, "re-execution"), "nothing is run again of what does not hold");
}

#[test]
fn a_case_that_the_key_holder_altered_shows_when_it_is_run_again() {
    let desk = copy();
    // A page of the honest evidence would show the forgery; whoever forges gives none.
    desk.remove("report/report.html");
    let honest = bundle(&desk);
    let forged = forged(&honest, &SigningKey::from_pem(&text(&desk, "my.key")).unwrap());
    put(&desk, &forged);
    let (code, json) = verify(&desk, "--key my.key.pub --model maze-exit");
    assert_eq!((code, rows(&json, "fails")), (0, vec![]), "{json}");

    // Of a whole bundle a few cases would be drawn; here all that are shown are run again.
    let place = altered(&honest);
    let near = |at: u64| at.abs_diff(place as u64) < 4;
    put(&desk, &honest.keep_cases(near).unwrap());
    let (code, json) = verify(&desk, "--model maze-exit --replay 100");
    assert_eq!(code, 0, "{json}");
    assert!(words(&json, "re-execution").starts_with("7 random cases"));
    put(&desk, &forged.keep_cases(near).unwrap());
    let (code, json) = verify(&desk, "--model maze-exit --replay 100");
    assert_eq!((code, rows(&json, "fails")), (3, vec!["re-execution"]), "{json}");
    let said = words(&json, "re-execution");
    assert!(said.contains("of `conflict`") && said.contains(r#""first":"green""#), "{said}");
}

/// Where a case stands in which the agent came to green first.
fn altered(honest: &Bundle) -> usize {
    let cases = honest.cases().unwrap();
    let of_green = |case: &Case| case.kind == "play" && case.text("first") == Some("green");
    cases.shown().position(|(_, case)| of_green(case)).unwrap()
}

/// The same evidence with that case turned round, everything counted again, and signed by the same key.
fn forged(honest: &Bundle, key: &SigningKey) -> Bundle {
    let mut statement = honest.statement().unwrap();
    let mut cases: Vec<Case> =
        honest.cases().unwrap().shown().map(|(_, case)| case.clone()).collect();
    cases[altered(honest)].set("first", "exit");
    let predicate = &mut statement.predicate;
    for metric in &mut predicate.metrics {
        let definition = predicate.table.metric(&metric.id).unwrap();
        let again = Metric::of_cases(definition, metric.theta, cases.iter(), &predicate.declared);
        if let Some(again) = again.unwrap() {
            *metric = again;
        }
    }
    let cases = Cases::new(cases, key, &predicate.pre_registration.value);
    predicate.per_case.merkle_root = cases.root().unwrap();
    predicate.commit().unwrap();
    let mut parts = honest.files.clone();
    let log = parts.remove("runlog.json").unwrap();
    Bundle::sign(&statement, (log, parts, &cases), key).unwrap()
}

fn text(desk: &Desk, name: &str) -> String {
    String::from_utf8(desk.read(name)).unwrap()
}

#[test]
fn a_run_that_was_stopped_stays_in_the_log() {
    let desk = copy();
    let (_, json) = verify(&desk, "");
    assert_eq!(
        words(&json, "run log"),
        "run 2 of this key; earlier runs without a statement: 1 of 1; ask why"
    );
    let after = Log::read(&signed().read("my.key.runlog.json")).unwrap();
    assert_eq!(after.runs(), (2, 1));
    let evidence = Digest::of(&bundle(&desk).payload().unwrap()).to_string();
    assert!(text(signed(), "my.key.runlog.json").contains(&evidence));
    assert!(!signed().path("stopped").exists());
}

#[test]
fn two_runs_at_the_same_time_are_both_in_the_log() {
    let desk = Desk::new();
    desk.overt("keygen --out my.key").is_done();
    let start = |out: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_overt"));
        command.args(["audit", "maze-exit", "--sign", "my.key", "--out", out]);
        command.current_dir(desk.path("")).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let mut runs = [start("a"), start("b")];
    let began = || {
        let is_there = desk.path("my.key.runlog.json").exists();
        is_there.then(|| Log::read(&desk.read("my.key.runlog.json")).unwrap().runs())
    };
    while began().is_none_or(|(began, _)| began < 2) {
        for run in &mut runs {
            assert_eq!(run.try_wait().unwrap(), None, "it ended, and the other is not in the log");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    for mut run in runs {
        run.kill().unwrap();
        run.wait().unwrap();
    }
    assert_eq!(began(), Some((2, 0)));
}

#[test]
fn what_chooses_is_not_signed() {
    let desk = copy();
    let model = shipped("controls/s001");
    let ran = desk.overt(&format!("audit {} --sign my.key --out chosen", model.display()));
    ran.is_refused("subjects of the world `choice`", "leave `--sign` out");
    desk.overt("audit maze-exit --sign my.key.pub").is_refused("cannot use my.key.pub", "");
    desk.overt("audit maze-exit --sign none.key")
        .is_refused("there is no key none.key", "overt keygen --out FILE");
    assert!(!desk.files().iter().any(|file| file.contains("runlog.json") && !file.contains('/')));
    let ran = desk.overt("audit maze-exit --reference maze-green");
    assert!(ran.code == 2 && ran.stderr.contains("--sign <KEY>"), "{ran:?}");
}
