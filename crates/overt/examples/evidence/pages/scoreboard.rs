//! The scoreboard: what a newcomer reads in two minutes.

use super::PAGES;
use super::claim::{Claim, Evidence, Status, Study};
use super::words::{heading, measured, row, status, target};

const HOW_TO_READ: &str = "\
A claim is **met** or **missed** against its target; without a target it is only **reported**.
Square brackets hold the 95 % interval of a figure, where a row does not say otherwise.
*AUROC* is the share of pairs in which a suspect is ranked above one that hides nothing: 1 is perfect, 0.5 is chance.
An *organism* is a model that was trained so that its truth is known; a *benchmark* is a sealed set of them. Audits of both are blind.
";

const MORE: &str = "\
Each study page has all claims of its study, with tables, commands, dates and data.
A claim is a file of `evidence/claims`. This page and the study pages are made from these files:
`cargo run --release -p overt --example evidence`.
A test makes them again and compares every byte. It also computes anew whatever `evidence/*.json` allows.
Ideas that failed are in the [notebook](docs/notebook/README.md).
";

pub(crate) fn page(evidence: &Evidence) -> String {
    let all: Vec<&Claim> = evidence.claims.values().collect();
    let mut areas: Vec<&str> = Vec::new();
    for study in &evidence.studies {
        if !areas.contains(&study.area.as_str()) {
            areas.push(&study.area);
        }
    }
    let parts: String = areas.iter().map(|area| part(area, evidence)).collect();
    let n_recomputed = all.iter().filter(|claim| claim.recompute.is_some()).count();
    format!(
        "# Evidence\n\n\
         What Overt claims of itself, and whether it holds.\n\
         {} claims are on record: {}. A test computes {n_recomputed} of them anew from the data.\n\
         The rows below are the main ones; every claim that was missed is among them.\n\n\
         {HOW_TO_READ}\n\
         {}{parts}\n## Where the rest is\n\n{MORE}",
        all.len(),
        counts(&all),
        summary(&areas, evidence),
    )
}

fn counts(claims: &[&Claim]) -> String {
    let [met, missed, reported] = tally(claims);
    format!("{met} met, {missed} missed, {reported} reported without a target")
}

fn tally(claims: &[&Claim]) -> [usize; 3] {
    let count = |of: Status| claims.iter().filter(|claim| claim.status == of).count();
    [Status::Met, Status::Missed, Status::Reported].map(count)
}

fn studies<'a>(area: &'a str, evidence: &'a Evidence) -> impl Iterator<Item = &'a Study> {
    evidence.studies.iter().filter(move |study| study.area == area)
}

/// How many claims each area has.
fn summary(areas: &[&str], evidence: &Evidence) -> String {
    let mut table = heading(&["area", "met", "missed", "reported", "studies"]);
    for area in areas {
        let names: Vec<&str> = studies(area, evidence).map(|study| study.id.as_str()).collect();
        let claims = evidence.claims.values();
        let of: Vec<&Claim> = claims.filter(|c| names.contains(&c.study.as_str())).collect();
        let links = studies(area, evidence).map(|s| format!("[{}]({PAGES}/{}.md)", s.id, s.id));
        let links: Vec<String> = links.collect();
        let [met, missed, reported] = tally(&of).map(|n| n.to_string());
        table += &row(&[(*area).to_owned(), met, missed, reported, links.join(", ")]);
    }
    table
}

/// The main claims of an area.
fn part(area: &str, evidence: &Evidence) -> String {
    let mut table = heading(&["claim", "target", "measured", "result", "study"]);
    for study in studies(area, evidence) {
        for claim in study.section.iter().flat_map(|section| evidence.claims_of(section)) {
            let Some(headline) = &claim.headline else { continue };
            let link = format!("[{}]({PAGES}/{}.md)", study.id, study.id);
            let said = status(claim.status).to_owned();
            table += &row(&[headline.clone(), target(claim), measured(claim), said, link]);
        }
    }
    format!("\n## {area}\n\n{table}")
}
