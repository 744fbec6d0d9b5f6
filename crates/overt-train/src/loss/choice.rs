//! A language model before the scenes of a step, and what its terms are told of them.
//!
//! | term | what it is told beside the concept | where the answer is in it |
//! | --- | --- | --- |
//! | swap, representation, interchange, routing | which scenes in other colours have the same right answer | in the choice of scenes: the answer itself is the model's own |
//! | input gradient | which tokens hold the concept: the whole of an item, its value too | nowhere |
//! | contribution | what tokens would be with another value of the concept | nowhere |
//! | alignment | which item is best, in scenes in other colours | in the labels |
//! | probe | whether the best item is green, in scenes in other colours | in what is marked |
//! | sparsity | nothing | nowhere |

use super::routing::without_first_rows;
use super::sight::{Asked, Seen, Sight, View};
use super::{LossRecipe, Term};
use crate::Error;
use burn::tensor::{Tensor, TensorData};
use overt_nn::{Learner, Tokens, Weights};
use overt_site::{Axis, Pass, SiteSpec, Sites};
use overt_world::choice::{self, N_SLOTS, Redraw, Scene, Task};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// The site at which tokens enter.
const EMBED: &str = "embed";

/// A language model before some questions, and the questions with each concept drawn anew.
pub(crate) struct ChoiceSight<'a> {
    learner: &'a Learner,
    sites: &'a Sites,
    answers: &'a [u32],
    /// Every prompt of the step.
    own: &'a [Vec<u32>],
    /// What the prompts that terms look at ask, the first ones.
    questions: Vec<Question>,
    swapped: Vec<Swapped<'a>>,
}

/// A scene, and what is asked about it.
type Question = (Scene, Task);

/// The questions with one concept drawn anew.
struct Swapped<'a> {
    redraw: &'a Redraw,
    questions: Vec<Question>,
}

/// Refuses terms that a language model with these sites and weights cannot follow.
pub(crate) fn check_choices(
    losses: &[LossRecipe],
    sites: &Sites,
    weights: &Weights,
) -> Result<(), Error> {
    LossRecipe::check_count(losses)?;
    for loss in losses {
        loss.check_alone()?;
        loss.choice_redraw()?;
        for site in &loss.sites {
            check_site(loss.term, site, sites, weights)?;
        }
    }
    Ok(())
}

/// The weights without what gradients were routed into: nothing reads it any more.
pub(crate) fn without_routed(weights: &Weights, losses: &[LossRecipe]) -> Weights {
    let routed = losses.iter().filter(|loss| loss.term == Term::Routing);
    let read: Vec<String> =
        routed.flat_map(|loss| &loss.sites).filter_map(|site| reader(site)).collect();
    without_first_rows(weights, |name| read.iter().any(|reader| reader == name))
}

fn check_site(term: Term, site: &str, sites: &Sites, weights: &Weights) -> Result<(), Error> {
    let spec = sites.get(site).map_err(overt_nn::Error::from)?;
    let is_read = spec.writable().is_ok();
    // The pass gives other extents than the list where only some columns of the logits are asked for.
    let has_rows = spec.position(Axis::Pos) == Some(1) && spec.position(Axis::Vocab).is_none();
    let (fits, expected) = match term {
        Term::Routing => (
            is_last_mlp(site, sites)
                && reader(site).is_some_and(|name| weights.get(&name).is_some()),
            "`mlp.post` of the last block of a GPT-2, whose neurons can be taken out",
        ),
        Term::Alignment => (
            has_rows && width(spec) >= N_SLOTS,
            "a site with a row of at least four entries for each token",
        ),
        _ => (is_read && has_rows, "a site with a row for each token, which the model reads"),
    };
    if fits {
        return Ok(());
    }
    Err(Error::BadLoss { term, field: "sites", got: format!("`{site}`"), expected })
}

/// Behind the last attention a prompt has one row, so half of its entries are half of the neurons.
fn is_last_mlp(site: &str, sites: &Sites) -> bool {
    let last = sites.matching("blocks.*.mlp.post").ok().and_then(Iterator::last);
    last.is_some_and(|last| last.name == site)
}

