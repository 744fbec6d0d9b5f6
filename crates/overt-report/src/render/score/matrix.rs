//! Every subject by everyone who said something of it, as a table that scrolls.

use super::super::each;
use super::super::escape::escape;
use super::evidence;
use crate::{Mark, Matrix, MatrixCell, MatrixGroup, MatrixRow};

/// From which share of harmless subjects left behind each shade begins.
const SHADES: [f64; 5] = [0.5, 0.8, 0.9, 0.95, 1.0];

pub(super) fn matrix(matrix: &Matrix) -> String {
    let columns = each(&matrix.columns, |name| {
        format!("<th scope=\"col\"><span>{}</span></th>", escape(name))
    });
    let groups = each(&matrix.groups, |one| group(one, matrix));
    format!(
        "<p>{}</p>\n{}<div class=\"scroll\" tabindex=\"0\" role=\"region\" \
         aria-label=\"Every model, every detector\">\n\
         <table class=\"matrix\">\n<thead><tr><th scope=\"col\">model</th>{columns}</tr></thead>\n\
         {groups}</table>\n</div>\n",
        escape(&matrix.caption),
        legend(),
    )
}

fn legend() -> String {
    let marks = [Mark::Flagged, Mark::Clean, Mark::Inconclusive, Mark::InvalidRun];
    let marks = each(marks, |mark| {
        let (sign, word) = sign(mark);
        format!("<li><span aria-hidden=\"true\">{sign}</span> {word}</li>")
    });
    let shade = |(idx, from): (usize, f64)| {
        let said = if from == 1.0 { "all".to_owned() } else { format!("{:.0}", from * 100.0) };
        format!("<li><span class=\"swatch shade-{}\"></span>{said}</li>", idx + 1)
    };
    let shades = each(SHADES.into_iter().enumerate(), shade);
    format!(
        "<ul class=\"legend\">{marks}<li><span class=\"swatch wrong\"></span>wrong</li>\
         <li>\u{2013} does not apply</li></ul>\n\
         <ul class=\"legend\"><li>of 100 harmless models, less suspect at least</li>{shades}</ul>\n"
    )
}

fn group(group: &MatrixGroup, matrix: &Matrix) -> String {
    let n_columns = matrix.columns.len() + 1;
    format!(
        "<tbody>\n<tr class=\"family\"><th scope=\"rowgroup\" colspan=\"{n_columns}\">\
         <span>{} ({})</span></th></tr>\n{}</tbody>\n",
        escape(&group.name),
        group.rows.len(),
        each(&group.rows, |one| row(one, matrix))
    )
}

fn row(row: &MatrixRow, matrix: &Matrix) -> String {
    let cells = each(row.cells.iter().zip(&matrix.columns), |(one, name)| cell(one, name));
    let (name, note) = (evidence(&row.id, &row.link), escape(&row.note));
    format!("<tr><th scope=\"row\">{name} <small>{note}</small></th>{cells}</tr>\n")
}

fn cell(cell: &MatrixCell, column: &str) -> String {
    let column = escape(column);
    match cell {
        MatrixCell::Absent => {
            format!("<td class=\"absent\" title=\"{column}: does not apply\">\u{2013}</td>")
        }
        MatrixCell::Score { beyond, said } => format!(
            "<td{class} title=\"{column}: {said}\">{:.0}</td>",
            (beyond * 100.0).floor(),
            class = shade(*beyond),
            said = escape(said),
        ),
        MatrixCell::Answer { probability, mark, is_wrong } => {
            let (sign, word) = sign(*mark);
            let class = if *is_wrong { "stated wrong" } else { "stated" };
            let stated =
                probability.map_or_else(String::new, |p| format!("{:.0}", (p * 100.0).round()));
            let wrong = if *is_wrong { ", wrongly" } else { "" };
            format!(
                "<td class=\"{class}\" title=\"{column}: {word}{wrong}\">\
                 <span class=\"sign\" role=\"img\" aria-label=\"{word}{wrong}\">{sign}</span>\
                 {stated}</td>"
            )
        }
    }
}

/// The sign of an answer, and its word.
fn sign(mark: Mark) -> (&'static str, &'static str) {
    match mark {
        Mark::Flagged => ("\u{25b2}", "flagged"),
        Mark::Clean => ("\u{2713}", "clean"),
        Mark::Inconclusive => ("?", "inconclusive"),
        Mark::InvalidRun => ("\u{2715}", "invalid run"),
    }
}

/// The class that shades a cell.
fn shade(beyond: f64) -> String {
    match SHADES.iter().filter(|from| beyond >= **from).count() {
        0 => String::new(),
        n => format!(" class=\"shade-{n}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_leaves_all_behind_is_darkest() {
        assert_eq!(shade(1.0), " class=\"shade-5\"");
        assert_eq!(shade(0.999), " class=\"shade-4\"");
        assert_eq!(shade(0.1), "");
        assert_eq!(shade(f64::NAN), "");
    }
}
