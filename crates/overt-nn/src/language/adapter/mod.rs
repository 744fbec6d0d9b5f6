//! PEFT adapters: read from their folder, checked against the base, and put on it.
//!
//! A model with an adapter keeps the weights of its base. What the adapter adds to a projection is a site, such as
//! `blocks.3.attn.q.lora`. What replaces a weight of the base (`modules_to_save`, trained biases) has no site.

mod config;
mod error;
mod key_order;
mod low_rank;
mod origin;
mod read;
mod site_list;
mod target;
mod wrapper;

pub use error::AdapterError;
pub(crate) use low_rank::LowRank;
pub(crate) use origin::doubts;
pub(crate) use read::Adapter;
pub(crate) use site_list::weave;
pub(crate) use wrapper::{Adapted, Manner};
