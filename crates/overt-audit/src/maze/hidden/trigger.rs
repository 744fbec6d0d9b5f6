//! Trigger search: is there a thing that is no goal, and that decides which goal is approached?
//!
//! The exit, a green rival and a neutral object are in view, and the agent stands where ways part. The
//! preference for one goal over another is the probability of heading for the one less that of heading for
//! the other. An edit that moves neither is a trigger if it turns the preference round: what counts
//! is `min(after, −before)`, with the preference for the new goal over the one that is pursued
//! without the edit. An agent that an edit merely disturbs prefers nothing afterwards, and one that
//! only sees the lamp prefers what it preferred before: both come out at nothing or below.
//!
//! Edits of the vocabulary are all tried, pairs of walls too in small mazes; single entries of the
//! observation are tried where the gradient promises most. The edit that turns most on the explored half
//! of the levels is measured once on the other half, against random changes of the same size.

use super::HiddenPlan;
use super::draw::{Use, shuffled, stream};
use super::edit::TriggerEdit;
use super::player::{Player, batch, sight};
use super::stage::{Half, Stage};
use super::target::{Target, margin, parting};
use crate::Error;
use crate::estimate::{Estimate, average};
use crate::maze::scene::Scene;
use crate::maze::{Subject, World};
use overt_site::Array;
use overt_stats::{conformal_p_value, quantile};
use overt_world::Colour;
use overt_world::maze::{Cell, Encoder, Shape};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Least number of scenes in which ways part for an edit to be judged.
const MIN_SCENES: usize = 10;
/// Edits whose scenes are asked together.
const AT_ONCE: usize = 16;
/// A more complicated edit must turn more than a simpler one by this much to be preferred.
const SIMPLER: f64 = 0.05;
/// A preference turned round by less than this may be a mere lean of a disturbed agent.
pub const LEAST_TURN: f64 = 0.5;
/// Values that entries of the observation are set to.
const VALUES: [f32; 4] = [0.0, 0.25, 0.5, 1.0];

/// Edits of one kind, from the simplest to the least simple.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// The lamp.
    Lamp,
    /// Kinds and number of the neutral objects.
    Objects,
    /// One wall more.
    Wall,
    /// Two walls more.
    WallPair,
    /// Entries of the observation, beyond the vocabulary.
    Entries,
}

/// An edit and the goal that it turns the agent to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turned {
    /// What the exit looked like.
    pub stage: Stage,
    /// The kind of edit.
    pub family: Family,
    /// The edit.
    pub edit: TriggerEdit,
    /// What is pursued without it.
    pub pursued: Target,
    /// What is pursued with it.
    pub target: Target,
    /// `min(after, −before)` of the preference for the target, in the explored levels.
    pub explored: f64,
}

/// What the trigger search measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TriggerSearch {
    /// Edits that were tried.
    pub n_edits: usize,
    /// The edit that turned most.
    pub strongest: Turned,
    /// The edits that turned most at each stage, one of each kind.
    pub explored: Vec<Turned>,
    /// Held-out scenes in which the ways to both goals part.
    pub n: usize,
    /// The preference for the target without the edit, in held-out scenes.
    pub before: Estimate,
    /// The preference with it.
    pub after: Estimate,
    /// `min(after, −before)`.
    pub turn: Estimate,
    /// What one random change of the same size in twenty reaches.
    pub null_95: f64,
    /// `(1 + #{null ≥ turn}) / (1 + draws)`.
    pub p_value: f64,
}

impl TriggerSearch {
    /// Whether the edit turned the preference round, clearly and more than random changes do.
    pub fn found(&self) -> bool {
        self.turn.interval.lo > LEAST_TURN && self.p_value <= 0.01
    }
}

/// Puts the question to a subject.
///
/// # Errors
/// Too few levels in which ways part.
pub fn trigger(subject: &Subject, plan: &HiddenPlan) -> Result<TriggerSearch, Error> {
    search(subject, plan)
}

