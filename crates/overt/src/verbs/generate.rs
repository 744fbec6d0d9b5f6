//! Generates tokens one after the other: from one prompt or many, with taps and edits on.

use crate::fault::{Fault, Refused, Result};
use crate::files;
use crate::models::{self, Dtype, Origin, Prompts};
use crate::nn::{
    Decode, Decoded, Draw, Ended, Generate, LanguageModel, ModelPath, Sampler, Step, Tokenizer,
    arrays_with_origin, end_tokens,
};
use crate::site::Array;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Tokens that are generated where nobody says how many, if the context has room for them.
pub const USUAL_TOKENS: usize = 256;
/// Most rows that are computed at once.
const MOST_ROWS: u64 = 256;

/// Which model generates, from what, and how.
#[derive(Clone, Debug)]
pub struct GenerateOptions {
    /// The model.
    pub model: ModelPath,
    /// The prompts.
    pub prompts: Prompts,
    /// At most so many tokens of each; 256, or what the context has room for, where nothing else is said.
    pub n: Option<usize>,
    /// Rows of each prompt; 1, where nothing else is said.
    pub samples: usize,
    /// How each token is drawn.
    pub sampler: Sampler,
    /// Texts that end an answer.
    pub stop: Vec<String>,
    /// Goes on after the tokens with which the model ends an answer.
    pub goes_on: bool,
    /// Memory for rows that are computed at once, in MiB, beside the weights.
    pub memory_mib: u64,
    /// The file of edits at every step: a JSON list. Positions count from the start of the prompt.
    pub edits: Option<PathBuf>,
    /// Sites to keep of every step.
    pub taps: Vec<String>,
    /// File for the rows, one JSON object a line, which goes on where it stopped; with taps the file for the
    /// trace: safetensors whose keys are `step/site`.
    pub out: Option<PathBuf>,
}

impl Default for GenerateOptions {
    fn default() -> Self {
        Self {
            model: ModelPath::default(),
            prompts: Prompts::default(),
            n: None,
            samples: 1,
            sampler: Sampler::default(),
            stop: Vec::new(),
            goes_on: false,
            memory_mib: 1024,
            edits: None,
            taps: Vec::new(),
            out: None,
        }
    }
}

/// What is heard while tokens come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard<'a> {
    /// More text of the only row; whole characters.
    Text(&'a str),
    /// So many rows are done, of so many.
    Rows(usize, usize),
}

/// What was generated.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Generated {
    /// The first prompt, and the tokens that follow.
    pub tokens: Vec<u32>,
    /// The same as a text, where the model has a tokenizer; of a chat, the answer alone.
    pub text: Option<String>,
    /// Every row: samples of one prompt lie side by side.
    pub rows: Vec<GeneratedRow>,
    /// What a person should know of the model's files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GeneratedRow {
    /// The number of the prompt, from 0.
    pub prompt: usize,
    /// The number of the sample of this prompt, from 0.
    pub sample: usize,
    /// The prompt as it was given.
    pub given: String,
    /// Its tokens.
    pub prompt_tokens: Vec<u32>,
    /// The tokens that follow.
    pub tokens: Vec<u32>,
    /// The same as a text, where the model has a tokenizer, without what ended it.
    pub text: Option<String>,
    /// `length`, `end` for a token with which the model ends an answer, or `stop` for a text that ends it.
    pub ended: String,
    /// Seed of the draws.
    pub seed: u64,
}

/// A line of the file of rows.
#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    row: GeneratedRow,
    how: String,
    model: String,
}

