//! The laws that a model must keep on its very weights, each with its worst error.

use super::config::NormKind;
use super::{LanguageModel, Tokens};
use crate::Error;
use burn::tensor::Tensor;
use overt_site::{Array, Edit, Real, Run, Trace};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

/// How far sums in `f32` may be from each other, as a share of the largest value.
const ROUNDING: f64 = 2e-5;
/// How far a gradient in `f64` may be from a finite difference, as a share of it.
const DIFFERENCE: f64 = 1e-4;

/// One law and how it fared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Law {
    /// What holds.
    pub law: &'static str,
    /// The worst error, in the unit of the bound.
    pub worst: f64,
    /// Where it was.
    pub at: String,
    /// The largest error that is allowed; 0 where bits are compared.
    pub bound: f64,
    /// Whether it holds.
    pub holds: bool,
}

/// The worst of many errors, with its place.
struct Worst {
    law: &'static str,
    bound: f64,
    error: f64,
    at: String,
}

impl Worst {
    fn new(law: &'static str, bound: f64) -> Self {
        Self { law, bound, error: 0.0, at: String::new() }
    }

    fn see(&mut self, at: &str, error: f64) {
        // What is not a number is an error, not the absence of one.
        if self.at.is_empty() || error.is_nan() || error > self.error {
            (self.error, self.at) = (error, at.to_owned());
        }
    }

    fn end(self) -> Law {
        let holds = self.error <= self.bound && !self.at.is_empty();
        let Self { law, bound, error: worst, at } = self;
        Law { law, worst, at, bound, holds }
    }
}

/// Runs every law on a model, once in the type that it computes in and once in `f64`.
///
/// The tokens are drawn from the seed: two rows, the first of them shorter.
///
/// ```
/// # use overt_nn::{LanguageModel, conformance};
/// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/goldens/gpt2");
/// let (model, exact) = (LanguageModel::open(folder.as_ref())?, LanguageModel::open(folder.as_ref())?);
/// let laws = conformance::<f32>(&model, &exact, 0, |_| ())?;
/// assert!(laws.len() == 10 && laws.iter().all(|law| law.holds));
/// # Ok::<(), overt_nn::Error>(())
/// ```
///
/// # Errors
/// A model that cannot be run.
pub fn conformance<T: Real>(
    model: &LanguageModel<T>,
    exact: &LanguageModel<f64>,
    seed: u64,
    mut progress: impl FnMut(&str),
) -> Result<Vec<Law>, Error> {
    let tokens = draw(model, seed)?;
    let traced = Traced::new(model, &tokens)?;
    let mut laws = Vec::new();
    let mut done = |law: Law| {
        progress(law.law);
        laws.push(law);
    };
    done(traced.taps_change_nothing());
    done(traced.identity_edits_change_nothing()?);
    done(traced.every_site_moves_the_output(seed)?);
    done(traced.the_stream_is_a_sum()?);
    done(traced.pattern_times_value_is_z()?);
    done(traced.heads_add_up()?);
    done(traced.neurons_project_to_the_output()?);
    done(traced.a_row_does_not_see_its_batch()?);
    done(traced.threads_change_nothing()?);
    done(gradients_match(exact, &tokens, seed)?);
    Ok(laws)
}

fn draw<T: Real>(model: &LanguageModel<T>, seed: u64) -> Result<Tokens, Error> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let config = model.config();
    let mut row = |n: usize| -> Vec<u32> {
        let n = n.min(config.context);
        (0..n).map(|_| rng.random_range(0..config.vocab as u32)).collect()
    };
    let rows = [row(7), row(9)];
    Tokens::new(&rows)
}

/// A model with everything that it computes from some tokens.
struct Traced<'a, T> {
    model: &'a LanguageModel<T>,
    tokens: &'a Tokens,
    plain: Array<T>,
    tapped: Array<T>,
    trace: Trace<T>,
}

impl<'a, T: Real> Traced<'a, T> {
    fn new(model: &'a LanguageModel<T>, tokens: &'a Tokens) -> Result<Self, Error> {
        let (plain, _) = model.run(tokens, &Run::new())?;
        let sites = model.sites(tokens.positions());
        let all = sites.names().fold(Run::new(), Run::tap);
        let (tapped, trace) = model.run(tokens, &all)?;
        Ok(Self { model, tokens, plain, tapped, trace })
    }

