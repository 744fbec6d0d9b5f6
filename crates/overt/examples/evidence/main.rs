//! Writes `EVIDENCE.md` and `docs/evidence/*.md` from `evidence/claims` and `evidence/studies`.
//!
//! `cargo run --release -p overt --example evidence`

#![expect(clippy::disallowed_methods, reason = "it reads and writes pages of the repository")]
#![expect(clippy::print_stdout, reason = "it says which pages it wrote")]

mod pages;

use pages::{Evidence, PAGES, pages};
use std::fs;
use std::path::Path;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let pages = pages(&Evidence::read(&root));
    let folder = root.join(PAGES);
    fs::create_dir_all(&folder).expect("the folder of pages can be made");
    for entry in fs::read_dir(&folder).expect("the folder of pages can be read") {
        let entry = entry.expect("the folder of pages can be read");
        let name = format!("{PAGES}/{}", entry.file_name().to_string_lossy());
        if !pages.contains_key(&name) {
            fs::remove_file(entry.path()).expect("a page of no study can be removed");
            println!("removed {name}");
        }
    }
    for (name, text) in &pages {
        let path = root.join(name);
        if fs::read_to_string(&path).ok().as_ref() != Some(text) {
            fs::write(&path, text).expect("a page can be written");
            println!("wrote {name}");
        }
    }
}
