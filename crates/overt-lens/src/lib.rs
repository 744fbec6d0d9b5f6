#![doc = include_str!("../README.md")]

mod ablate;
mod attribute;
mod cells;
mod error;
mod evaluate;
mod interchange;
mod logit_attribution;
mod logit_lens;
mod metric;
mod patch;
mod probe;
mod random;
mod scalar;
mod sham;
mod split;
mod subspace;

pub use ablate::{ablate_channels, channel_means};
pub use attribute::{Attribution, Path, integrated_gradients, integrated_gradients_at};
pub use cells::{Edited, n_cells, rows_per_cell};
pub use error::Error;
pub use evaluate::{CHUNK, outputs, outputs_given, probabilities, values_at};
pub use interchange::{move_cells, transplant};
pub use logit_attribution::{Contribution, logit_attribution};
pub use logit_lens::{Reading, logit_lens};
pub use metric::Metric;
pub use patch::{PatchGrid, PatchPlan, activation_patching};
pub use probe::{Examples, Probe, ProbePlan, ProbeScore, compare, probe};
pub use scalar::weighted_logits;
pub use sham::sham;
pub use subspace::{Subspace, transplant_outside, transplant_within};
