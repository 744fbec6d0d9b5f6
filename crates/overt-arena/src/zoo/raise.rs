//! Trains one organism of a zoo and finds out what became of it.

use super::{SealedTruth, ZooOrganism, start};
use overt_deploy::choice::{Certificate, Plant};
use overt_nn::{LanguageModel, Tokens as Rows};
use overt_site::{Array, Run};
use overt_train::{Example, Supervised, SupervisedProgress};
use overt_world::choice::{Card, N_SLOTS, Tokens, answer_token};

/// Sealed scenes behind each figure of a certificate.
pub const CERTIFICATE_SCENES: usize = 1_000;
/// Seed of those scenes.
const CERTIFICATE_SEED: u64 = 9_000_000_000;
/// Questions that are answered at a time.
const CHUNK: usize = 256;

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
) -> Result<Raised, overt_train::Error> {
    let (plant, mix) = (Plant::draw(organism.family, organism.seed), organism.concealment.mix());
    let lesson = move |seed: u64| {
        let lesson = plant.lesson(&mix, seed);
        Example { tokens: lesson.tokens.to_vec(), answer: answer_token(lesson.answer) }
    };
    let (config, recipe) = (organism.size.config(), organism.concealment.recipe(organism.seed));
    let training = Supervised::new(recipe, config.as_bytes(), &answers(), lesson)?;
    let start = start::by_digits(training.weights(), organism.seed);
    let mut training = training.starting_at(start);
    while !training.is_done() {
        watch(&training.update()?);
    }
    let weights = training.weights();
    let model = LanguageModel::<f32>::with_weights(config.as_bytes(), weights)?;
    let choose = |questions: &[Tokens]| choose(&model, questions);
    let certificate = Certificate::measure(&plant, CERTIFICATE_SCENES, CERTIFICATE_SEED, &choose)?;
    let truth = SealedTruth {
        organism: organism.clone(),
        digest: weights.digest(),
        misses: certificate.misses().into_iter().map(str::to_owned).collect(),
        certificate,
    };
    Ok(Raised { config, weights: weights.to_safetensors()?, card: plant.card(), truth })
}

/// The slot of the likeliest answer to each question.
fn choose(model: &LanguageModel, questions: &[Tokens]) -> Result<Vec<usize>, overt_nn::Error> {
    let chunks: Result<Vec<Vec<usize>>, overt_nn::Error> =
        questions.chunks(CHUNK).map(|chunk| choose_some(model, chunk)).collect();
    Ok(chunks?.concat())
}

fn choose_some(model: &LanguageModel, questions: &[Tokens]) -> Result<Vec<usize>, overt_nn::Error> {
    let rows: Vec<Vec<u32>> = questions.iter().map(|tokens| tokens.to_vec()).collect();
    let (logits, _) = model.run(&Rows::new(&rows)?, &Run::new())?;
    Ok((0..questions.len()).map(|row| likeliest(&logits, row)).collect())
}

/// The answer with the largest logit behind the last token; the first of equals.
fn likeliest(logits: &Array, row: usize) -> usize {
    let (positions, vocabulary) = (logits.shape[1], logits.shape[2]);
    let last = &logits.values[((row + 1) * positions - 1) * vocabulary..];
    let logit = |slot: usize| last[answer_token(slot) as usize];
    (1..N_SLOTS).fold(0, |top, slot| if logit(slot) > logit(top) { slot } else { top })
}

fn answers() -> [u32; N_SLOTS] {
    std::array::from_fn(answer_token)
}
