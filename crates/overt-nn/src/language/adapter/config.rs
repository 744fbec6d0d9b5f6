//! What the keys of an `adapter_config.json` mean: each is understood, known to be inert, or stops the load.

use super::error::AdapterError;
use super::key_order::InOrder;
use super::target::{Layers, Modules, is_end};
use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Keys that change nothing in a forward pass of a trained adapter.
const INERT: [&str; 18] = [
    "auto_mapping",
    "corda_config",
    "eva_config",
    "inference_mode",
    "loftq_config",
    "lora_dropout",
    "lora_ga_config",
    "megatron_core",
    "model_type",
    "peft_version",
    "qalora_group_size",
    "revision",
    "runtime_config",
    "task_type",
    // The orientation of a layer is read from the base, as PEFT does.
    "fan_in_fan_out",
    // Trainers write what they were called with.
    "unsloth_fixed",
    "tags",
    "library_name",
];

/// Keys that must be null, false or empty: each of them changes what is computed.
const ABSENT: [&str; 12] = [
    "alora_invocation_tokens",
    "arrow_config",
    "kasa_config",
    "layer_replication",
    "megatron_config",
    "monteclora_config",
    "target_parameters",
    "trainable_token_indices",
    "use_bdlora",
    "use_qalora",
    "velora_config",
    "modules_to_tie",
];

/// Ways to start that leave the base as it is.
const STARTS: [&str; 3] = ["gaussian", "eva", "orthogonal"];

/// The largest rank: a configuration from a stranger must not ask for all memory.
const LARGEST_RANK: f64 = 65_536.0;

/// A number by name: a pattern for the end of a module's name.
type Patterns = Vec<(Regex, f64)>;

/// An `adapter_config.json`.
#[derive(Clone, Debug)]
pub(super) struct AdapterConfig {
    rank: f64,
    alpha: f64,
    /// Divided by the root of the rank and not by the rank (Kalajdzievski 2023).
    by_root: bool,
    ranks: Patterns,
    alphas: Patterns,
    targets: Modules,
    excluded: Modules,
    layers: Option<Layers>,
    /// Modules that are trained whole.
    pub(super) saved: Vec<String>,
    /// Weights are a direction and a magnitude (Liu et al. 2024).
    pub(super) dora: bool,
    /// Whether the head follows an embedding that is trained whole.
    pub(super) ties: bool,
    /// The model that it was trained on, by its own account.
    pub(super) made_for: Option<String>,
}

impl AdapterConfig {
    /// Reads the bytes of an `adapter_config.json`; these keys a person takes the responsibility for.
    pub(super) fn read(json: &[u8], accepted: &[String]) -> Result<Self, AdapterError> {
        #[derive(Deserialize)]
        struct InFile {
            #[serde(default)]
            rank_pattern: InOrder,
            #[serde(default)]
            alpha_pattern: InOrder,
        }
        let broken = |source| AdapterError::Json { source };
        let mut object: Map<String, Value> = serde_json::from_slice(json).map_err(broken)?;
        let ordered: InFile = serde_json::from_slice(json).map_err(broken)?;
        object.retain(|_, value| !value.is_null());
        let keys = Keys { object, asked: BTreeSet::new() };
        keys.read(ordered.rank_pattern, ordered.alpha_pattern, accepted)
    }

    /// The rank of a module.
    pub(super) fn rank_of(&self, module: &str) -> usize {
        first(&self.ranks, module).unwrap_or(self.rank) as usize
    }

    /// The factor of what is added to a module, by the rank that its tensors have.
    pub(super) fn scale_of(&self, module: &str) -> f64 {
        let (rank, alpha) = (self.rank_of(module) as f64, first(&self.alphas, module));
        alpha.unwrap_or(self.alpha) / if self.by_root { rank.sqrt() } else { rank }
    }

    /// Whether a module of the base is one that the adapter is put on; none where that cannot be said.
    pub(super) fn targets(&self, module: &str, is_linear: bool) -> Option<bool> {
        if self.excluded.name(module)? || self.saves(module) {
            return Some(false);
        }
        let named = match &self.targets {
            Modules::AllLinear => is_linear,
            targets => targets.name(module)?,
        };
        let by_name = matches!(self.targets, Modules::Names(_));
        let here = !by_name || self.layers.as_ref().is_none_or(|layers| layers.have(module));
        Some(named && here)
    }

    /// Whether a module, or one above it, is trained whole.
    pub(super) fn saves(&self, module: &str) -> bool {
        let above = std::iter::successors(Some(module), |at| Some(at.rsplit_once('.')?.0));
        above.into_iter().any(|at| self.saved.iter().any(|saved| is_end(at, saved)))
    }

