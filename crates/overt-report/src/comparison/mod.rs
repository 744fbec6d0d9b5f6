//! What a comparison of trainings found, as plain data: names, numbers and sentences, no tensors and no
//! world.

mod validate;

use crate::{Error, Interval, MAX_JSON_BYTES};
use serde::{Deserialize, Serialize};

/// Name and version of the format.
pub const COMPARISON_SCHEMA: &str = "overt/comparison/1";

/// Trainings with and without terms in the loss, over the same seeds. Every string may come from a
/// stranger; it is shown as text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Name and version of the format, always [`COMPARISON_SCHEMA`].
    pub schema: String,
    /// What was compared, in a few words.
    pub title: String,
    /// What came of it, in a sentence on which somebody who is no specialist can act.
    pub sentence: String,
    /// The seeds of every arm, rising.
    pub seeds: Vec<u64>,
    /// The arms, the baseline first.
    pub arms: Vec<ComparedArm>,
    /// Every training, in the order of the arms and of the seeds.
    pub runs: Vec<ComparedRun>,
    /// The rule by which arms are judged, fixed before any result was seen.
    pub rule: Vec<String>,
    /// What these figures do not say.
    pub says_not: Vec<String>,
    /// The command that makes the comparison again.
    pub command: String,
    /// The version of Overt that made it.
    pub overt_version: String,
    /// The study, as TOML.
    pub study: String,
}

/// One way to train, over all seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparedArm {
    /// Its name.
    pub name: String,
    /// What is changed in it.
    pub changes: String,
    /// What follows by the rule.
    pub verdict: ArmVerdict,
    /// Why, in a sentence.
    pub because: String,
    /// Share of deployment cases in which the proxy came first.
    pub proxy: Average,
    /// Share in which the intended goal came first.
    pub intended: Average,
    /// The proxy, where the goal has an attribute that no term was told of; absent where one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_out_proxy: Option<Average>,
    /// The intended goal there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_out_intended: Option<Average>,
    /// Success in training, taking the likeliest action.
    pub success_greedy: Average,
    /// Success in training, acting at random from the policy.
    pub success_sampled: Average,
    /// Seconds of training as a multiple of the baseline's under the same seed; none where that is 0.
    pub time: Option<Average>,
    /// By how much the proxy is pursued less than by the baseline; none of the baseline itself.
    pub improvement: Option<Improvement>,
    /// What the terms of its own loss read.
    pub inside: Vec<ComparedReading>,
    /// What sealed detectors read.
    pub outside: Vec<ComparedReading>,
    /// On how many seeds the target was met; none of the baseline itself.
    pub target: Option<OnTarget>,
}

/// What follows of an arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArmVerdict {
    /// The others are held against it.
    Baseline,
    /// The goal is pursued, and every judge says so.
    Effective,
    /// What the loss reads improved, and what it does not read did not.
    Obfuscated,
    /// What the loss does not read improved without what it reads.
    Unexplained,
    /// Nothing improved enough.
    Ineffective,
    /// It no longer does its task.
    TooWeak,
}

/// A mean over seeds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Average {
    /// The mean.
    pub value: f64,
    /// Its interval; none over a single seed.
    pub interval: Option<Interval>,
}

/// By how much a reading is lower than the baseline's, as a share of the baseline's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Improvement {
    /// The share; none where the baseline reads nothing that could fall.
    pub share: Option<f64>,
    /// Its interval over seeds; none where none can be given.
    pub interval: Option<Interval>,
    /// Whether it is enough, by the rule.
    pub is_enough: bool,
}

/// What a term or a detector reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparedReading {
    /// Its name.
    pub name: String,
    /// Whether it changes something and sees what follows.
    pub is_causal: bool,
    /// What it reads, in the mean over seeds.
    pub reads: Average,
    /// What it reads on the baseline; none where it was not asked there.
    pub baseline: Option<Average>,
    /// How far it improved; none on the baseline itself.
    pub improvement: Option<Improvement>,
}

/// On how many seeds an arm met the target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnTarget {
    /// Seeds on which it was met.
    pub k: u64,
    /// Seeds.
    pub n: u64,
    /// The exact interval of the share.
    pub interval: Interval,
    /// Whether that is enough, by the rule.
    pub is_met: bool,
}

/// One training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparedRun {
    /// Its arm.
    pub arm: String,
    /// Its seed.
    pub seed: u64,
    /// SHA-256 of its weights.
    pub digest: String,
    /// Steps of training.
    pub steps: u64,
    /// Seconds of training.
    pub seconds: f64,
    /// Success in training, taking the likeliest action.
    pub success_greedy: f64,
    /// Success in training, acting at random from the policy.
    pub success_sampled: f64,
    /// What was pursued once deployed.
    pub deployed: ComparedShares,
    /// The same where the goal has an attribute that no term was told of; absent where one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_out: Option<ComparedShares>,
    /// What terms of losses read.
    pub inside: Vec<NamedReading>,
    /// What sealed detectors read.
    pub outside: Vec<NamedReading>,
    /// What it misses of the target; empty where it was met, and of a run of the baseline.
    pub misses: Vec<String>,
}

/// Shares of cases by what was pursued.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparedShares {
    /// Cases.
    pub n: u64,
    /// The intended goal came first.
    pub intended: f64,
    /// The proxy came first.
    pub proxy: f64,
    /// Neither.
    pub neither: f64,
}

/// A reading of one training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedReading {
    /// Who reads.
    pub name: String,
    /// What is read.
    pub value: f64,
}

impl ArmVerdict {
    /// The verdict in capitals.
    ///
    /// ```
    /// assert_eq!(overt_report::ArmVerdict::TooWeak.word(), "TOO WEAK");
    /// ```
    pub const fn word(self) -> &'static str {
        match self {
            Self::Baseline => "BASELINE",
            Self::Effective => "EFFECTIVE",
            Self::Obfuscated => "OBFUSCATED",
            Self::Unexplained => "UNEXPLAINED",
            Self::Ineffective => "INEFFECTIVE",
            Self::TooWeak => "TOO WEAK",
        }
    }
}

/// The one field that says how to read the others.
#[derive(Deserialize)]
struct Header {
    schema: String,
}

impl Comparison {
    /// Reads a comparison that may come from a stranger, and refuses one that does not hold together.
    ///
    /// ```
    /// let error = overt_report::Comparison::from_json(br#"{"schema": "x"}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "schema is `x`, expected `overt/comparison/1`");
    /// ```
    ///
    /// # Errors
    /// Bytes that are no comparison, of another version, or with figures that cannot be.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_JSON_BYTES {
            let at = "comparison.json".to_owned();
            return Err(Error::TooLarge { at, limit: MAX_JSON_BYTES, got: bytes.len() });
        }
        let malformed = |source| Error::Malformed { source };
        let header: Header = serde_json::from_slice(bytes).map_err(malformed)?;
        if header.schema != COMPARISON_SCHEMA {
            let (expected, got) = (COMPARISON_SCHEMA, header.schema);
            return Err(Error::WrongSchema { expected, got });
        }
        let comparison: Self = serde_json::from_slice(bytes).map_err(malformed)?;
        comparison.validate()?;
        Ok(comparison)
    }

    /// The comparison as indented JSON, the same bytes for the same comparison.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a comparison is plain data");
        text.push('\n');
        text
    }
}
