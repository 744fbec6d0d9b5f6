//! What a person is told when something goes wrong, and the exit code of it.

use overt::audit::Goal;
use overt::{arena, audit, deploy, evidence, lens, nn, report, site, train, world};
use std::error::Error;
use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::Once;

/// Exit code of input or usage that is malformed.
pub(crate) const MALFORMED: u8 = 2;
/// Exit code of what was judged and does not hold.
pub(crate) const REFUTED: u8 = 10;
/// Exit code of what could not run.
const COULD_NOT_RUN: u8 = 1;

/// Input that is refused at the door, with what to do about it.
#[derive(Debug)]
pub(crate) struct Refused {
    fact: String,
    hint: String,
}

/// What a cause tells about exit code and advice.
struct Judgement {
    code: u8,
    hint: Option<String>,
}

impl Refused {
    /// A fact, lower case and without a final period, and a hint.
    pub(crate) fn new(fact: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { fact: fact.into(), hint: hint.into() }
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.fact)
    }
}

impl Error for Refused {}

/// Tells an error once, with a hint where there is one, and gives its exit code.
pub(crate) fn tell(error: &anyhow::Error) -> ExitCode {
    let found = error.chain().find_map(judge);
    let Judgement { code, hint } = found.unwrap_or(Judgement { code: COULD_NOT_RUN, hint: None });
    let hint = hint.map_or_else(String::new, |hint| format!("hint: {}\n", printable(&hint)));
    let text = format!("error: {}\n{hint}", printable(&message(error)));
    // Nobody is left to tell when the pipe is closed.
    std::io::stderr().write_all(text.as_bytes()).ok();
    ExitCode::from(code)
}

/// Runs the program; a bug ends it with one line and exit code 1, not with a backtrace.
pub(crate) fn catch_bugs(program: impl FnOnce() -> ExitCode) -> ExitCode {
    // A panic may reach several threads; one is enough to know.
    static TOLD: Once = Once::new();
    panic::set_hook(Box::new(|info| {
        TOLD.call_once(|| {
            let text = format!(
                "error: this is a bug in overt: {}\nhint: please report it with the command\n",
                printable(&info.to_string().replace('\n', " "))
            );
            std::io::stderr().write_all(text.as_bytes()).ok();
        });
    }));
    panic::catch_unwind(AssertUnwindSafe(program)).unwrap_or(ExitCode::from(COULD_NOT_RUN))
}

