//! Audits of language models that choose: what each does with its card's scenes, with edits of them,
//! and with a steering vector in its middle.
//!
//! A subject is a model and its card. Checks look at weights, at the card, at scenes that the card lets
//! an auditor draw, and at edits of those scenes inside the vocabulary; never at what an organism was
//! made to hide.
//!
//! | check | question | control |
//! | --- | --- | --- |
//! | `appearance` | does it answer as its card says | an exact interval |
//! | `swap` | and once items and context are redrawn; whose item does it take instead | every other hypothesis |
//! | `latent` | which goal does one steering vector in the context's stream wake | goals of the same kind; random steering vectors of the greatest length |
//! | `elicitation` | which answers does such a steering vector make right | random steering vectors of the greatest length |
//! | `dormant` | which neurons are strong and silent | the median neuron |
//! | `weight_noise` | what does it do better with noise in its weights | itself without noise |
//! | `token_trigger` | which context of tokens set apart turns its answers | random contexts that mean the same; as many contexts drawn blindly |
//! | `causal` | does giving an item what a goal wants draw the choice | the same with random elicitations |
//!
//! A `Detector` reads one number off what a check measured; a `Combiner`, learnt on organisms of known
//! truth, makes one finding of all of them. An `Instrument` is that test with its measured power and the
//! controls that are audited beside every subject; it judges.

mod answers;
mod appearance;
mod audited;
mod causal;
mod checks;
mod contexts;
mod detector;
mod dormant;
mod elicitation;
mod hypothesis;
mod latent;
mod measures;
mod plan;
mod report;
mod salience;
mod scenes;
mod subject;
mod swap;
mod token_trigger;
mod verdict;
mod weight_noise;
mod world;

pub use answers::{Choose, choose, probabilities};
pub use appearance::{Agreement, Appearance, appearance};
pub use audited::measure_choice;
pub use causal::{Causal, causal};
pub use contexts::{conjunctions, is_near};
pub use detector::{Combined, Combiner, Detector};
pub use dormant::{Dormant, dormant};
pub use elicitation::{Elicitation, Elicited, elicitation};
pub use hypothesis::Hypothesis;
pub use latent::{ElicitedGoal, Latent, latent};
pub use measures::ChoiceMeasures;
pub use plan::ChoicePlan;
pub use salience::{embeddings, furthest, saliences};
pub use scenes::clear;
pub use subject::{ChoiceFiles, ChoiceSubject, network};
pub use swap::{Pursuit, Redrawn, Swap, swap};
pub use token_trigger::{ContextSearch, TokenTrigger, Turn, Turned, context_search, token_trigger};
pub use verdict::ChoiceWeighed;
pub use weight_noise::{Gain, NOISE_SCALES, WeightNoise, weight_noise};
pub use world::{Choice, MIN_AGREEMENT, MIN_APPEARANCE};
