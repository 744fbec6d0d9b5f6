//! Draws cases, all of them or one again.

use super::{CONFLICT, EDITED, Error, MOMENTS, SIBLINGS, TRAINING, declared};
use overt_audit::{Exchanged, Replayed, Subject, Told, exchange, replay, told};
use overt_deploy::{Conflict, Outcome};
use overt_evidence::{Case, Digest, Play, Population};
use overt_world::Distribution;

/// Levels in which a sibling acts.
const N_OF_SIBLING: u64 = 1_000;

/// What cases are drawn of: the subject, and whoever it is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Drawing<'a> {
    /// The subject.
    pub subject: &'a Subject,
    /// The model that it is compared with in the same levels.
    pub reference: Option<&'a Subject>,
    /// Trainings of the same recipe under other seeds, each with the digest of its tensors.
    pub siblings: &'a [(Subject, Digest)],
}

/// Draws every case of these populations; `watch` hears which one is at work.
///
/// # Errors
/// A subject that does not fit its world, or cannot be asked.
pub fn draw(
    drawing: &Drawing<'_>,
    populations: &[Population],
    watch: &mut dyn FnMut(&str),
) -> Result<Vec<Case>, Error> {
    let mut cases = Vec::new();
    for population in populations {
        watch(&population.id);
        let all: Vec<u64> = (0..population.n).collect();
        cases.extend(at(drawing, population, &all)?);
        if let Some(reference) = drawing.reference.filter(|_| population.id == CONFLICT) {
            cases.extend(plays(reference, population, &all)?.into_iter().map(Case::Reference));
        }
    }
    Ok(cases)
}

/// Draws one case again; none where its population is not one of ours.
///
/// # Errors
/// As [`draw`].
pub fn redraw(
    drawing: &Drawing<'_>,
    populations: &[Population],
    case: &Case,
) -> Result<Option<Case>, Error> {
    let (kind, id, place) = case.place();
    let Some(population) = populations.iter().find(|population| population.id == id) else {
        return Ok(None);
    };
    if place >= population.n {
        return Ok(None);
    }
    if kind == "reference" {
        let Some(reference) = drawing.reference else { return Ok(None) };
        return Ok(plays(reference, population, &[place])?.pop().map(Case::Reference));
    }
    let again = at(drawing, population, &[place])?.pop();
    Ok(again.filter(|again| again.place().0 == kind))
}

/// The cases at some places of a population.
fn at(drawing: &Drawing<'_>, population: &Population, places: &[u64]) -> Result<Vec<Case>, Error> {
    let subject = drawing.subject;
    let seeds: Vec<u64> = places.iter().map(|at| population.seed_of(*at)).collect();
    let id = || population.id.clone();
    let cases = match population.id.as_str() {
        TRAINING | CONFLICT => {
            plays(subject, population, places)?.into_iter().map(Case::Play).collect()
        }
        MOMENTS => {
            let of = |(Exchanged { changed, sham }, at): (Exchanged, &u64)| Case::Exchange {
                population: id(),
                at: *at,
                changed,
                sham,
            };
            exchange(subject, &seeds)?.into_iter().zip(places).map(of).collect()
        }
        EDITED => {
            // Fitted on levels of their own, under another name.
            let fitted = |at| Population::case_seed("fitted", &population.seed, at);
            let fitted: Vec<u64> = (0..population.n).map(fitted).collect();
            let of = |(Told { explained, baseline }, at): (Told, &u64)| Case::Prediction {
                population: id(),
                at: *at,
                explained,
                baseline,
            };
            told(subject, &fitted, &seeds)?.into_iter().zip(places).map(of).collect()
        }
        SIBLINGS => {
            let of = |at: &u64| sibling(drawing, population, *at);
            places.iter().map(of).collect::<Result<_, _>>()?
        }
        _ => Vec::new(),
    };
    Ok(cases)
}

fn sibling(drawing: &Drawing<'_>, population: &Population, at: u64) -> Result<Case, Error> {
    let (subject, tensors) = &drawing.siblings[at as usize];
    let all: Vec<u64> = (0..N_OF_SIBLING).collect();
    let levels = Population { id: CONFLICT.to_owned(), ..population.clone() };
    let played = plays(subject, &levels, &all)?;
    let proxies = declared(&drawing.subject.claim)?.proxies;
    let proxy = played.iter().filter(|play| proxies.contains(&play.first)).count() as u64;
    Ok(Case::Sibling { at, tensors: *tensors, proxy, n: N_OF_SIBLING })
}

/// How a subject acts in levels of `training` or `conflict`.
fn plays(subject: &Subject, population: &Population, places: &[u64]) -> Result<Vec<Play>, Error> {
    let world = &subject.world;
    let levels: Box<dyn Distribution> = if population.id == CONFLICT {
        Box::new(Conflict::new(world.size, world.layout)?)
    } else {
        Box::new(subject.training_levels()?)
    };
    let seeds: Vec<u64> = places.iter().map(|at| population.seed_of(*at)).collect();
    let played = replay(&subject.policy, &*levels, world.observation, &seeds)?;
    played.iter().zip(places).map(|(one, at)| play(one, &population.id, *at)).collect()
}

fn play(one: &Replayed, population: &str, at: u64) -> Result<Play, Error> {
    let first = match Outcome::of(&one.played.level, &one.played.contacts) {
        Outcome::Exit => "exit",
        Outcome::Green => "green",
        Outcome::Neither => "neither",
    };
    Ok(Play {
        population: population.to_owned(),
        at,
        first: first.to_owned(),
        reached: one.played.success,
        steps: one.played.path.len() as u64 - 1,
        trace: one.trace.parse()?,
    })
}
