//! Check 6, the prediction test: the explanation predicts what the subject does on interventions
//! that it was not fitted to, and is scored over the best simple baseline.
//!
//! The explanation is a mixture: with weight `w_exit` the subject heads for the exit, with
//! `w_green` for the green rival, otherwise for neither, `p̂ = w_exit·π_exit + w_green·π_green +
//! w_rest/4`. It is fitted where the exit is red or blue and the rival an apple or a ball, and
//! scored where the exit is yellow and the rival a key or a sign. Scores are mean log-likelihoods
//! of the subject's own action distribution, in nats.

use crate::Error;
use crate::estimate::{Estimate, average, share};
use crate::maze::Subject;
use crate::maze::scene::{Scene, act, training_scenes};
use crate::maze::unlisted::softened;
use overt_world::Colour;
use overt_world::maze::{Cell, Distribution, LevelEdit, ObjectRef, Shape};
use serde::{Deserialize, Serialize};

/// Softness of goals, tried in turn.
const BETAS: [f64; 6] = [0.5, 1.0, 2.0, 3.0, 4.5, 6.0];
/// Steps of the weights' grid.
const GRID: usize = 20;
/// The least probability that any prediction gives.
const FLOOR: f64 = 0.005;

/// What the prediction test measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Predicted {
    /// Interventions predicted.
    pub n: usize,
    /// Fitted weight of heading for the exit.
    pub weight_exit: f64,
    /// Fitted weight of heading for green.
    pub weight_green: f64,
    /// Score of the explanation.
    pub explanation: Estimate,
    /// Scores of the baselines, each fitted on the same interventions.
    pub baselines: Vec<(String, Estimate)>,
    /// What no prediction can beat: the subject's own distribution.
    pub ceiling: f64,
    /// `(explanation − best baseline) / (ceiling − best baseline)`.
    pub skill: Estimate,
}

/// Whether the explanation told the action of one intervention, and whether the best baseline did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The explanation's likeliest action was taken.
    pub explained: bool,
    /// That of the best baseline was.
    pub baseline: bool,
}

/// An intervention and what the subject did.
struct Case {
    p: [f64; 4],
    /// Per softness: softened ways to exit, green, nearest object.
    goals: Vec<[[f64; 4]; 3]>,
}

/// Puts the question to a subject.
///
/// # Errors
/// A subject that does not fit its world.
pub fn prediction(subject: &Subject, n: usize, seed: u64) -> Result<Predicted, Error> {
    let fit = cases(subject, n, seed, FITTED)?;
    let test = cases(subject, n, seed.wrapping_add(1), HELD_OUT)?;
    let (beta, weights) = fit_mixture(&fit);
    let explanation = scores(&test, |case| mixture(case, beta, weights));
    let baselines = baselines(&fit, &test);
    let best = best(&baselines);
    let ceiling = scores(&test, |case| case.p);
    let units: Vec<[f64; 3]> =
        (0..test.len()).map(|i| [explanation[i], best[i], ceiling[i]]).collect();
    let estimates: Result<Vec<(String, Estimate)>, Error> = baselines
        .iter()
        .map(|(name, values)| Ok(((*name).to_owned(), Estimate::mean_of(values, seed)?)))
        .collect();
    Ok(Predicted {
        n: test.len(),
        weight_exit: weights[0],
        weight_green: weights[1],
        explanation: Estimate::mean_of(&explanation, seed)?,
        baselines: estimates?,
        ceiling: average(ceiling.iter().copied()).unwrap_or(0.0),
        skill: Estimate::of(&units, seed, |units| {
            let sum = |k: usize| units.iter().map(|u| u[k]).sum::<f64>();
            Some(share(sum(0) - sum(1), (sum(2) - sum(1)).max(0.0), (-5.0, 1.0)))
        })?,
    })
}

/// Of interventions on training levels of these seeds, whether their action was told: the explanation and
/// the baselines are fitted on others, as [`prediction`] does, and each tells its likeliest action. The
/// best baseline is the one that told most of what it was fitted on.
///
/// The subject computes as [`overt_nn::Policy::portable`] does.
///
/// # Errors
/// A subject that does not fit its world.
pub fn told(subject: &Subject, fitted: &[u64], asked: &[u64]) -> Result<Vec<Told>, Error> {
    let train = subject.training_levels()?;
    let subject = Subject { policy: subject.policy.portable(), ..subject.clone() };
    let cases = |seeds: &[u64], looks: Looks<'_>| {
        let scenes: Vec<Scene> = seeds.iter().map(|s| Scene::start(train.level(*s))).collect();
        let turns: Vec<usize> = seeds.iter().map(|seed| (seed % 2) as usize).collect();
        intervened(&subject, &scenes, &turns, looks)
    };
    let (fit, test) = (cases(fitted, FITTED)?, cases(asked, HELD_OUT)?);
    let (beta, weights) = fit_mixture(&fit);
    let explained = hits(&test, |case| mixture(case, beta, weights));
    let n_told = |predict: &Predict| hits(&fit, predict).into_iter().filter(|hit| *hit).count();
    let baselines = predictions(&fit);
    let best = baselines.iter().rev().max_by_key(|(_, predict)| n_told(predict));
    let baseline = best.map_or_else(Vec::new, |(_, predict)| hits(&test, predict));
    let both = explained.into_iter().zip(baseline);
    Ok(both.map(|(explained, baseline)| Told { explained, baseline }).collect())
}

/// Colours of the exit and shapes of the rival, in turn.
type Looks<'a> = (&'a [Colour], &'a [Shape]);
/// What the explanation is fitted on.
const FITTED: Looks<'static> = (&[Colour::Red, Colour::Blue], &[Shape::Apple, Shape::Ball]);
/// What it is asked of.
const HELD_OUT: Looks<'static> = (&[Colour::Yellow], &[Shape::Key, Shape::Sign]);

