//! What every page is made of: its frame, sections, facts and lists.

use super::escape::printable;
use maud::{Markup, PreEscaped, html};

const TOKENS: &str = include_str!("tokens.css");
const PAGE: &str = include_str!("page.css");

/// A page: what it shows, and what it holds besides.
#[derive(Default)]
pub(super) struct Page<'a> {
    /// Its title.
    pub(super) title: &'a str,
    /// More in its head, before anything that it governs.
    pub(super) head: Markup,
    /// What its style adds to that of every page.
    pub(super) style: &'a str,
    /// What it shows.
    pub(super) shown: Markup,
    /// Data and scripts, which it does not show.
    pub(super) data: Markup,
}

impl Page<'_> {
    /// The page with everything that it needs inside. Characters that steer a terminal or turn the reading
    /// direction are replaced in all that it shows.
    pub(super) fn document(&self) -> String {
        let page = html! {
            (PreEscaped("<!doctype html>"))
            html lang="en" {
                head {
                    meta charset="utf-8";
                    (self.head)
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (printable(self.title)) }
                    style { (PreEscaped(TOKENS)) (PreEscaped(PAGE)) (PreEscaped(self.style)) }
                }
                body { (PreEscaped(printable(&self.shown.0))) (self.data) }
            }
        };
        page.into_string() + "\n"
    }
}

/// The places of a page, by the ids of its sections.
pub(super) fn contents(places: &[(&str, &str)]) -> Markup {
    html! {
        nav aria-label="Contents" {
            @for (id, name) in places { a href={ "#" (id) } { (name) } " " }
        }
    }
}

/// A table of rows under the names of their columns. A row's first cell names it.
pub(super) fn table(class: &str, head: &[impl AsRef<str>], rows: &Markup) -> Markup {
    html! {
        table class=(class) {
            thead { tr { @for name in head { th scope="col" { (name.as_ref()) } } } }
            tbody { (rows) }
        }
    }
}

pub(super) fn fact(name: &str, value: &str) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

pub(super) fn section(id: &str, title: &str, content: &Markup) -> Markup {
    html! { section aria-labelledby=(id) { h2 id=(id) { (title) } (content) } }
}

/// A list of texts.
pub(super) fn items(texts: &[String]) -> Markup {
    html! { @for text in texts { li { (text) } } }
}

/// Data that a script reads, as JSON in an element of this id.
pub(super) fn json(id: &str, json: &str) -> Markup {
    html! { script type="application/json" id=(id) { (PreEscaped(json_in_script(json))) } }
}

/// JSON as it may stand in a script element: no `</` can end it, and no `<!--` can change it.
///
/// In JSON a `<` occurs only inside strings, where its escape means the same.
fn json_in_script(json: &str) -> String {
    json.replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_cannot_be_ended() {
        assert_eq!(json_in_script(r#"{"a": "</script>"}"#), r#"{"a": "\u003c/script>"}"#);
    }

    #[test]
    fn what_is_shown_steers_nothing() {
        let page = Page { title: "\u{202e}", shown: html! { "a\u{202e}" }, ..Page::default() };
        assert!(!page.document().contains('\u{202e}'));
    }
}
