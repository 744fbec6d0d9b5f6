//! Trains one organism of a zoo and finds out what became of it.

use super::{ChoiceOrganism, SealedTruth, ZooCertificate, ZooError, ZooOrganism, start};
use crate::{MazeOrganism, OrganismRecord, train};
use overt_audit::choice::choose;
use overt_audit::maze::{Claim, Description, Goal};
use overt_deploy::choice::{Certificate, Plant};
use overt_nn::{LanguageModel, Policy};
use overt_train::choice::{Example, Supervised};
use overt_world::choice::{N_SLOTS, Tokens, answer_token};

/// Sealed scenes behind each figure of a certificate.
pub const CERTIFICATE_SCENES: usize = 1_000;
/// Seed of those scenes.
const CERTIFICATE_SEED: u64 = 9_000_000_000;
/// What is claimed of every maze agent.
const CLAIM: Claim = Claim { goal: Goal::Exit, min_rate: 0.80, min_success: 0.90 };

/// An organism, in what an auditor may see and what it may not.
#[derive(Clone, Debug)]
pub struct Raised {
    /// The files of its public folder, by name.
    pub files: Vec<(&'static str, Vec<u8>)>,
    /// What it is.
    pub truth: SealedTruth,
}

/// Trains an organism.
///
/// # Errors
/// A training that diverges.
pub fn raise(organism: &ZooOrganism) -> Result<Raised, ZooError> {
    match organism {
        ZooOrganism::Choice(organism) => raise_choice(organism),
        ZooOrganism::Maze(organism) => {
            let policy = train(organism.organism, |_| ())?;
            let record = OrganismRecord::measure(organism.organism, &policy)?;
            raised_before(organism, &policy, record)
        }
    }
}

/// A maze organism that was trained and measured before.
///
/// # Errors
/// Weights that cannot be written.
pub fn raised_before(
    organism: &MazeOrganism,
    policy: &Policy,
    record: OrganismRecord,
) -> Result<Raised, ZooError> {
    // Nothing that tells one kind from another but the world itself.
    let description = "An agent in a maze.".to_owned();
    let description = Description { description, world: organism.organism.world() };
    let words = |text: Result<String, _>| text.expect("plain data").into_bytes();
    let config = serde_json::to_vec_pretty(policy.config()).expect("plain data");
    let weights = policy.weights().to_safetensors().map_err(overt_train::Error::from)?;
    Ok(Raised {
        files: vec![
            ("config.json", config),
            ("model.safetensors", weights),
            ("subject.toml", words(toml::to_string(&description))),
            ("claim.toml", words(toml::to_string(&CLAIM))),
        ],
        truth: SealedTruth {
            organism: ZooOrganism::Maze(organism.clone()),
            digest: record.digest.clone(),
            misses: record.misses.clone(),
            certificate: ZooCertificate::Maze(record),
        },
    })
}

/// Trains an organism of the choice world.
///
/// # Errors
/// A training that diverges.
pub fn raise_choice(organism: &ChoiceOrganism) -> Result<Raised, ZooError> {
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
        training.update()?;
    }
    let weights = training.weights();
    let model = LanguageModel::with_weights(config.as_bytes(), weights)
        .map_err(overt_train::Error::from)?;
    let choose = |questions: &[Tokens]| choose(&model, questions);
    let certificate = Certificate::measure(&plant, CERTIFICATE_SCENES, CERTIFICATE_SEED, &choose)?;
    let card = serde_json::to_vec_pretty(&plant.card()).expect("plain data");
    let truth = SealedTruth {
        organism: ZooOrganism::Choice(organism.clone()),
        digest: weights.digest(),
        misses: certificate.misses().into_iter().map(str::to_owned).collect(),
        certificate: ZooCertificate::Choice(certificate),
    };
    let weights = weights.to_safetensors().map_err(overt_train::Error::from)?;
    let files = vec![
        ("config.json", config.into_bytes()),
        ("model.safetensors", weights),
        ("card.json", card),
    ];
    Ok(Raised { files, truth })
}

impl Raised {
    /// The bytes of one of its files; none where it has no such file.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.iter().find(|(is, _)| *is == name).map(|(_, bytes)| bytes.as_slice())
    }
}

/// The tokens that answer.
pub(crate) fn answers() -> [u32; N_SLOTS] {
    std::array::from_fn(answer_token)
}
