//! The keys of a `config.json`, each of which is understood or stops the load.

use crate::Error;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Keys that change nothing in a forward pass of a trained model: identifiers of special tokens,
/// initialisation, dropout, what a trainer or a sampler reads.
const INERT: [&str; 45] = [
    "_name_or_path",
    "architectures",
    "attention_dropout",
    "attention_probs_dropout_prob",
    "attn_pdrop",
    "begin_suppress_tokens",
    "bos_token_id",
    "cache_implementation",
    "chunk_size_feed_forward",
    "classifier_dropout",
    "cls_token_id",
    "dtype",
    "embd_pdrop",
    "embedding_dropout",
    "eos_token_id",
    "finetuning_task",
    "gradient_checkpointing",
    "hidden_dropout",
    "hidden_dropout_prob",
    "id2label",
    "initializer_range",
    "label2id",
    "language",
    "n_ctx",
    "output_attentions",
    "output_hidden_states",
    "output_past",
    "pad_token_id",
    "pretraining_tp",
    "problem_type",
    "reorder_and_upcast_attn",
    "resid_pdrop",
    "return_dict",
    "sep_token_id",
    "summary_activation",
    "summary_first_dropout",
    "summary_proj_to_labels",
    "summary_type",
    "summary_use_proj",
    "task_specific_params",
    "torch_dtype",
    "transformers_version",
    "unk_token_id",
    "use_cache",
    "use_return_dict",
];

/// Keys that every family refuses at any other value than this.
const FIXED: [(&str, bool); 6] = [
    ("is_causal", true),
    ("add_cross_attention", false),
    ("is_decoder", false),
    ("is_encoder_decoder", false),
    ("tie_encoder_decoder", false),
    ("torchscript", false),
];

/// One JSON object of a configuration, which remembers what was asked of it.
///
#[derive(Debug)]
pub(crate) struct Keys {
    path: String,
    object: Map<String, Value>,
    nulls: BTreeSet<String>,
    asked: RefCell<BTreeSet<String>>,
}

