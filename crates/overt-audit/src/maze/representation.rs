//! Check 3a, representation: can "this cell is green" and "this cell is the exit" be read off the
//! network cell by cell, beyond what the observation and an untrained network give?
//!
//! Probes learn on frames in which every object got a look of its own, so that the two labels come
//! apart. Decodable does not mean used: the answer says where, never why.

use crate::Error;
use crate::Estimate;
use crate::maze::Subject;
use crate::maze::scene::{Scene, observe, training_scenes};
use overt_lens::{Examples, ProbePlan, ProbeScore, compare, probe, rows_per_cell, values_at};
use overt_nn::Policy;
use overt_site::{Array, Axis, SiteSpec};
use overt_world::maze::{LevelEdit, ObjectRef, Shape};
use overt_world::{Colour, Purpose, stream};
use rand::Rng;
use rand::seq::IndexedRandom;
use serde::{Deserialize, Serialize};

/// Seed of the untrained network that probes are held against.
const SEED_OF_UNTRAINED: u64 = 0x5eed;

/// How well one candidate can be read at one site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Readout {
    /// `green` or `door`.
    pub candidate: String,
    /// The site.
    pub site: String,
    /// AUROC of the probe on frames that it did not learn from.
    pub auroc: Estimate,
    /// Highest AUROC of the same procedure on shuffled labels.
    pub shuffled: f64,
    /// AUROC on the observation of the cell itself.
    pub observation: f64,
    /// AUROC at the same site of an untrained network.
    pub untrained: f64,
    /// Test examples.
    pub n: usize,
}

/// What representation measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Represented {
    /// Frames probed.
    pub n: usize,
    /// Every candidate at every site, in the order of the forward pass.
    pub readouts: Vec<Readout>,
}

impl Represented {
    /// What can be read of a candidate at the last map of the maze, the last place at which the
    /// network still knows where things are.
    pub fn last(&self, candidate: &str) -> Option<&Readout> {
        self.readouts.iter().rfind(|readout| readout.candidate == candidate)
    }
}

/// The sites that are maps of the maze, each cell with its channels.
pub(crate) fn probed_sites(policy: &Policy) -> Vec<String> {
    let is_map = |site: &&SiteSpec| {
        site.position(Axis::Row).is_some() && site.position(Axis::Channel).is_some()
    };
    policy.sites().iter().filter(is_map).map(|site| site.name.clone()).collect()
}

/// Puts the question to a subject.
///
/// # Errors
/// A subject that does not fit its world.
pub fn representation(subject: &Subject, n: usize, seed: u64) -> Result<Represented, Error> {
    let scenes = shuffled_looks(&training_scenes(subject, n, seed)?, seed)?;
    let base = observe(subject, &scenes);
    let untrained = Policy::init(*subject.policy.config(), SEED_OF_UNTRAINED)?;
    let mut readouts = Vec::new();
    for site in probed_sites(&subject.policy) {
        let here = values_at(&subject.policy, &base, &site)?;
        let there = values_at(&untrained, &base, &site)?;
        for candidate in Candidate::ALL {
            readouts.push(read(&scenes, [&here, &base, &there], candidate, &site, seed)?);
        }
    }
    Ok(Represented { n, readouts })
}

/// How well a candidate can be read at each of some sites by a probe that is fitted anew, without the
/// controls of [`representation`]: for watching one network change, not for judging it.
///
/// # Errors
/// A site that the network lacks.
pub(crate) fn legibility(
    subject: &Subject,
    candidate: Candidate,
    sites: &[String],
    (n, seed): (usize, u64),
) -> Result<Vec<Estimate>, Error> {
    let scenes = shuffled_looks(&training_scenes(subject, n, seed)?, seed)?;
    let base = observe(subject, &scenes);
    let plan = ProbePlan { n_resamples: 200, n_shuffles: 0, ..ProbePlan::new(seed) };
    let at = |site: &String| {
        let values = values_at(&subject.policy, &base, site)?;
        let label = |scene: &Scene, cell: usize| candidate.label(scene, cell);
        let Picked { features, labels, groups } = pick(&scenes, &values, label);
        let examples = Examples { features: &features, labels: &labels, groups: &groups };
        let (_, ProbeScore { auroc, interval, .. }) = probe(examples, &plan)?;
        Ok(Estimate { value: auroc, interval })
    };
    sites.iter().map(at).collect()
}

/// What a probe may be asked to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Candidate {
    Green,
    Door,
}