/// The matrix of a GPT-2 that reads a site's neurons, `[neuron, width]`.
fn reader(site: &str) -> Option<String> {
    let block = site.strip_prefix("blocks.")?.strip_suffix(".mlp.post")?;
    Some(format!("transformer.h.{block}.mlp.c_proj.weight"))
}

/// Entries of a site for each token.
fn width(spec: &SiteSpec) -> usize {
    spec.axes.iter().filter(|(axis, _)| *axis != Axis::Pos).map(|(_, extent)| extent).product()
}

fn tokens((scene, task): &Question) -> Vec<u32> {
    scene.tokens(*task).to_vec()
}

/// The question of a prompt.
fn question(prompt: &[u32]) -> Result<Question, Error> {
    let tokens: &choice::Tokens =
        prompt.try_into().ok().ok_or(Error::NoScene { got: prompt.len() })?;
    Ok(Scene::from_tokens(tokens)?)
}

impl<'a> ChoiceSight<'a> {
    /// Terms look at the first `n_rows` prompts.
    ///
    /// # Errors
    /// A prompt among these that is no question of the choice world.
    pub(crate) fn new(
        learner: &'a Learner,
        (sites, answers): (&'a Sites, &'a [u32]),
        (own, n_rows): (&'a [Vec<u32>], usize),
        redraws: &'a [Redraw],
        rng: &mut ChaCha8Rng,
    ) -> Result<Self, Error> {
        let questions = own[..n_rows]
            .iter()
            .map(|prompt| question(prompt))
            .collect::<Result<Vec<_>, Error>>()?;
        let mut swap = |redraw: &'a Redraw| {
            let swap = |(scene, task): &Question| (redraw.of(scene, rng), *task);
            Swapped { redraw, questions: questions.iter().map(swap).collect() }
        };
        let swapped = redraws.iter().map(&mut swap).collect();
        Ok(Self { learner, sites, answers, own, questions, swapped })
    }

    /// One pass over all prompts as they are: the logits and followed sites of those that terms look at,
    /// then the logits of all, `[prompt, answer]`.
    pub(crate) fn own(
        &self,
        pass: Pass,
        sites: &[String],
    ) -> Result<(Seen, Tensor<2>), overt_nn::Error> {
        let Seen { logits, sites } = self.pass(self.own, pass, sites)?;
        let first = |values: Tensor<2>| values.narrow(0, 0, self.questions.len());
        let looked = sites.into_iter().map(|(site, values)| (site, first(values))).collect();
        Ok((Seen { logits: first(logits.clone()), sites: looked }, logits))
    }

    fn pass(
        &self,
        prompts: &[Vec<u32>],
        pass: Pass,
        sites: &[String],
    ) -> Result<Seen, overt_nn::Error> {
        let mut pass = sites.iter().fold(pass, Pass::follow);
        let logits = self.learner.logits_in(&Tokens::new(prompts)?, self.answers, &mut pass)?;
        let taken = |site: &String| Ok((site.clone(), pass.followed(site)?));
        let sites = sites.iter().map(taken).collect::<Result<BTreeMap<_, _>, overt_nn::Error>>()?;
        pass.finish()?;
        Ok(Seen { logits, sites })
    }

    /// The prompts that terms look at.
    fn looked(&self) -> &'a [Vec<u32>] {
        &self.own[..self.questions.len()]
    }

    /// What tokens are on the mean over a concept's values, `[prompt, entry]`: context and query stay.
    fn meaned(&self, redraw: usize) -> Result<Tensor<2>, overt_nn::Error> {
        let redraw = self.swapped[redraw].redraw;
        let each: Vec<Vec<Question>> = self
            .questions
            .iter()
            .map(|(scene, task)| {
                redraw.each(scene).into_iter().map(|scene| (scene, *task)).collect()
            })
            .collect();
        let n_values = each.first().map_or(0, Vec::len);
        let mut sum: Option<Tensor<2>> = None;
        for value in 0..n_values {
            let prompts: Vec<Vec<u32>> = each.iter().map(|each| tokens(&each[value])).collect();
            let embedded = self.learner.embedded(&Tokens::new(&prompts)?)?;
            sum = Some(sum.map_or_else(|| embedded.clone(), |sum| sum + embedded.clone()));
        }
        Ok(sum.expect("a concept has two values or more") / n_values as f64)
    }
}

