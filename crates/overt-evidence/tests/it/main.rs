//! What the crate promises, one module per promise.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

/// Exports are valid, and lose no field.
mod exports;
/// Statements as an audit could make them, and odd ones.
mod statements;
