use crate::workspace::{sources, text};

/// What knows no world: the audit itself, benchmarks, doors that open a subject of any world, evidence and
/// reports. All else below these folders is named in [`OWN`] or [`ONE_WORLD`].
const WAIST: [&str; 11] = [
    "crates/overt-arena/src/benchmark/",
    "crates/overt-audit/src/",
    "crates/overt-evidence/src/",
    "crates/overt-report/src/",
    "crates/overt/src/benchmark/",
    "crates/overt/src/names.rs",
    "crates/overt/src/signing.rs",
    "crates/overt/src/worlds/",
    "crates/overt/src/verbs/audit.rs",
    "crates/overt/src/verbs/arena.rs",
    "crates/overt-cli/src/verbs/audit.rs",
];

/// Where a world is at home.
const OWN: [&str; 2] = ["/maze/", "/choice/"];

/// What names a world all the same, and why.
const ONE_WORLD: [(&str, &str); 4] = [
    ("crates/overt/src/worlds/mod.rs", "the registry: the list of the worlds that ship"),
    (
        "crates/overt/src/verbs/arena.rs",
        "a forecast is calibrated on populations of mazes, and on nothing else",
    ),
    ("crates/overt-audit/src/guard.rs", "a guard listens to a training, and mazes have monitors"),
    ("crates/overt-audit/src/error.rs", "a hint says where the vocabulary of a question is"),
];

/// A picture that any report may hold.
const PICTURE: &str = "MazeObject";

/// A new kind of subject is a folder of its own and a line in the registry, so nothing between may name one.
#[test]
fn nothing_at_the_waist_names_a_world() {
    let (mut seen, mut naming) = (0, Vec::new());
    for path in sources() {
        let is_own = OWN.iter().any(|own| path.contains(own));
        if is_own || !WAIST.iter().any(|start| path.starts_with(start)) {
            continue;
        }
        seen += 1;
        let is_known = ONE_WORLD.iter().any(|(known, _)| *known == path);
        let source = text(&path);
        // A test may take any world for an example.
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().filter(|line| names_a_world(line)) {
            if !is_known {
                naming.push(format!("{path}: {}", line.trim()));
            }
        }
    }
    assert!(seen > 40, "only {seen} files are at the waist");
    assert!(naming.is_empty(), "give it to the world: {naming:#?}");
}

/// What is excused must still need it.
#[test]
fn whatever_names_a_world_still_does() {
    for (path, why) in ONE_WORLD {
        let source = text(path);
        assert!(source.lines().any(names_a_world), "{path} names no world ({why}): strike it");
    }
}

#[test]
fn a_line_that_names_a_world_is_seen() {
    assert!(names_a_world("use crate::audit::maze::Maze;"));
    assert!(names_a_world("    let plan = choice::network();"));
    assert!(names_a_world("use overt_arena::{Manifest, MazeOrganism};"));
    assert!(!names_a_world("/// As in overt_audit::maze::Maze."));
    assert!(!names_a_world("    Figure::Maze(maze) => one_choice(maze), MazeObject"));
}

/// Whether code names a world's module or one of its types; comments may.
fn names_a_world(line: &str) -> bool {
    let code = line.trim_start();
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let is_module = |word: &str| {
        let after = |at: usize| code[at + word.len()..].starts_with("::");
        let before = |at: usize| !code[..at].ends_with(is_part);
        code.match_indices(word).any(|(at, _)| after(at) && before(at))
    };
    let is_type = |word: &str| {
        let rest = word.strip_prefix("Maze").or_else(|| word.strip_prefix("Choice"));
        rest.is_some_and(|rest| rest.starts_with(char::is_uppercase)) && word != PICTURE
    };
    let mut words = code.split(|c: char| !is_part(c));
    !code.starts_with("//") && (["maze", "choice"].into_iter().any(is_module) || words.any(is_type))
}