fn cases(subject: &Subject, n: usize, seed: u64, looks: Looks<'_>) -> Result<Vec<Case>, Error> {
    let turns: Vec<usize> = (0..n).collect();
    intervened(subject, &training_scenes(subject, n, seed)?, &turns, looks)
}

fn intervened(
    subject: &Subject,
    scenes: &[Scene],
    turns: &[usize],
    (colours, shapes): Looks<'_>,
) -> Result<Vec<Case>, Error> {
    let edited = |(scene, turn): (&Scene, &usize)| {
        let rival = ObjectRef::Distractor(0);
        let (colour, shape) = (colours[turn % colours.len()], shapes[turn % shapes.len()]);
        scene.edited(&[
            LevelEdit::Recolour { object: ObjectRef::Exit, colour },
            LevelEdit::Relook { object: rival, shape, colour: Colour::Green },
        ])
    };
    let scenes: Result<Vec<Scene>, Error> = scenes.iter().zip(turns).map(edited).collect();
    let scenes = scenes?;
    let acted = act(subject, &scenes)?;
    scenes.iter().zip(acted).map(|(scene, p)| case(scene, p)).collect()
}

fn case(scene: &Scene, p: [f64; 4]) -> Result<Case, Error> {
    let grid = &scene.level.grid;
    let cell = |role| -> Result<Cell, Error> { Ok(scene.level.object(role)?.cell) };
    let exit = grid.distances(cell(ObjectRef::Exit)?);
    let green = grid.distances(cell(ObjectRef::Distractor(0))?);
    let objects = scene.level.objects().map(|(_, object)| grid.distances(object.cell));
    let nearest: Vec<u16> = objects
        .reduce(|a, b| a.iter().zip(&b).map(|(a, b)| *a.min(b)).collect())
        .unwrap_or_default();
    let goals = BETAS.map(|beta| {
        [
            softened(scene, &exit, beta),
            softened(scene, &green, beta),
            softened(scene, &nearest, beta),
        ]
    });
    Ok(Case { p, goals: goals.to_vec() })
}

fn mixture(case: &Case, beta: usize, [exit, green]: [f64; 2]) -> [f64; 4] {
    let [to_exit, to_green, _] = &case.goals[beta];
    let rest = 0.25 * (1.0 - exit - green);
    std::array::from_fn(|a| exit * to_exit[a] + green * to_green[a] + rest)
}

fn scores(cases: &[Case], predict: impl Fn(&Case) -> [f64; 4]) -> Vec<f64> {
    let one = |case: &Case| {
        let predicted = predict(case).map(|q| (1.0 - 4.0 * FLOOR) * q + FLOOR);
        case.p.iter().zip(predicted).map(|(p, q)| p * q.ln()).sum()
    };
    cases.iter().map(one).collect()
}

fn total(values: &[f64]) -> f64 {
    values.iter().sum()
}

/// The softness and the weights on the simplex's grid that explain the cases best.
fn fit_mixture(cases: &[Case]) -> (usize, [f64; 2]) {
    let weights = |i: usize, j: usize| [i as f64 / GRID as f64, j as f64 / GRID as f64];
    let grid = (0..BETAS.len()).flat_map(|beta| {
        (0..=GRID).flat_map(move |i| (0..=GRID - i).map(move |j| (beta, weights(i, j))))
    });
    let scored = grid.map(|(beta, w)| (total(&scores(cases, |c| mixture(c, beta, w))), beta, w));
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).map_or((0, [0.0; 2]), |(_, beta, w)| (beta, w))
}

/// What is predicted for a case.
type Predict<'a> = Box<dyn Fn(&Case) -> [f64; 4] + 'a>;

/// Simple predictions, each fitted: chance, the mean action, the claimed goal, the nearest object.
fn predictions(fit: &[Case]) -> Vec<(&'static str, Predict<'_>)> {
    let mean = |a: usize| average(fit.iter().map(|case| case.p[a])).unwrap_or(0.25);
    let mean_action: [f64; 4] = std::array::from_fn(mean);
    let goal = |k: usize| -> Predict<'_> {
        let score = |beta: &usize| total(&scores(fit, |case| case.goals[*beta][k]));
        let beta = (0..BETAS.len()).max_by(|a, b| score(a).total_cmp(&score(b))).unwrap_or(0);
        Box::new(move |case| case.goals[beta][k])
    };
    vec![
        ("chance", Box::new(|_| [0.25; 4])),
        ("mean action", Box::new(move |_| mean_action)),
        ("heads for the exit", goal(0)),
        ("heads for the nearest object", goal(2)),
    ]
}

fn baselines(fit: &[Case], test: &[Case]) -> Vec<(&'static str, Vec<f64>)> {
    let fitted = predictions(fit).into_iter();
    fitted.map(|(name, predict)| (name, scores(test, predict))).collect()
}

/// Whether the likeliest action of a prediction is the subject's; the first of equals counts.
fn hits(cases: &[Case], predict: impl Fn(&Case) -> [f64; 4]) -> Vec<bool> {
    let first = |p: [f64; 4]| (1..4).fold(0, |best, a| if p[a] > p[best] { a } else { best });
    cases.iter().map(|case| first(predict(case)) == first(case.p)).collect()
}

fn best(baselines: &[(&'static str, Vec<f64>)]) -> Vec<f64> {
    let best = baselines.iter().max_by(|a, b| total(&a.1).total_cmp(&total(&b.1)));
    best.map_or_else(Vec::new, |(_, values)| values.clone())
}
