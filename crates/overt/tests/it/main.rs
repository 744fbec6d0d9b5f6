//! What the house promises of itself: arrows, codemap and tidiness, as its own pages state them.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, in helpers too")]
#![expect(clippy::disallowed_methods, reason = "these tests read the house itself")]

/// Answers to chats against those of transformers.
mod answers;
/// Who uses whom, against the table of arrows and the rules that no table may loosen.
mod arrows;
/// Files that use each other, within every crate.
mod circles;
/// The claims that Overt makes of itself: form, pages, what they name, and figures computed anew.
mod claims;
/// The codemap against the workspace, and the tests that the invariants name.
mod codemap;
/// What the command line may do by itself.
mod doors;
/// The measures of controls that ship, against the controls.
mod stored_measures;
/// A fourth world, which goes through every door without a line elsewhere.
mod thermostat;
/// Small rules over all sources, and the commands that the pages name.
mod tidy;
/// Who may name a world.
mod waist;
/// Retired words: nowhere in code, file names and pages.
mod words;
/// The workspace as cargo sees it, and its files.
mod workspace;
