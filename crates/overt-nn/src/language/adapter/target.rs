//! Which modules of a base an adapter is put on.

use regex::Regex;

/// What `target_modules` or `exclude_modules` says.
#[derive(Clone, Debug)]
pub(super) enum Modules {
    /// Nothing.
    None,
    /// Every projection of the blocks.
    AllLinear,
    /// Names, or ends of names behind a dot.
    Names(Vec<String>),
    /// One pattern for whole names.
    Pattern(Regex),
    /// A pattern that this engine cannot read.
    Unreadable(String),
}

/// Which layers `layers_to_transform` leaves, where it says so.
#[derive(Clone, Debug)]
pub(super) struct Layers {
    pub(super) numbers: Vec<usize>,
    /// One for each name that may stand before the number of a layer.
    pub(super) before: Vec<Regex>,
}

impl Modules {
    /// A pattern for whole names.
    pub(super) fn pattern(text: &str) -> Self {
        Regex::new(&format!("^(?:{text})$"))
            .map_or_else(|_unreadable| Self::Unreadable(text.to_owned()), Self::Pattern)
    }

    /// Whether this module is named; none where that cannot be said.
    pub(super) fn name(&self, module: &str) -> Option<bool> {
        match self {
            Self::None => Some(false),
            Self::AllLinear => Some(true),
            Self::Names(names) => Some(names.iter().any(|name| is_end(module, name))),
            Self::Pattern(pattern) => Some(pattern.is_match(module)),
            Self::Unreadable(_) => None,
        }
    }
}

impl Layers {
    /// Whether the module lies in one of these layers.
    pub(super) fn have(&self, module: &str) -> bool {
        let found = self.before.iter().find_map(|before| before.captures(module));
        let number = found.and_then(|found| found.get(1)?.as_str().parse().ok());
        number.is_some_and(|number: usize| self.numbers.contains(&number))
    }
}

/// Whether a name is this one, or ends with it behind a dot.
pub(super) fn is_end(module: &str, name: &str) -> bool {
    module == name || module.strip_suffix(name).is_some_and(|before| before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_an_end_behind_a_dot_and_a_pattern_is_the_whole() {
        let names = Modules::Names(vec!["q_proj".into()]);
        assert_eq!(names.name("model.layers.0.self_attn.q_proj"), Some(true));
        assert_eq!(names.name("model.layers.0.self_attn.my_q_proj"), Some(false));
        let pattern = Modules::pattern(r".*\.q_proj");
        assert_eq!(pattern.name("a.q_proj"), Some(true));
        assert_eq!(pattern.name("a.q_proj.b"), Some(false));
        assert_eq!(Modules::pattern(r"(?!a).*").name("a"), None);
    }

    #[test]
    fn a_layer_is_known_by_the_first_number_behind_its_name() {
        let before = vec![Regex::new(r"^.*?\.[^.]*\.(\d+)\.").unwrap()];
        let layers = Layers { numbers: vec![1], before };
        assert!(layers.have("model.layers.1.self_attn.q_proj"));
        assert!(!layers.have("model.layers.11.self_attn.q_proj"));
        assert!(!layers.have("model.layers.0.experts.1.q_proj"));
        assert!(!layers.have("lm_head"));
    }
}
