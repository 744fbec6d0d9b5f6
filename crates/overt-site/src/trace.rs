//! The values that the taps of one run kept.

use crate::{Array, Error, Real};
use std::collections::BTreeMap;

/// The values of the tapped sites, as plain arrays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace<T = f32>(pub(crate) BTreeMap<String, Array<T>>);

impl<T> FromIterator<(String, Array<T>)> for Trace<T> {
    /// Values that no run gave, such as those that an ablation writes.
    fn from_iter<I: IntoIterator<Item = (String, Array<T>)>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl<T: Real> Trace<T> {
    /// The value of a tapped site; shape `[batch, …the site's axes]`.
    ///
    /// # Errors
    /// [`Error::NotTapped`] if the run was not asked to keep it.
    pub fn get(&self, site: &str) -> Result<&Array<T>, Error> {
        self.0.get(site).ok_or_else(|| Error::NotTapped { site: site.to_owned() })
    }

    /// Takes the value of a tapped site out.
    ///
    /// # Errors
    /// As [`Trace::get`].
    pub fn take(&mut self, site: &str) -> Result<Array<T>, Error> {
        self.0.remove(site).ok_or_else(|| Error::NotTapped { site: site.to_owned() })
    }

    /// Every tapped site with its value, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Array<T>)> {
        self.0.iter().map(|(site, array)| (site.as_str(), array))
    }
}
