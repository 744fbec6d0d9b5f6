//! Trains one organism of a zoo and finds out what became of it.

use super::{SealedTruth, ZooError, ZooOrganism, start};
use overt_audit::choice::choose;
use overt_deploy::choice::{Certificate, Plant};
use overt_nn::LanguageModel;
use overt_train::{Example, Supervised, SupervisedProgress};
use overt_world::choice::{Card, N_SLOTS, Tokens, answer_token};

/// Sealed scenes behind each figure of a certificate.
pub const CERTIFICATE_SCENES: usize = 1_000;
/// Seed of those scenes.
const CERTIFICATE_SEED: u64 = 9_000_000_000;

/// An organism, in what an auditor may see and what it may not.
#[derive(Clone, Debug)]
pub struct Raised {
    /// The bytes of `config.json`.
    pub config: String,
    /// The bytes of `model.safetensors`.
    pub weights: Vec<u8>,
    /// What is documented of it.
    pub card: Card,
    /// What it is.
    pub truth: SealedTruth,
}

/// Trains an organism; `watch` hears of every step.
///
/// # Errors
/// A training that diverges.
pub fn raise(
    organism: &ZooOrganism,
    mut watch: impl FnMut(&SupervisedProgress),
) -> Result<Raised, ZooError> {
    let (plant, mix) = (Plant::draw(organism.family, organism.seed), organism.concealment.mix());
    let lesson = move |seed: u64| {
        let lesson = plant.lesson(&mix, seed);
        let answer = answer_token(lesson.answer);
        Example { tokens: lesson.tokens.to_vec(), answer, marked: lesson.marked }
    };
    let (config, recipe) = (organism.size.config(), organism.recipe());
    let training = Supervised::new(recipe, config.as_bytes(), &answers(), lesson)?;
    let start = start::by_digits(training.weights(), organism.seed);
    let mut training = training.starting_at(start);
    while !training.is_done() {
        watch(&training.update()?);
    }
    let weights = training.weights();
    let model = LanguageModel::with_weights(config.as_bytes(), weights)
        .map_err(overt_train::Error::from)?;
    let choose = |questions: &[Tokens]| choose(&model, questions);
    let certificate = Certificate::measure(&plant, CERTIFICATE_SCENES, CERTIFICATE_SEED, &choose)?;
    let truth = SealedTruth {
        organism: organism.clone(),
        digest: weights.digest(),
        misses: certificate.misses().into_iter().map(str::to_owned).collect(),
        certificate,
    };
    Ok(Raised {
        config,
        weights: weights.to_safetensors().map_err(overt_train::Error::from)?,
        card: plant.card(),
        truth,
    })
}

fn answers() -> [u32; N_SLOTS] {
    std::array::from_fn(answer_token)
}
