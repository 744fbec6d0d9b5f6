//! Rewrites the goldens and the published schema; review what changed as a diff.
#![expect(clippy::disallowed_methods, reason = "an example is a door")]

mod reports;

use std::path::Path;

use overt_report::{Style, html, schema, terminal};

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let golden = root.join("tests/golden");
    let small = reports::small();
    std::fs::write(golden.join("small.html"), html(&small).replace("><", ">\n<"))?;
    std::fs::write(golden.join("small.json"), small.to_json())?;
    let plain = Style { colour: false, width: 80 };
    std::fs::write(golden.join("sample.txt"), terminal(&reports::sample(), plain, "report.html"))?;
    std::fs::write(root.join("../../docs/formats/report.schema.json"), schema())
}
