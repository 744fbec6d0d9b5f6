use crate::workspace::{sources, text};

/// Where the command line lives.
const COMMAND_LINE: &str = "crates/overt-cli/src/";

/// What reads, writes or computes.
const WORK: [&str; 7] =
    ["std::fs", "overt::files", "files::", "bundle::", "keys::", "clock::", "rayon"];

/// Files of the command line that do such work: the pages of the manual are made of the command line itself.
const MAY: [&str; 1] = ["verbs/man.rs"];

/// The command line turns arguments into options and results into words. What it did by itself, no other door
/// could do.
#[test]
fn the_command_line_leaves_the_work_to_the_crate_overt() {
    let mut working = Vec::new();
    for path in sources().iter().filter_map(|path| path.strip_prefix(COMMAND_LINE)) {
        let source = text(&format!("{COMMAND_LINE}{path}"));
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        let work = code.filter(|line| WORK.iter().any(|work| line.contains(work)));
        let work: Vec<&str> = work.map(str::trim).collect();
        if !work.is_empty() {
            assert!(MAY.contains(&path), "move this from {path} to crates/overt/src: {work:#?}");
            working.push(path.to_owned());
        }
    }
    let gone: Vec<_> = MAY.iter().filter(|may| !working.iter().any(|path| path == *may)).collect();
    assert!(gone.is_empty(), "strike what has moved: {gone:?}");
}

/// Every verb is a function of the same name, or a module of several, or has a reason not to be.
#[test]
fn every_verb_is_a_function() {
    let doors = text("crates/overt/src/verbs/mod.rs");
    let main = text("crates/overt-cli/src/main.rs");
    let verbs = main.lines().filter_map(|line| line.trim().split_once("(verbs::"));
    let verbs = verbs.filter_map(|(_, rest)| rest.split_once("::"));
    let mut n_verbs = 0;
    for (verb, _) in verbs {
        n_verbs += 1;
        // These are about the command line itself.
        if ["completions", "man"].contains(&verb) {
            continue;
        }
        let is_function = [format!("\npub use {verb}::"), format!("\npub mod {verb};")];
        let is_function = is_function.iter().any(|line| doors.contains(line));
        assert!(is_function, "`overt {verb}` is no function");
    }
    assert!(n_verbs >= 24, "only {n_verbs} verbs found");
}
