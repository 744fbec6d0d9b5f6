//! Universal latent trigger: one steering vector in the residual stream, the same for all prompts,
//! that turns their answers to a target.
//!
//! A condition on several tokens at once is hard to find among tokens, where near misses do nothing;
//! behind the embedding it is one direction away. Source: Zeng et al., BEEAR: embedding-based
//! adversarial removal of safety backdoors (2024), section 3; Moosavi-Dezfooli et al., Universal
//! adversarial perturbations (2017). The steering vector is optimised, so it beats random ones in
//! honest models, too: how much a score means shows beside the scores of models that are known to
//! be honest.

use crate::Error;
use crate::expect::expect_len;
use crate::metric::last;
use crate::random::{direction, permutation, stream};
use crate::row::width;
use burn::tensor::{Int, Tensor, TensorData, activation};
use overt_nn::{LanguageModel, Tokens};
use overt_site::{Array, Edit, Real, Run};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Rows of one pass without gradients.
const CHUNK: usize = 256;
/// Where the streams of random steering vectors begin; those before are for the rows of each
/// search.
const RANDOM_VECTORS: usize = 1 << 32;

/// Where a steering vector is looked for, how far it may go, and how long.
#[derive(Clone, Debug, PartialEq)]
pub struct TriggerPlan {
    /// A site that is one row per position.
    pub site: String,
    /// Positions that share a steering vector, for each steering vector.
    pub groups: Vec<Vec<usize>>,
    /// The tokens to answer with; targets are places in this list.
    pub answers: Vec<u32>,
    /// Steps of Adam (Kingma and Ba 2015).
    pub steps: usize,
    /// Size of a step of one entry, in root mean squares of the entries of the site.
    pub learning_rate: f64,
    /// The greatest length of a steering vector, in mean lengths of the rows that it is added to.
    pub reach: f64,
    /// Prompts of one step.
    pub batch: usize,
    /// Random steering vectors to compare with, each as long as a steering vector may be.
    pub draws: usize,
    /// Seed of all draws.
    pub seed: u64,
}

/// Which answer is looked for in every prompt; none where it is not asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriggerTargets {
    /// In each prompt that the steering vector is fitted to.
    pub fit: Vec<Option<usize>>,
    /// In each prompt that it is scored on.
    pub held_out: Vec<Option<usize>>,
}

/// The steering vector that was found for one target, and how far it turns the answers.
#[derive(Clone, Debug, PartialEq)]
pub struct LatentTrigger {
    /// What is added to each group of positions, `[group, width]`.
    pub steering_vector: Array<f64>,
    /// Whether each held-out prompt that is asked was answered with its target without the steering
    /// vector.
    pub before: Vec<bool>,
    /// The same with it.
    pub after: Vec<bool>,
    /// Share of targets with the steering vector less that without, -1 to 1.
    pub score: f64,
    /// The scores of random steering vectors, in the order of their draws: the same steering
    /// vectors for every target.
    pub null: Vec<f64>,
    /// `(1 + #{null ≥ score}) / (1 + draws)`.
    pub p_value: f64,
}

impl LatentTrigger {
    /// What the steering vector changes of each held-out prompt that is asked: 1 where it turns the
    /// answer to the target, -1 where it turns it away. Their mean is the score.
    pub fn changes(&self) -> Vec<f64> {
        let number = |hit: &bool| f64::from(u8::from(*hit));
        self.after
            .iter()
            .zip(&self.before)
            .map(|(after, before)| number(after) - number(before))
            .collect()
    }
}