impl Keys {
    /// The whole configuration.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, Error> {
        let object = serde_json::from_slice(json).map_err(|source| Error::ConfigJson { source })?;
        Ok(Self::new(String::new(), object))
    }

    fn new(path: String, mut object: Map<String, Value>) -> Self {
        let is_null = |(key, value): (&String, &Value)| value.is_null().then(|| key.clone());
        let nulls = object.iter().filter_map(is_null).collect();
        object.retain(|_, value| !value.is_null());
        Self { path, object, nulls, asked: RefCell::default() }
    }

    fn value(&self, key: &str) -> Option<&Value> {
        self.asked.borrow_mut().insert(key.to_owned());
        self.object.get(key)
    }

    /// Whether the configuration has this key with a value; it counts as not yet understood.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.object.contains_key(key)
    }

    /// Refuses the absence of a key that families fill in differently; `null` says none.
    pub(crate) fn given(&self, key: &str) -> Result<(), Error> {
        if self.has(key) || self.nulls.contains(key) {
            return Ok(());
        }
        Err(self.bad(key, "a value or null: what it is when absent differs by version"))
    }

    fn bad(&self, key: &str, expected: &str) -> Error {
        let got = self.object.get(key).map_or_else(|| "absent".to_owned(), Value::to_string);
        Error::ConfigKey { key: format!("{}{key}", self.path), got, expected: expected.to_owned() }
    }

    fn read<T>(
        &self,
        key: &str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        match self.value(key) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| self.bad(key, expected)),
        }
    }

    /// A key that must be there.
    fn required<T>(&self, key: &str, expected: &str, value: Option<T>) -> Result<T, Error> {
        value.ok_or_else(|| self.bad(key, expected))
    }

    /// A count, if given.
    pub(crate) fn find_count(&self, key: &str) -> Result<Option<usize>, Error> {
        let count = |value: &Value| value.as_u64().and_then(|n| usize::try_from(n).ok());
        self.read(key, "a whole number", count)
    }

    /// A count.
    pub(crate) fn count(&self, key: &str) -> Result<usize, Error> {
        let found = self.find_count(key)?;
        self.required(key, "a whole number", found)
    }

    /// A finite number, if given.
    pub(crate) fn find_number(&self, key: &str) -> Result<Option<f64>, Error> {
        self.read(key, "a number", |value| value.as_f64().filter(|n| n.is_finite()))
    }

    /// A finite number.
    pub(crate) fn number(&self, key: &str) -> Result<f64, Error> {
        let found = self.find_number(key)?;
        self.required(key, "a number", found)
    }

    /// A flag, or what it is when absent.
    pub(crate) fn flag(&self, key: &str, absent: bool) -> Result<bool, Error> {
        Ok(self.read(key, "true or false", Value::as_bool)?.unwrap_or(absent))
    }

    /// A word, if given.
    pub(crate) fn find_word(&self, key: &str) -> Result<Option<String>, Error> {
        self.read(key, "a word", |value| value.as_str().map(str::to_owned))
    }

    /// A list of words, if given.
    pub(crate) fn find_words(&self, key: &str) -> Result<Option<Vec<String>>, Error> {
        let word = |value: &Value| value.as_str().map(str::to_owned);
        let words = |value: &Value| value.as_array()?.iter().map(word).collect();
        self.read(key, "a list of words", words)
    }

    /// An object within, if given.
    pub(crate) fn find_object(&self, key: &str) -> Result<Option<Self>, Error> {
        let object = self.read(key, "an object", |value| value.as_object().cloned())?;
        Ok(object.map(|object| Self::new(format!("{}{key}.", self.path), object)))
    }

    /// Refuses a key at any other value than the one that this engine computes.
    pub(crate) fn must(&self, key: &str, only: impl Into<Value>) -> Result<(), Error> {
        let only = only.into();
        match self.value(key) {
            Some(value) if *value != only => Err(self.bad(key, &format!("{only} or none"))),
            _ => Ok(()),
        }
    }

    /// An error about a key that was read but does not make sense.
    pub(crate) fn refuse(&self, key: &str, expected: impl Into<String>) -> Error {
        self.bad(key, &expected.into())
    }

    /// Refuses every key that nobody asked for: it could matter.
    pub(crate) fn finish(&self) -> Result<(), Error> {
        for (key, only) in FIXED {
            self.must(key, only)?;
        }
        let asked = self.asked.borrow();
        let strange = self.object.keys().find(|key| {
            !asked.contains(*key) && !INERT.contains(&key.as_str()) && !key.starts_with("summary_")
        });
        match strange {
            None => Ok(()),
            Some(key) => {
                let value = self.object[key].to_string();
                Err(Error::ConfigKeyUnknown { key: format!("{}{key}", self.path), value })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(json: &str) -> Keys {
        Keys::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn a_key_that_nobody_asked_for_stops_the_load_with_its_name() {
        let keys = keys(r#"{"n_layer": 2, "logit_twist": 3.0, "bos_token_id": 1}"#);
        assert_eq!(keys.count("n_layer").unwrap(), 2);
        let error = keys.finish().unwrap_err().to_string();
        assert!(error.contains("logit_twist") && error.contains("3.0"), "{error}");
    }

    #[test]
    fn null_is_absent() {
        let keys = keys(r#"{"sliding_window": null, "strange": null}"#);
        assert_eq!(keys.find_count("sliding_window").unwrap(), None);
        keys.finish().unwrap();
    }

    #[test]
    fn a_value_of_another_kind_is_named() {
        for (json, said) in [
            (r#"{"n": "two"}"#, "`n` is \"two\", expected a whole number"),
            (r#"{"n": -1}"#, "`n` is -1, expected a whole number"),
            ("{}", "`n` is absent, expected a whole number"),
        ] {
            let error = keys(json).count("n").unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        let inside = keys(r#"{"rope": {"factor": "x"}}"#).find_object("rope").unwrap().unwrap();
        assert!(inside.number("factor").unwrap_err().to_string().contains("`rope.factor`"));
    }
}
