//! What `overt-site` promises: a pass changes what it was asked to change, nothing else, or says so.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, in helpers too")]

/// What an edit writes, and that it writes nothing else.
mod edits;
/// The gradient at a site, against derivatives worked by hand.
mod gradients;
/// Questions that cannot be answered are errors with the facts in them.
mod refusals;

use burn::tensor::{Device, Tensor};
use overt_site::{Array, Axis, Error, Pass, Run, SiteSpec, Sites, Trace};

/// A map of 2 × 3 cells with 2 channels, and a layer of 2 units.
fn sites() -> Sites {
    let map = [(Axis::Row, 2), (Axis::Col, 3), (Axis::Channel, 2)];
    Sites::new(vec![
        SiteSpec::new("conv.0.post", &map),
        SiteSpec::new("dense.post", &[(Axis::Feature, 2)]),
    ])
}

/// The numbers 1, 2, 3, … in the map's shape.
fn map_values(batch: usize) -> Array {
    Array::new(vec![batch, 2, 3, 2], (1..=batch * 12).map(|i| i as f32).collect())
}

/// Offers the map's values to a run, and to nothing else.
fn offer(run: &Run, values: &Array) -> Result<(Array, Trace), Error> {
    let mut pass = Pass::begin(&sites(), run, values.rows())?;
    let value: Tensor<4> = values.tensor(&Device::flex());
    let value = pass.at("conv.0.post", value);
    Ok((Array::of(value), pass.finish()?))
}