    fn writable(&self) -> Vec<String> {
        let sites = self.model.sites(self.tokens.positions());
        sites.iter().filter(|site| site.is_read).map(|site| site.name.clone()).collect()
    }

    fn at(&self, layer: usize, name: &str) -> Result<&Array<T>, Error> {
        Ok(self.trace.get(&format!("blocks.{layer}.{name}"))?)
    }

    fn layers(&self) -> std::ops::Range<usize> {
        0..self.model.config().layers.len()
    }

    fn taps_change_nothing(&self) -> Law {
        let mut worst = Worst::new("a run with taps is the plain run, bit for bit", 0.0);
        worst.see("output", changed(&self.plain, &self.tapped));
        worst.end()
    }

    fn identity_edits_change_nothing(&self) -> Result<Law, Error> {
        let mut worst = Worst::new("a site written with its own value changes no bit", 0.0);
        for site in self.writable() {
            let run = Run::new().edit(&site, Edit::patch(&site, &self.trace)?);
            let (out, _) = self.model.run(self.tokens, &run)?;
            worst.see(&site, changed(&self.plain, &out));
        }
        Ok(worst.end())
    }

    fn every_site_moves_the_output(&self, seed: u64) -> Result<Law, Error> {
        let mut worst = Worst::new("every site that can be edited moves the output", 0.0);
        for site in self.writable() {
            let nudge = direction(self.trace.get(&site)?, seed);
            let (out, _) =
                self.model.run(self.tokens, &Run::new().edit(&site, Edit::add(nudge)))?;
            // The error is one where nothing moved.
            worst.see(&site, if changed(&self.plain, &out) > 0.0 { 0.0 } else { 1.0 });
        }
        Ok(worst.end())
    }

    fn the_stream_is_a_sum(&self) -> Result<Law, Error> {
        let law = "the residual stream is the sum of what was added to it";
        let mut worst = Worst::new(law, ROUNDING);
        let block = self.model.config().block;
        for layer in self.layers() {
            let parts = ["resid_pre", "attn.added", "mlp.added"];
            let [pre, attn, mlp] =
                [self.at(layer, parts[0])?, self.at(layer, parts[1])?, self.at(layer, parts[2])?];
            if block.norm_sum {
                // The sum is normalised: what is left of it is the sum less its mean, over its scale.
                for (module, before, added) in
                    [("attn", pre, attn), ("mlp", self.at(layer, "resid_mid")?, mlp)]
                {
                    let scale = self.at(layer, &format!("{module}.sum_norm.scale"))?;
                    let got = self.at(layer, &format!("{module}.sum_norm.normalized"))?;
                    let expected =
                        standardised(&sum(&[before, added]), scale, self.model.config().norm.kind);
                    worst.see(&format!("blocks.{layer}.{module}.sum_norm"), apart(got, &expected));
                }
            } else {
                let after = self.at(layer, "resid_post")?;
                worst.see(&format!("blocks.{layer}"), apart(after, &sum(&[pre, attn, mlp])));
            }
        }
        Ok(worst.end())
    }

    fn pattern_times_value_is_z(&self) -> Result<Law, Error> {
        let mut worst = Worst::new("attention pattern times values is z", ROUNDING);
        for layer in self.layers() {
            let expected = mixed(self.at(layer, "attn.pattern")?, self.at(layer, "attn.v")?);
            worst.see(
                &format!("blocks.{layer}.attn.z"),
                apart(self.at(layer, "attn.z")?, &expected),
            );
        }
        Ok(worst.end())
    }

    fn heads_add_up(&self) -> Result<Law, Error> {
        let mut worst = Worst::new("what heads add is the attention output", ROUNDING);
        for layer in self.layers() {
            let result = self.at(layer, "attn.result")?;
            let out = self.at(layer, "attn.out")?;
            let bias = self.model.weights().blocks[layer].attn_out.constant();
            let bias = bias.map(|bias| Array::<T>::of(bias).values);
            let (heads, d_model) = (result.shape[2], result.shape[3]);
            let total = |at: usize| {
                let (row, i) = (at / d_model, at % d_model);
                let of = |head: usize| result.values[(row * heads + head) * d_model + i].into();
                let sum: f64 = (0..heads).map(of).sum();
                sum + bias.as_ref().map_or(0.0, |bias| bias[i].into())
            };
            let expected: Vec<f64> = (0..out.values.len()).map(total).collect();
            worst.see(&format!("blocks.{layer}.attn.out"), apart(out, &expected));
        }
        Ok(worst.end())
    }

