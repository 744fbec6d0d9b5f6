//! Pages that a newcomer follows are run: every command, its exit code, and what they say it prints.
//!
//! A block `sh` is run line by line in a folder that holds `recipes`, `subjects` and `python`; a line that
//! ends with `# exit N` must exit with `N`, any other with 0. A block `toml` whose first line names a file
//! is written there. Of a block `text` every line must be among what the block of commands before it
//! printed, with anything in the place of `…`.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "a page is read from the repository, and run")]
#![expect(clippy::print_stderr, reason = "what could not be run is said")]

use crate::overt::Desk;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// When the pages are run: policies in them have begun, and have not expired.
const NOW: &str = "1795759200";

#[test]
fn an_auditor_checks_what_somebody_else_signed() {
    follow("auditor");
}

#[test]
fn a_developer_shows_a_verdict_and_keeps_the_model() {
    follow("developer");
}

#[test]
fn a_regulator_writes_a_policy_that_decides() {
    follow("regulator");
}

/// A piece of a page that can be run.
#[derive(Debug, PartialEq, Eq)]
enum Block<'a> {
    Commands(Vec<&'a str>),
    Shown(Vec<&'a str>),
    File(&'a str, String),
}

fn follow(page: &str) {
    let text = std::fs::read_to_string(root().join(format!("docs/{page}.md"))).unwrap();
    let desk = Desk::new();
    for folder in ["recipes", "subjects", "python"] {
        std::os::unix::fs::symlink(root().join(folder), desk.path(folder)).unwrap();
    }
    let mut printed = None;
    for block in blocks(&text) {
        match block {
            Block::File(name, text) => desk.write(name, text.as_bytes()),
            Block::Commands(lines) => printed = run(&desk, &lines),
            Block::Shown(lines) => {
                // What needs a program that is not here was not run, and shows nothing.
                let Some(printed) = &printed else { continue };
                for line in lines {
                    let is_there = printed.lines().any(|got| fits(got, line));
                    assert!(is_there, "{page} shows\n{line}\nand what was run printed\n{printed}");
                }
            }
        }
    }
}

/// What the lines print, or none where one of them needs a program that is not here.
fn run(desk: &Desk, lines: &[&str]) -> Option<String> {
    let mut printed = String::new();
    for line in lines {
        let (command, code) = line.split_once("# exit ").unwrap_or((line, "0"));
        let program = command.split_whitespace().next().unwrap();
        if ["overt-verify", "python3"].contains(&program) && !is_here(program) {
            eprintln!("not checked: {program} is not here, so `{line}` is not run");
            return None;
        }
        let Output { status, stdout, stderr } =
            shell(command).current_dir(desk.path("")).output().unwrap();
        let said = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert_eq!(status.code(), code.trim().parse().ok(), "`{line}` printed\n{said}");
        printed += &said;
    }
    Some(printed)
}

fn shell(command: &str) -> Command {
    let beside = Path::new(env!("CARGO_BIN_EXE_overt")).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path =
        std::env::join_paths([beside].into_iter().chain(std::env::split_paths(&path))).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).env("PATH", path).env("SOURCE_DATE_EPOCH", NOW);
    shell
}

fn is_here(program: &str) -> bool {
    shell(&format!("command -v {program}")).output().unwrap().status.success()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The blocks of a page that can be run, in order.
fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(kind) = line.strip_prefix("```") else { continue };
        let inside: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let filled = inside.iter().copied().filter(|line| !line.trim().is_empty());
        match kind {
            "sh" => found.push(Block::Commands(filled.collect())),
            "text" => found.push(Block::Shown(filled.collect())),
            "toml" => {
                let name = inside[0].strip_prefix("# ").expect("a file begins with its name");
                found.push(Block::File(name, inside[1..].join("\n") + "\n"));
            }
            other => panic!("a block `{other}` is neither run nor shown"),
        }
    }
    found
}

/// Whether a line is the one that is shown: the same but for spaces at its ends, and anything where `…`
/// stands.
fn fits(got: &str, shown: &str) -> bool {
    let pieces: Vec<&str> = shown.trim().split('…').collect();
    let [first, middle @ .., last] = &pieces[..] else { return got.trim() == shown.trim() };
    let Some(mut rest) = got.trim().strip_prefix(first).and_then(|rest| rest.strip_suffix(last))
    else {
        return false;
    };
    for piece in middle {
        let Some((_, behind)) = rest.split_once(piece) else { return false };
        rest = behind;
    }
    true
}

#[test]
fn what_is_shown_is_compared_but_for_what_is_left_out() {
    assert!(fits("  tree  holds  5 of 9 ", "tree  holds  5 of 9"));
    assert!(!fits("tree  holds  5 of 90", "tree  holds  5 of 9"));
    assert!(fits("key abc and def end", "key … and … end"));
    assert!(!fits("key abc end", "key … and … end"));
    assert!(!fits("a key abc", "key …"));
    let page =
        "x\n```sh\na b  # exit 3\n\nc\n```\n```toml\n# p.toml\nd = 1\n```\n```text\ne\n```\n";
    let expect = [
        Block::Commands(vec!["a b  # exit 3", "c"]),
        Block::File("p.toml", "d = 1\n".to_owned()),
        Block::Shown(vec!["e"]),
    ];
    assert_eq!(blocks(page), expect);
}
