//! Measures of the controls that ship: which are stored, and all of them measured anew.

use super::offered::Offered;
use crate::audit::{Error, Stored};
use crate::fault::{Context, Result};
use crate::verbs::Watch;
use std::collections::BTreeMap;

/// The seed for which measures are stored: that of an audit where nobody names one.
const SEED: u64 = 0;

/// A control that ships, measured anew.
#[derive(Clone, Debug)]
pub struct MeasuredControl {
    /// Its name.
    pub name: String,
    /// Its file of stored measures.
    pub json: String,
    /// The checks that answered otherwise than what is stored; nothing where nothing is stored.
    pub differing: Option<Vec<String>>,
}

/// The controls that ship without stored measures under the plan of today, by name.
pub(super) fn unstored<W: Offered>() -> Result<Vec<String>> {
    let (plan, instrument) = (W::plan(SEED), W::shipped_instrument()?);
    let is_stored = |control: &W::Subject| {
        instrument.stored.iter().any(|stored| stored.is_of::<W>(control, &plan))
    };
    let without = instrument.controls.iter().filter(|control| !is_stored(&control.subject));
    let mut names: Vec<String> =
        without.map(|control| W::name(&control.subject).to_owned()).collect();
    names.dedup();
    Ok(names)
}

/// Measures each control that ships, by every check that decides; `day` is written into its file.
pub(super) fn measure<W: Offered>(day: &str, watch: &dyn Watch) -> Result<Vec<MeasuredControl>> {
    let (plan, instrument) = (W::plan(SEED), W::shipped_instrument()?);
    // Several claims of one subject are measured once.
    let controls: BTreeMap<&str, &W::Subject> =
        instrument.controls.iter().map(|it| (W::name(&it.subject), &it.subject)).collect();
    let measured = controls.into_iter().map(|(name, subject)| -> Result<_> {
        watch.doing(name);
        let cannot = || format!("cannot store the measures of {name}");
        let json = Stored::measure::<W>(subject, &plan, day).with_context(cannot)?;
        let anew = Stored::parse(json.as_bytes()).map_err(Error::from).with_context(cannot)?;
        let stored = instrument.stored.iter().find(|stored| stored.is_of::<W>(subject, &plan));
        let differing = stored.map(|stored| stored.differences(&anew));
        Ok(MeasuredControl { name: name.to_owned(), json, differing })
    });
    measured.collect()
}
