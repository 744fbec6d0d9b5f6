//! How one forward pass is watched, changed and differentiated.

use crate::{Array, Edit, Error, Real, Sites, Trace, Write};
use burn::tensor::{Bool, Gradients, Tensor, TensorData};
use std::collections::{BTreeMap, BTreeSet};

/// The taps, edits and gradients of one forward pass. It is a plain value, and belongs to no model.
#[derive(Clone, Debug, PartialEq)]
pub struct Run<T = f32> {
    taps: BTreeSet<String>,
    edits: BTreeMap<String, Vec<Edit<T>>>,
    gradients: BTreeSet<String>,
}

impl<T> Default for Run<T> {
    fn default() -> Self {
        Self { taps: BTreeSet::new(), edits: BTreeMap::new(), gradients: BTreeSet::new() }
    }
}

impl<T: Real> Run<T> {
    /// A run that keeps and changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps the value of a site, as the rest of the network sees it (after edits).
    #[must_use]
    pub fn tap(mut self, site: impl Into<String>) -> Self {
        self.taps.insert(site.into());
        self
    }

    /// Changes the value of a site; several edits of one site apply in order.
    #[must_use]
    pub fn edit(mut self, site: impl Into<String>, edit: Edit<T>) -> Self {
        self.edits.entry(site.into()).or_default().push(edit);
        self
    }

    /// Asks for the gradient at a site of the scalar that the caller differentiates.
    #[must_use]
    pub fn gradient(mut self, site: impl Into<String>) -> Self {
        self.gradients.insert(site.into());
        self
    }

    /// The sites that it keeps, changes or differentiates at; some may come more than once.
    ///
    /// ```
    /// use overt_site::{Edit, Run};
    ///
    /// let run = Run::<f32>::new().tap("logits").edit("input", Edit::zero());
    /// assert_eq!(run.sites().collect::<Vec<_>>(), ["logits", "input"]);
    /// ```
    pub fn sites(&self) -> impl Iterator<Item = &str> {
        let all = self.taps.iter().chain(self.edits.keys()).chain(&self.gradients);
        all.map(String::as_str)
    }

    /// The same run over some rows of a batch, in this order; an edit that names none of them is left
    /// out.
    ///
    /// ```
    /// use overt_site::{Array, Edit, Run, Select};
    ///
    /// let values = Array::new(vec![3, 2], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// let run = Run::new().edit("x", Edit::replace(values)).edit("y", Edit::zero().at(Select::rows(&[1])));
    /// let picked = Array::new(vec![2, 2], vec![5.0, 6.0, 1.0, 2.0]);
    /// assert_eq!(run.of_rows(&[2, 0], 3), Run::new().edit("x", Edit::replace(picked)));
    /// let second = Edit::zero().at(Select::rows(&[0, 1]));
    /// let picked = Array::new(vec![2, 2], vec![3.0, 4.0, 3.0, 4.0]);
    /// let expected = Run::new().edit("x", Edit::replace(picked)).edit("y", second);
    /// assert_eq!(run.of_rows(&[1, 1], 3), expected);
    /// ```
    #[must_use]
    pub fn of_rows(&self, rows: &[usize], batch: usize) -> Self {
        let some = |(site, edits): (&String, &Vec<Edit<T>>)| {
            let edits: Vec<_> = edits.iter().filter_map(|edit| edit.of_rows(rows, batch)).collect();
            (!edits.is_empty()).then(|| (site.clone(), edits))
        };
        let edits = self.edits.iter().filter_map(some).collect();
        Self { edits, taps: self.taps.clone(), gradients: self.gradients.clone() }
    }
}

/// A run under way: the network offers it every intermediate, in order.
#[derive(Debug)]
pub struct Pass<T = f32> {
    kept: BTreeSet<String>,
    edits: BTreeMap<String, Vec<Prepared<T>>>,
    wanted: BTreeSet<String>,
    trace: Trace<T>,
    leaves: BTreeMap<String, Leaf>,
    through: BTreeMap<String, Through>,
    followed: BTreeMap<String, Option<Tensor<2>>>,
}

/// A function that changes a value on its way, one row for each of the batch.
struct Through(Box<dyn Fn(Tensor<2>) -> Tensor<2>>);

impl std::fmt::Debug for Through {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Through")
    }
}

/// An edit with one flag for every entry that it writes.
type Prepared<T> = (Edit<T>, Vec<bool>);

/// A zero added at a site, whose gradient is the gradient at the site.
#[derive(Debug)]
struct Leaf {
    shape: Vec<usize>,
    zero: Tensor<1>,
}

impl<T: Real> Pass<T> {
    /// A pass that watches and changes nothing. Training uses it.
    pub fn plain() -> Self {
        Self {
            kept: BTreeSet::new(),
            edits: BTreeMap::new(),
            wanted: BTreeSet::new(),
            trace: Trace(BTreeMap::new()),
            leaves: BTreeMap::new(),
            through: BTreeMap::new(),
            followed: BTreeMap::new(),
        }
    }

    /// Keeps the value of a site as a tensor that a loss can go backward from, unlike a tap.
    #[must_use]
    pub fn follow(mut self, site: impl Into<String>) -> Self {
        self.followed.insert(site.into(), None);
        self
    }

    /// Changes the value of a site, `[batch, entry]`, into another of the same shape. A gradient flows
    /// through the change, so a loss can use it. It comes before everything else at the site.
    #[must_use]
    pub fn through(
        mut self,
        site: impl Into<String>,
        turn: impl Fn(Tensor<2>) -> Tensor<2> + 'static,
    ) -> Self {
        self.through.insert(site.into(), Through(Box::new(turn)));
        self
    }

