//! The page of one study: every claim with its table, and how it is measured again.

use super::claim::{Cell, Claim, Evidence, Section, Status, Study};
use super::words::{cell, heading, measured, number, row, status, target};

pub(crate) fn page(study: &Study, evidence: &Evidence) -> String {
    let sections: String = study.section.iter().map(|of| section(of, evidence)).collect();
    format!(
        "# {}\n\n\
         *Made from `evidence/studies/{}.toml` and `evidence/claims`. The [scoreboard](../../EVIDENCE.md) has the \
         main claims of all studies.*\n\n{}{sections}",
        study.title, study.id, study.about,
    )
}

fn section(section: &Section, evidence: &Evidence) -> String {
    let claims: Vec<&Claim> = evidence.claims_of(section).collect();
    let (tables, figures): (Vec<&Claim>, Vec<&Claim>) =
        claims.iter().copied().partition(|claim| !claim.rows.is_empty());
    let about = if section.text.is_empty() { None } else { Some(&section.text) };
    let summary = if figures.is_empty() { None } else { Some(summary(&figures)) };
    let parts = about.into_iter().cloned().chain(summary).chain(notes(&figures));
    let parts = parts.chain(tables.into_iter().flat_map(with_table));
    let parts: Vec<String> = parts.chain(origins(&claims, evidence)).collect();
    format!("\n## {}\n\n{}", section.title, parts.join("\n"))
}

/// A claim with its table, and what must be known beside it.
fn with_table(claim: &Claim) -> Vec<String> {
    let table = format!("**{}**{}\n\n{}", claim.sentence, verdict(claim), table(claim));
    let lines: Vec<String> = claim.notes.iter().map(|note| format!("- {note}\n")).collect();
    let notes = (!lines.is_empty()).then(|| lines.concat());
    [table].into_iter().chain(notes).collect()
}

/// Claims of one figure each.
fn summary(claims: &[&Claim]) -> String {
    let mut table = heading(&["claim", "target", "measured", "of", "result"]);
    for claim in claims {
        let n = claim.n.map(|n| number(n as f64, None));
        let of = [n, claim.of.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let method = claim.method.as_ref().map(|method| format!("; interval {method}"));
        let figure = measured(claim) + &method.unwrap_or_default();
        let cells = [claim.sentence.clone(), target(claim), figure, of];
        table += &row(&[&cells[..], &[said(claim)]].concat());
    }
    table
}

/// What came of a claim, and whether a test computes it anew.
fn said(claim: &Claim) -> String {
    let anew = if claim.recompute.is_some() { ", computed anew" } else { "" };
    format!("{}{anew}", status(claim.status))
}

/// What must be known beside the figures.
fn notes(claims: &[&Claim]) -> Option<String> {
    let noted = claims.iter().filter(|claim| !claim.notes.is_empty());
    let line = |claim: &&Claim| format!("- *{}* {}\n", claim.sentence, claim.notes.join(" "));
    let lines: Vec<String> = noted.map(line).collect();
    (!lines.is_empty()).then(|| lines.concat())
}

/// The figure and target of a claim that has a table, too.
fn verdict(claim: &Claim) -> String {
    let figure = measured(claim);
    let has_figure = claim.value.is_some() || claim.count.is_some() || claim.text.is_some();
    match (has_figure, claim.status) {
        (true, Status::Reported) => format!(" {figure}."),
        (true, said) => format!(" {figure}; target {}: {}.", target(claim), status(said)),
        (false, _) => String::new(),
    }
}

fn table(claim: &Claim) -> String {
    let names: Vec<&str> = claim.columns.iter().map(|column| column.name.as_str()).collect();
    let line = |cells: &Vec<Cell>| {
        let cells = cells.iter().zip(&claim.columns);
        row(&cells.map(|(one, column)| cell(one, column.decimals)).collect::<Vec<_>>())
    };
    heading(&names) + &claim.rows.iter().map(line).collect::<String>()
}

/// Where the figures of a section are from; claims of one origin together.
fn origins(claims: &[&Claim], evidence: &Evidence) -> Vec<String> {
    let mut found: Vec<(String, Vec<&str>)> = Vec::new();
    for claim in claims {
        let origin = origin(claim, evidence);
        let name = claim.id.strip_prefix(&format!("{}-", claim.study)).unwrap_or(&claim.id);
        match found.iter_mut().find(|(known, _)| *known == origin) {
            Some((_, names)) => names.push(name),
            None => found.push((origin, vec![name])),
        }
    }
    let is_one = found.len() == 1;
    let say = |(origin, names): (String, Vec<&str>)| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let of = if is_one { String::new() } else { format!(" ({})", names.join(", ")) };
        format!("Measured{of} {origin}")
    };
    found.into_iter().map(say).collect()
}

fn origin(claim: &Claim, evidence: &Evidence) -> String {
    let machine = evidence.machines.get(&claim.machine).map_or("", String::as_str);
    let data = claim.population.iter().map(|of| format!("`{}` ({}…)", of.file, &of.sha256[..12]));
    let data: Vec<String> = data.collect();
    let data = if data.is_empty() { String::new() } else { format!("; data {}", data.join(", ")) };
    let how = match &claim.command {
        Some(command) if command.trim_end().contains('\n') => {
            format!(":\n\n```sh\n{}\n```\n", command.trim_end())
        }
        Some(command) => format!(", by `{command}`.\n"),
        None => "; no committed command repeats it.\n".to_owned(),
    };
    format!("on {}, {machine}{data}{how}", claim.date)
}