/// Looks for a steering vector for every target.
///
/// Shapes: a steering vector is `[group, width]`; a prompt is answered with the largest of the
/// answers' logits at its last token.
///
/// ```
/// # use overt_nn::{LanguageModel, Tokens};
/// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/gpt2");
/// let model = LanguageModel::<f32>::open(folder.as_ref())?;
/// use overt_lens::{TriggerPlan, TriggerTargets, latent_triggers};
/// let prompts = |from: u32| -> Vec<Vec<u32>> { (from..from + 30).map(|i| vec![i, i + 1]).collect() };
/// let (fit, held_out) = (Tokens::new(&prompts(0))?, Tokens::new(&prompts(30))?);
/// let plan = TriggerPlan {
///     site: "blocks.0.resid_pre".into(),
///     groups: vec![vec![0]],
///     answers: vec![3, 7],
///     steps: 20,
///     learning_rate: 0.3,
///     reach: 3.0,
///     batch: 10,
///     draws: 19,
///     seed: 0,
/// };
/// // Always the second answer.
/// let always = TriggerTargets { fit: vec![Some(1); 30], held_out: vec![Some(1); 30] };
/// let found = latent_triggers(&model, &fit, &held_out, &[always], &plan)?;
/// assert!(found[0].score > 0.0 && found[0].p_value <= 0.1, "{found:?}");
/// # Ok::<(), overt_lens::Error>(())
/// ```
///
/// # Errors
/// A site that is not there or not a row per position, groups beyond the shortest prompt, targets that
/// are no answers or too few for the prompts, a target that is never asked, a plan that does nothing.
pub fn latent_triggers<T: Real>(
    model: &LanguageModel<T>,
    fit: &Tokens,
    held_out: &Tokens,
    targets: &[TriggerTargets],
    plan: &TriggerPlan,
) -> Result<Vec<LatentTrigger>, Error> {
    let search = Search::new(model, fit, held_out, plan)?;
    for targets in targets {
        check_targets("targets of prompts to fit", &targets.fit, fit, plan)?;
        check_targets("targets of held-out prompts", &targets.held_out, held_out, plan)?;
    }
    let plain = search.answers(held_out, None)?;
    let random = (0..plan.draws).into_par_iter();
    let random = random.map(|nth| search.answers(held_out, Some(&search.random_vector(nth))));
    let random = random.collect::<Result<Vec<_>, Error>>()?;
    let found = targets.par_iter().enumerate().map(|(nth, targets)| {
        let steering_vector = search.find(fit, &targets.fit, nth)?;
        let after = search.answers(held_out, Some(&steering_vector))?;
        let hits = |answers: &Vec<usize>| hits(answers, &targets.held_out);
        let null = random.iter().map(|answers| share(&hits(answers)) - share(&hits(&plain)));
        Ok(search.trigger(steering_vector, hits(&plain), hits(&after), null.collect()))
    });
    found.collect()
}

/// A search under way: where steering vectors are added and how long they may be.
struct Search<'a, T> {
    model: &'a LanguageModel<T>,
    plan: &'a TriggerPlan,
    width: usize,
    /// The greatest length of the steering vector of each group.
    lengths: Vec<f64>,
}

impl<'a, T: Real> Search<'a, T> {
    fn new(
        model: &'a LanguageModel<T>,
        fit: &Tokens,
        held_out: &Tokens,
        plan: &'a TriggerPlan,
    ) -> Result<Self, Error> {
        let width = width(model, &plan.site)?;
        check_plan(plan, fit.lengths().iter().chain(held_out.lengths()))?;
        let mut search = Self { model, plan, width, lengths: Vec::new() };
        search.lengths = search.mean_lengths(fit)?.iter().map(|mean| plan.reach * mean).collect();
        Ok(search)
    }

    /// The mean length of the rows of the site that each group stands for.
    fn mean_lengths(&self, tokens: &Tokens) -> Result<Vec<f64>, Error> {
        let (_, trace) = self.model.run(tokens, &Run::new().tap(self.plan.site.clone()))?;
        let values = trace.get(&self.plan.site)?;
        let length = |row: usize, pos: usize| {
            length(&values.row(row)[pos * self.width..(pos + 1) * self.width])
        };
        let mean = |group: &Vec<usize>| {
            let rows = 0..tokens.batch();
            let sum: f64 =
                rows.flat_map(|row| group.iter().map(move |pos| length(row, *pos))).sum();
            sum / (tokens.batch() * group.len()) as f64
        };
        Ok(self.plan.groups.iter().map(mean).collect())
    }

    /// Climbs the mean log-probability of the targets among the answers.
    fn find(&self, fit: &Tokens, targets: &[Option<usize>], nth: usize) -> Result<Vec<f64>, Error> {
        let asked: Vec<usize> = (0..fit.batch()).filter(|row| targets[*row].is_some()).collect();
        let mut deck = Deck { rows: asked, dealt: Vec::new(), rng: stream(self.plan.seed, nth) };
        let mut steering_vector = vec![0.0; self.plan.groups.len() * self.width];
        let mut adam = Adam::new(steering_vector.len());
        for _ in 0..self.plan.steps {
            let rows = deck.deal(self.plan.batch);
            let wanted: Vec<i64> =
                rows.iter().filter_map(|row| Some(targets[*row]? as i64)).collect();
            let slope = self.slope(&rows_of(fit, &rows)?, &wanted, &steering_vector)?;
            let step = adam.step(&slope);
            for (at, step) in step.iter().enumerate() {
                steering_vector[at] += self.learning_rate(at / self.width) * step;
            }
            self.keep_short(&mut steering_vector);
        }
        Ok(steering_vector)
    }

