//! Measures the controls that ship, and writes those files of stored measures below `subjects/` that differ.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "an example writes files")]

use overt::fault::Result;
use overt::worlds::Worlds;
use std::path::{Path, PathBuf};

fn main() -> Result<()> {
    let now = overt::clock::now()?.to_string();
    let day = now.get(..10).unwrap_or(&now);
    let worlds = Worlds::built_in();
    for name in worlds.names() {
        for control in worlds.of_name(name)?.measure_controls(day, &())? {
            if control.differing.is_some_and(|differing| differing.is_empty()) {
                println!("{}: as it is stored", control.name);
                continue;
            }
            let path = folder(&control.name).join("measures.json");
            println!("{}: {} bytes", path.display(), control.json.len());
            std::fs::write(path, control.json)?;
        }
    }
    Ok(())
}

/// Where a control that ships lies.
fn folder(control: &str) -> PathBuf {
    let subjects = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../subjects");
    let own = subjects.join(control);
    if own.is_dir() { own } else { subjects.join("controls").join(control) }
}
