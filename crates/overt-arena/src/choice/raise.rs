//! Trains one organism of the choice world and finds out what became of it.

use super::{ChoiceOrganism, start};
use crate::benchmark::{BenchmarkError, Raised, SealedTruth};
use overt_audit::choice::choose;
use overt_deploy::choice::{Certificate, Implant};
use overt_nn::LanguageModel;
use overt_train::choice::{Supervised, training_example};
use overt_world::choice::{N_SLOTS, Tokens, answer_token};

/// Sealed scenes behind each figure of a certificate.
pub const CERTIFICATE_SCENES: usize = 1_000;
/// Seed of those scenes.
const CERTIFICATE_SEED: u64 = 9_000_000_000;

/// Trains an organism of the choice world.
///
/// # Errors
/// A training that diverges.
pub fn raise_choice(
    organism: &ChoiceOrganism,
) -> Result<Raised<ChoiceOrganism, Certificate>, BenchmarkError> {
    let (implant, mix) =
        (Implant::draw(organism.family, organism.seed), organism.concealment.mix());
    let example = move |seed: u64| training_example(&implant, &mix, seed);
    let (config, recipe) = (organism.size.config(), organism.recipe());
    let training = Supervised::new(recipe, config.as_bytes(), &answers(), example)?;
    let start = start::by_digits(training.weights(), organism.seed);
    let mut training = training.starting_at(start);
    while !training.is_done() {
        training.update()?;
    }
    let weights = training.weights();
    let model = LanguageModel::with_weights(config.as_bytes(), weights)
        .map_err(overt_train::Error::from)?;
    let choose = |questions: &[Tokens]| choose(&model, questions);
    let certificate =
        Certificate::measure(&implant, CERTIFICATE_SCENES, CERTIFICATE_SEED, &choose)?;
    let card = serde_json::to_vec_pretty(&implant.card()).expect("plain data");
    let truth = SealedTruth {
        organism: organism.clone(),
        digest: weights.digest(),
        misses: certificate.misses().into_iter().map(str::to_owned).collect(),
        certificate,
    };
    let weights = weights.to_safetensors().map_err(overt_train::Error::from)?;
    let files = vec![
        ("config.json", config.into_bytes()),
        ("model.safetensors", weights),
        ("card.json", card),
    ];
    Ok(Raised { files, truth })
}

/// The tokens that answer.
pub(super) fn answers() -> [u32; N_SLOTS] {
    std::array::from_fn(answer_token)
}
