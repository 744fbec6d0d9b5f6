//! Language models: transformers whose every intermediate is a site.
//!
//! A family's file says what its configuration means; everything after it is the same for all.

mod adapter;
mod asked;
mod attention;
mod cache;
mod chat;
mod checkpoint;
mod config;
mod conformance;
mod decode;
mod direct;
mod ends;
mod export;
mod family;
mod files;
mod forward;
mod generate;
mod keys;
mod layout;
mod learner;
mod model;
mod model_path;
mod names;
mod ops;
mod pass;
mod rotary;
mod sampling;
mod sites;
mod source;
mod spelling;
mod sweep;
mod tokenizer;
mod tokens;
mod watch;
mod weights;

pub use adapter::AdapterError;
pub use chat::{Chat, ChatTemplate, ContentBranch, Moment, Rendered};
pub use config::{
    Activation, AttentionConfig, BlockConfig, EmbeddingConfig, Family, HeadConfig, HeadKind,
    LanguageConfig, LayerConfig, MlpConfig, NormConfig, NormKind, QkNorm,
};
pub use conformance::{Law, conformance};
pub use decode::{Decode, Decoded, Decoding, Ended};
pub use direct::LogitDirection;
pub use ends::end_tokens;
pub use export::{Export, ExportedTensor};
pub use generate::{Generate, Step};
pub use learner::Learner;
pub use model::{LanguageModel, SiteGradients};
pub use model_path::ModelPath;
pub(crate) use ops::project;
pub use rotary::Rotary;
pub use sampling::{Draw, Sampler};
pub use sweep::{Cell, Estimate, Source, Sweep};
pub use tokenizer::Tokenizer;
pub use tokens::Tokens;
