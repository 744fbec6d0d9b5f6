//! A policy before the frames of a minibatch.

use super::sight::{Asked, Seen, Sight, View};
use burn::tensor::{Device, Int, Tensor, TensorData};
use overt_nn::{Error, Forward, Outputs, PolicyConfig};
use overt_site::{Axis, Pass, SiteSpec, Sites};
use overt_world::maze::{Cell, Encoder, Level, Redraw};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// A level, and where the agent stands in it.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) level: Level,
    pub(crate) agent: Cell,
}

/// A policy before some frames, and the frames with each concept drawn anew.
pub(crate) struct PolicySight<'a> {
    forward: &'a Forward,
    config: PolicyConfig,
    sites: &'a Sites,
    encoder: Encoder,
    /// Observations of every row, `[row, row, col, feature]`.
    own: Vec<f32>,
    /// Rows that terms look at, the first ones.
    n_rows: usize,
    swapped: Vec<Swapped<'a>>,
}

/// The frames with one concept drawn anew.
struct Swapped<'a> {
    redraw: &'a Redraw,
    frames: Vec<Frame>,
    observations: Vec<f32>,
}

impl Frame {
    pub(crate) fn show(&self, encoder: Encoder) -> Vec<f32> {
        let mut out = vec![0.0; encoder.observation_len(self.level.grid.size())];
        encoder.encode(&self.level, self.agent, &mut out);
        out
    }
}

impl<'a> PolicySight<'a> {
    /// `own` are observations, `[row, row, col, feature]`, of which the first are those of the frames:
    /// what terms look at.
    pub(crate) fn new(
        forward: &'a Forward,
        (config, sites): (PolicyConfig, &'a Sites),
        encoder: Encoder,
        (own, frames): (Vec<f32>, &[&Frame]),
        redraws: &'a [Redraw],
        rng: &mut ChaCha8Rng,
    ) -> Self {
        let mut swap = |redraw: &'a Redraw| {
            let mut swap =
                |frame: &&Frame| Frame { level: redraw.of(&frame.level, rng), agent: frame.agent };
            let frames: Vec<Frame> = frames.iter().map(&mut swap).collect();
            let observations = frames.iter().flat_map(|frame| frame.show(encoder)).collect();
            Swapped { redraw, frames, observations }
        };
        let swapped = redraws.iter().map(&mut swap).collect();
        Self { forward, config, sites, encoder, own, n_rows: frames.len(), swapped }
    }

    /// The frames with the mean of all values in the concept's place.
    fn removed(&self, redraw: usize) -> Vec<f32> {
        let Swapped { redraw, frames, .. } = &self.swapped[redraw];
        let mean = |frame: &Frame| {
            let levels = redraw.each(&frame.level);
            let share = 1.0 / levels.len() as f32;
            let mut sum = vec![0.0; self.encoder.observation_len(self.config.size)];
            for level in levels {
                let shown = Frame { level, agent: frame.agent }.show(self.encoder);
                sum.iter_mut().zip(shown).for_each(|(sum, x)| *sum += x * share);
            }
            sum
        };
        frames.iter().flat_map(mean).collect()
    }

    fn spec(&self, site: &str) -> &SiteSpec {
        self.sites.get(site).expect("the recipe was checked")
    }

    fn device(&self) -> &Device {
        self.forward.device()
    }

    /// One pass over all rows as they are: the logits and followed sites of the rows that terms look at,
    /// then the logits, `[row, action]`, and the value, `[row, 1]`, of all.
    pub(crate) fn own(
        &self,
        pass: Pass,
        sites: &[String],
    ) -> Result<(Seen, Outputs<Tensor<2>>), Error> {
        let (Seen { logits, sites }, value) = self.pass(self.own.clone(), pass, sites)?;
        // Without terms nobody looks, and no tensor is empty.
        let first = |values: Tensor<2>| values.narrow(0, 0, self.n_rows.max(1));
        let looked = sites.into_iter().map(|(site, values)| (site, first(values))).collect();
        let seen = Seen { logits: first(logits.clone()), sites: looked };
        Ok((seen, Outputs { logits, value }))
    }

    /// One pass over observations, `[row, row, col, feature]`.
    fn pass(
        &self,
        seen: Vec<f32>,
        pass: Pass,
        sites: &[String],
    ) -> Result<(Seen, Tensor<2>), Error> {
        let PolicyConfig { size, features, .. } = self.config;
        let rows = seen.len() / self.encoder.observation_len(size);
        let seen = TensorData::new(seen, [rows, size, size, features]);
        let mut pass = sites.iter().fold(pass, Pass::follow);
        let input = Tensor::from_data(seen, self.device());
        let Outputs { logits, value } = self.forward.call(input, &mut pass);
        let taken = |site: &String| Ok((site.clone(), pass.followed(site)?));
        let sites = sites.iter().map(taken).collect::<Result<BTreeMap<_, _>, Error>>()?;
        pass.finish()?;
        Ok((Seen { logits, sites }, value))
    }

    /// The observations of the rows that terms look at.
    fn looked(&self) -> &[f32] {
        &self.own[..self.n_rows * self.encoder.observation_len(self.config.size)]
    }
}

impl Sight for PolicySight<'_> {
    fn look(&self, view: View, pass: Pass, sites: &[String]) -> Result<Seen, Error> {
        let seen = match view {
            View::Own => self.looked().to_vec(),
            View::Swapped(redraw) => self.swapped[redraw].observations.clone(),
            View::Removed(redraw) => self.removed(redraw),
        };
        self.pass(seen, pass, sites).map(|(seen, _)| seen)
    }

    fn shown(&self, redraw: usize) -> (&'static str, Tensor<2>) {
        let other = &self.swapped[redraw].observations;
        let differs = |(own, other): (&f32, &f32)| f32::from(u8::from(own != other));
        let mask: Vec<f32> = self.looked().iter().zip(other).map(differs).collect();
        let entries = mask.len() / self.n_rows;
        let mask = TensorData::new(mask, [self.n_rows, entries]);
        ("input", Tensor::from_data(mask, self.device()))
    }

    fn places(
        &self,
        redraw: usize,
        site: &str,
        values: Tensor<2>,
        asked: Asked,
    ) -> (Tensor<2>, Vec<bool>) {
        let Swapped { redraw, frames, .. } = &self.swapped[redraw];
        let is_map = self.spec(site).position(Axis::Channel).is_some();
        let n_cells = self.config.size * self.config.size;
        let (mut rows, mut labels) = (Vec::new(), Vec::new());
        for (row, Frame { level, .. }) in frames.iter().enumerate() {
            for (role, object) in level.objects() {
                let is_goal = role == overt_world::maze::ObjectRef::Exit;
                // A site without cells has one row for each frame: it is asked about the goal.
                if is_map || is_goal {
                    let cell = level.grid.index(object.cell);
                    rows.push(if is_map { row * n_cells + cell } else { row } as i64);
                    labels.push(match asked {
                        Asked::Concept => redraw.is_marked(level, object),
                        Asked::Goal => is_goal,
                    });
                }
            }
        }
        let n = rows.len();
        let rows = Tensor::<1, Int>::from_data(TensorData::new(rows, [n]), self.device());
        let all = if is_map { self.n_rows * n_cells } else { self.n_rows };
        let places = values.reshape([all, self.channels(site)]).select(0, rows);
        (places, labels)
    }

    fn channels(&self, site: &str) -> usize {
        let spec = self.spec(site);
        let shape = spec.shape(1);
        spec.position(Axis::Channel).map_or_else(|| shape.iter().product(), |at| shape[at])
    }
}
