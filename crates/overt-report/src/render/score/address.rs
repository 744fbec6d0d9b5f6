//! Addresses of evidence that lies beside a page.

use maud::{Markup, html};

/// A name that leads to its evidence.
pub(super) fn evidence(id: &str, link: &str) -> Markup {
    let name = html! { code { (id) } };
    match beside(link) {
        Some(link) => html! { a href=(link) { (name) } },
        None => name,
    }
}

/// An address that stays beside the page: plain names and slashes, no way up and no other place.
pub(super) fn beside(link: &str) -> Option<&str> {
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