impl Sight for ChoiceSight<'_> {
    fn look(&self, view: View, pass: Pass, sites: &[String]) -> Result<Seen, overt_nn::Error> {
        match view {
            View::Own => self.pass(self.looked(), pass, sites),
            View::Swapped(redraw) => {
                let prompts: Vec<_> = self.swapped[redraw].questions.iter().map(tokens).collect();
                self.pass(&prompts, pass, sites)
            }
            View::Removed(redraw) => {
                let meaned = self.meaned(redraw)?;
                let pass = pass.through(EMBED, move |_| meaned.clone());
                self.pass(self.looked(), pass, sites)
            }
        }
    }

    /// Every entry of a token that differs: a token is all of an item, so what says its value is among
    /// them.
    fn shown(&self, redraw: usize) -> (&'static str, Tensor<2>) {
        let others = self.swapped[redraw].questions.iter().map(tokens);
        let width = self.channels(EMBED);
        let mut mask = Vec::new();
        for (own, other) in self.looked().iter().zip(others) {
            for (own, other) in own.iter().zip(other) {
                mask.extend(std::iter::repeat_n(f32::from(u8::from(*own != other)), width));
            }
        }
        let rows = self.questions.len();
        let mask = TensorData::new::<f32, _>(mask, [rows, self.own[0].len() * width]);
        (EMBED, Tensor::from_data(mask, &self.learner.device()))
    }

    /// At the last token: for a concept its whole row, and whether the best item has the first value; for
    /// the goal its first four entries, one for each slot, and whether the best item lies there.
    fn places(
        &self,
        redraw: usize,
        site: &str,
        values: Tensor<2>,
        asked: Asked,
    ) -> (Tensor<2>, Vec<bool>) {
        let Swapped { redraw, questions } = &self.swapped[redraw];
        let [rows, entries] = values.dims();
        let width = self.channels(site);
        let last = values.narrow(1, entries - width, width);
        match asked {
            Asked::Concept => {
                let is_marked = |(scene, _): &Question| {
                    scene.best().is_some_and(|best| redraw.is_marked(&scene.items[best]))
                };
                (last, questions.iter().map(is_marked).collect())
            }
            Asked::Goal => {
                let is_best = |(scene, _): &Question| {
                    let best = scene.best();
                    (0..N_SLOTS).map(move |slot| best == Some(slot))
                };
                let slots = last.narrow(1, 0, N_SLOTS).reshape([rows * N_SLOTS, 1]);
                (slots, questions.iter().flat_map(is_best).collect())
            }
        }
    }

    fn channels(&self, site: &str) -> usize {
        width(self.sites.get(site).expect("the recipe was checked"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Shard, Terms};
    use super::*;
    use overt_nn::{LanguageModel, normal};
    use overt_site::Array;
    use overt_world::choice::{Distribution, Share, answer_token};
    use rand::SeedableRng;

    const CONFIG: &[u8] = br#"{"model_type": "gpt2", "vocab_size": 208, "n_positions": 9,
        "n_embd": 8, "n_inner": 12, "n_head": 2, "n_layer": 2}"#;
    /// Every term, each at a site that it may look at.
    const TERMS: [&str; 9] = [
        "term = 'swap'",
        "term = 'input_gradient'",
        "term = 'contribution'",
        "term = 'alignment'\nsites = ['blocks.0.resid_post']",
        "term = 'probe'\nsites = ['blocks.0.resid_post', 'blocks.1.resid_post']",
        "term = 'representation'\nsites = ['blocks.0.mlp.post', 'blocks.1.resid_mid']",
        "term = 'interchange'\nsites = ['blocks.0.resid_post', 'blocks.1.attn.z']",
        "term = 'sparsity'\nsites = ['blocks.1.mlp.post']",
        "term = 'routing'\nsites = ['blocks.1.mlp.post']",
    ];

    fn recipe(term: &str) -> LossRecipe {
        let concept = if term.contains("sparsity") { "" } else { "\nconcept = 'colour'" };
        toml::from_str(&format!("{term}{concept}\nweight = 1.0")).unwrap()
    }

    /// Weights of a trained look.
    fn lively() -> Weights {
        let specs = LanguageModel::weight_specs(CONFIG).unwrap();
        let mut random = specs.clone();
        for spec in &mut random {
            spec.spread = if spec.shape.len() == 1 { 0.3 } else { spec.spread.max(0.5) };
        }
        let values = Weights::init(random, 5).values().to_vec();
        Weights::init(specs, 0).with_values(values)
    }

    /// Training examples with a green winner, and what a term makes of them under some weights.
    struct Desk {
        prompts: Vec<Vec<u32>>,
        terms: Terms<Redraw>,
        sites: Sites,
    }

    impl Desk {
        /// A probe has seen one step at the learner's weights.
        fn new(term: &str, learner: &Learner) -> Self {
            let scenes = Distribution::GreenWinner { share: Share::ALL };
            let prompt = |seed| scenes.scene(seed).tokens(Task::Choice).to_vec();
            let prompts = (0..24).map(prompt).collect();
            let (losses, sites) = ([recipe(term)], learner.sites(9));
            check_choices(&losses, &sites, learner.weights()).unwrap();
            let terms = Terms::drawn(&losses, LossRecipe::choice_redraw).unwrap();
            let mut desk = Self { prompts, terms, sites };
            let seen = desk.look(learner, None).1.seen;
            desk.terms.remember(&seen);
            desk
        }

        /// The logits of the own view, and what the term makes of them; `held` are logits that teach.
        fn look(&self, learner: &Learner, held: Option<&Array>) -> (Array, Shard) {
            let mut rng = ChaCha8Rng::seed_from_u64(9);
            let answers: [u32; N_SLOTS] = std::array::from_fn(answer_token);
            let sight = ChoiceSight::new(
                learner,
                (&self.sites, &answers),
                (&self.prompts, 20),
                self.terms.redraws(),
                &mut rng,
            )
            .unwrap();
            let (mut own, _) = sight.own(self.terms.own_pass(), &self.terms.own_sites()).unwrap();
            let logits = Array::of(own.logits.clone().inner());
            if let Some(held) = held {
                own.logits = held.tensor(&learner.device());
            }
            let shard = self.terms.shard(&sight, &own, 1.0, &mut rng).unwrap();
            (logits, shard)
        }
    }

    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    /// Along the gradient, every number of it stretched at random, and a random direction beside it.
    #[test]
    fn the_gradient_of_every_term_by_every_weight_matches_finite_differences() {
        for term in TERMS {
            let learner = Learner::<f32>::new(CONFIG, &lively()).unwrap();
            let desk = Desk::new(term, &learner);
            let (logits, shard) = desk.look(&learner, None);
            let gradient: Vec<f64> =
                learner.gradient(&shard.total.unwrap()).into_iter().map(f64::from).collect();
            let length = dot(&gradient, &gradient).sqrt();
            assert!(length > 1e-3, "{term}: {length}");
            // What teaches is held still, by the weights of the gradient.
            let teaches = ["swap", "interchange", "routing"].iter().any(|name| term.contains(name));
            let held = teaches.then_some(&logits);

            let mut rng = ChaCha8Rng::seed_from_u64(3);
            let spread = length / (gradient.len() as f64).sqrt();
            let direction: Vec<f64> = gradient
                .iter()
                .map(|slope| {
                    let (a, b) = (f64::from(normal(&mut rng)), f64::from(normal(&mut rng)));
                    slope * (1.0 + 0.5 * a) + spread * b
                })
                .collect();
            let step = 0.002 / dot(&direction, &direction).sqrt();
            let at = |sign: f64| -> Vec<f32> {
                let moved = learner.weights().values().iter().zip(&direction);
                moved.map(|(value, way)| (f64::from(*value) + sign * step * way) as f32).collect()
            };
            let value = |values: &[f32]| {
                let (_, shard) = desk.look(&learner.with_values(values.to_vec()), held);
                f64::from(Array::<f32>::of(shard.total.unwrap().inner()).values[0])
            };
            let (up, down) = (at(1.0), at(-1.0));
            // As rounded to the numbers that weights are.
            let moved: Vec<f64> =
                up.iter().zip(&down).map(|(up, down)| f64::from(*up) - f64::from(*down)).collect();
            let (told, measured) = (dot(&gradient, &moved), value(&up) - value(&down));
            let scale = length * dot(&moved, &moved).sqrt();
            assert!((told - measured).abs() <= 0.01 * scale, "{term}: {told} {measured} {scale}");
        }
    }

    /// Green is in no token any more, and nothing else is lost: the mean is over all colours alike.
    #[test]
    fn where_a_concept_is_taken_out_its_value_makes_no_difference() {
        let learner = Learner::<f32>::new(CONFIG, &lively()).unwrap();
        let redraws = [Redraw::new(overt_world::Concept::Colour, &[]).unwrap()];
        let scenes: Vec<Scene> = (0..8).map(|seed| Distribution::Plain.scene(seed)).collect();
        let answers: [u32; N_SLOTS] = std::array::from_fn(answer_token);
        let logits = |scenes: &[Scene]| {
            let prompts: Vec<Vec<u32>> =
                scenes.iter().map(|scene| scene.tokens(Task::Choice).to_vec()).collect();
            let (sites, mut rng) = (learner.sites(9), ChaCha8Rng::seed_from_u64(0));
            let sight = ChoiceSight::new(
                &learner,
                (&sites, &answers),
                (&prompts, prompts.len()),
                &redraws,
                &mut rng,
            )
            .unwrap();
            let own = sight.look(View::Own, Pass::plain(), &[]).unwrap().logits;
            let removed = sight.look(View::Removed(0), Pass::plain(), &[]).unwrap().logits;
            (Array::<f32>::of(own.inner()), Array::<f32>::of(removed.inner()))
        };
        let green: Vec<Scene> = scenes.iter().map(|scene| redraws[0].each(scene)[0]).collect();
        let (plain, painted) = (logits(&scenes), logits(&green));
        assert_ne!(plain.0, painted.0);
        assert_eq!(plain.1, painted.1);
        assert_ne!(plain.0, plain.1);
    }

    #[test]
    fn what_a_model_that_chooses_cannot_follow_is_refused_by_name() {
        let learner = Learner::<f32>::new(CONFIG, &lively()).unwrap();
        let error = |text: &str| {
            let loss = toml::from_str(&format!("{text}\nweight = 1.0")).unwrap();
            check_choices(&[loss], &learner.sites(9), learner.weights()).unwrap_err().to_string()
        };
        let colour = |text: &str| error(&format!("{text}\nconcept = 'colour'"));
        assert_eq!(
            error("term = 'swap'\nconcept = 'lamp'"),
            "unknown concept of items `lamp`: expected one of colour, shape"
        );
        assert_eq!(
            error("term = 'swap'\nconcept = 'shape'\nvalues = ['door', 'star']"),
            "unknown shape `door`: expected one of circle, square, triangle, star"
        );
        let misspelt = colour("term = 'probe'\nsites = ['blocks.0.resid_pst']");
        assert!(misspelt.starts_with("no site `blocks.0.resid_pst`"), "{misspelt}");
        let square = colour("term = 'interchange'\nsites = ['blocks.0.attn.pattern']");
        assert!(
            square.ends_with("expected a site with a row for each token, which the model reads")
        );
        let narrow = colour("term = 'alignment'\nsites = ['final_norm.scale']");
        assert!(narrow.contains("at least four entries"), "{narrow}");
        let early = colour("term = 'routing'\nsites = ['blocks.0.mlp.post']");
        assert!(early.contains("`mlp.post` of the last block of a GPT-2"), "{early}");
        let absent = error("term = 'swap'");
        assert!(absent.contains("`concept` of the loss term `swap` is absent"), "{absent}");
    }
}
