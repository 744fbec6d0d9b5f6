//! All terms of a recipe at work on the rows of a step.

use super::probe::{Marked, Probes, Sides};
use super::sight::{Asked, Seen, Sight, View};
use super::{LossRecipe, Reads, Term};
use super::{
    alignment, contribution, input_gradient, interchange, representation, routing, sparsity, swap,
};
use burn::tensor::{Tensor, TensorData};
use overt_nn::{Error, normal};
use overt_site::{Array, Pass};
use overt_world::maze::Redraw;
use rand_chacha::ChaCha8Rng;

/// The terms of a recipe, and what their probes remember.
#[derive(Clone, Debug)]
pub(crate) struct Terms<R = Redraw> {
    losses: Vec<LossRecipe>,
    /// What is drawn anew, each once.
    redraws: Vec<R>,
    /// The place of each term's redraw.
    redraw_of: Vec<Option<usize>>,
    /// Of each term; empty of those without probes.
    probes: Vec<Probes>,
}

/// What the terms make of some rows.
pub(crate) struct Shard {
    /// The weighted sum; none where no term had anything to say.
    pub(crate) total: Option<Tensor<1>>,
    /// Each term by itself, without its weight.
    pub(crate) values: Vec<f32>,
    /// What each term's probes are to remember.
    pub(crate) seen: Vec<Vec<(Array, Sides)>>,
}

impl Terms {
    /// Terms of a policy.
    ///
    /// # Errors
    /// A value that a concept does not have.
    pub(crate) fn new(losses: &[LossRecipe]) -> Result<Self, crate::Error> {
        Self::drawn(losses, LossRecipe::redraw)
    }
}

impl<R: PartialEq> Terms<R> {
    /// Terms in a world where concepts are drawn anew in a way of its own.
    ///
    /// # Errors
    /// A value that a concept does not have.
    pub(crate) fn drawn(
        losses: &[LossRecipe],
        redraw: impl Fn(&LossRecipe) -> Result<Option<R>, crate::Error>,
    ) -> Result<Self, crate::Error> {
        let (mut redraws, mut redraw_of) = (Vec::<R>::new(), Vec::new());
        for loss in losses {
            redraw_of.push(redraw(loss)?.map(|redraw| {
                let known = redraws.iter().position(|known| *known == redraw);
                known.unwrap_or_else(|| {
                    redraws.push(redraw);
                    redraws.len() - 1
                })
            }));
        }
        let probes = vec![Probes::default(); losses.len()];
        Ok(Self { losses: losses.to_vec(), redraws, redraw_of, probes })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.losses.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.losses.len()
    }

    pub(crate) fn redraws(&self) -> &[R] {
        &self.redraws
    }

    pub(crate) fn probes(&self) -> &[Probes] {
        &self.probes
    }

    /// The same with what probes remembered elsewhere.
    pub(crate) fn with_probes(self, probes: Vec<Probes>) -> Self {
        Self { probes, ..self }
    }

    /// Whether a half of the network is to be taken out at the end.
    pub(crate) fn routes(&self) -> bool {
        self.losses.iter().any(|loss| loss.term == Term::Routing)
    }

    /// The pass of the step's own view.
    pub(crate) fn own_pass(&self) -> Pass {
        let routed = self.losses.iter().filter(|loss| loss.term == Term::Routing);
        let sites = routed.flat_map(|loss| &loss.sites);
        sites.fold(Pass::plain(), |pass, site| pass.through(site, routing::into_first))
    }

    /// The sites that terms look at in the step's own view.
    pub(crate) fn own_sites(&self) -> Vec<String> {
        self.sites_of(|term| matches!(term, Term::Representation | Term::Sparsity), None)
    }