    fn neurons_project_to_the_output(&self) -> Result<Law, Error> {
        let mut worst =
            Worst::new("neurons through the down projection are the MLP output", ROUNDING);
        for layer in self.layers() {
            let (post, out) = (self.at(layer, "mlp.post")?, self.at(layer, "mlp.out")?);
            let down = self.model.weights().blocks[layer].mlp.down();
            let weight = Array::<T>::of(down.in_out());
            let bias = down.constant().map(|bias| Array::<T>::of(bias).values);
            let (d_mlp, d_model) = (weight.shape[0], weight.shape[1]);
            let mut expected = Vec::with_capacity(out.values.len());
            for neurons in post.values.chunks_exact(d_mlp) {
                let mut row = bias.as_ref().map_or_else(
                    || vec![0.0; d_model],
                    |bias| bias.iter().map(|b| (*b).into()).collect(),
                );
                for (neuron, weights) in neurons.iter().zip(weight.values.chunks_exact(d_model)) {
                    let neuron: f64 = (*neuron).into();
                    row.iter_mut().zip(weights).for_each(|(sum, w)| *sum += neuron * (*w).into());
                }
                expected.extend(row);
            }
            worst.see(&format!("blocks.{layer}.mlp.out"), apart(out, &expected));
        }
        Ok(worst.end())
    }

    /// The first row alone, and among seven longer ones.
    fn a_row_does_not_see_its_batch(&self) -> Result<Law, Error> {
        let law = "a row gives the same bits alone and in a batch of eight";
        let mut worst = Worst::new(law, 0.0);
        let rows: Vec<&[u32]> = self.tokens.ids().chunks_exact(self.tokens.positions()).collect();
        let first = rows[0][..self.tokens.lengths()[0]].to_vec();
        let (alone, _) =
            self.model.run(&Tokens::new(std::slice::from_ref(&first))?, &Run::new())?;
        for place in [0, 3, 7] {
            let mut batch = vec![rows[1].to_vec(); 8];
            batch[place].clone_from(&first);
            let (together, _) = self.model.run(&Tokens::new(&batch)?, &Run::new())?;
            let row = together.row(place)[..alone.values.len()].to_vec();
            let row = Array::new(alone.shape.clone(), row);
            worst.see(&format!("row {place}"), changed(&alone, &row));
        }
        Ok(worst.end())
    }

    fn threads_change_nothing(&self) -> Result<Law, Error> {
        let mut worst = Worst::new("1, 2 and 4 threads give the same bits", 0.0);
        for threads in [1, 2, 4] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let pool = pool.map_err(|source| Error::Threads { source })?;
            let (out, _) = pool.install(|| self.model.run(self.tokens, &Run::new()))?;
            worst.see(&format!("{threads} threads"), changed(&self.plain, &out));
        }
        Ok(worst.end())
    }
}

/// The gradient at every site against a central difference along one direction, in `f64`.
fn gradients_match(model: &LanguageModel<f64>, tokens: &Tokens, seed: u64) -> Result<Law, Error> {
    let mut worst = Worst::new("the gradient at every site is the finite difference", DIFFERENCE);
    let sites = model.sites(tokens.positions());
    let names: Vec<&str> =
        sites.iter().filter(|site| site.is_read).map(|s| s.name.as_str()).collect();
    let run = names.iter().fold(Run::new(), |run, site| run.tap(*site));
    let (_, trace) = model.run(tokens, &run)?;
    let weigh = |out: &Tensor<3>| weighted(out, seed);
    let run = names.iter().fold(Run::new(), |run, site| run.gradient(*site));
    let (_, gradients) = model.gradients(tokens, &run, weigh)?;
    for site in names {
        let along = direction(trace.get(site)?, seed);
        let at = |step: f64| -> Result<f64, Error> {
            let moved = along.values.iter().map(|v| v * step).collect();
            let edit = Edit::add(Array::new(along.shape.clone(), moved));
            let (out, _) = model.run(tokens, &Run::new().edit(site, edit))?;
            let weights = weights_of(out.values.len(), seed);
            Ok(out.values.iter().zip(weights).map(|(a, b)| a * b).sum())
        };
        let step = 1e-4;
        let measured = (at(step)? - at(-step)?) / (2.0 * step);
        let slopes = gradients[site].values.iter().zip(&along.values);
        let told: f64 = slopes.map(|(g, v)| g * v).sum();
        let scale = measured.abs().max(told.abs()).max(1e-6);
        worst.see(site, (measured - told).abs() / scale);
    }
    Ok(worst.end())
}

