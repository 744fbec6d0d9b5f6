//! Activation patching: what a run answers when one part of it comes from another run.
//!
//! Source: Vig et al., Investigating gender bias in language models using causal mediation analysis
//! (2020), section 3; Meng et al., Locating and editing factual associations in GPT (2022), section 2.

use crate::grid::sweep;
use crate::{Error, PatchGrid, PatchPlan};
use overt_nn::{Estimate, LanguageModel, Source, Tokens};
use overt_site::Real;

/// Patches parts of the run over `source` into the run over `base`, cell by cell.
///
/// Each cell has the bits that a run of its own would give.
///
/// # Errors
/// Prompts of different length, sites that are not there or not in a block, an axis that a site
/// lacks.
pub fn activation_patching<T: Real>(
    model: &LanguageModel<T>,
    base: &Tokens,
    source: &Tokens,
    plan: &PatchPlan,
    start: impl FnOnce(&Estimate),
    progress: impl FnMut(usize),
) -> Result<PatchGrid, Error> {
    if base.positions() != source.positions() {
        let (expected, got) = (base.positions(), source.positions());
        return Err(Error::LengthMismatch { what: "prompts", expected, got });
    }
    sweep(model, base, Source::Tokens(source), plan, start, progress)
}
