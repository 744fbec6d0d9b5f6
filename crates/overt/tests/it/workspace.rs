use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names in a fixed order.
pub(crate) type Names = BTreeSet<String>;

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of the workspace.
#[track_caller]
pub(crate) fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Every crate with all that it depends on outside of its tests.
pub(crate) fn dependencies() -> BTreeMap<String, Names> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().map(|package| (name(package), uses(package))).collect()
}

/// What cargo knows of the workspace.
fn metadata() -> Value {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// A crate and all that it takes to build it, each with its version.
pub(crate) fn tree(name: &str) -> Names {
    let out = Command::new(env!("CARGO"))
        .args(["tree", "-p", name, "-e", "normal", "--prefix", "none", "--no-dedupe", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let lines = String::from_utf8(out.stdout).unwrap();
    let one = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    lines.lines().filter(|line| !line.is_empty()).map(one).collect()
}

fn name(value: &Value) -> String {
    value["name"].as_str().unwrap().to_owned()
}

fn uses(package: &Value) -> Names {
    let dependencies = package["dependencies"].as_array().unwrap().iter();
    dependencies.filter(|dependency| dependency["kind"] != "dev").map(name).collect()
}

/// The rows of the table under a heading of ARCHITECTURE.md: words in backticks, cell by cell.
#[track_caller]
pub(crate) fn table(heading: &str) -> Vec<Vec<Vec<String>>> {
    let page = text("ARCHITECTURE.md");
    let (_, section) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = |row: &str| row.trim_matches('|').split('|').map(quoted).collect();
    rows.map(cells).collect()
}

/// What stands between backticks.
pub(crate) fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Every Rust file under `crates/NAME/src`, as a path from the root.
pub(crate) fn sources() -> Vec<String> {
    let mut found = Vec::new();
    for name in dependencies().keys() {
        collect(&format!("crates/{name}/src"), &mut found);
    }
    assert!(found.len() > 50, "only {} sources found", found.len());
    found
}

fn collect(dir: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(root().join(dir)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{dir}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            collect(&path, found);
        } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The names of all examples, benches and tests, crate by crate.
pub(crate) fn targets() -> BTreeMap<String, Names> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let targets =
        |package: &Value| package["targets"].as_array().unwrap().iter().map(name).collect();
    packages.iter().map(|package| (name(package), targets(package))).collect()
}
