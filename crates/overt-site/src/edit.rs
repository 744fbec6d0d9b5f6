//! The values that one edit writes, and their place.

use crate::{Array, Axis, Error, Real, SiteSpec, Trace};

/// The entries of a site that an edit touches.
#[derive(Clone, Debug, PartialEq)]
pub enum Select {
    /// Every entry.
    All,
    /// The product of index lists. An axis that is not named is taken whole.
    Along {
        /// Batch rows, or all.
        batch: Option<Vec<usize>>,
        /// Indices along named axes.
        axes: Vec<(Axis, Vec<usize>)>,
    },
    /// One flag per entry, in the order of the site's values. Use it for choices that differ by row.
    Mask(Vec<bool>),
}

impl Select {
    /// These indices along one axis.
    pub fn along(axis: Axis, indices: &[usize]) -> Self {
        Self::Along { batch: None, axes: vec![(axis, indices.to_vec())] }
    }

    /// These batch rows.
    pub fn rows(indices: &[usize]) -> Self {
        Self::Along { batch: Some(indices.to_vec()), axes: Vec::new() }
    }

    /// Further restricts a product of index lists to these indices along another axis.
    ///
    /// # Panics
    /// If this is a mask, which already says everything. To restrict it here would drop its choice.
    #[must_use]
    #[track_caller]
    pub fn and(self, axis: Axis, indices: &[usize]) -> Self {
        match self {
            Self::Along { batch, mut axes } => {
                axes.push((axis, indices.to_vec()));
                Self::Along { batch, axes }
            }
            Self::All => Self::along(axis, indices),
            Self::Mask(_) => panic!("a mask cannot be restricted along {axis:?}"),
        }
    }

    /// Refuses a selection that is out of range or selects nothing.
    ///
    /// # Errors
    /// Says what is wrong with the selection.
    pub fn check(&self, site: &SiteSpec, batch: usize) -> Result<(), Error> {
        self.flags(site, batch).map(|_| ())
    }

    /// One flag per entry of the site in a batch of `batch` rows.
    ///
    /// # Errors
    /// Refuses a selection that is out of range or selects nothing.
    pub fn flags(&self, site: &SiteSpec, batch: usize) -> Result<Vec<bool>, Error> {
        let shape = site.shape(batch);
        let n: usize = shape.iter().product();
        let mask = match self {
            Self::All => vec![true; n],
            Self::Mask(mask) if mask.len() == n => mask.clone(),
            Self::Mask(mask) => {
                return Err(Error::ShapeChanged {
                    site: site.name.clone(),
                    expected: shape,
                    got: vec![mask.len()],
                });
            }
            Self::Along { batch: rows, axes } => {
                let allowed = allowed(site, &shape, rows.as_deref(), axes)?;
                product(&allowed)
            }
        };
        if mask.contains(&true) {
            Ok(mask)
        } else {
            Err(Error::SelectsNothing { site: site.name.clone() })
        }
    }
}

impl Select {
    /// What of it falls on some rows of a batch, in this order; none where nothing does.
    fn of_rows(&self, rows: &[usize], batch: usize) -> Option<Self> {
        match self {
            Self::All | Self::Along { batch: None, .. } => Some(self.clone()),
            Self::Along { batch: Some(named), axes } => {
                let here = (0..rows.len()).filter(|at| named.contains(&rows[*at]));
                let here: Vec<usize> = here.collect();
                (!here.is_empty()).then(|| Self::Along { batch: Some(here), axes: axes.clone() })
            }
            Self::Mask(mask) => {
                let n = mask.len() / batch;
                let of_row = |row: &usize| mask[row * n..(row + 1) * n].iter().copied();
                let mask: Vec<bool> = rows.iter().flat_map(of_row).collect();
                mask.contains(&true).then_some(Self::Mask(mask))
            }
        }
    }
}