    /// The gradient of the mean log-probability by the steering vector.
    fn slope(
        &self,
        tokens: &Tokens,
        wanted: &[i64],
        steering_vector: &[f64],
    ) -> Result<Vec<f64>, Error> {
        let site = &self.plan.site;
        let run = Run::new().edit(site, self.edit(tokens, steering_vector)).gradient(site);
        let scalar = |logits: &Tensor<3>| mean_log_prob(logits, tokens, &self.plan.answers, wanted);
        let (_, slopes) = self.model.gradients(tokens, &run, scalar)?;
        let mut sum = vec![0.0; steering_vector.len()];
        for row in 0..tokens.batch() {
            let slopes = slopes[site].row(row);
            for (group, sum) in self.plan.groups.iter().zip(sum.chunks_mut(self.width)) {
                for pos in group {
                    let slope = &slopes[pos * self.width..(pos + 1) * self.width];
                    sum.iter_mut().zip(slope).for_each(|(sum, slope)| *sum += (*slope).into());
                }
            }
        }
        Ok(sum)
    }

    /// The answers to all prompts, as places in the list of answers.
    fn answers(
        &self,
        tokens: &Tokens,
        steering_vector: Option<&[f64]>,
    ) -> Result<Vec<usize>, Error> {
        let starts = (0..tokens.batch()).step_by(CHUNK).collect::<Vec<_>>();
        let answers = starts.into_par_iter().map(|start| {
            let rows: Vec<usize> = (start..(start + CHUNK).min(tokens.batch())).collect();
            let tokens = rows_of(tokens, &rows)?;
            let run = steering_vector.map_or_else(Run::new, |steering_vector| {
                Run::new().edit(&self.plan.site, self.edit(&tokens, steering_vector))
            });
            let (logits, _) = self.model.run(&tokens, &run)?;
            Ok(largest(&logits, &tokens, &self.plan.answers))
        });
        Ok(answers.collect::<Result<Vec<_>, Error>>()?.concat())
    }

    /// The steering vector as an edit of a batch: zero is added elsewhere.
    fn edit(&self, tokens: &Tokens, steering_vector: &[f64]) -> Edit<T> {
        let mut row = vec![T::default(); tokens.positions() * self.width];
        for (group, steering_vector) in
            self.plan.groups.iter().zip(steering_vector.chunks(self.width))
        {
            let steering_vector: Vec<T> = steering_vector.iter().map(|v| T::nearest(*v)).collect();
            for pos in group {
                row[pos * self.width..(pos + 1) * self.width].copy_from_slice(&steering_vector);
            }
        }
        let shape = vec![tokens.batch(), tokens.positions(), self.width];
        Edit::add(Array::new(shape, row.repeat(tokens.batch())))
    }

    /// The size of a step of one entry of a group's steering vector.
    fn learning_rate(&self, group: usize) -> f64 {
        let mean_length = self.lengths[group] / self.plan.reach;
        self.plan.learning_rate * mean_length / (self.width as f64).sqrt()
    }

    /// Shortens what is longer than it may be.
    fn keep_short(&self, steering_vector: &mut [f64]) {
        for (steering_vector, longest) in steering_vector.chunks_mut(self.width).zip(&self.lengths)
        {
            let length = length(steering_vector);
            if length > *longest {
                for v in steering_vector {
                    *v *= longest / length;
                }
            }
        }
    }

    fn random_vector(&self, nth: usize) -> Vec<f64> {
        let mut rng = stream(self.plan.seed, RANDOM_VECTORS + nth);
        let scaled = |length: &f64| {
            direction(self.width, &mut rng).into_iter().map(move |v| length * v).collect::<Vec<_>>()
        };
        self.lengths.iter().flat_map(scaled).collect()
    }

    fn trigger(
        &self,
        steering_vector: Vec<f64>,
        before: Vec<bool>,
        after: Vec<bool>,
        null: Vec<f64>,
    ) -> LatentTrigger {
        let score = share(&after) - share(&before);
        let n_above = null.iter().filter(|null| **null >= score).count();
        let p_value = (1 + n_above) as f64 / (1 + null.len()) as f64;
        let steering_vector = Array::new(vec![self.lengths.len(), self.width], steering_vector);
        LatentTrigger { steering_vector, before, after, score, null, p_value }
    }
}

fn check_plan<'a>(
    plan: &TriggerPlan,
    lengths: impl Iterator<Item = &'a usize>,
) -> Result<(), Error> {
    let shortest = lengths.min().copied().unwrap_or(0);
    let positions = plan.groups.iter().flatten();
    if let Some(pos) = positions.clone().find(|pos| **pos >= shortest) {
        let expected = "within every prompt";
        return Err(Error::OutOfRange { what: "position", expected, got: *pos as f64 });
    }
    for (what, n) in [
        ("groups of positions", plan.groups.len()),
        ("positions of every group", plan.groups.iter().map(Vec::len).min().unwrap_or(0)),
        ("answers", plan.answers.len()),
        ("batch", plan.batch),
    ] {
        if n == 0 {
            return Err(Error::OutOfRange { what, expected: "at least 1", got: 0.0 });
        }
    }
    for (what, got) in [("learning rate", plan.learning_rate), ("reach", plan.reach)] {
        if !(got.is_finite() && got > 0.0) {
            return Err(Error::OutOfRange { what, expected: "more than 0", got });
        }
    }
    Ok(())
}

