//! The pages of evidence, made from claims that are kept as data.

pub(crate) mod claim;
mod scoreboard;
mod study_page;
pub(crate) mod words;

pub(crate) use claim::Evidence;

use std::collections::BTreeMap;

/// The scoreboard.
const SCOREBOARD: &str = "EVIDENCE.md";
/// The folder of study pages.
pub(crate) const PAGES: &str = "docs/evidence";

/// Every page by its path from the root of the repository.
pub(crate) fn pages(evidence: &Evidence) -> BTreeMap<String, String> {
    let study = |study: &claim::Study| {
        (format!("{PAGES}/{}.md", study.id), study_page::page(study, evidence))
    };
    let mut pages: BTreeMap<String, String> = evidence.studies.iter().map(study).collect();
    pages.insert(SCOREBOARD.to_owned(), scoreboard::page(evidence));
    pages
}
