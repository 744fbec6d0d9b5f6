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
