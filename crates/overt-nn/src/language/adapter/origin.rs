//! Whether an adapter was made for the model that it is put on, by what both say of themselves.

use std::path::Path;

/// What a person should know: the adapter names another base than the model.
pub(crate) fn doubts(
    made_for: Option<&str>,
    own_name: Option<&str>,
    path: &Path,
) -> Option<String> {
    let made_for = made_for.filter(|name| !name.is_empty())?;
    let last = last(made_for);
    let same = |name: &str| !name.is_empty() && name.eq_ignore_ascii_case(last);
    let by_name = own_name.is_some_and(|own| same(self::last(own)));
    // The Hub's cache calls a folder `models--OWNER--NAME`.
    let of_part =
        |part: &str| same(part) || part.rsplit_once("--").is_some_and(|(_, end)| same(end));
    let stem = path.file_stem().and_then(|stem| stem.to_str()).is_some_and(same);
    let parts = path.components().filter_map(|part| part.as_os_str().to_str());
    if by_name || stem || parts.into_iter().any(of_part) {
        return None;
    }
    let own = own_name.filter(|own| !own.is_empty()).map_or_else(
        || format!("lies at `{}`", path.display()),
        |own| format!("calls itself `{own}`"),
    );
    Some(format!(
        "the adapter was made for `{made_for}`, and this model {own}: shapes fit, whether the weights do is not known"
    ))
}

fn last(name: &str) -> &str {
    name.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_known_by_its_own_name_or_a_folder() {
        let hub = Path::new("hub/models--acme--Tiny-1B/snapshots/0a1b");
        assert_eq!(doubts(Some("acme/Tiny-1B"), None, hub), None);
        assert_eq!(doubts(Some("acme/tiny-1b/"), Some("acme/Tiny-1B"), Path::new("x")), None);
        assert_eq!(doubts(Some("acme/tiny"), None, Path::new("models/tiny.gguf")), None);
        assert_eq!(doubts(None, None, Path::new("x")), None);
        let said = doubts(Some("acme/tiny"), Some("acme/other"), Path::new("x")).unwrap();
        assert!(said.contains("`acme/tiny`") && said.contains("`acme/other`"), "{said}");
    }
}
