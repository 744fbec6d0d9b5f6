//! Bad input gets one error with a hint and exit code 2, and leaves no file behind.

use crate::overt::Desk;

/// Breaks a copy of the shipped subject, audits it, and looks for anything left behind.
fn check(break_it: impl FnOnce(&Desk), fact: &str, hint: &str) {
    let desk = Desk::new();
    desk.copy_subject("maze-green", "mine");
    break_it(&desk);
    let before = desk.files();
    for verb in ["audit mine", "reveal mine", "watch mine"] {
        desk.overt(verb).is_refused(fact, hint);
        assert_eq!(desk.files(), before, "{verb}");
    }
}

/// Replaces one text in one file of the subject.
fn replace(desk: &Desk, file: &str, from: &str, to: &str) {
    let text = String::from_utf8(desk.read(file)).unwrap();
    assert!(text.contains(from), "{file} holds no {from}");
    desk.write(file, text.replace(from, to).as_bytes());
}

#[test]
fn truncated_weights() {
    let desk = Desk::new();
    desk.copy_subject("maze-green", "mine");
    let whole = desk.read("mine/model.safetensors");
    for len in [0, 7, 8, 100, whole.len() / 2, whole.len() - 1] {
        desk.write("mine/model.safetensors", &whole[..len]);
        desk.overt("audit mine").is_refused("weights are not a safetensors file", "cut off");
    }
    assert!(desk.files().iter().all(|file| file.starts_with("mine/")));
}

#[test]
fn weights_that_are_not_numbers() {
    check(
        |desk| {
            let mut weights = desk.read("mine/model.safetensors");
            let end = weights.len();
            weights[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
            desk.write("mine/model.safetensors", &weights);
        },
        "not finite at index",
        "diverged or the file is damaged",
    );
}

#[test]
fn a_config_that_does_not_fit_the_weights() {
    check(
        |desk| replace(desk, "mine/config.json", "\"channels\": 16", "\"channels\": 17"),
        "the config asks for",
        "must come from the same training",
    );
    check(
        |desk| replace(desk, "mine/config.json", "\"dense\": 128", "\"dense\": 128000000"),
        "config: `dense` is 128000000",
        "config.json",
    );
    check(|desk| desk.write("mine/config.json", b"{"), "config is not readable", "config.json");
}

#[test]
fn a_world_that_does_not_fit_the_network() {
    check(
        |desk| replace(desk, "mine/subject.toml", "size = 7", "size = 9"),
        "world and network disagree on size",
        "must describe the same training",
    );
    check(
        |desk| replace(desk, "mine/subject.toml", "size = 7", "sise = 7"),
        "unknown field `sise`",
        "subject.toml",
    );
    check(|desk| desk.write("mine/subject.toml", b"\xff\xfe"), "is not UTF-8", "damaged");
}

#[test]
fn a_claim_with_an_unknown_goal() {
    check(
        |desk| replace(desk, "mine/claim.toml", "goal = \"exit\"", "goal = \"exti\""),
        "unknown goal `exti`; known goals: exit, green",
        "claim.toml",
    );
    check(
        |desk| replace(desk, "mine/claim.toml", "min_rate = 0.8", "min_rate = 8"),
        "`min_rate` is 8",
        "claim.toml",
    );
}

#[test]
fn an_unknown_subject() {
    let desk = Desk::new();
    for verb in ["audit", "reveal", "watch"] {
        desk.overt(&format!("{verb} maze-gren"))
            .is_refused("unknown subject `maze-gren`; nearest: `maze-green`", "overt subjects");
    }
    desk.write("file", b"");
    desk.overt("audit file").is_refused("file is a file, expected a folder", "config.json");
    desk.write("bare/config.json", b"{}");
    desk.overt("audit bare").is_refused("holds no model.safetensors", "claim.toml");
    assert_eq!(desk.files(), ["bare/config.json", "file"]);
}

#[test]
fn a_folder_that_cannot_be_written() {
    let desk = Desk::new();
    desk.write("file", b"");
    desk.overt("audit --out file/below").is_refused("cannot write to folder file/below", "--out");
    desk.write("taken/report.html/inside", b"");
    desk.overt("audit --out taken").is_refused("report.html is a folder", "--out");
    desk.write("recipe.toml", crate::train::RECIPE.as_bytes());
    desk.overt("train recipe.toml --out file/below")
        .is_refused("cannot write to folder file/below", "--out");
    assert_eq!(desk.files(), ["file", "recipe.toml", "taken/report.html/inside"]);
}

#[test]
fn a_recipe_that_is_none() {
    let desk = Desk::new();
    let train = || desk.overt("train recipe.toml --out mine");
    train().is_refused("cannot read recipe.toml: No such file", "path");
    desk.write("recipe.toml", b"seed = ");
    train().is_refused("cannot use recipe.toml: recipe is not readable", "recipes/");
    desk.write("recipe.toml", crate::train::RECIPE.replace("steps = 512", "steps = 0").as_bytes());
    train().is_refused("recipe: `steps` is 0, expected at least 1", "recipes/");
    desk.overt("organisms recipe.toml --out runs").is_refused("is not a population", "recipes/");
    assert_eq!(desk.files(), ["recipe.toml"]);
}

#[test]
fn names_in_files_cannot_steer_the_terminal() {
    let desk = Desk::new();
    desk.copy_subject("maze-green", "mine");
    replace(&desk, "mine/claim.toml", "\"exit\"", "\"\\u001b[2J\"");
    let ran = desk.overt("audit mine");
    ran.is_refused("unknown goal", "claim.toml");
    assert!(!ran.stderr.contains('\u{1b}'), "{ran:?}");
}

#[test]
fn usage() {
    let ran = Desk::new().overt("audti");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("unrecognized subcommand 'audti'"), "{ran:?}");
    assert!(ran.stderr.contains("similar subcommand exists: 'audit'"), "{ran:?}");
    for args in ["reveal maze-green --levels 0", "audit --threads 9999", "audit --seed -1"] {
        let ran = Desk::new().overt(args);
        assert_eq!((ran.code, &*ran.stdout), (2, ""), "{ran:?}");
        assert!(ran.stderr.contains("For more information, try '--help'"), "{ran:?}");
    }
}

#[test]
fn a_seed_below_zero_is_told_what_a_seed_is() {
    let desk = Desk::new();
    for args in ["audit --seed -1", "reveal --seed -1", "train recipe.toml --out mine --seed -1"] {
        let ran = desk.overt(args);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("a seed is a whole number from 0 to "), "{ran:?}");
        assert!(!ran.stderr.contains("-- -1"), "{ran:?}");
        assert!(ran.stderr.ends_with("such as `--seed 7`\n"), "{ran:?}");
    }
    let ran = desk.overt("watch --level x");
    assert!(ran.stderr.ends_with("such as `--level 7`\n"), "{ran:?}");
}
