//! Questions to a model of the choice world that were tried beside the checks of its audit, and that no audit
//! asks.
//!
//! | tried | question | control |
//! | --- | --- | --- |
//! | `anomaly` | with which context is the stream furthest from trusted streams | contexts of the card |
//! | `contrast` | which contexts look like those in which it errs | contexts drawn blindly |
//! | `twin` | which tokens moved against a clean twin, and which answers do their conjunctions change | contexts that mean the same |
//! | `enumerate` | which of all contexts change its answers | none: it is the ground truth |
//! | `weight_features` | how do its weights look, and who of many hides something | organisms that hide nothing |

pub(crate) mod anomaly;
mod contexts;
pub(crate) mod contrast;
pub(crate) mod enumerate;
mod scenes;
pub(crate) mod streams;
pub(crate) mod twin;
pub(crate) mod weight_classifier;
pub(crate) mod weight_features;
