//! What a term may see of a step's rows.

use burn::tensor::Tensor;
use overt_nn::Error;
use overt_site::Pass;
use std::collections::BTreeMap;

/// How rows are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// As they are.
    Own,
    /// With a concept drawn anew: the place of the redraw.
    Swapped(usize),
    /// With the mean of its values in a concept's place: the place of the redraw.
    Removed(usize),
}

/// What a label speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Whether the concept has its first value there.
    Concept,
    /// Whether the goal is there.
    Goal,
}

/// What one pass gave.
pub(crate) struct Seen {
    /// Of the actions or answers, `[row, action]`.
    pub(crate) logits: Tensor<2>,
    /// Followed sites, `[row, entry]`.
    pub(crate) sites: BTreeMap<String, Tensor<2>>,
}

/// A network under training before the rows of a step.
pub(crate) trait Sight {
    /// One pass in a view; the sites are those that the pass follows.
    fn look(&self, view: View, pass: Pass, sites: &[String]) -> Result<Seen, Error>;

    /// The site at which inputs enter, and one for each of its entries, `[row, entry]`, in which the view
    /// with the concept drawn anew differs.
    fn shown(&self, redraw: usize) -> (&'static str, Tensor<2>);

    /// The places of a site's values, as `[row, entry]` gives them, that hold an object, `[place,
    /// channel]`, in the view with the concept drawn anew, and what is asked of each.
    fn places(
        &self,
        redraw: usize,
        site: &str,
        values: Tensor<2>,
        asked: Asked,
    ) -> (Tensor<2>, Vec<bool>);

    /// Channels of a site.
    fn channels(&self, site: &str) -> usize;
}
