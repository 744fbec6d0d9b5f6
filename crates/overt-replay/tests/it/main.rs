//! What `overt-replay` promises: a case that was altered is caught when it is run again.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, in helpers too")]

/// Cases as they were signed, and altered ones.
mod reruns;
