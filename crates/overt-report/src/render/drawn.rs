//! What a page shows, as lists that a script in the page can make again from what a browser made of it.
//!
//! `evidence.js` walks the document and must come to the same lists; `docs/formats/report.md` says how.

use crate::PageDigests;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Elements of which nothing is looked at: data, and what speaks to the browser alone.
const UNSEEN: [&str; 2] = ["script", "meta"];
/// Elements without an end.
const VOID: [&str; 5] = ["meta", "br", "hr", "img", "link"];
/// Attributes that change when somebody reads the page.
const RESTLESS: [&str; 2] = ["open", "disabled"];

/// What a page shows.
#[derive(Default)]
pub(super) struct Drawn {
    /// The words that are read, in their order.
    pub(super) words: Vec<String>,
    /// The same words with every element and attribute around them, and the style.
    marks: Vec<String>,
}

impl Drawn {
    /// What a page of ours shows. It reads no HTML but ours, and of any other gives some list.
    pub(super) fn of(page: &str) -> Self {
        let (mut drawn, mut rest, mut in_style) = (Self::default(), page, false);
        while let Some((text, tag)) = rest.split_once('<') {
            drawn.say(text, in_style);
            let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
            rest = after;
            let name = tag.split([' ', '\n', '/']).next().unwrap_or_default();
            if UNSEEN.contains(&name) {
                rest = if name == "script" { past_script(rest) } else { rest };
            } else if tag.starts_with('/') {
                drawn.marks.push(">".to_owned());
                in_style = false;
            } else if !tag.starts_with('!') {
                drawn.open(name, &tag[name.len()..]);
                if VOID.contains(&name) || tag.ends_with('/') {
                    drawn.marks.push(">".to_owned());
                }
                in_style = name == "style";
            }
        }
        drawn
    }

    pub(super) fn digests(&self) -> PageDigests {
        PageDigests { words: digest(&self.words), drawing: digest(&self.marks) }
    }

    /// The first word in which two pages differ, with its place from 1 on: ours, and the other's.
    pub(super) fn first_difference<'a>(&'a self, other: &'a Self) -> Option<[&'a str; 2]> {
        let n = self.words.len().max(other.words.len());
        let word = |of: &'a Self, at: usize| of.words.get(at).map_or("", String::as_str);
        (0..n).map(|at| [word(self, at), word(other, at)]).find(|[one, two]| one != two)
    }

    fn say(&mut self, text: &str, in_style: bool) {
        for word in unescaped(text).split(['\t', '\n', '\u{c}', '\r', ' ']) {
            if !word.is_empty() {
                self.marks.push(word.to_owned());
                if !in_style {
                    self.words.push(word.to_owned());
                }
            }
        }
    }

    fn open(&mut self, name: &str, attributes: &str) {
        let mut found = Vec::new();
        let mut rest = attributes.trim_end_matches('/').trim();
        while !rest.is_empty() {
            let named = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(named);
            let value = after.strip_prefix("=\"").and_then(|quoted| quoted.split_once('"'));
            let (value, after) = value.unwrap_or(("", after.trim_start_matches('=')));
            if !RESTLESS.contains(&name) {
                found.push(format!("{name}={}", unescaped(value)));
            }
            rest = after.trim_start();
        }
        found.sort_unstable();
        self.marks.push(format!("<{name}"));
        self.marks.append(&mut found);
    }
}

/// What follows a script.
fn past_script(rest: &str) -> &str {
    rest.split_once("</script>").map_or("", |(_, after)| after)
}

/// The text that stands behind what `escape` wrote.
fn unescaped(text: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (code, plain)| text.replace(code, plain))
}

fn digest(list: &[String]) -> String {
    let digest = Sha256::digest(list.join("\0"));
    digest.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes what is written to it");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html>\n<p class=\"b\" id=\"a\">A &lt;b&gt; &amp;lt;<br>c</p>\
        <script>no</script><style>x { }</style><details open>d</details><path d=\"M0 0\"/>";

    #[test]
    fn words_are_what_is_read() {
        assert_eq!(Drawn::of(PAGE).words, ["A", "<b>", "&lt;", "c", "d"]);
    }

    #[test]
    fn the_drawing_has_every_attribute_and_the_style_and_no_script() {
        let marks = Drawn::of(PAGE).marks.join(" ");
        assert!(marks.contains("<p class=b"), "{marks}");
        assert!(marks.contains("<style x { } > <details d > <path d=M0 0 >"), "{marks}");
        assert!(!marks.contains("no"), "{marks}");
    }

    #[test]
    fn any_text_can_be_read() {
        for hostile in
            ["<", "<<", "<p a", "<p =\"", "<p a=\"x", "</", "<script", "&", "<!--", "< /"]
        {
            Drawn::of(hostile).digests();
        }
    }

    #[test]
    fn the_first_word_that_differs_is_named() {
        let of = |page| Drawn::of(page);
        let (one, two) = (of("<p>a b</p>"), of("<p>a c d</p>"));
        assert_eq!(one.first_difference(&two), Some(["b", "c"]));
        assert_eq!(one.first_difference(&of("<b>a <i>b</i></b>")), None);
    }
}