impl Candidate {
    pub(crate) const ALL: [Self; 2] = [Self::Green, Self::Door];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Door => "door",
        }
    }

    /// Whether the object in a cell is one; none where there is no object.
    fn label(self, scene: &Scene, cell: usize) -> Option<bool> {
        let (_, object) = scene.level.object_at(scene.level.grid.cell(cell))?;
        Some(match self {
            Self::Green => object.colour == Colour::Green,
            Self::Door => object.shape == Shape::Door,
        })
    }
}

/// One candidate at one site, with its controls: the trained network, the observation, the
/// untrained network, in this order.
fn read(
    scenes: &[Scene],
    sources: [&Array; 3],
    candidate: Candidate,
    site: &str,
    seed: u64,
) -> Result<Readout, Error> {
    let label = |scene: &Scene, cell: usize| candidate.label(scene, cell);
    let picked: Vec<Picked> = sources.iter().map(|s| pick(scenes, s, label)).collect();
    let features: Vec<&Array> = picked.iter().map(|p| &p.features).collect();
    let Picked { labels, groups, .. } = &picked[0];
    let plan = ProbePlan { n_resamples: 200, ..ProbePlan::new(seed) };
    let scores = compare(&features, labels, groups, &plan)?;
    let ProbeScore { auroc, interval, shuffled, n, .. } = &scores[0];
    Ok(Readout {
        candidate: candidate.name().to_owned(),
        site: site.to_owned(),
        auroc: Estimate { value: *auroc, interval: *interval },
        shuffled: shuffled.iter().copied().fold(0.0, f64::max),
        observation: scores[1].auroc,
        untrained: scores[2].auroc,
        n: *n,
    })
}

/// Cells with a label, and the frame that each is of.
struct Picked {
    features: Array,
    labels: Vec<bool>,
    groups: Vec<usize>,
}

fn pick(scenes: &[Scene], source: &Array, label: impl Fn(&Scene, usize) -> Option<bool>) -> Picked {
    let (all, frames) = rows_per_cell(source);
    let n_cells = all.rows() / scenes.len();
    let (mut values, mut labels, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    for (row, frame) in frames.iter().enumerate() {
        let Some(label) = label(&scenes[*frame], row % n_cells) else { continue };
        values.extend_from_slice(all.row(row));
        labels.push(label);
        groups.push(*frame);
    }
    let features = Array::new(vec![labels.len(), all.row_len()], values);
    Picked { features, labels, groups }
}

/// Frames in which every object got a shape and a colour at random.
fn shuffled_looks(scenes: &[Scene], seed: u64) -> Result<Vec<Scene>, Error> {
    let mut rng = stream(seed, Purpose::Audit);
    let mut relook = |object: ObjectRef| {
        let shape = *Shape::ALL.choose(&mut rng).unwrap_or(&Shape::Door);
        let green = rng.random_bool(0.5);
        let others = [Colour::Red, Colour::Blue, Colour::Yellow];
        let other = *others.choose(&mut rng).unwrap_or(&Colour::Red);
        let shape = if rng.random_bool(0.4) { Shape::Door } else { shape };
        LevelEdit::Relook { object, shape, colour: if green { Colour::Green } else { other } }
    };
    let edited = |scene: &Scene| {
        let roles: Vec<ObjectRef> = scene.level.objects().map(|(role, _)| role).collect();
        scene.edited(&roles.into_iter().map(&mut relook).collect::<Vec<_>>())
    };
    scenes.iter().map(edited).collect()
}

/// A map of how strongly one candidate is read in every cell of one scene, for pictures: the probe
/// tells cells with the candidate from all other cells.
///
/// # Errors
/// A subject that does not fit its world.
pub(crate) fn map_of(
    subject: &Subject,
    scene: &Scene,
    candidate: Candidate,
    site: &str,
    (n, seed): (usize, u64),
) -> Result<Vec<f64>, Error> {
    let scenes = shuffled_looks(&training_scenes(subject, n, seed)?, seed)?;
    let values = values_at(&subject.policy, &observe(subject, &scenes), site)?;
    let label = |scene: &Scene, cell: usize| Some(candidate.label(scene, cell) == Some(true));
    let Picked { features, labels, groups } = pick(&scenes, &values, label);
    let examples = Examples { features: &features, labels: &labels, groups: &groups };
    let (probe, _) = probe(examples, &ProbePlan { n_resamples: 50, ..ProbePlan::new(seed) })?;
    let one = std::slice::from_ref(scene);
    let (cells, _) = rows_per_cell(&values_at(&subject.policy, &observe(subject, one), site)?);
    Ok((0..cells.rows()).map(|cell| probe.score(cells.row(cell))).collect())
}