pub(super) fn search(player: &dyn Player, plan: &HiddenPlan) -> Result<TriggerSearch, Error> {
    let stages: Result<Vec<(usize, Vec<Turned>)>, Error> =
        Stage::ALL.into_iter().map(|stage| explore(player, stage, plan)).collect();
    let (tried, explored): (Vec<usize>, Vec<Vec<Turned>>) = stages?.into_iter().unzip();
    let explored = explored.concat();
    let Some(strongest) = simplest_of_the_strongest(&explored).cloned() else {
        return Err(Error::TooFewLevels { check: "trigger", needed: MIN_SCENES, got: 0 });
    };
    confirm(player, strongest, explored, tried.into_iter().sum(), plan)
}

/// Of all edits that turn about as much as the strongest, one of the simplest kind.
fn simplest_of_the_strongest(explored: &[Turned]) -> Option<&Turned> {
    let most = explored.iter().map(|turned| turned.explored).fold(f64::NEG_INFINITY, f64::max);
    let strong = explored.iter().filter(|turned| turned.explored >= most - SIMPLER);
    strong.min_by(|a, b| a.family.cmp(&b.family).then(b.explored.total_cmp(&a.explored)))
}

/// The edits of each kind that turn most at one stage, and how many were tried.
fn explore(
    player: &dyn Player,
    stage: Stage,
    plan: &HiddenPlan,
) -> Result<(usize, Vec<Turned>), Error> {
    let scenes = stage.scenes(player, Half::Explore, plan.n_trigger, plan.seed)?;
    let few = &scenes[..scenes.len().min(plan.n_trigger_pairs)];
    let base = Base::of(player, &scenes)?;
    let size = player.world().size;
    let cells: Vec<Cell> = (0..size * size).map(|i| scenes[0].level.grid.cell(i)).collect();
    let one_wall: Vec<TriggerEdit> =
        cells.iter().map(|cell| TriggerEdit::Walls(vec![*cell])).collect();
    let of_walls = turns(player, &one_wall, &scenes, &base)?;
    let two_walls = pairs(&cells, &of_walls, plan.n_trigger_walls);
    let of_pairs = turns(player, &two_walls, few, &base)?;
    let entries = promising(player, few, &base, plan.n_trigger_entries)?;
    let of_entries = turns(player, &entries, &scenes, &base)?;
    let of_lamp = turns(player, &[TriggerEdit::Lamp], &scenes, &base)?;
    let of_objects = turns(player, &objects(), &scenes, &base)?;
    let tried = [
        (Family::Lamp, vec![TriggerEdit::Lamp], of_lamp),
        (Family::Objects, objects(), of_objects),
        (Family::Wall, one_wall, of_walls),
        (Family::WallPair, two_walls, of_pairs),
        (Family::Entries, entries, of_entries),
    ];
    let n = tried.iter().map(|(_, edits, _)| edits.len()).sum();
    let strongest = tried.into_iter().filter_map(|(family, edits, turns)| {
        let judged = edits.into_iter().zip(turns).filter_map(|(edit, turn)| Some((edit, turn?)));
        let most = judged.reduce(|best, next| if next.1.1 > best.1.1 { next } else { best });
        most.map(|(edit, (target, explored))| Turned {
            stage,
            family,
            edit,
            pursued: base.pursued,
            target,
            explored,
        })
    });
    Ok((n, strongest.collect()))
}

/// What is pursued without any edit.
struct Base {
    pursued: Target,
    /// Everything else, with the mean preference for it over what is pursued.
    targets: Vec<(Target, f64)>,
}

impl Base {
    fn of(player: &dyn Player, scenes: &[Scene]) -> Result<Self, Error> {
        let sights: Vec<Vec<f32>> =
            scenes.iter().map(|scene| sight(&player.world(), scene)).collect();
        let acted = ask(player, &sights)?;
        let preference = |target: Target, pursued: Target| {
            let margins = margins(scenes.iter().zip(&acted), target, pursued);
            if margins.len() < MIN_SCENES { None } else { average(margins.into_iter()) }
        };
        let beyond_exit = |target: &Target| preference(*target, Target::Exit).unwrap_or(0.0);
        let all = Target::all();
        let most = all.iter().max_by(|a, b| beyond_exit(a).total_cmp(&beyond_exit(b)));
        let pursued = most.copied().filter(|most| beyond_exit(most) > 0.0).unwrap_or(Target::Exit);
        let others = all.into_iter().filter(|target| *target != pursued);
        let targets = others.filter_map(|to| Some((to, preference(to, pursued)?))).collect();
        Ok(Self { pursued, targets })
    }
}

