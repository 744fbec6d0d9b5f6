//! Writes the score of a zoo as a page, to look at: `score_page PATH.html [subjects.json]`. Without a list
//! of scored subjects every number is invented.
#![expect(clippy::disallowed_methods, reason = "an example is a door")]

mod zoos;

use overt_arena::{score_page, score_subjects};
use overt_report::score_html;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let path = args.first().map_or("score.html", String::as_str);
    let (subjects, purpose) = match args.get(1) {
        Some(json) => (serde_json::from_slice(&std::fs::read(json)?)?, json.as_str()),
        None => (zoos::sample(1), "invented numbers"),
    };
    let score = score_subjects(subjects, "unsealed by hand".to_owned(), None)?;
    std::fs::write(path, score_html(&score_page(&score, purpose)?))?;
    Ok(())
}
