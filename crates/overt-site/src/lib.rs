//! A place in a forward pass; taps, edits, runs, traces
