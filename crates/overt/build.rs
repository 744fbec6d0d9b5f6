//! Gives the program the digest of the sources it is built from, which evidence names.
#![expect(clippy::disallowed_methods, reason = "a build reads the sources")]

use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = vec![root.join("Cargo.toml"), root.join("Cargo.lock")];
    for folder in ["crates", "subjects", "web"] {
        println!("cargo::rerun-if-changed={}", root.join(folder).display());
        collect(&root.join(folder), &mut files)?;
    }
    let mut named: Vec<(String, PathBuf)> =
        files.into_iter().map(|f| (name(&root, &f), f)).collect();
    named.sort();
    let mut all = Sha256::new();
    for (name, file) in named {
        let bytes = std::fs::read(&file)?;
        all.update((name.len() as u64).to_le_bytes());
        all.update(name);
        all.update(Sha256::digest(bytes));
    }
    println!("cargo::rustc-env=OVERT_SOURCES={:x}", all.finalize());
    let target = std::env::var("TARGET").unwrap_or_default();
    println!("cargo::rustc-env=OVERT_TARGET={target}");
    Ok(())
}

/// Every file below a folder, but those of tests and benchmarks, which no program holds.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let is_beside =
            ["tests", "benches", "examples", "target"].iter().any(|n| path.ends_with(n));
        if path.is_dir() && !is_beside {
            collect(&path, files)?;
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// The path below the root, with `/` between folders.
fn name(root: &Path, file: &Path) -> String {
    let below = file.strip_prefix(root).unwrap_or(file);
    below.iter().map(|piece| piece.to_string_lossy()).collect::<Vec<_>>().join("/")
}
