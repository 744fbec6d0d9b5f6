//! Writes the score of a benchmark as a page, to look at: `score_page PATH.html [score.json]`.
//! Without a score every number is invented.
#![expect(clippy::disallowed_methods, reason = "an example is a door")]

mod made_up;

use overt_arena::{Benchmarked, score_page, score_subjects, scored_subjects};
use overt_audit::choice::Choice;
use overt_report::score_html;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let path = args.first().map_or("score.html", String::as_str);
    let (subjects, purpose) = match args.get(1) {
        Some(json) => (scored_subjects(&std::fs::read(json)?, Choice::FAMILIES)?, json.as_str()),
        None => (made_up::sample(1), "invented numbers"),
    };
    let score = score_subjects(subjects, "unsealed by hand".to_owned(), None)?;
    std::fs::write(path, score_html(&score_page(&score, purpose)?))?;
    Ok(())
}