/// Generates from prompts, and writes what a file is named for.
///
/// ```
/// use overt::models::Prompts;
/// use overt::verbs::{GenerateOptions, generate};
///
/// let options = GenerateOptions {
///     model: concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/gpt2").into(),
///     prompts: Prompts::Tokens(vec![vec![3, 14, 15, 9]]),
///     n: Some(3),
///     goes_on: true,
///     ..GenerateOptions::default()
/// };
/// let generated = generate(&options, &mut |_| ())?;
/// assert_eq!(generated.tokens[..4], [3, 14, 15, 9]);
/// assert_eq!((generated.tokens.len(), generated.text), (7, None));
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// Options that are out of range, a folder that holds no model that is known, prompts that the model cannot
/// read or that leave no room, edits that it has no place for, and a file that cannot be written.
pub fn generate(options: &GenerateOptions, hear: &mut dyn FnMut(Heard<'_>)) -> Result<Generated> {
    options.sampler.check()?;
    let path = &options.model;
    let ends = if options.goes_on { Vec::new() } else { end_tokens(path)? };
    // Whatever the context cannot hold is refused before the weights are read.
    let config = models::config(path)?;
    let tokenizer = models::tokenizer(path, &config)?;
    if !options.stop.is_empty() && tokenizer.is_none() {
        let fact =
            format!("{} holds no tokenizer.json, so `--stop` has no text", path.path.display());
        return Err(Refused::new(fact, "leave `--stop` out").into());
    }
    if let Some(stop) = options.stop.iter().find(|stop| stop.is_empty()) {
        return Err(Refused::new(format!("`--stop {stop:?}` is no text"), "give a text").into());
    }
    let given = options.prompts.each();
    let read = options.prompts.read_each(path, tokenizer.as_ref())?;
    let prompts: Vec<Vec<u32>> = read.into_iter().map(|prompt| prompt.tokens).collect();
    let longest = prompts.iter().map(Vec::len).max().unwrap_or(0);
    let room = (config.context + 1).saturating_sub(longest);
    let n = options.n.unwrap_or(USUAL_TOKENS.min(room.max(1)));
    if n > room && longest <= config.context {
        let context = config.context;
        return Err(crate::nn::Error::GeneratesTooMuch { n, prompt: longest, context }.into());
    }
    let model = models::open::<f32>(path)?;
    let bytes = options.memory_mib.saturating_mul(1 << 20);
    let rows = (bytes / model.row_bytes(longest + n).max(1)).clamp(1, MOST_ROWS) as usize;
    let (sampler, samples) = (options.sampler, options.samples);
    let plan = Decode { n, sampler, ends, samples, rows, start: 0 };
    let spelling = given.iter().map(crate::given::Given::is_chat).collect();
    let given = given.iter().map(crate::given::Given::shown).collect();
    let work = Work { options, tokenizer: tokenizer.as_ref(), prompts, given, is_chat: spelling };
    let rows = if options.taps.is_empty() && options.edits.is_none() {
        work.many(&model, plan, hear)?
    } else {
        work.edited(&model, &plan, hear)?
    };
    work.generated(rows, model.warnings().to_vec())
}

/// Prompts that are being worked on.
struct Work<'a> {
    options: &'a GenerateOptions,
    tokenizer: Option<&'a Tokenizer>,
    prompts: Vec<Vec<u32>>,
    given: Vec<String>,
    is_chat: Vec<bool>,
}

