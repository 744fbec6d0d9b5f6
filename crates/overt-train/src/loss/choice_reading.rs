//! What the terms of a recipe read on a model that chooses, on scenes that no training saw.

use super::choice::{ChoiceSight, check_choices};
use super::{LossRecipe, Terms};
use crate::Error;
use overt_nn::{Learner, Weights};
use overt_world::choice::{Distribution, N_SLOTS, Task, answer_token};
use overt_world::{Purpose, level_seed, stream};

/// Scenes that are read at a time.
const SCENES: usize = 256;
/// Tokens of a question.
const QUESTION: usize = 9;

/// What each term reads on a model, without its weight, on `n` scenes; a probe learns on as many others
/// first.
///
/// ```
/// use overt_nn::{LanguageModel, Weights};
/// use overt_train::{LossRecipe, reading_of_choices};
/// use overt_world::choice::Distribution;
///
/// let config = br#"{"model_type": "gpt2", "vocab_size": 208, "n_positions": 9, "n_embd": 8,
///     "n_head": 2, "n_layer": 1}"#;
/// let weights = Weights::init(LanguageModel::weight_specs(config)?, 7);
/// let swap: LossRecipe = toml::from_str("term = 'swap'\nconcept = 'colour'\nweight = 1").unwrap();
/// // An untrained model hardly prefers any answer, whatever it sees.
/// let read = reading_of_choices(config, &weights, &[swap], Distribution::Plain, (256, 0))?;
/// assert!(read[0] < 1e-3);
/// # Ok::<(), overt_train::Error>(())
/// ```
///
/// # Errors
/// Terms that do not fit the network.
pub fn reading_of_choices(
    config: &[u8],
    weights: &Weights,
    losses: &[LossRecipe],
    scenes: Distribution,
    (n, seed): (usize, u64),
) -> Result<Vec<f64>, Error> {
    let learner = Learner::new(config, weights)?;
    let sites = learner.sites(QUESTION);
    check_choices(losses, &sites, weights)?;
    let answers: [u32; N_SLOTS] = std::array::from_fn(answer_token);
    let look = |terms: &Terms<_>, chunk: u64| {
        let mut rng = stream(level_seed(seed, 1, chunk), Purpose::Redraw);
        let prompt = |index: usize| {
            let scene = scenes.scene(level_seed(seed, chunk, index as u64));
            scene.tokens(Task::Choice).to_vec()
        };
        let prompts: Vec<Vec<u32>> = (0..SCENES).map(prompt).collect();
        let sight = ChoiceSight::new(
            &learner,
            (&sites, &answers),
            (&prompts, SCENES),
            terms.redraws(),
            &mut rng,
        )?;
        let (seen, _) = sight.own(terms.own_pass(), &terms.own_sites())?;
        Ok(terms.shard(&sight, &seen, 1.0, &mut rng)?)
    };
    let mut terms = Terms::drawn(losses, LossRecipe::choice_redraw)?;
    terms.read(n.div_ceil(SCENES) as u64, look)
}
