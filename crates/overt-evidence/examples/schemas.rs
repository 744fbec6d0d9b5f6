//! Rewrites the published schemas; review what changed as a diff.
//!
//! `cargo run --release -p overt-evidence --example schemas`
#![expect(clippy::disallowed_methods, reason = "an example is a door")]

use std::path::Path;

fn main() -> std::io::Result<()> {
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats");
    for (name, text) in overt_evidence::schema::published() {
        let whole = formats.join(format!("{name}.tmp"));
        std::fs::write(&whole, text)?;
        std::fs::rename(&whole, formats.join(name))?;
    }
    Ok(())
}
