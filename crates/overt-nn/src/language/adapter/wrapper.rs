//! The weights of a base with an adapter on them, and the gates that an adapter must pass.

use super::error::AdapterError;
use super::low_rank::LowRank;
use super::read::{Adapter, Parts};
use crate::language::names::Names;
use crate::language::source::{Projected, Source};
use crate::{Error, WeightSpec};
use burn::tensor::{Device, Shape, Tensor, TensorData};
use overt_site::Real;
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

/// How an adapter is put on its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// The weights stay those of the base; what is added has a site of its own.
    Apart,
    /// The weights are changed, and there is no site.
    Merged,
}

/// A base with an adapter on it.
pub(crate) struct Adapted<'a, S, T> {
    base: S,
    adapter: &'a mut Adapter,
    names: &'a Names,
    device: &'a Device,
    manner: Manner,
    /// Whether the head is the embedding, as long as the adapter does not part them.
    is_tied: bool,
    /// Names as the adapter has them, by the name without the prefix of the base.
    modules: BTreeMap<String, (String, Parts)>,
    /// Names of all modules of the adapter, those that found their place included.
    given: BTreeSet<String>,
    /// The same of weights that are replaced, with the tensor that takes their place.
    replaced: BTreeMap<String, (String, String)>,
    /// Whether the names of the adapter have the prefix of a base with a head.
    is_prefixed: bool,
    embed: Option<Tensor<2>>,
    /// What merged modules add whatever their input, until the bias of the base is taken.
    biases: BTreeMap<String, Tensor<1>>,
    seen: Seen,
    numbers: PhantomData<T>,
}

/// What the gates look at once all weights are taken.
#[derive(Default)]
struct Seen {
    /// Modules of the base that an adapter can be put on.
    there: BTreeSet<String>,
    /// Modules of the adapter that found their place, and weights that were replaced.
    placed: usize,
    /// Modules to which the adapter adds nothing.
    zero: Vec<String>,
    /// Modules that are named and have no tensors.
    partial: Option<String>,
    /// Modules that have tensors and are not named.
    stray: Option<String>,
}

impl<'a, S: Source, T: Real> Adapted<'a, S, T> {
    /// A base, and whether its head is its embedding, with an adapter on it.
    pub(crate) fn new(
        (base, is_tied): (S, bool),
        adapter: &'a mut Adapter,
        names: &'a Names,
        device: &'a Device,
        manner: Manner,
    ) -> Self {
        let prefix = names.prefix;
        let keys = || adapter.modules.keys().chain(adapter.replaced.keys());
        let is_prefixed = !prefix.is_empty() && keys().any(|name| name.starts_with(prefix));
        let short = |name: &String| plain(names, name).to_owned();
        let modules = adapter.modules.iter();
        let modules = modules.map(|(name, parts)| (short(name), (name.clone(), parts.clone())));
        let replaced = adapter.replaced.iter();
        let replaced = replaced.map(|(name, key)| (short(name), (name.clone(), key.clone())));
        Self {
            given: adapter.modules.keys().map(short).collect(),
            modules: modules.collect(),
            replaced: replaced.collect(),
            base,
            adapter,
            names,
            device,
            manner,
            is_tied,
            is_prefixed,
            embed: None,
            biases: BTreeMap::new(),
            seen: Seen::default(),
            numbers: PhantomData,
        }
    }

    /// Whether the adapter changes a weight of the base.
    pub(crate) fn changes(&self, name: &str) -> bool {
        let name = plain(self.names, name);
        let module = module_of(name);
        let adds_bias = |module| self.modules.get(module).is_some_and(|(_, it)| it.bias.is_some());
        self.replaced.contains_key(name)
            || (module != name && self.modules.contains_key(module))
            || name.strip_suffix(".bias").is_some_and(adds_bias)
    }