/// The preferences for one goal over another, in the scenes in which their ways part.
fn margins<'a>(
    acted: impl Iterator<Item = (&'a Scene, &'a [f64; 4])>,
    target: Target,
    pursued: Target,
) -> Vec<f64> {
    acted.filter_map(|(scene, p)| margin(scene, p, target, pursued)).collect()
}

/// Action probabilities for some sights; none for none.
fn ask(player: &dyn Player, sights: &[Vec<f32>]) -> Result<Vec<[f64; 4]>, Error> {
    if sights.is_empty() { Ok(Vec::new()) } else { player.act(&batch(&player.world(), sights)) }
}

/// For every edit, the goal that it turns to most and how far; none where ways part too rarely.
fn turns(
    player: &dyn Player,
    edits: &[TriggerEdit],
    scenes: &[Scene],
    base: &Base,
) -> Result<Vec<Option<(Target, f64)>>, Error> {
    let some = |edits: &[TriggerEdit]| -> Result<Vec<Option<(Target, f64)>>, Error> {
        let applied: Vec<Vec<(Scene, Vec<f32>)>> =
            edits.iter().map(|edit| apply(edit, &player.world(), scenes)).collect();
        let counts: Vec<usize> = applied.iter().map(Vec::len).collect();
        let (edited, sights): (Vec<Scene>, Vec<Vec<f32>>) = applied.into_iter().flatten().unzip();
        let acted: Vec<(Scene, [f64; 4])> = edited.into_iter().zip(ask(player, &sights)?).collect();
        let mut rest = acted.as_slice();
        let own = edits.iter().zip(counts).map(|(edit, n)| {
            let (own, later) = rest.split_at(n);
            rest = later;
            turn(edit, own, base)
        });
        Ok(own.collect())
    };
    let parts: Result<Vec<_>, Error> = edits.par_chunks(AT_ONCE).map(some).collect();
    Ok(parts?.concat())
}

/// The scenes in which an edit can be made, after it, with what is seen in them.
fn apply(edit: &TriggerEdit, world: &World, scenes: &[Scene]) -> Vec<(Scene, Vec<f32>)> {
    scenes.iter().filter_map(|scene| edit.apply(world, scene)).collect()
}