/// The chain of causes joined by `: `; a cause that the message before it has already told is left
/// out.
fn message(error: &anyhow::Error) -> String {
    let mut causes = error.chain().map(|cause| cause.to_string().trim_end().to_owned());
    let mut told = causes.next().unwrap_or_default();
    for cause in causes.filter(|cause| !cause.is_empty()) {
        if !told.ends_with(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}

/// Exit code and advice of a cause, if it is one that Overt knows.
fn judge(cause: &(dyn Error + 'static)) -> Option<Judgement> {
    let malformed = |hint| Some(Judgement { code: MALFORMED, hint });
    if let Some(refused) = cause.downcast_ref::<Refused>() {
        return malformed(Some(refused.hint.clone()));
    }
    if let Some(error) = cause.downcast_ref::<nn::Error>() {
        let of_run = matches!(error, nn::Error::Run(_));
        let usual = if of_run { site_hint() } else { network_hint() };
        return malformed(error.hint().or(Some(usual)));
    }
    if let Some(error) = cause.downcast_ref::<site::Error>() {
        return malformed(error.hint().or(Some(site_hint())));
    }
    if let Some(error) = cause.downcast_ref::<evidence::Error>() {
        return malformed(error.hint());
    }
    if let Some(error) = cause.downcast_ref::<audit::Error>() {
        return Some(judge_audit(error));
    }
    if let Some(error) = cause.downcast_ref::<train::Error>() {
        return Some(judge_training(error));
    }
    if let Some(error) = cause.downcast_ref::<report::Error>() {
        return malformed(error.hint().or(Some("write it anew with `overt audit`".into())));
    }
    if let Some(error) = cause.downcast_ref::<arena::ZooError>() {
        return Some(judge_zoo(error));
    }
    if let Some(error) = cause.downcast_ref::<arena::DriftError>() {
        return Some(judge_drift(error));
    }
    if let Some(error) = cause.downcast_ref::<audit::GuardError>() {
        return malformed(error.hint());
    }
    if let Some(error) = cause.downcast_ref::<arena::compare::Error>() {
        return Some(judge_comparison(error));
    }
    if cause.is::<audit::PowerError>() {
        return malformed(Some(
            "power is measured on a zoo in which clean subjects, decoys and hidden goals took"
                .into(),
        ));
    }
    if cause.is::<serde_json::Error>() {
        return malformed(Some("write it anew with the command that wrote it".into()));
    }
    if let Some(error) = cause.downcast_ref::<lens::Error>() {
        return Some(judge_method(error));
    }
    if cause.is::<toml::de::Error>() {
        return malformed(Some(recipe_hint()));
    }
    if cause.is::<world::Error>() || cause.is::<deploy::Error>() {
        return malformed(Some(
            "sizes are odd numbers from 7 to 25; layouts are blocks or tree".into(),
        ));
    }
    None
}

/// An audit that could not run is told from a subject that is malformed.
fn judge_audit(error: &audit::Error) -> Judgement {
    use audit::Error::{Calibration, Lens, Stats, Toml, TooFewLevels};
    match error {
        Toml { file: "claim.toml", .. } => Judgement { code: MALFORMED, hint: Some(claim_hint()) },
        Calibration { .. } | TooFewLevels { .. } | Lens(_) | Stats(_) => {
            Judgement { code: COULD_NOT_RUN, hint: error.hint() }
        }
        _ => Judgement { code: MALFORMED, hint: error.hint().or(Some(subject_hint())) },
    }
}

/// A question that a network cannot be asked is told from one that has no answer.
fn judge_method(error: &lens::Error) -> Judgement {
    use lens::Error::{Network, NotLinear, Site};
    match error {
        Network(_) | Site(_) | NotLinear { .. } => {
            Judgement { code: MALFORMED, hint: error.hint().or(Some(network_hint())) }
        }
        _ => Judgement { code: COULD_NOT_RUN, hint: error.hint() },
    }
}

fn judge_zoo(error: &arena::ZooError) -> Judgement {
    match error {
        arena::ZooError::Training(error) => judge_training(error),
        arena::ZooError::Audit(error) => judge_audit(error),
        arena::ZooError::FrozenHere { .. } => Judgement {
            code: MALFORMED,
            hint: Some("name another zoo that was scored before".into()),
        },
        _ => Judgement {
            code: MALFORMED,
            hint: Some("a zoo cannot be changed once it is made; make it anew".into()),
        },
    }
}

fn judge_drift(error: &arena::DriftError) -> Judgement {
    match error {
        arena::DriftError::Training(error) => judge_training(error),
        arena::DriftError::Audit(error) => judge_audit(error),
        _ => Judgement { code: MALFORMED, hint: error.hint() },
    }
}

/// A study that is malformed is told from a training or a detector that could not go on.
fn judge_comparison(error: &arena::compare::Error) -> Judgement {
    use arena::compare::Error::{Audit, Choice, Stats, Training};
    match error {
        Choice(error) => judge_zoo(error),
        Training(error) => judge_training(error),
        Audit(error) => judge_audit(error),
        Stats(_) => Judgement { code: COULD_NOT_RUN, hint: error.hint() },
        _ => Judgement { code: MALFORMED, hint: error.hint().or_else(|| Some(recipe_hint())) },
    }
}

/// A training that went astray is told from a recipe that is malformed.
fn judge_training(error: &train::Error) -> Judgement {
    use train::Error::{CheckpointJson, Diverged};
    let code = if matches!(error, Diverged { .. }) { COULD_NOT_RUN } else { MALFORMED };
    let hint = error.hint().unwrap_or_else(|| match error {
        CheckpointJson { .. } => "remove the checkpoint to start anew".into(),
        _ => recipe_hint(),
    });
    Judgement { code, hint: Some(hint) }
}

/// What a subject's folder is.
pub(crate) fn subject_hint() -> String {
    "a subject is a folder with config.json, model.safetensors, subject.toml and claim.toml, as \
     `overt train` writes it, or with config.json, model.safetensors and card.json, as `overt arena make` \
     does; `overt subjects` lists those that ship"
        .to_owned()
}

/// Where the sites of a model are listed.
fn site_hint() -> String {
    "`overt sites` lists every site with its axes".to_owned()
}

/// What a network's folder is.
fn network_hint() -> String {
    "a language model is a Hugging Face folder: config.json, *.safetensors, tokenizer.json; an agent \
     is a folder as `overt train` writes it"
        .to_owned()
}

/// What a claim is.
fn claim_hint() -> String {
    let goals = Goal::ALL.map(Goal::name).join(", ");
    format!("claim.toml holds `goal`, one of {goals}, and the shares `min_rate` and `min_success`")
}

fn recipe_hint() -> String {
    "`recipes/` holds examples".to_owned()
}

/// Names and texts from files cannot move the cursor or change colours.
fn printable(text: &str) -> String {
    let escape = |c: char| {
        if c.is_control() && c != '\n' { c.escape_unicode().to_string() } else { c.to_string() }
    };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::{Context, anyhow};

    fn check(error: &anyhow::Error, expect: &str) {
        assert_eq!(printable(&message(error)), expect);
    }

    #[test]
    fn a_chain_is_one_sentence_that_says_nothing_twice() {
        check(&anyhow!("end of file").context("cannot read a"), "cannot read a: end of file");
        check(&anyhow!("end of file").context("bad file: end of file"), "bad file: end of file");
    }

    #[test]
    fn text_from_files_cannot_steer_the_terminal() {
        check(&anyhow!("no `\u{1b}[2J`"), "no `\\u{1b}[2J`");
    }

    #[test]
    fn a_refusal_keeps_its_hint_below_a_context() {
        let error = Err::<(), _>(Refused::new("no such thing", "take another"));
        let error = error.context("cannot audit").unwrap_err();
        let judged = error.chain().find_map(judge).unwrap();
        assert_eq!((judged.code, judged.hint.as_deref()), (MALFORMED, Some("take another")));
    }
}