/// The selected indices of each axis of the shape.
fn allowed(
    site: &SiteSpec,
    shape: &[usize],
    rows: Option<&[usize]>,
    axes: &[(Axis, Vec<usize>)],
) -> Result<Vec<Vec<bool>>, Error> {
    let mut allowed: Vec<Vec<bool>> = shape.iter().map(|n| vec![true; *n]).collect();
    let named = axes.iter().map(|(axis, indices)| {
        let at = site
            .position(*axis)
            .ok_or_else(|| Error::NoAxis { site: site.name.clone(), axis: axis.to_string() });
        at.map(|at| (at, axis.to_string(), indices.as_slice()))
    });
    for entry in rows.map(|r| Ok((0, "batch".to_owned(), r))).into_iter().chain(named) {
        let (at, axis, indices) = entry?;
        let mut chosen = vec![false; shape[at]];
        for &index in indices {
            let extent = shape[at];
            let flag = chosen.get_mut(index).ok_or_else(|| Error::OutOfRange {
                site: site.name.clone(),
                axis: axis.clone(),
                index,
                extent,
            })?;
            *flag = true;
        }
        allowed[at].iter_mut().zip(chosen).for_each(|(a, c)| *a &= c);
    }
    Ok(allowed)
}

/// One flag per entry: whether every index is allowed.
fn product(allowed: &[Vec<bool>]) -> Vec<bool> {
    allowed.iter().rev().fold(vec![true], |inner, axis| {
        let mut all = Vec::with_capacity(axis.len() * inner.len());
        for ok in axis {
            if *ok {
                all.extend_from_slice(&inner);
            } else {
                all.resize(all.len() + inner.len(), false);
            }
        }
        all
    })
}

/// The values that are written at the selected entries.
#[derive(Clone, Debug, PartialEq)]
pub enum Write<T = f32> {
    /// These values instead (same shape as the site; unselected entries are ignored).
    Replace(Array<T>),
    /// The site's own value plus these.
    Add(Array<T>),
    /// The site's own value times this.
    Scale(T),
}

/// One change at one site, for one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit<T = f32> {
    /// The values.
    pub write: Write<T>,
    /// The entries.
    pub select: Select,
}

impl<T: Real> Edit<T> {
    /// Other values instead, everywhere.
    pub fn replace(values: Array<T>) -> Self {
        Self { write: Write::Replace(values), select: Select::All }
    }

    /// Something added, everywhere.
    pub fn add(values: Array<T>) -> Self {
        Self { write: Write::Add(values), select: Select::All }
    }

    /// The value times a factor, everywhere.
    pub fn scale(factor: T) -> Self {
        Self { write: Write::Scale(factor), select: Select::All }
    }

    /// Zero, everywhere.
    pub fn zero() -> Self {
        Self::scale(T::default())
    }

    /// The value that the same site had in another run (activation patching).
    ///
    /// # Errors
    /// [`Error::NotTapped`] when that run did not keep the site.
    pub fn patch(site: &str, from: &Trace<T>) -> Result<Self, Error> {
        Ok(Self::replace(from.get(site)?.clone()))
    }

    /// The same change, at these entries only.
    #[must_use]
    pub fn at(self, select: Select) -> Self {
        Self { select, ..self }
    }

    /// The same change in some rows of a batch; none where it touches nothing there.
    pub(crate) fn of_rows(&self, rows: &[usize], batch: usize) -> Option<Self> {
        let select = self.select.of_rows(rows, batch)?;
        let some = |array: &Array<T>| {
            let values = rows.iter().flat_map(|row| array.row(*row).iter().copied()).collect();
            let mut shape = array.shape.clone();
            shape[0] = rows.len();
            Array::new(shape, values)
        };
        let write = match &self.write {
            Write::Replace(array) => Write::Replace(some(array)),
            Write::Add(array) => Write::Add(some(array)),
            Write::Scale(factor) => Write::Scale(*factor),
        };
        Some(Self { write, select })
    }

    /// Refuses values of another shape and values that are not finite.
    pub(crate) fn check(&self, site: &SiteSpec, batch: usize) -> Result<(), Error> {
        let values = match &self.write {
            Write::Replace(array) | Write::Add(array) => {
                let expected = site.shape(batch);
                if array.shape != expected {
                    let (site, got) = (site.name.clone(), array.shape.clone());
                    return Err(Error::ShapeChanged { site, expected, got });
                }
                &array.values[..]
            }
            Write::Scale(factor) => std::slice::from_ref(factor),
        };
        // A masked attention score is minus infinity.
        let allowed = |v: &T| v.is_finite() || (site.masked && (*v).into() == f64::NEG_INFINITY);
        if values.iter().all(allowed) {
            Ok(())
        } else {
            Err(Error::NotFinite { site: site.name.clone() })
        }
    }
}