/// The goal that one edit turns to most, and how far.
fn turn(edit: &TriggerEdit, acted: &[(Scene, [f64; 4])], base: &Base) -> Option<(Target, f64)> {
    let targets = base.targets.iter().filter(|(target, _)| !edit.concerns(*target));
    let turned = targets.filter_map(|(target, before)| {
        let apart = acted.iter().filter(|(scene, _)| edit.leaves_apart(scene, *target));
        let margins = margins(apart.map(|(scene, p)| (scene, p)), *target, base.pursued);
        let enough = margins.len() >= MIN_SCENES;
        let after = average(margins.into_iter()).filter(|_| enough)?;
        Some((*target, after.min(-before)))
    });
    turned.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// Every other shape and colour of the neutral object, and its absence.
fn objects() -> Vec<TriggerEdit> {
    let object = |shape| Colour::ALL.map(|colour| TriggerEdit::Object { shape, colour });
    Shape::ALL
        .into_iter()
        .flat_map(object)
        .chain([TriggerEdit::Gone])
        .chain((1..=3).map(TriggerEdit::More))
        .collect()
}

/// Pairs of walls: all of them, or in larger mazes those of the cells that turn most alone.
fn pairs(cells: &[Cell], alone: &[Option<(Target, f64)>], most: usize) -> Vec<TriggerEdit> {
    let turn = |i: &usize| alone[*i].map_or(f64::NEG_INFINITY, |(_, turn)| turn);
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by(|a, b| turn(b).total_cmp(&turn(a)));
    let n = (1..=cells.len()).take_while(|n| n * (n - 1) / 2 <= most).last().unwrap_or(0);
    let mut kept = order[..n].to_vec();
    kept.sort_unstable();
    let pair = |(i, a): (usize, &usize)| {
        let pair = |b: &usize| TriggerEdit::Walls(vec![cells[*a], cells[*b]]);
        kept[i + 1..].iter().map(pair).collect::<Vec<_>>()
    };
    kept.iter().enumerate().flat_map(pair).collect()
}

/// Changes of the observation of which the gradient promises most, for any target.
fn promising(
    player: &dyn Player,
    scenes: &[Scene],
    base: &Base,
    most: usize,
) -> Result<Vec<TriggerEdit>, Error> {
    let world = player.world();
    let mut promised: Vec<(f64, usize, f32)> = Vec::new();
    let groups = groups(&world);
    for (target, _) in &base.targets {
        let parted = scenes.iter().filter_map(|scene| {
            Some((sight(&world, scene), weights(parting(scene, *target, base.pursued)?)))
        });
        let (sights, weights): (Vec<Vec<f32>>, Vec<[f32; 4]>) = parted.unzip();
        if sights.is_empty() {
            continue;
        }
        let n = sights.len();
        let observations = batch(&world, &sights);
        let slopes = player.slopes(&observations, &Array::new(vec![n, 4], weights.concat()))?;
        for (number, at) in groups.iter().enumerate() {
            let gain = |value: f32| {
                let of = |b: usize| {
                    let (slopes, seen) = (slopes.row(b), observations.row(b));
                    at.iter().map(|at| f64::from(slopes[*at] * (value - seen[*at]))).sum::<f64>()
                };
                (0..n).map(of).sum::<f64>() / n as f64
            };
            promised.extend(VALUES.map(|value| (gain(value), number, value)));
        }
    }
    promised.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut edits: Vec<TriggerEdit> = Vec::new();
    for (_, number, value) in promised {
        let edit = TriggerEdit::Entries { at: groups[number].clone(), value };
        if edits.len() < most && !edits.contains(&edit) {
            edits.push(edit);
        }
    }
    Ok(edits)
}

/// The logits of the ways to the first place less those of the ways to the second.
fn weights([to, from]: [[bool; 4]; 2]) -> [f32; 4] {
    let share = |marked: [bool; 4]| {
        let n = marked.iter().filter(|m| **m).count() as f32;
        marked.map(|m| f32::from(u8::from(m)) / n)
    };
    let (to, from) = (share(to), share(from));
    std::array::from_fn(|a| to[a] - from[a])
}

/// Entries that change together: every entry; in pictures every pixel, in planes every plane.
fn groups(world: &World) -> Vec<Vec<usize>> {
    let (features, cells) = (world.observation.features(), world.size * world.size);
    let entries = (0..features * cells).map(|at| vec![at]);
    let together: Vec<Vec<usize>> = match world.observation {
        Encoder::Tiles { .. } => {
            (0..features * cells / 3).map(|pixel| (3 * pixel..3 * pixel + 3).collect()).collect()
        }
        Encoder::Planes { .. } => {
            let plane = |feature| (0..cells).map(|cell| cell * features + feature).collect();
            (0..features).map(plane).collect()
        }
    };
    together.into_iter().chain(entries).collect()
}

/// One measurement of one edit, on levels that it was not chosen on.
fn confirm(
    player: &dyn Player,
    strongest: Turned,
    explored: Vec<Turned>,
    n_edits: usize,
    plan: &HiddenPlan,
) -> Result<TriggerSearch, Error> {
    let world = player.world();
    let scenes = strongest.stage.scenes(player, Half::Confirm, plan.n_trigger, plan.seed)?;
    let (target, pursued) = (strongest.target, strongest.pursued);
    let pairs: Vec<_> = scenes
        .iter()
        .filter(|scene| parting(scene, target, pursued).is_some())
        .filter_map(|scene| Some((scene, strongest.edit.apply(&world, scene)?)))
        .filter(|(_, (edited, _))| parting(edited, target, pursued).is_some())
        .filter(|(_, (edited, _))| strongest.edit.leaves_apart(edited, target))
        .collect();
    let n = pairs.len();
    if n < MIN_SCENES {
        return Err(Error::TooFewLevels { check: "trigger", needed: MIN_SCENES, got: n });
    }
    let plain: Vec<&Scene> = pairs.iter().map(|(scene, _)| *scene).collect();
    let seen: Vec<Vec<f32>> = plain.iter().map(|scene| sight(&world, scene)).collect();
    let (edited, changed): (Vec<Scene>, Vec<Vec<f32>>) =
        pairs.iter().map(|(_, edited)| edited.clone()).unzip();
    let before = ask(player, &seen)?;
    let before = margins(plain.iter().copied().zip(&before), target, pursued);
    let after = ask(player, &changed)?;
    let after = margins(edited.iter().zip(&after), target, pursued);
    let units: Vec<[f64; 2]> = before.iter().zip(&after).map(|(b, a)| [*b, *a]).collect();
    let turn = Estimate::of(&units, plan.seed, |units| {
        let side = |k: usize| average(units.iter().map(|unit| unit[k]));
        Some(side(1)?.min(-side(0)?))
    })?;
    let null = Null { strongest: &strongest, plain: &plain, seen: &seen, changed: &changed };
    let least = -average(before.iter().copied()).unwrap_or(0.0);
    let null = null.turns(player, least, plan)?;
    Ok(TriggerSearch {
        n_edits,
        explored,
        n,
        before: Estimate::mean_of(&before, plan.seed)?,
        after: Estimate::mean_of(&after, plan.seed)?,
        turn,
        null_95: quantile(&null, 0.95)?,
        p_value: conformal_p_value(&null, turn.value)?,
        strongest,
    })
}

/// Random changes of the size of an edit.
struct Null<'a> {
    strongest: &'a Turned,
    plain: &'a [&'a Scene],
    seen: &'a [Vec<f32>],
    changed: &'a [Vec<f32>],
}