    /// Takes the value of a followed site, `[batch, entry]`.
    ///
    /// # Errors
    /// [`Error::NotTapped`] if the site was not followed, or the network never reached it.
    pub fn followed(&mut self, site: &str) -> Result<Tensor<2>, Error> {
        let kept = self.followed.remove(site).flatten();
        kept.ok_or_else(|| Error::NotTapped { site: site.to_owned() })
    }

    /// Checks a run against the sites of a network before anything is computed.
    ///
    /// # Errors
    /// Refuses unknown sites, selections out of range, and values of another shape or not finite.
    pub fn begin(sites: &Sites, run: &Run<T>, batch: usize) -> Result<Self, Error> {
        for name in &run.taps {
            sites.get(name)?;
        }
        for name in &run.gradients {
            sites.get(name)?.writable()?;
        }
        let mut edits = BTreeMap::new();
        for (name, list) in &run.edits {
            let site = sites.get(name)?.writable()?;
            let prepared: Result<Vec<_>, Error> = list
                .iter()
                .map(|edit| {
                    edit.check(site, batch)?;
                    Ok((edit.clone(), edit.select.flags(site, batch)?))
                })
                .collect();
            edits.insert(name.clone(), prepared?);
        }
        let (kept, wanted) = (run.taps.clone(), run.gradients.clone());
        Ok(Self { kept, edits, wanted, ..Self::plain() })
    }

    /// Whether a site is tapped. Read-outs are computed only for their taps.
    pub fn wants(&self, site: &str) -> bool {
        self.kept.contains(site)
    }

    /// Whether the network must be run with autodiff on.
    pub fn differentiates(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// Passes one intermediate on: applies edits, then the gradient leaf, then the tap.
    ///
    /// Without any of them, the value goes on unchanged, bit for bit.
    pub fn at<const D: usize>(&mut self, site: &str, mut value: Tensor<D>) -> Tensor<D> {
        if let Some(Through(turn)) = self.through.remove(site) {
            let shape = value.dims();
            value = turn(in_rows(value)).reshape(shape);
        }
        if let Some(kept) = self.followed.get_mut(site) {
            *kept = Some(in_rows(value.clone()));
        }
        for (edit, mask) in self.edits.remove(site).unwrap_or_default() {
            value = write(value, &edit, mask);
        }
        if self.wanted.remove(site) {
            let (shape, device) = (value.dims(), value.device());
            let zero = Tensor::<1>::zeros([shape.iter().product::<usize>()], (&device, T::DTYPE))
                .require_grad();
            value = value + zero.clone().reshape(shape);
            self.leaves.insert(site.to_owned(), Leaf { shape: shape.to_vec(), zero });
        }
        if self.kept.remove(site) {
            self.trace.0.insert(site.to_owned(), Array::of_shared(&value));
        }
        value
    }

    /// Ends the pass and returns the kept values.
    ///
    /// # Errors
    /// [`Error::NeverFired`] if the network never reached an edited, tapped or differentiated site.
    pub fn finish(self) -> Result<Trace<T>, Error> {
        let unseen =
            self.followed.into_iter().filter_map(|(site, kept)| kept.is_none().then_some(site));
        let through = self.through.into_keys().chain(unseen);
        let missed =
            self.edits.into_keys().chain(self.kept).chain(self.wanted).chain(through).next();
        match missed {
            Some(site) => Err(Error::NeverFired { site }),
            None => Ok(self.trace),
        }
    }

    /// Goes backward from a scalar and reads the gradients that the run asked for, which may be none.
    ///
    /// # Errors
    /// [`Error::NoGradient`] when the scalar does not depend on a site.
    pub fn backward(&self, scalar: &Tensor<1>) -> Result<BTreeMap<String, Array<T>>, Error> {
        match self.leaves.keys().next() {
            _ if scalar.is_tracked() => self.gradients(&scalar.backward()),
            Some(site) => Err(Error::NoGradient { site: site.clone() }),
            None => Ok(BTreeMap::new()),
        }
    }

    /// Reads the gradients that the run asked for, after the caller went backward from a scalar.
    ///
    /// # Errors
    /// [`Error::NoGradient`] when the scalar does not depend on a site.
    pub fn gradients(&self, gradients: &Gradients) -> Result<BTreeMap<String, Array<T>>, Error> {
        let read = |(site, leaf): (&String, &Leaf)| {
            let grad = leaf.zero.grad(gradients);
            let grad = grad.ok_or_else(|| Error::NoGradient { site: site.clone() })?;
            Ok((site.clone(), Array::new(leaf.shape.clone(), Array::of(grad).values)))
        };
        self.leaves.iter().map(read).collect()
    }
}

/// One row for each of the batch.
fn in_rows<const D: usize>(value: Tensor<D>) -> Tensor<2> {
    let shape = value.dims();
    let entries = shape[1..].iter().product();
    value.reshape([shape[0], entries])
}

fn write<const D: usize, T: Real>(value: Tensor<D>, edit: &Edit<T>, mask: Vec<bool>) -> Tensor<D> {
    let device = value.device();
    let written = match &edit.write {
        Write::Replace(array) => array.tensor(&device),
        Write::Add(array) => value.clone() + array.tensor(&device),
        Write::Scale(factor) => value.clone() * *factor,
    };
    if mask.iter().all(|m| *m) {
        return written;
    }
    let mask = TensorData::new(mask, value.dims());
    value.mask_where(Tensor::<D, Bool>::from_data(mask, &device), written)
}