    /// Refuses an adapter that is not wholly on the base; else says what a person should know.
    ///
    /// # Errors
    /// Modules of the adapter that the base lacks, modules that lack tensors, an adapter that adds nothing.
    pub(crate) fn finish(self) -> Result<Vec<String>, Error> {
        let mut warnings = Vec::new();
        let Seen { there, placed, zero, partial, stray } = self.seen;
        let left = self.modules.values().map(|(name, _)| name);
        let left = left.chain(self.replaced.values().map(|(name, _)| name));
        // Parts that no site reads, such as the pooler of an encoder.
        let is_read = |name: &&String| {
            let weight = format!("{name}.weight");
            let unread = |end: &&&str| name.ends_with(**end) || weight.ends_with(**end);
            self.names.no_weights.iter().find(unread).is_none()
        };
        let (left, unread): (Vec<&String>, Vec<&String>) = left.partition(is_read);
        if let Some(first) = left.first() {
            let (first, n) = ((*first).clone(), placed + left.len());
            let nearest = nearest(&first, &there);
            return Err(if placed == 0 {
                AdapterError::MatchesNothing { n, first, nearest }
            } else {
                AdapterError::MatchesSome { matched: placed, n, first, nearest }
            }
            .into());
        }
        if let Some(module) = self.biases.into_keys().next() {
            return Err(AdapterError::NoBias { module }.into());
        }
        if placed == 0 {
            let (n, first) =
                (unread.len(), unread.first().map_or_else(String::new, |f| (*f).clone()));
            return Err(AdapterError::MatchesNothing { n, first, nearest: None }.into());
        }
        if let Some(module) = partial {
            return Err(AdapterError::Partial { module }.into());
        }
        if let Some(module) = stray {
            return Err(AdapterError::NotTargeted { module }.into());
        }
        if zero.len() == placed {
            return Err(AdapterError::Zero { n: placed }.into());
        }
        if let Some(first) = zero.first() {
            warnings.push(format!(
                "the adapter adds nothing to {} of its {placed} modules, such as `{first}`: its product or its scale is zero",
                zero.len()
            ));
        }
        if let Some(first) = unread.first() {
            warnings.push(format!("the adapter changes `{first}`, which no site reads"));
        }
        if let Some(pattern) = self.adapter.config.unreadable() {
            warnings.push(format!(
                "whether the adapter has all modules that it names is not known: the pattern `{pattern}` looks around"
            ));
        }
        Ok(warnings)
    }

    /// The name of a module as the adapter would write it.
    fn full(&self, plain: &str) -> String {
        let head = module_of(self.names.head).trim_end_matches('.');
        let is_head =
            plain == head || plain.strip_prefix(head).is_some_and(|end| end.starts_with('.'));
        if self.is_prefixed && !is_head {
            format!("{}{plain}", self.names.prefix)
        } else {
            plain.to_owned()
        }
    }

    /// Compares what the configuration names with the tensors that are there.
    fn compare(&mut self, plain: &str, is_linear: bool) {
        let full = self.full(plain);
        let has = self.given.contains(plain);
        let is_named = self.adapter.config.targets(&full, is_linear);
        if is_named == Some(true) && !has && self.seen.partial.is_none() {
            self.seen.partial = Some(full.clone());
        }
        if is_named == Some(false) && has && self.seen.stray.is_none() {
            self.seen.stray = Some(full.clone());
        }
        self.seen.there.insert(full);
    }

    /// Whether a module is trained whole, and by itself.
    fn saves(&self, plain: &str) -> bool {
        let config = &self.adapter.config;
        config.saves(&self.full(plain)) && !config.ties
    }

    /// Whether the adapter parts a head that is the embedding from it.
    fn parts_head(&self) -> bool {
        let head = self.names.head;
        let (embed, head_module) = (self.names.embed, module_of(head));
        let saved = self.saves(module_of(embed));
        let merged = self.manner == Manner::Merged;
        self.is_tied
            && (self.replaced.contains_key(head)
                || self.modules.contains_key(head_module)
                || saved
                || (merged && self.modules.contains_key(module_of(embed))))
    }

    /// Whether what is added to a module has a site, so that its weight stays as it is.
    fn is_apart(&self, plain: &str) -> bool {
        let has_site = plain.starts_with(self.names.layer) || plain == module_of(self.names.embed);
        self.manner == Manner::Apart && has_site
    }

    /// The two matrices of a module with so many inputs and outputs.
    fn low_rank(
        &mut self,
        plain: &str,
        weight: &Tensor<2>,
        [inputs, outputs]: [usize; 2],
        in_first: bool,
    ) -> Result<Option<LowRank>, Error> {
        let Some((full, parts)) = self.modules.remove(plain) else { return Ok(None) };
        self.seen.placed += 1;
        let config = &self.adapter.config;
        let (rank, scale) = (config.rank_of(&full), config.scale_of(&full));
        let down = self.load(&full, &parts.down, &[rank, inputs])?;
        let up = self.load(&full, &parts.up, &[outputs, rank])?;
        let is_zero = |values: &[T]| values.iter().all(|value| (*value).into() == 0.0);
        let mut adds_nothing = is_zero(&up) || is_zero(&down);
        let bias = match &parts.bias {
            None => None,
            Some(key) => {
                let bias = self.load(&full, key, &[outputs])?;
                adds_nothing &= is_zero(&bias);
                Some(self.tensor(bias, &[outputs]) * scale)
            }
        };
        adds_nothing |= scale == 0.0;
        let (down, up) = (self.tensor(down, &[rank, inputs]), self.tensor(up, &[outputs, rank]));
        let plain = LowRank { down, up, bias, scale, gain: None };
        let whole = match &parts.magnitude {
            None => plain,
            Some(key) => {
                let magnitudes = self.load(&full, key, &[outputs])?;
                let magnitudes = self.tensor(magnitudes, &[outputs]);
                let whole = plain.with_magnitudes(magnitudes, weight, in_first);
                adds_nothing &= whole.keeps_lengths();
                whole
            }
        };
        if adds_nothing {
            self.seen.zero.push(full);
        }
        Ok(Some(whole))
    }