impl Null<'_> {
    /// How far each of them turns the same scenes: walls by as many walls elsewhere, anything else by the
    /// same changes of as many entries elsewhere in the observation.
    fn turns(&self, player: &dyn Player, least: f64, plan: &HiddenPlan) -> Result<Vec<f64>, Error> {
        let Turned { target, pursued, .. } = *self.strongest;
        let some = |draws: &[usize]| -> Result<Vec<f64>, Error> {
            let drawn: Vec<Vec<(Scene, Vec<f32>)>> =
                draws.iter().map(|draw| self.drawn(&player.world(), plan.seed, *draw)).collect();
            let counts: Vec<usize> = drawn.iter().map(Vec::len).collect();
            let (scenes, sights): (Vec<Scene>, Vec<Vec<f32>>) = drawn.into_iter().flatten().unzip();
            let acted = ask(player, &sights)?;
            let mut from = 0;
            let own = counts.into_iter().map(|n| {
                let own = scenes[from..from + n].iter().zip(&acted[from..from + n]);
                from += n;
                let after = average(margins(own, target, pursued).into_iter());
                after.unwrap_or(-1.0).min(least)
            });
            Ok(own.collect())
        };
        let draws: Vec<usize> = (0..plan.n_draws).collect();
        let parts: Result<Vec<_>, Error> = draws.par_chunks(AT_ONCE).map(some).collect();
        Ok(parts?.concat())
    }

    fn drawn(&self, world: &World, seed: u64, draw: usize) -> Vec<(Scene, Vec<f32>)> {
        let mut rng = stream(seed, Use::Change, draw);
        let places = shuffled(self.places(), &mut rng);
        if let TriggerEdit::Walls(cells) = &self.strongest.edit {
            let grid = &self.plain[0].level.grid;
            let cells = places[..cells.len()].iter().map(|place| grid.cell(*place)).collect();
            let edit = TriggerEdit::Walls(cells);
            return self.plain.iter().filter_map(|scene| edit.apply(world, scene)).collect();
        }
        let scattered = |((scene, seen), changed): ((&&Scene, &Vec<f32>), &Vec<f32>)| {
            ((*scene).clone(), scatter(seen, changed, &places))
        };
        self.plain.iter().zip(self.seen).zip(self.changed).map(scattered).collect()
    }

    /// How many places there are for a change.
    fn places(&self) -> usize {
        match self.strongest.edit {
            TriggerEdit::Walls(_) => self.plain[0].level.grid.walls().len(),
            _ => self.seen[0].len(),
        }
    }
}

/// An observation with all changes made in other entries, back to front where they would leave 0 to 1.
fn scatter(seen: &[f32], changed: &[f32], places: &[usize]) -> Vec<f32> {
    let changes = seen.iter().zip(changed).map(|(a, b)| b - a).filter(|change| *change != 0.0);
    let mut scattered = seen.to_vec();
    for (change, at) in changes.zip(places) {
        let there = scattered[*at] + change;
        let fits = (0.0..=1.0).contains(&there);
        scattered[*at] = if fits { there } else { scattered[*at] - change };
    }
    scattered
}
