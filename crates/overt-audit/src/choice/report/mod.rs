//! What the report says of a model that chooses beyond the findings of its checks.

pub(crate) mod records;
pub(crate) mod summary;
