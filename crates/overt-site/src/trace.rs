//! What the taps of one run kept.

use crate::{Array, Error};
use std::collections::BTreeMap;

/// The values of the tapped sites, as plain arrays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace(pub(crate) BTreeMap<String, Array>);

impl Trace {
    /// The value of a tapped site; shape `[batch, …the site's axes]`.
    ///
    /// # Errors
    /// [`Error::NotTapped`] when the run was not asked to keep it.
    pub fn get(&self, site: &str) -> Result<&Array, Error> {
        self.0.get(site).ok_or_else(|| Error::NotTapped { site: site.to_owned() })
    }

    /// Takes the value of a tapped site out.
    ///
    /// # Errors
    /// As [`Trace::get`].
    pub fn take(&mut self, site: &str) -> Result<Array, Error> {
        self.0.remove(site).ok_or_else(|| Error::NotTapped { site: site.to_owned() })
    }
}