    /// A pattern that cannot be read, if there is one.
    pub(super) fn unreadable(&self) -> Option<&str> {
        [&self.targets, &self.excluded].into_iter().find_map(|modules| match modules {
            Modules::Unreadable(text) => Some(text.as_str()),
            _ => None,
        })
    }
}

fn first(patterns: &Patterns, module: &str) -> Option<f64> {
    patterns.iter().find(|(pattern, _)| pattern.is_match(module)).map(|(_, number)| *number)
}

/// The keys of the file, and those that were asked for.
struct Keys {
    object: Map<String, Value>,
    asked: BTreeSet<&'static str>,
}

impl Keys {
    fn read(
        mut self,
        ranks: InOrder,
        alphas: InOrder,
        accepted: &[String],
    ) -> Result<AdapterConfig, AdapterError> {
        match self.value("peft_type") {
            Some(Value::String(kind)) if kind == "LORA" => {}
            other => return Err(AdapterError::Kind { got: said(other) }),
        }
        self.start()?;
        for key in ABSENT {
            let nothing = |value: &Value| match value {
                Value::Bool(is_on) => !is_on,
                Value::Array(list) => list.is_empty(),
                Value::Object(object) => object.is_empty(),
                _ => false,
            };
            if let Some(value) = self.value(key).filter(|value| !nothing(value)) {
                return Err(bad(key, value, "null"));
            }
        }
        let mut number = |key: &'static str, otherwise: f64| match self.value(key) {
            None => Ok(otherwise),
            Some(value) => value.as_f64().ok_or_else(|| bad(key, value, "a number")),
        };
        let (rank, alpha) = (number("r", 8.0)?, number("lora_alpha", 8.0)?);
        let ranks = self.patterns("rank_pattern", ranks)?;
        let alphas = self.patterns("alpha_pattern", alphas)?;
        for rank in ranks.iter().map(|(_, rank)| *rank).chain([rank]) {
            if !(1.0..=LARGEST_RANK).contains(&rank) || rank.fract() != 0.0 {
                return Err(bad("r", &Value::from(rank), "a whole number above 0"));
            }
        }
        // Neither says anything that the tensors do not show.
        self.asked.extend(["bias", "lora_bias"]);
        let config = AdapterConfig {
            rank,
            alpha,
            by_root: self.flag("use_rslora")?,
            ranks,
            alphas,
            targets: self.modules("target_modules")?,
            excluded: self.modules("exclude_modules")?,
            layers: self.layers()?,
            saved: self.words("modules_to_save")?,
            dora: self.flag("use_dora")?,
            ties: self.flag("ensure_weight_tying")?,
            made_for: self.value("base_model_name_or_path").and_then(Value::as_str).map(Into::into),
        };
        self.finish(accepted)?;
        Ok(config)
    }

    fn value(&mut self, key: &'static str) -> Option<&Value> {
        self.asked.insert(key);
        self.object.get(key)
    }

    /// Refuses ways to start that take something off the base.
    fn start(&mut self) -> Result<(), AdapterError> {
        const KEY: &str = "init_lora_weights";
        match self.value(KEY) {
            None | Some(Value::Bool(_)) => Ok(()),
            Some(Value::String(start)) if STARTS.contains(&start.as_str()) => Ok(()),
            Some(other) => Err(bad(KEY, other, "true, false, gaussian, eva or orthogonal")),
        }
    }

    fn flag(&mut self, key: &'static str) -> Result<bool, AdapterError> {
        match self.value(key) {
            None => Ok(false),
            Some(Value::Bool(is_on)) => Ok(*is_on),
            Some(other) => Err(bad(key, other, "true or false")),
        }
    }

    fn words(&mut self, key: &'static str) -> Result<Vec<String>, AdapterError> {
        let value = self.value(key);
        let words = match value {
            None => Some(Vec::new()),
            Some(Value::String(word)) => Some(vec![word.clone()]),
            Some(Value::Array(list)) => {
                list.iter().map(|word| Some(word.as_str()?.to_owned())).collect()
            }
            Some(_) => None,
        };
        words.ok_or_else(|| bad(key, value.unwrap_or(&Value::Null), "a list of names"))
    }

    fn modules(&mut self, key: &'static str) -> Result<Modules, AdapterError> {
        match self.value(key) {
            None => Ok(Modules::None),
            Some(Value::String(all)) if all == "all-linear" => Ok(Modules::AllLinear),
            Some(Value::String(pattern)) => Ok(Modules::pattern(pattern)),
            Some(_) => Ok(Modules::Names(self.words(key)?)),
        }
    }

    fn layers(&mut self) -> Result<Option<Layers>, AdapterError> {
        const KEY: &str = "layers_to_transform";
        let value = self.value(KEY).cloned().unwrap_or(Value::Array(Vec::new()));
        let list = match &value {
            Value::Array(list) => list.clone(),
            one => vec![one.clone()],
        };
        let numbers: Option<Vec<usize>> =
            list.iter().map(|number| Some(number.as_u64()? as usize)).collect();
        let numbers = numbers.ok_or_else(|| bad(KEY, &value, "a list of whole numbers"))?;
        let names = self.words("layers_pattern")?;
        if numbers.is_empty() {
            return Ok(None);
        }
        let pattern = |before: &str| {
            let text = Value::from(before);
            Regex::new(before).map_err(|_source| bad("layers_pattern", &text, "a pattern"))
        };
        let before = if names.is_empty() {
            vec![pattern(r"^.*?\.[^.]*\.(\d+)\.")?]
        } else {
            let before =
                names.iter().map(|name| pattern(&format!(r"^(?:|.*?\.)(?:{name})\.(\d+)\.")));
            before.collect::<Result<_, _>>()?
        };
        Ok(Some(Layers { numbers, before }))
    }

    fn patterns(&mut self, key: &'static str, found: InOrder) -> Result<Patterns, AdapterError> {
        self.asked.insert(key);
        let read = |(text, number): (String, f64)| {
            let value = Value::from(text.as_str());
            let pattern = Regex::new(&format!(r"^(?:.*\.)?(?:{text})$"));
            let pattern = pattern.map_err(|_source| bad(key, &value, "a pattern"))?;
            Ok((pattern, number))
        };
        found.0.into_iter().map(read).collect()
    }

    /// Refuses every key that nobody asked for: it could matter.
    fn finish(&self, accepted: &[String]) -> Result<(), AdapterError> {
        let strange = self.object.keys().find(|key| {
            let key = key.as_str();
            !self.asked.contains(key)
                && !INERT.contains(&key)
                && !accepted.iter().any(|accepted| accepted == key)
        });
        match strange {
            None => Ok(()),
            Some(key) => {
                let value = self.object[key].to_string();
                Err(AdapterError::KeyUnknown { key: key.clone(), value })
            }
        }
    }
}

