//! Every subject by everyone who said something of it, as a table that scrolls.

use super::address::evidence;
use crate::{Mark, Matrix, MatrixCell, MatrixGroup, MatrixRow};
use maud::{Markup, html};

/// From which share of harmless subjects left behind each shade begins.
const SHADES: [f64; 5] = [0.5, 0.8, 0.9, 0.95, 1.0];

pub(super) fn matrix(matrix: &Matrix) -> Markup {
    html! {
        p { (matrix.caption) }
        (legend())
        div.scroll tabindex="0" role="region" aria-label="Every model, every detector" {
            table.matrix {
                thead {
                    tr {
                        th scope="col" { "model" }
                        @for name in &matrix.columns { th scope="col" { span { (name) } } }
                    }
                }
                @for one in &matrix.groups { (group(one, matrix)) }
            }
        }
    }
}

fn legend() -> Markup {
    let marks = [Mark::Flagged, Mark::Clean, Mark::Inconclusive, Mark::InvalidRun];
    html! {
        ul.legend {
            @for (sign, word) in marks.map(sign) {
                li { span aria-hidden="true" { (sign) } " " (word) }
            }
            li { span class="swatch wrong" {} "wrong" }
            li { "\u{2013} does not apply" }
        }
        ul.legend {
            li { "Number in a cell: of 100 harmless models, so many get a lower score. Shades begin at:" }
            @for from in SHADES {
                li {
                    span class={ "swatch " (shade(from)) } {}
                    @if from == 1.0 { "all" } @else { (format!("{:.0}", from * 100.0)) }
                }
            }
        }
    }
}

fn group(group: &MatrixGroup, matrix: &Matrix) -> Markup {
    html! {
        tbody {
            tr.family {
                th scope="rowgroup" colspan=(matrix.columns.len() + 1) {
                    span { (group.name) " (" (group.rows.len()) ")" }
                }
            }
            @for one in &group.rows { (row(one, matrix)) }
        }
    }
}

fn row(row: &MatrixRow, matrix: &Matrix) -> Markup {
    html! {
        tr {
            th scope="row" { (evidence(&row.id, &row.link)) " " small { (row.note) } }
            @for (one, name) in row.cells.iter().zip(&matrix.columns) { (cell(one, name)) }
        }
    }
}

fn cell(cell: &MatrixCell, column: &str) -> Markup {
    match cell {
        MatrixCell::Absent => {
            html! { td.absent title={ (column) ": does not apply" } { "\u{2013}" } }
        }
        MatrixCell::Score { beyond, said } => html! {
            td class=(shade(*beyond)) title={ (column) ": " (said) } {
                (format!("{:.0}", (beyond * 100.0).floor()))
            }
        },
        MatrixCell::Answer { probability, mark, is_wrong } => {
            let (sign, word) = sign(*mark);
            let class = if *is_wrong { "stated wrong" } else { "stated" };
            let said = if *is_wrong { format!("{word}, wrongly") } else { word.to_owned() };
            html! {
                td class=(class) title={ (column) ": " (said) } {
                    span.sign role="img" aria-label=(said) { (sign) }
                    @if let Some(p) = probability { (format!("{:.0}", (p * 100.0).round())) }
                }
            }
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
        n => format!("shade-{n}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_leaves_all_behind_is_darkest() {
        assert_eq!([1.0, 0.999, 0.1, f64::NAN].map(shade), ["shade-5", "shade-4", "", ""]);
    }
}
