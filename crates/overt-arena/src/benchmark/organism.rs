//! One organism of a benchmark, as everyone outside its world sees it.

use super::{Concealment, Family};

/// An organism: what a world makes of one line of a plan.
pub trait BenchmarkOrganism {
    /// The name that its auditor knows, such as `s017`.
    fn id(&self) -> &str;

    /// What it is made to be.
    fn family(&self) -> Family;

    /// How well it hides.
    fn concealment(&self) -> Concealment {
        Concealment::None
    }

    /// How large it is, in a word.
    fn size(&self) -> String;
}