fn said(value: Option<&Value>) -> String {
    value.map_or_else(|| "absent".to_owned(), Value::to_string)
}

fn bad(key: &str, got: &Value, expected: &str) -> AdapterError {
    AdapterError::Key { key: key.to_owned(), got: got.to_string(), expected: expected.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<AdapterConfig, AdapterError> {
        AdapterConfig::read(json.as_bytes(), &[])
    }

    #[test]
    fn the_first_pattern_in_the_file_counts() {
        let config = read(
            r#"{"peft_type": "LORA", "r": 4, "lora_alpha": 8, "target_modules": ["q"],
                "rank_pattern": {"z.q": 2, "q": 3}, "alpha_pattern": {"^q": 6}}"#,
        );
        let config = config.unwrap();
        assert_eq!([config.rank_of("z.q"), config.rank_of("a.q"), config.rank_of("k")], [2, 3, 4]);
        // By hand: 8 over 2, 6 over 3, 8 over 4.
        let scales = ["z.q", "q", "k"].map(|module| config.scale_of(module));
        assert_eq!(scales, [4.0, 2.0, 2.0]);
    }

    #[test]
    fn every_other_method_and_every_strange_key_is_refused_by_name() {
        for (json, named) in [
            (r#"{"peft_type": "IA3"}"#, "IA3"),
            (r#"{"peft_type": "PREFIX_TUNING"}"#, "PREFIX_TUNING"),
            (r#"{"peft_type": "LORA", "r": 0}"#, "`r` is 0.0"),
            (r#"{"peft_type": "LORA", "use_qalora": true}"#, "use_qalora"),
            (r#"{"peft_type": "LORA", "init_lora_weights": "pissa"}"#, "init_lora_weights"),
            (r#"{"peft_type": "LORA", "twist": 3}"#, "`twist` is 3"),
            (r#"{"peft_type": "LORA", "rank_pattern": {"(": 3}}"#, "rank_pattern"),
            ("[]", "not readable"),
        ] {
            let said = read(json).unwrap_err().to_string();
            assert!(said.contains(named), "{said}");
        }
        let twist = r#"{"peft_type": "LORA", "twist": 3}"#;
        assert!(AdapterConfig::read(twist.as_bytes(), &["twist".into()]).is_ok());
    }
}