/// A fixed random sum of all outputs, so that every one of them counts.
fn weighted(out: &Tensor<3>, seed: u64) -> Tensor<1> {
    let weights = weights_of(out.dims().iter().product(), seed);
    let data = burn::tensor::TensorData::new(weights, out.dims());
    let weights = Tensor::<3>::from_data(data, (&out.device(), f64::DTYPE));
    // Dimension by dimension: a sum over everything at once depends on the number of threads.
    (out.clone() * weights).sum_dim(2).sum_dim(1).sum_dim(0).reshape([1])
}

fn weights_of(n: usize, seed: u64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..n).map(|_| rng.random_range(-1.0..1.0)).collect()
}

/// A random direction of the size of the values themselves.
fn direction<T: Real>(values: &Array<T>, seed: u64) -> Array<T> {
    let finite = values.values.iter().map(|v| (*v).into()).filter(|v: &f64| v.is_finite());
    let (n, squares) = finite.fold((0.0, 0.0), |(n, sum), v| (n + 1.0, sum + v * v));
    let size = (squares / f64::max(n, 1.0)).sqrt().max(1e-3);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let draw = |_: &T| T::nearest(size * rng.random_range(-1.0..1.0));
    Array::new(values.shape.clone(), values.values.iter().map(draw).collect())
}

/// How many numbers changed a bit.
fn changed<T: Real>(before: &Array<T>, after: &Array<T>) -> f64 {
    let bits = |v: &T| -> u64 { (*v).into().to_bits() };
    let pairs = before.values.iter().zip(&after.values);
    pairs.filter(|(a, b)| bits(a) != bits(b)).count() as f64
}

/// The largest difference, as a share of the largest value.
fn apart<T: Real>(got: &Array<T>, expected: &[f64]) -> f64 {
    let largest = expected.iter().fold(1e-30, |largest: f64, v| largest.max(v.abs()));
    let pairs = got.values.iter().zip(expected);
    pairs.fold(0.0, |worst: f64, (a, b)| worst.max(((*a).into() - b).abs())) / largest
}

fn sum<T: Real>(parts: &[&Array<T>]) -> Vec<f64> {
    let at = |i: usize| parts.iter().map(|part| part.values[i].into()).sum();
    (0..parts[0].values.len()).map(at).collect()
}

/// Rows less their mean, if the norm takes it off, over their scale.
fn standardised<T: Real>(rows: &[f64], scale: &Array<T>, kind: NormKind) -> Vec<f64> {
    let width = rows.len() / scale.values.len();
    let one = |(row, scale): (&[f64], &T)| -> Vec<f64> {
        let mean = match kind {
            NormKind::Layer => row.iter().sum::<f64>() / width as f64,
            NormKind::Rms => 0.0,
        };
        row.iter().map(|v| (v - mean) / (*scale).into()).collect()
    };
    rows.chunks_exact(width).zip(&scale.values).flat_map(one).collect()
}

/// `Σ pattern[batch, head, query, key] · v[batch, key, head, d_head]`, in the layout of `z`.
fn mixed<T: Real>(pattern: &Array<T>, v: &Array<T>) -> Vec<f64> {
    let [batch, heads, pos, keys] = pattern.shape[..] else { return Vec::new() };
    let (kv_heads, d_head) = (v.shape[2], v.shape[3]);
    let mut z = vec![0.0; batch * pos * heads * d_head];
    for row in 0..batch {
        for head in 0..heads {
            let shared = head / (heads / kv_heads);
            for query in 0..pos {
                let out = ((row * pos + query) * heads + head) * d_head;
                for key in 0..keys {
                    let p: f64 =
                        pattern.values[((row * heads + head) * pos + query) * keys + key].into();
                    let from = ((row * keys + key) * kv_heads + shared) * d_head;
                    for i in 0..d_head {
                        z[out + i] += p * v.values[from + i].into();
                    }
                }
            }
        }
    }
    z
}
