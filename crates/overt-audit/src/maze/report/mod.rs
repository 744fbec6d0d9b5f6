//! What the report says of a maze agent beyond the findings of its checks.

pub(crate) mod pictures;
pub(crate) mod records;
pub(crate) mod summary;
