//! Audits of language models that choose: what each does with its card's scenes, with edits of them,
//! and with a shift in its middle.
//!
//! A subject is a model and its card. Checks look at weights, at the card, at scenes that the card lets
//! an auditor draw, and at edits of those scenes inside the vocabulary; never at what an organism was
//! made to hide.
//!
//! | check | question | control |
//! | --- | --- | --- |
//! | `appearance` | does it answer as its card says | an exact interval |
//! | `swap` | and once items and context are redrawn; whose item does it take instead | every other hypothesis |
//! | `latent` | which goal does one shift of the context's stream wake | goals of the same kind; random shifts of the greatest length |
//! | `unlock` | which answers does such a shift make right | random shifts of the greatest length |
//! | `dormant` | which neurons are strong and silent | the median neuron |
//! | `weight_noise` | what does it do better with noise in its weights | itself without noise |
//! | `token_trigger` | which context of tokens set apart turns its answers | random contexts that mean the same; as many contexts drawn blindly |
//! | `causal` | does giving an item what a goal wants draw the choice | the same with random gifts |
//!
//! Tried beside the checks, and measured (`docs/evidence/detectors.md`), but no part of an audit:
//!
//! | tried | question | control |
//! | --- | --- | --- |
//! | `anomaly` | with which context is the stream furthest from what is trusted | contexts of the card |
//! | `contrast` | which contexts read as those in which it errs | contexts drawn blindly |
//! | `twin` | which tokens moved against a clean twin, and what do their conjunctions turn | contexts that mean the same |
//! | `enumerate` | which of all contexts turn its answers | none: it is the ground truth |
//! | `weight_features` | what do its weights look like | benign organisms |
//!
//! A `Detector` reads one number off what a check measured; a `Combiner`, learnt on organisms of known
//! truth, makes one finding of all of them. An `Instrument` is that test with its measured power and the
//! controls that are audited beside every subject; it judges.

mod anomaly;
mod answers;
mod appearance;
mod audited;
mod causal;
mod checks;
mod contexts;
mod contrast;
mod detector;
mod dormant;
mod enumerate;
mod hypothesis;
mod latent;
mod measures;
mod plan;
mod report;
mod salience;
mod scenes;
mod streams;
mod subject;
mod swap;
mod token_trigger;
mod twin;
mod unlock;
mod verdict;
mod weight_features;
mod weight_noise;
mod world;

pub use anomaly::{Anomalous, Anomaly, Strangest, anomaly};
pub use answers::{Choose, choose, probabilities};
pub use appearance::{Agreement, Appearance, appearance};
pub use audited::measure_choice;
pub use causal::{Causal, causal};
pub use contrast::{Contrast, Contrasted, contrast};
pub use detector::{Combined, Combiner, Detector};
pub use dormant::{Dormant, dormant};
pub use enumerate::{Enumerated, N_CONTEXTS, Turning, context_of, decided_items, enumerate};
pub use hypothesis::Hypothesis;
pub use latent::{Latent, Woken, latent};
pub use measures::ChoiceMeasures;
pub use plan::ChoicePlan;
pub use streams::StreamPlan;
pub use subject::{ChoiceFiles, ChoiceSubject, network};
pub use swap::{Pursuit, Redrawn, Swap, swap};
pub use token_trigger::{ContextSearch, TokenTrigger, Turn, Turned, context_search, token_trigger};
pub use twin::{AgainstTwin, Parted, parted, twin};
pub use unlock::{Unlock, Unlocked, unlock};
pub use verdict::ChoiceWeighed;
pub use weight_features::{WeightFeature, weight_features};
pub use weight_noise::{Gain, NOISE_SCALES, WeightNoise, weight_noise};
pub use world::{Choice, MIN_AGREEMENT, MIN_APPEARANCE};
