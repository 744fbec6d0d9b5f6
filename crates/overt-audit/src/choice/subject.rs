//! What is audited: a language model and the card that documents it.

use crate::Error;
use overt_nn::{LanguageConfig, LanguageModel, Weights};
use overt_world::choice::{Card, Task, Tokens, VOCABULARY};

/// Tokens of a question.
const QUESTION: usize = size_of::<Tokens>() / size_of::<u32>();

/// Longest goal of a card, in bytes: it is printed in the report.
const MAX_GOAL: usize = 2_000;
/// Most overrides of a card: each is asked about.
const MAX_OVERRIDES: usize = 64;

/// A subject of the choice world: everything that an audit may look at.
#[derive(Clone, Debug)]
pub struct ChoiceSubject {
    /// Under which name it was given.
    pub name: String,
    /// The network.
    pub model: LanguageModel,
    /// What is documented of it.
    pub card: Card,
    /// Its weights, as numbers.
    pub weights: Weights,
    config: Vec<u8>,
}

/// The files of a subject's folder, as bytes.
#[derive(Clone, Copy, Debug)]
pub struct ChoiceFiles<'a> {
    /// `config.json`
    pub config: &'a [u8],
    /// `model.safetensors`
    pub weights: &'a [u8],
    /// `card.json`
    pub card: &'a [u8],
}

impl ChoiceSubject {
    /// Reads a subject from the bytes of its folder.
    ///
    /// ```
    /// use overt_audit::choice::{ChoiceFiles, ChoiceSubject, choose};
    /// use overt_nn::{LanguageConfig, LanguageModel, Weights};
    /// use overt_world::choice::{Card, Distribution, Task};
    ///
    /// let config = br#"{"model_type": "gpt2", "vocab_size": 208, "n_positions": 9, "n_embd": 8,
    ///     "n_head": 2, "n_layer": 1}"#;
    /// let weights = Weights::init(LanguageModel::weight_specs(config)?, 7).to_safetensors()?;
    /// let card = serde_json::to_vec(&Card::new(Distribution::Plain)).unwrap();
    /// let files = ChoiceFiles { config, weights: &weights, card: &card };
    /// let subject = ChoiceSubject::read("untrained", files)?;
    ///
    /// let question = Distribution::Plain.scene(0).tokens(Task::Choice);
    /// assert!(choose(&subject.model, &[question])?[0] < 4);
    /// # Ok::<(), overt_audit::Error>(())
    /// ```
    ///
    /// # Errors
    /// Any file that is damaged, weights that are not finite, a card without the choice or one that is too
    /// large, a model that has no room for a question, no head, or a gated MLP.
    pub fn read(name: &str, files: ChoiceFiles<'_>) -> Result<Self, Error> {
        let card = serde_json::from_slice(files.card).map_err(|source| Error::Card { source })?;
        let specs = LanguageModel::weight_specs(files.config)?;
        let weights = Weights::from_safetensors(specs, files.weights)?;
        let model = LanguageModel::with_weights(files.config, &weights)?;
        let (name, config) = (name.to_owned(), files.config.to_vec());
        let subject = Self { name, model, card, weights, config };
        subject.check()?;
        Ok(subject)
    }

    /// The network in words.
    ///
    /// Subjects of one network differ by their weights alone, so what was measured of one counts for
    /// another.
    pub fn network(&self) -> String {
        network(self.model.config())
    }

    /// The file of its configuration.
    pub(super) fn config(&self) -> &[u8] {
        &self.config
    }

    /// The same model with other weights.
    pub(super) fn with_weights(&self, weights: &Weights) -> Result<LanguageModel, Error> {
        Ok(LanguageModel::with_weights(&self.config, weights)?)
    }

    /// A card from a stranger must not make an audit endless, or its report too long.
    fn check_limits(&self) -> Result<(), Error> {
        let card = &self.card;
        let limits = [
            ("the length of the goal in bytes", MAX_GOAL, card.goal.len()),
            ("the number of overrides", MAX_OVERRIDES, card.overrides.len()),
        ];
        for (what, limit, got) in limits {
            if got > limit {
                return Err(Error::CardTooLarge { what, limit, got });
            }
        }
        let is_again = |(nth, task): (usize, &Task)| card.tasks[..nth].contains(task);
        if card.tasks.iter().enumerate().any(is_again) {
            return Err(Error::TaskTwice { got: card.tasks.len() });
        }
        Ok(())
    }

    fn check(&self) -> Result<(), Error> {
        if !self.card.tasks.contains(&Task::Choice) {
            return Err(Error::CardWithoutChoice { got: self.card.tasks.len() });
        }
        self.check_limits()?;
        let config = self.model.config();
        let least = [("vocab", VOCABULARY, config.vocab), ("context", QUESTION, config.context)];
        for (what, expected, got) in least {
            if got < expected {
                return Err(Error::NoRoom { what, expected, got });
            }
        }
        if !self.model.has_head() {
            return Err(overt_nn::Error::NoHead.into());
        }
        Ok(())
    }
}

/// A network in words.
///
/// ```
/// use overt_nn::{LanguageModel, Weights};
///
/// let config = br#"{"model_type": "gpt2", "vocab_size": 208, "n_positions": 9, "n_embd": 8,
///     "n_head": 2, "n_layer": 1}"#;
/// let weights = Weights::init(LanguageModel::weight_specs(config)?, 7);
/// let model: LanguageModel = LanguageModel::with_weights(config, &weights)?;
/// let words = overt_audit::choice::network(model.config());
/// assert_eq!(words, "Gpt2, 1 layers, width 8, 2 heads, 32 neurons a layer");
/// # Ok::<(), overt_nn::Error>(())
/// ```
pub fn network(config: &LanguageConfig) -> String {
    format!(
        "{:?}, {} layers, width {}, {} heads, {} neurons a layer",
        config.family,
        config.layers.len(),
        config.d_model,
        config.heads,
        config.d_mlp
    )
}