    /// What the terms make of rows, of which `own` was seen; `done` is the share of the training that is
    /// over.
    pub(crate) fn shard(
        &self,
        sight: &dyn Sight,
        own: &Seen,
        done: f32,
        rng: &mut ChaCha8Rng,
    ) -> Result<Shard, Error> {
        let mut swapped: Vec<Option<Seen>> = Vec::new();
        for redraw in 0..self.redraws.len() {
            swapped.push(self.swapped(sight, redraw)?);
        }
        let mut shard = Shard { total: None, values: Vec::new(), seen: Vec::new() };
        for (place, loss) in self.losses.iter().enumerate() {
            let redraw = self.redraw_of[place].unwrap_or(0);
            let other = swapped.get(redraw).and_then(Option::as_ref);
            let marked = match (loss.term, other) {
                (Term::Probe, Some(other)) => marked(sight, loss, redraw, other),
                _ => Vec::new(),
            };
            let value = match loss.term {
                Term::Probe => self.probes[place].told::<f32>(&marked).map(|told| {
                    if loss.reads == Some(Reads::Must) { told.neg() + 1.0 } else { told }
                }),
                _ => Some(one(loss, redraw, (sight, own, other), rng)?),
            };
            shard.values.push(value.as_ref().map_or(0.0, number));
            shard.seen.push(marked.into_iter().map(remembered).collect());
            let weighted = value.map(|value| value * loss.weight.at(done));
            shard.total = match (shard.total, weighted) {
                (Some(total), Some(more)) => Some(total + more),
                (total, more) => total.or(more),
            };
        }
        Ok(shard)
    }

    /// Takes what probes saw into account, shard after shard.
    pub(crate) fn remember(&mut self, seen: &[Vec<(Array, Sides)>]) {
        for (probes, seen) in self.probes.iter_mut().zip(seen) {
            probes.remember(seen);
        }
    }

    /// What each term makes of chunks of rows, meaned; probes learn on as many other chunks first. `look`
    /// gives what the terms make of a chunk.
    pub(crate) fn read(
        &mut self,
        n_chunks: u64,
        look: impl Fn(&Self, u64) -> Result<Shard, crate::Error>,
    ) -> Result<Vec<f64>, crate::Error> {
        let mut sums = vec![0.0; self.len()];
        for chunk in 0..n_chunks {
            let seen = look(self, chunk)?.seen;
            self.remember(&seen);
        }
        for chunk in n_chunks..2 * n_chunks {
            let values = look(self, chunk)?.values;
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += f64::from(value));
        }
        Ok(sums.into_iter().map(|sum| sum / n_chunks as f64).collect())
    }

    /// The view with one concept drawn anew, where a term looks at it.
    fn swapped(&self, sight: &dyn Sight, redraw: usize) -> Result<Option<Seen>, Error> {
        let looks = |term| {
            use Term::{Alignment, Interchange, Probe, Representation, Swap};
            matches!(term, Swap | Alignment | Probe | Representation | Interchange)
        };
        let looks_here =
            |(loss, at): (&LossRecipe, &Option<usize>)| looks(loss.term) && *at == Some(redraw);
        if !self.losses.iter().zip(&self.redraw_of).any(looks_here) {
            return Ok(None);
        }
        let sites = self.sites_of(|term| looks(term) && term.needs_sites(), Some(redraw));
        sight.look(View::Swapped(redraw), Pass::plain(), &sites).map(Some)
    }

    /// The sites of some terms, each once.
    fn sites_of(&self, of: impl Fn(Term) -> bool, redraw: Option<usize>) -> Vec<String> {
        let is_meant = |(loss, at): &(&LossRecipe, &Option<usize>)| {
            of(loss.term) && (redraw.is_none() || **at == redraw)
        };
        let meant = self.losses.iter().zip(&self.redraw_of).filter(is_meant);
        let mut sites: Vec<String> = meant.flat_map(|(loss, _)| loss.sites.clone()).collect();
        sites.sort();
        sites.dedup();
        sites
    }
}

