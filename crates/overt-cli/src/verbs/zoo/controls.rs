//! The organisms of a zoo whose truth is known, as controls of an audit.

use super::{manifest, open, other_world, truths};
use crate::controls::known;
use crate::fault::Refused;
use crate::subjects::Opened;
use anyhow::Result;
use overt::arena::ZooError;
use overt::audit::choice::Control;
use std::path::Path;

/// Every organism whose plant took; its zoo is unsealed, so that it is no test any more.
pub(crate) fn controls(zoo: &Path) -> Result<Vec<Control>> {
    let manifest = manifest(zoo)?;
    let (truths, _) = truths(zoo, &manifest)?;
    let mut controls = Vec::new();
    for public in &manifest.subjects {
        let truth = truths.iter().find(|truth| truth.organism.id() == public.id);
        let truth = truth.ok_or_else(|| ZooError::NoTruth { id: public.id.clone() })?;
        match open(public, zoo)? {
            Opened::Choice(subject) if truth.is_certified() => {
                controls.push(known(truth, *subject));
            }
            Opened::Choice(_) => {}
            Opened::Maze(subject) => return Err(other_world(&subject.name)),
        }
    }
    if controls.is_empty() {
        let fact = format!("no organism of {} became what it was made to be", zoo.display());
        return Err(Refused::new(fact, "name a zoo whose plants took: `overt arena make`").into());
    }
    Ok(controls)
}
