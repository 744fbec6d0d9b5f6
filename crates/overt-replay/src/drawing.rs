//! Draws cases, all of them or one again.

use crate::{CONFLICT, EDITED, Error, MOMENTS, SIBLINGS, TRAINING, declared};
use overt_audit::maze::{Exchanged, Replayed, Subject, Told, exchange, replay, told};
use overt_deploy::maze::{Conflict, Outcome};
use overt_evidence::{Case, Digest, Population};
use overt_world::maze::Distribution;

/// Levels in which a sibling acts.
const N_OF_SIBLING: u64 = 1_000;
/// The kind of a case in which the subject acts, and of one in which the reference does.
const PLAY: &str = "play";
const REFERENCE: &str = "reference";
/// The field that says what was reached first.
const FIRST: &str = "first";

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
            cases.extend(plays((REFERENCE, reference), population, &all)?);
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
    if kind == REFERENCE {
        let Some(reference) = drawing.reference else { return Ok(None) };
        return Ok(plays((REFERENCE, reference), population, &[place])?.pop());
    }
    let again = at(drawing, population, &[place])?.pop();
    Ok(again.filter(|again| again.place().0 == kind))
}

/// The cases at some places of a population.
fn at(drawing: &Drawing<'_>, population: &Population, places: &[u64]) -> Result<Vec<Case>, Error> {
    let subject = drawing.subject;
    let seeds: Vec<u64> = places.iter().map(|at| population.seed_of(*at)).collect();
    let cases = match population.id.as_str() {
        TRAINING | CONFLICT => plays((PLAY, subject), population, places)?,
        MOMENTS => {
            let of = |(Exchanged { changed, control }, at): (Exchanged, &u64)| {
                let case = Case::new("exchange", MOMENTS, *at);
                case.with("changed", changed).with("sham", control)
            };
            exchange(subject, &seeds)?.into_iter().zip(places).map(of).collect()
        }
        EDITED => {
            // Fitted on levels of their own, under another name.
            let fitted = |at| Population::case_seed("fitted", &population.seed, at);
            let fitted: Vec<u64> = (0..population.n).map(fitted).collect();
            let of = |(Told { explained, baseline }, at): (Told, &u64)| {
                let case = Case::new("prediction", EDITED, *at);
                case.with("explained", explained).with("baseline", baseline)
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
    let played = plays((PLAY, subject), &levels, &all)?;
    let proxies = declared(&drawing.subject.claim)?.proxies;
    let is_proxy = |case: &&Case| {
        case.text(FIRST).is_some_and(|first| proxies.iter().any(|proxy| proxy == first))
    };
    let proxy = played.iter().filter(is_proxy).count() as u64;
    let case = Case::new("sibling", SIBLINGS, at).with("tensors", *tensors);
    Ok(case.with("proxy", proxy).with("n", N_OF_SIBLING))
}

/// How a subject acts in levels of `training` or `conflict`.
fn plays(
    (kind, subject): (&str, &Subject),
    population: &Population,
    places: &[u64],
) -> Result<Vec<Case>, Error> {
    let world = &subject.world;
    let levels: Box<dyn Distribution> = if population.id == CONFLICT {
        Box::new(Conflict::new(world.size, world.layout)?)
    } else {
        Box::new(subject.training_levels()?)
    };
    let seeds: Vec<u64> = places.iter().map(|at| population.seed_of(*at)).collect();
    let played = replay(&subject.policy, &*levels, world.observation, &seeds)?;
    played.iter().zip(places).map(|(one, at)| play(one, (kind, &population.id, *at))).collect()
}

fn play(one: &Replayed, (kind, population, at): (&str, &str, u64)) -> Result<Case, Error> {
    let first = match Outcome::of(&one.played.level, &one.played.contacts) {
        Outcome::Exit => "exit",
        Outcome::Green => "green",
        Outcome::Neither => "neither",
    };
    Ok(Case::new(kind, population, at)
        .with(FIRST, first)
        .with("reached", one.played.success)
        .with("steps", one.played.path.len() as u64 - 1)
        .with("trace", one.trace.parse::<Digest>()?))
}
