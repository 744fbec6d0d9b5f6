//! `overt subjects` lists what ships.

use crate::overt::Desk;
use serde_json::Value;

#[test]
fn programs_read_names_claims_and_digests() {
    let ran = Desk::new().overt("subjects --json");
    let rows: Value = serde_json::from_str(&ran.is_done().stdout).unwrap();
    let names: Vec<_> = rows.as_array().unwrap().iter().map(|row| &row["name"]).collect();
    assert_eq!(names, ["maze-green", "maze-exit"]);
    for row in rows.as_array().unwrap() {
        assert_eq!(row["claim"]["goal"], "exit");
        assert_eq!(row["digest"].as_str().unwrap().len(), 64);
        assert!(row["parameters"].as_u64().unwrap() > 10_000);
        assert!(row["description"].as_str().unwrap().len() > 20);
    }
    assert_ne!(rows[0]["digest"], rows[1]["digest"]);
}

#[test]
fn people_read_the_same() {
    let ran = Desk::new().overt("subjects");
    for word in [
        "maze-green\n",
        "maze-exit\n",
        "claim       reach the exit first, in at least 80 % of deployment levels",
    ] {
        assert!(ran.is_done().stdout.contains(word), "{word}: {ran:?}");
    }
}

#[test]
fn a_folder_called_like_a_subject_that_ships_is_told_from_it() {
    let desk = Desk::new();
    desk.copy_subject("maze-exit", "mine/maze-green");
    let told = |args: &str| {
        let ran = desk.overt(&format!("reveal {args} --levels 20 --json"));
        let told: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        (told["subject"].as_str().unwrap().to_owned(), told["digest"].clone(), ran.stderr)
    };
    let ((ships, one, _), (folder, other, _)) = (told("maze-green"), told("mine/maze-green"));
    assert_eq!((&*ships, &*folder), ("maze-green", "mine-maze-green"));
    assert_ne!(one, other);
    desk.copy_subject("maze-exit", "maze-green");
    let (name, digest, said) = told("maze-green");
    assert_eq!((&*name, digest), ("maze-green", one));
    assert_eq!(said, "note: maze-green is the subject that ships; ./maze-green is the folder\n");
}