    /// The numbers of one tensor of the adapter.
    fn load(&mut self, module: &str, key: &str, shape: &[usize]) -> Result<Vec<T>, Error> {
        let got = self.adapter.checkpoint.shape_of(key).unwrap_or_default();
        if got != shape {
            return Err(AdapterError::Shape {
                module: module.to_owned(),
                tensor: key.to_owned(),
                expected: shape.to_vec(),
                got: got.to_vec(),
            }
            .into());
        }
        self.adapter.checkpoint.take(key, shape)
    }

    fn tensor<const D: usize>(&self, values: Vec<T>, shape: &[usize]) -> Tensor<D> {
        Tensor::from_data(TensorData::new(values, shape.to_vec()), (self.device, T::DTYPE))
    }
}

impl<S: Source, T: Real> Source for Adapted<'_, S, T> {
    fn has(&self, name: &str) -> bool {
        self.base.has(name) || (name == self.names.head && self.parts_head())
    }

    fn take<const D: usize>(&mut self, want: WeightSpec) -> Result<Tensor<D>, Error> {
        let name = plain(self.names, &want.name).to_owned();
        let module = module_of(&name).to_owned();
        let of_embed = (self.is_tied && want.name == self.names.head && !self.base.has(&want.name))
            .then(|| self.embed.clone())
            .flatten();
        let base = match of_embed {
            Some(embed) => as_rank(embed),
            None => self.base.take(want.clone())?,
        };
        let is_weight = name != module;
        let saved = self.saves(&module);
        let taken: Tensor<D> = match self.replaced.remove(&name) {
            None => base.clone(),
            Some((full, key)) => {
                let shared = self.names.head.ends_with('.') && name == self.names.embed;
                if shared && saved {
                    return Err(AdapterError::Shared { module: full }.into());
                }
                self.seen.placed += 1;
                let values = self.load(&full, &key, &want.shape)?;
                self.tensor(values, &want.shape)
            }
        };
        if name == self.names.embed {
            let kept = if saved { &base } else { &taken };
            let extents = kept.dims();
            self.embed = Some(kept.clone().reshape([extents[0], extents[D - 1]]));
        }
        if name == self.names.head {
            self.compare(&module, false);
        }
        if let Some(added) = name.strip_suffix(".bias").and_then(|it| self.biases.remove(it)) {
            return Ok(taken + added.reshape(Shape::from(want.shape)));
        }
        if !is_weight || D != 2 || self.is_apart(&module) || !self.modules.contains_key(&module) {
            return Ok(taken);
        }
        // Tables are `[in, out]`, and so are projections of some families.
        let is_block = name.starts_with(self.names.layer);
        let is_table = name == self.names.embed;
        let in_first = is_table || (is_block && self.names.in_first);
        let [rows, columns] = [want.shape[0], want.shape[1]];
        let extents = if in_first { [rows, columns] } else { [columns, rows] };
        let dims = taken.dims();
        let weight: Tensor<2> = taken.reshape([dims[0], dims[D - 1]]);
        let Some(low_rank) = self.low_rank(&module, &weight, extents, in_first)? else {
            return Ok(as_rank(weight));
        };
        if let Some(constant) = low_rank.constant() {
            self.biases.insert(module, constant);
        }
        Ok(as_rank(low_rank.merged(weight, in_first)))
    }

    fn adapter(&mut self, of: &Projected<'_>) -> Result<Option<LowRank>, Error> {
        let module = plain(self.names, of.name).to_owned();
        self.compare(&module, module != module_of(self.names.embed));
        if !self.is_apart(&module) {
            return Ok(None);
        }
        self.low_rank(&module, of.weight, [of.inputs, of.outputs], of.in_first)
    }
}

/// A matrix where a tensor of any rank is asked for, which is a matrix.
fn as_rank<const D: usize>(matrix: Tensor<2>) -> Tensor<D> {
    let extents = matrix.dims().to_vec();
    matrix.reshape(Shape::from(extents))
}

/// A name without the prefix of a base with a head.
fn plain<'a>(names: &Names, name: &'a str) -> &'a str {
    name.strip_prefix(names.prefix).unwrap_or(name)
}

/// The module that a weight belongs to.
fn module_of(weight: &str) -> &str {
    weight.strip_suffix(".weight").unwrap_or(weight)
}

/// The module with the longest end in common.
fn nearest(name: &str, there: &BTreeSet<String>) -> Option<String> {
    let common = |other: &&String| {
        name.bytes().rev().zip(other.bytes().rev()).take_while(|(a, b)| a == b).count()
    };
    there.iter().max_by_key(common).filter(|near| common(near) > 3).cloned()
}