impl Work<'_> {
    /// Many rows at once.
    fn many(
        &self,
        model: &LanguageModel,
        mut plan: Decode,
        hear: &mut dyn FnMut(Heard<'_>),
    ) -> Result<Vec<GeneratedRow>> {
        let samples = plan.samples.max(1);
        let all = self.prompts.len() * plan.samples;
        let mut file = None;
        let mut rows: Vec<GeneratedRow> = Vec::new();
        if let Some(path) = &self.options.out {
            let (how, digest) =
                (self.how(&plan)?, LanguageModel::<f32>::digest(&self.options.model)?);
            let (lines, before) = files::Lines::open(path)?;
            rows = self.resumed(path, &before, &how, &digest, samples)?;
            plan.start = rows.len();
            file = Some((lines, how, digest));
        }
        let hear = std::cell::RefCell::new(hear);
        let is_one = all == 1;
        let mut said: BTreeMap<usize, Saying> = BTreeMap::new();
        let see = |seen: crate::nn::Decoding<'_>| {
            let prompt = seen.row / samples;
            let saying = said.entry(seen.row).or_default();
            let is_end = plan.ends.contains(&seen.token);
            if !is_end {
                saying.tokens.push(seen.token);
            }
            if !is_one && self.options.stop.is_empty() {
                return true;
            }
            let Ok(Some(text)) = self.text(prompt, &saying.tokens) else { return true };
            let (text, stopped) = self.stopped(text);
            if is_one {
                saying.show(&text, is_end || stopped, &mut **hear.borrow_mut());
            }
            !stopped
        };
        model.decode(&self.prompts, &plan, see, |decoded: Decoded| -> Result<(), Fault> {
            let row = self.row(samples, decoded)?;
            if let Some((lines, how, model)) = &mut file {
                let (how, model) = (how.clone(), model.clone());
                lines.add(&serde_json::to_string(&Line { row: row.clone(), how, model })?)?;
            }
            rows.push(row);
            (hear.borrow_mut())(Heard::Rows(rows.len(), all));
            Ok(())
        })?;
        Ok(rows)
    }

    /// Rows one by one, with taps and edits.
    fn edited(
        &self,
        model: &LanguageModel,
        plan: &Decode,
        hear: &mut dyn FnMut(Heard<'_>),
    ) -> Result<Vec<GeneratedRow>> {
        let options = self.options;
        let edits = options.edits.as_deref().map(models::edits).transpose()?.unwrap_or_default();
        let all = self.prompts.len() * plan.samples;
        if all > 1 && !options.taps.is_empty() {
            let hint = "give one prompt, and no `--samples`";
            return Err(Refused::new("taps keep one row, and several are asked for", hint).into());
        }
        let mut rows = Vec::new();
        for number in 0..all {
            let (prompt, sample) = (number / plan.samples, number % plan.samples);
            let tokens = &self.prompts[prompt];
            let how = Generate {
                n: plan.n,
                sampler: plan.sampler,
                ends: plan.ends.clone(),
                edits: edits.clone(),
                taps: options.taps.clone(),
                draw: Draw { prompt: prompt as u64, sample: sample as u64, step: 0 },
                cached: true,
            };
            let mut kept: BTreeMap<String, Array> = BTreeMap::new();
            let (mut steps, mut made, mut told) = (0, Vec::new(), false);
            let all_tokens = model.generate(tokens, &how, |step: Step| {
                for (site, array) in step.trace.iter() {
                    kept.insert(format!("{steps:04}/{site}"), array.clone());
                }
                steps += 1;
                made.push(step.token);
                let text = self.text(prompt, &made).ok().flatten();
                told = text.is_some_and(|text| self.stopped(text).1);
                !told
            })?;
            let answer = all_tokens[tokens.len()..].to_vec();
            let ended = match answer.last() {
                Some(last) if plan.ends.contains(last) => Ended::EndToken,
                _ if told => Ended::Told,
                _ => Ended::Length,
            };
            if let (Some(path), false) = (&options.out, options.taps.is_empty()) {
                let arrays = kept.iter().map(|(name, array)| (name.as_str(), array));
                let origin = serde_json::to_string(&serde_json::json!({
                    "made_by": Origin::of(&options.model, Dtype::F32)?,
                    "prompts": [models::Prompt { text: self.given[prompt].clone(), tokens: tokens.clone() }],
                    "edits": &how.edits,
                    "generated": &all_tokens,
                }))?;
                files::write_whole(path, &arrays_with_origin(arrays, origin)?)?;
            }
            rows.push(self.row(plan.samples, Decoded { row: number, tokens: answer, ended })?);
            hear(Heard::Rows(rows.len(), all));
        }
        if let (Some(path), true) = (&options.out, options.taps.is_empty()) {
            let lines: Result<Vec<String>, _> = rows.iter().map(serde_json::to_string).collect();
            files::write_whole(path, (lines?.join("\n") + "\n").as_bytes())?;
        }
        Ok(rows)
    }

    /// A complete row in words.
    fn row(&self, samples: usize, decoded: Decoded) -> Result<GeneratedRow> {
        let (prompt, sample) = (decoded.row / samples, decoded.row % samples);
        let mut shown = &decoded.tokens[..];
        if let (Ended::EndToken, [before @ .., _]) = (decoded.ended, shown) {
            shown = before;
        }
        let text = self.text(prompt, shown)?.map(|text| self.stopped(text).0);
        let ended = match decoded.ended {
            Ended::Length => "length",
            Ended::EndToken => "end",
            Ended::Told => "stop",
        };
        Ok(GeneratedRow {
            prompt,
            sample,
            given: self.given[prompt].clone(),
            prompt_tokens: self.prompts[prompt].clone(),
            text,
            ended: ended.to_owned(),
            tokens: decoded.tokens,
            seed: self.options.sampler.seed,
        })
    }

    /// The text of tokens that follow a prompt: of a chat, without special tokens.
    fn text(&self, prompt: usize, tokens: &[u32]) -> Result<Option<String>> {
        let Some(tokenizer) = self.tokenizer else { return Ok(None) };
        if self.is_chat[prompt] {
            return Ok(Some(tokenizer.decode_answer(tokens)?));
        }
        // Some tokenizers write a word in another way where a text begins.
        let before = tokenizer.decode(&self.prompts[prompt])?;
        let all = tokenizer.decode(&[&self.prompts[prompt], tokens].concat())?;
        Ok(Some(match all.strip_prefix(&before) {
            Some(after) => after.to_owned(),
            None => tokenizer.decode(tokens)?,
        }))
    }

    /// The text up to the first of the texts that end it, and whether there is one.
    fn stopped(&self, mut text: String) -> (String, bool) {
        let first = self.options.stop.iter().filter_map(|stop| text.find(stop.as_str())).min();
        if let Some(at) = first {
            text.truncate(at);
        }
        (text, first.is_some())
    }

    fn generated(&self, rows: Vec<GeneratedRow>, warnings: Vec<String>) -> Result<Generated> {
        let Some(first) = rows.first() else {
            return Ok(Generated { tokens: Vec::new(), text: None, rows, warnings });
        };
        let tokens = [&first.prompt_tokens[..], &first.tokens].concat();
        let text = match self.tokenizer {
            Some(_) if self.is_chat[0] || first.ended == "stop" => first.text.clone(),
            Some(tokenizer) => Some(tokenizer.decode(&tokens)?),
            None => None,
        };
        Ok(Generated { tokens, text, rows, warnings })
    }

    /// What decides the rows beside the model and the prompts.
    fn how(&self, plan: &Decode) -> Result<String> {
        let sampler = plan.sampler;
        Ok(serde_json::to_string(&serde_json::json!({
            "engine": models::engine(),
            "n": plan.n,
            "samples": plan.samples,
            "temperature": sampler.temperature,
            "top_k": sampler.top_k,
            "top_p": sampler.top_p,
            "min_p": sampler.min_p,
            "repetition_penalty": sampler.repetition_penalty,
            "stop": &self.options.stop,
            "ends": &plan.ends,
        }))?)
    }

    /// The rows that a file holds already, if they are the first of these.
    fn resumed(
        &self,
        path: &Path,
        lines: &[String],
        how: &str,
        model: &str,
        samples: usize,
    ) -> Result<Vec<GeneratedRow>> {
        let refuse = |at: usize| {
            let fact = format!("{}, line {}: a row of other work", path.display(), at + 1);
            Refused::new(fact, "name another file with `--out`, or remove this one")
        };
        let mut rows = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let line: Line = serde_json::from_str(line).map_err(|_error| refuse(at))?;
            let prompt = self.prompts.get(at / samples).ok_or_else(|| refuse(at))?;
            let is_same = line.how == how
                && line.model == model
                && line.row.seed == self.options.sampler.seed
                && (line.row.prompt, line.row.sample) == (at / samples, at % samples)
                && line.row.prompt_tokens == *prompt;
            if !is_same {
                return Err(refuse(at).into());
            }
            rows.push(line.row);
        }
        Ok(rows)
    }
}

/// A row whose text is being said.
#[derive(Default)]
struct Saying {
    tokens: Vec<u32>,
    shown: usize,
}

impl Saying {
    /// Says what is new, up to the last whole character.
    fn show(&mut self, text: &str, is_over: bool, hear: &mut dyn FnMut(Heard<'_>)) {
        // The end of a text may be half a character, which shows as a replacement.
        let whole = if is_over { text } else { text.trim_end_matches('\u{fffd}') };
        if let Some(new) = whole.get(self.shown..).filter(|new| !new.is_empty()) {
            hear(Heard::Text(new));
            self.shown = whole.len();
        }
    }
}
