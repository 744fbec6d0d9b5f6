//! Writes a report of invented numbers as a page, to look at: `sample PATH.html`.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "an example is a door")]

mod reports;

use overt_report::{Style, html, terminal};

fn main() -> std::io::Result<()> {
    let report = reports::sample();
    let path = std::env::args().nth(1).unwrap_or_else(|| "report.html".to_owned());
    std::fs::write(&path, html(&report))?;
    print!("{}", terminal(&report, Style { colour: true, width: 80 }, &path));
    Ok(())
}
