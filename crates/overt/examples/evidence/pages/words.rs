//! Figures as the pages print them.

use super::claim::{Cell, Claim, Status, Target};

/// A number: with so many digits after the point, else as short as it can be.
pub(crate) fn number(x: f64, decimals: Option<usize>) -> String {
    match decimals {
        Some(decimals) => format!("{x:.decimals$}"),
        None if x.fract() == 0.0 => grouped(x),
        None if x.abs() < 1e-3 => format!("{x:e}"),
        None => format!("{x}"),
    }
}

/// A whole number with a comma at each thousand.
fn grouped(x: f64) -> String {
    let digits = format!("{:.0}", x.abs());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if x < 0.0 { format!("-{text}") } else { text }
}

/// A cell of a table.
pub(crate) fn cell(cell: &Cell, decimals: Option<usize>) -> String {
    match cell {
        Cell::Number(x) => number(*x, decimals),
        Cell::Interval([value, lo, hi]) => {
            let [value, lo, hi] = [value, lo, hi].map(|x| number(*x, decimals));
            format!("{value} [{lo}, {hi}]")
        }
        Cell::Text(text) => text.clone(),
    }
}

/// The figure of a claim with its interval.
pub(crate) fn measured(claim: &Claim) -> String {
    let (per_cent, unit) = match claim.unit.as_deref() {
        Some("%") => (" %", String::new()),
        Some(unit) => ("", format!(" {unit}")),
        None => ("", String::new()),
    };
    let value = claim.value.map(|value| number(value, claim.decimals) + per_cent);
    let interval = claim.interval.map(|ends| {
        let decimals = claim.interval_decimals.or(claim.decimals);
        let [lo, hi] = ends.map(|end| number(end, decimals));
        let level = claim.level.filter(|level| *level != 95);
        let at = level.map_or_else(String::new, |level| format!(" ({level} %)"));
        let unit = if claim.value.is_none() { per_cent } else { "" };
        format!("[{lo}, {hi}]{unit}{at}")
    });
    let share: Vec<String> = value.into_iter().chain(interval).collect();
    let share = share.join(" ");
    let count = claim.count.map(|[k, n]| {
        let [k, n] = [k, n].map(|x| grouped(x as f64));
        format!("{k} of {n}")
    });
    let figure = match count {
        Some(count) if share.is_empty() => count,
        Some(count) => format!("{count}: {share}"),
        None => claim.text.clone().unwrap_or(share),
    };
    if figure.is_empty() { "see the table".to_owned() } else { figure + &unit }
}

/// A target in words.
pub(crate) fn target(claim: &Claim) -> String {
    let Some(target) = &claim.target else { return String::new() };
    let Target { at_least, at_most, text } = target;
    let unit = if claim.count.is_some() || claim.unit.as_deref() == Some("%") { " %" } else { "" };
    let seconds = if claim.unit.as_deref() == Some("s") { " s" } else { unit };
    let say = |x: f64| number(x, None) + seconds;
    match (at_least, at_most, text) {
        (Some(100.0), None, None) if claim.count.is_some() => "all".to_owned(),
        (None, Some(0.0), None) if claim.count.is_some() => "none".to_owned(),
        (Some(least), None, None) => format!("at least {}", say(*least)),
        (None, Some(most), None) => format!("at most {}", say(*most)),
        (Some(least), Some(most), None) => {
            format!("{} to {}", number(*least, None), say(*most))
        }
        _ => text.clone().unwrap_or_default(),
    }
}

/// What came of a claim, a miss so that nobody overlooks it.
pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::Met => "met",
        Status::Missed => "**missed**",
        Status::Reported => "reported",
    }
}

/// A row of a table.
pub(crate) fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// The two lines that begin a table.
pub(crate) fn heading(cells: &[&str]) -> String {
    let names: Vec<String> = cells.iter().map(|&cell| cell.to_owned()).collect();
    let lines = vec!["---".to_owned(); cells.len()];
    row(&names) + &row(&lines)
}