/// One term by itself, probes apart: they remember.
fn one(
    loss: &LossRecipe,
    redraw: usize,
    (sight, own, swapped): (&dyn Sight, &Seen, Option<&Seen>),
    rng: &mut ChaCha8Rng,
) -> Result<Tensor<1>, Error> {
    let other = || swapped.expect("a term that compares views has both");
    let over_sites = |of: &mut dyn FnMut(&String) -> Result<Tensor<1>, Error>| {
        let mut sum: Option<Tensor<1>> = None;
        for site in &loss.sites {
            let value = of(site)?;
            sum = Some(sum.map_or_else(|| value.clone(), |sum| sum + value.clone()));
        }
        Ok(sum.expect("the recipe was checked") / loss.sites.len() as f64)
    };
    match loss.term {
        Term::Swap => Ok(swap::loss(own.logits.clone(), other().logits.clone())),
        Term::InputGradient => {
            let (up, down) = nudged(sight, redraw, rng)?;
            Ok(input_gradient::loss(up.logits, down.logits))
        }
        Term::Contribution => {
            let removed = sight.look(View::Removed(redraw), Pass::plain(), &[])?;
            Ok(contribution::loss(own.logits.clone(), removed.logits))
        }
        Term::Alignment => over_sites(&mut |site| {
            let values = other().sites[site].clone();
            let (cells, is_goal) = sight.places(redraw, site, values, Asked::Goal);
            Ok(alignment::loss(cells, &is_goal))
        }),
        Term::Probe => unreachable!("probes remember"),
        Term::Representation => over_sites(&mut |site| {
            Ok(representation::loss(own.sites[site].clone(), other().sites[site].clone()))
        }),
        Term::Interchange => over_sites(&mut |site| {
            let theirs = other().sites[site].clone();
            let half = interchange::half(theirs.dims()[1], sight.channels(site), rng);
            let pass = Pass::plain()
                .through(site, move |ours| interchange::exchange(ours, theirs.clone(), &half));
            let patched = sight.look(View::Own, pass, &[])?;
            Ok(swap::loss(own.logits.clone(), patched.logits))
        }),
        Term::Sparsity => over_sites(&mut |site| Ok(sparsity::loss(own.sites[site].clone()))),
        Term::Routing => over_sites(&mut |site| {
            let pass = Pass::plain().through(site, routing::without_first);
            let routed = sight.look(View::Swapped(redraw), pass, &[])?;
            Ok(swap::loss(own.logits.clone(), routed.logits))
        }),
    }
}

/// The step's own view, moved a little up and down a random direction where the concept shows.
fn nudged(sight: &dyn Sight, redraw: usize, rng: &mut ChaCha8Rng) -> Result<(Seen, Seen), Error> {
    let (site, shown) = sight.shown(redraw);
    let shape = shown.dims();
    let random: Vec<f32> = (0..shape[0] * shape[1]).map(|_| normal(rng)).collect();
    let random = Tensor::<2>::from_data(TensorData::new(random, shape), &shown.device());
    let direction = shown * random;
    let moved = |step: f64| {
        let step = direction.clone() * step;
        let pass = Pass::plain().through(site, move |seen| seen + step.clone());
        sight.look(View::Own, pass, &[])
    };
    Ok((moved(input_gradient::STEP)?, moved(-input_gradient::STEP)?))
}

/// What the probes of a term look at.
fn marked(sight: &dyn Sight, loss: &LossRecipe, redraw: usize, other: &Seen) -> Vec<Marked> {
    let mark = |site: &String| {
        let values = other.sites[site].clone();
        let (rows, marks) = sight.places(redraw, site, values, Asked::Concept);
        Marked { rows, sides: Sides::all(&marks) }
    };
    loss.sites.iter().map(mark).collect()
}

fn remembered(marked: Marked) -> (Array, Sides) {
    (Array::of(marked.rows.inner()), marked.sides)
}

fn number(value: &Tensor<1>) -> f32 {
    Array::<f32>::of(value.clone().inner()).values[0]
}