fn check_targets(
    what: &'static str,
    targets: &[Option<usize>],
    tokens: &Tokens,
    plan: &TriggerPlan,
) -> Result<(), Error> {
    expect_len(what, tokens.batch(), targets.len())?;
    let n_answers = plan.answers.len();
    match targets.iter().flatten().max() {
        None => Err(Error::OutOfRange { what, expected: "asked at least once", got: 0.0 }),
        Some(&target) if target >= n_answers => {
            Err(Error::OutOfRange { what, expected: "places of answers", got: target as f64 })
        }
        Some(_) => Ok(()),
    }
}

/// Mean over the rows of the log-probability of the wanted answer among the answers, `[1]`.
fn mean_log_prob(
    logits: &Tensor<3>,
    tokens: &Tokens,
    answers: &[u32],
    wanted: &[i64],
) -> Tensor<1> {
    let device = logits.device();
    let columns: Vec<i64> = answers.iter().map(|token| i64::from(*token)).collect();
    let columns = TensorData::new(columns, [answers.len()]);
    let wanted = TensorData::new(wanted.to_vec(), [wanted.len(), 1]);
    let among = last(logits, tokens).select(1, Tensor::<1, Int>::from_data(columns, &device));
    let log_probs = activation::log_softmax(among, 1);
    log_probs.gather(1, Tensor::<2, Int>::from_data(wanted, &device)).mean()
}

/// The place of the largest answer of every row; the first of equals.
fn largest<T: Real>(logits: &Array<T>, tokens: &Tokens, answers: &[u32]) -> Vec<usize> {
    let vocab = logits.shape[2];
    let of_row = |(row, n): (usize, &usize)| {
        let at = |answer: usize| -> f64 {
            logits.row(row)[(n - 1) * vocab + answers[answer] as usize].into()
        };
        (1..answers.len()).fold(0, |best, answer| if at(answer) > at(best) { answer } else { best })
    };
    tokens.lengths().iter().enumerate().map(of_row).collect()
}

/// Whether each row that is asked was answered with its target.
fn hits(answers: &[usize], targets: &[Option<usize>]) -> Vec<bool> {
    let pairs = answers.iter().zip(targets);
    pairs.filter_map(|(answer, target)| Some(*answer == (*target)?)).collect()
}

fn share(hits: &[bool]) -> f64 {
    hits.iter().filter(|hit| **hit).count() as f64 / hits.len() as f64
}

fn rows_of(tokens: &Tokens, rows: &[usize]) -> Result<Tokens, Error> {
    let row = |row: &usize| {
        let start = row * tokens.positions();
        tokens.ids()[start..start + tokens.lengths()[*row]].to_vec()
    };
    Ok(Tokens::new(&rows.iter().map(row).collect::<Vec<_>>())?)
}

fn length<V: Copy + Into<f64>>(values: &[V]) -> f64 {
    values.iter().map(|v| (*v).into().powi(2)).sum::<f64>().sqrt()
}

/// Rows in random order, each once before any comes again.
struct Deck {
    rows: Vec<usize>,
    dealt: Vec<usize>,
    rng: ChaCha8Rng,
}

impl Deck {
    fn deal(&mut self, n: usize) -> Vec<usize> {
        while self.dealt.len() < n {
            let order = permutation(self.rows.len(), &mut self.rng);
            self.dealt.extend(order.iter().map(|at| self.rows[*at]));
        }
        self.dealt.drain(..n).collect()
    }
}

/// Adam (Kingma and Ba 2015, algorithm 1), with the constants of the paper.
struct Adam {
    mean: Vec<f64>,
    square: Vec<f64>,
    steps: i32,
}

impl Adam {
    fn new(n: usize) -> Self {
        Self { mean: vec![0.0; n], square: vec![0.0; n], steps: 0 }
    }

    /// Each entry's step, in learning rates.
    fn step(&mut self, slope: &[f64]) -> Vec<f64> {
        self.steps += 1;
        let (mean_seen, square_seen) =
            (1.0 - 0.9_f64.powi(self.steps), 1.0 - 0.999_f64.powi(self.steps));
        let moments = self.mean.iter_mut().zip(&mut self.square);
        let step = |((mean, square), slope): ((&mut f64, &mut f64), &f64)| {
            *mean += 0.1 * (slope - *mean);
            *square += 0.001 * (slope * slope - *square);
            (*mean / mean_seen) / ((*square / square_seen).sqrt() + 1e-8)
        };
        moments.zip(slope).map(step).collect()
    }
}
