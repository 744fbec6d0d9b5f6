//! What the crate promises, one module per promise.
#![expect(clippy::unwrap_used, reason = "tests may fail")]

/// Edits change what they say and nothing else.
mod edits;
/// Layouts of one split are in no other.
mod splits;
/// Many environments behave as one would, in every autoreset mode, and can be saved.
mod vec_env;

use overt_world::maze::{Layout, Split, Terrain, Train};

fn train(layout: Layout) -> Train {
    Train::new(Terrain::new(7, layout, Split::Train).unwrap())
}
