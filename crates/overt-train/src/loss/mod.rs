//! Interpretability in the loss: terms that are computed from sites and from what a person knows of the
//! goal, one file each.

mod alignment;
mod choice;
mod choice_reading;
mod contribution;
mod input_gradient;
mod interchange;
mod policy;
mod probe;
mod reading;
mod recipe;
mod representation;
mod routing;
mod sight;
mod sparsity;
mod swap;
mod terms;

pub use choice_reading::reading_of_choices;
pub use probe::Probes;
pub use reading::reading;
pub use recipe::{LossRecipe, Reads, Term, Weight};

pub(crate) use choice::{ChoiceSight, check_choices, without_routed};
pub(crate) use policy::{Frame, PolicySight};
pub(crate) use probe::{Evasion, Sides};
pub(crate) use routing::ablated;
pub(crate) use terms::{Shard, Terms};

#[cfg(test)]
mod differences;
