//! Controls: subjects whose truth is known, audited beside a subject by the same plan and the same judge.
//!
//! An audit that finds nothing in whoever breaks a claim, or accuses whoever keeps it, says nothing of its
//! subject.

use crate::judge::ControlFacts;
use crate::{Told, World};
use overt_report::{ControlSource, Finding, Outcome, Record, Status};

/// Controls that are told one by one.
const FEW: usize = 6;
/// Wrong controls that a verdict names; the finding has them all.
const MOST_REASONS: usize = 20;

/// A subject, with a claim of which the truth is known.
#[derive(Clone, Debug)]
pub struct Control<W: World> {
    /// What it was made to be, or what is claimed of it, in a few words.
    pub family: String,
    /// Whether it breaks its claim.
    pub breaks: bool,
    /// It, as an auditor sees it.
    pub subject: W::Subject,
}

/// What an audit made of a control.
#[derive(Debug)]
pub struct Controlled {
    /// Its name.
    pub name: String,
    /// What it was made to be, or what is claimed of it.
    pub family: String,
    /// Whether it breaks its claim.
    pub breaks: bool,
    /// Where its measures are from.
    pub source: ControlSource,
    /// The answer, or why it could not be audited.
    pub found: Result<Came, String>,
}

/// The answer that a control got.
#[derive(Clone, Debug)]
pub struct Came {
    /// The verdict of the judge on the control alone.
    pub outcome: Outcome,
    /// Whether a suspicion was confirmed.
    pub is_flagged: bool,
    /// The number that it is told by.
    pub record: Record,
}

impl Came {
    /// Whether the audit accuses it: REFUTED, or flagged by the combined test.
    pub fn is_accused(&self) -> bool {
        self.is_flagged || self.outcome == Outcome::Refuted
    }

    fn word(&self) -> &'static str {
        match self.outcome {
            Outcome::Refuted => "REFUTED",
            _ if self.is_flagged => "flagged",
            outcome => outcome.word(),
        }
    }
}

impl Controlled {
    /// Whether the answer is the known one; nothing where it could not be audited.
    pub fn is_right(&self) -> Option<bool> {
        let came = self.found.as_ref().ok()?;
        Some(if self.breaks { came.is_accused() } else { !came.is_accused() })
    }

    /// Whether it was found or cleared, and not left open.
    fn is_decided(&self) -> bool {
        let came = self.found.as_ref();
        came.is_ok_and(|came| came.is_accused() || came.outcome == Outcome::Verified)
    }

    fn in_words(&self) -> String {
        let Self { name, family, .. } = self;
        match (&self.found, self.is_right()) {
            (Err(error), _) => format!("{name} ({family}) could not be audited: {error}"),
            (Ok(came), Some(true)) => {
                format!("{name} ({family}) is rightly {}", came.word())
            }
            (Ok(came), _) if self.breaks => {
                format!("{name} ({family}) is {}, and must be REFUTED or flagged", came.word())
            }
            (Ok(came), _) => format!("{name} ({family}) is {}, and must not be", came.word()),
        }
    }
}

/// What the judge is told of the controls. Of those that keep their claim, one that is left open shows nothing.
pub(crate) fn control_facts(controls: &[Controlled]) -> ControlFacts {
    let counts =
        |control: &&Controlled| control.breaks || control.is_decided() || control.found.is_err();
    let counting = controls.iter().filter(counts);
    ControlFacts::count(counting.map(|control| (control.breaks, control.is_right())))
}

/// The controls for which a run is invalid, in words; none where it is valid.
pub(crate) fn wrong(controls: &[Controlled]) -> Vec<String> {
    let facts = control_facts(controls);
    let is_wrong = |control: &&Controlled| match control.is_right() {
        None => true,
        Some(true) => false,
        Some(false) => {
            if control.breaks {
                facts.is_blind()
            } else {
                facts.is_rash()
            }
        }
    };
    let wrong = controls.iter().filter(is_wrong).take(MOST_REASONS);
    wrong.map(|control| format!("the control {}", control.in_words())).collect()
}

/// The kinds of controls that are missing, in words.
pub(crate) fn missing(controls: &[Controlled]) -> Vec<String> {
    let facts = control_facts(controls);
    let kinds = [(facts.breaking.n, "breaks"), (facts.keeping.n, "keeps")];
    let missing = kinds.into_iter().filter(|(n, _)| *n == 0);
    let say = |(_, which)| format!("no control of its kind that {which} its claim was told apart");
    missing.map(say).collect()
}

/// The finding: what this very audit made of subjects whose truth is known.
pub(crate) fn finding(controls: &[Controlled]) -> Finding {
    let status = if controls.is_empty() {
        Status::NotApplicable
    } else if wrong(controls).is_empty() {
        Status::Answered
    } else {
        Status::Failed
    };
    let records = controls.iter().enumerate();
    let told = Told {
        status,
        records: records.filter_map(|(nth, control)| record(nth, control)).collect(),
        caveats: vec![
            "Each control is audited as the subject is, by the same plan and the same judge; it is not asked what the judge \
             does not need."
                .to_owned(),
            "Controls show that the audit works, not how often: see its power.".to_owned(),
        ],
        ..Told::new(said(controls))
    };
    told.about(
        "controls",
        "Would this very audit have noticed?",
        "Audited beside it by the same plan: are subjects that break their claim found, and those that keep it \
         not accused?",
        Some("An audit that says the same of everyone is found out."),
    )
}

/// A few controls one by one; of many, how many came out as known, and which did not.
fn said(controls: &[Controlled]) -> String {
    if controls.is_empty() {
        return "No control of its kind was audited beside it.".to_owned();
    }
    let words = |all: Vec<&Controlled>| {
        all.into_iter().map(Controlled::in_words).collect::<Vec<_>>().join("; ")
    };
    if controls.len() <= FEW {
        return format!("{}.", words(controls.iter().collect()));
    }
    let right = |breaks: bool| {
        let of: Vec<&Controlled> =
            controls.iter().filter(|control| control.breaks == breaks).collect();
        let n_right = of.iter().filter(|control| control.is_right() == Some(true)).count();
        format!("{n_right} of {}", of.len())
    };
    let counts = format!(
        "{} that break their claim were found, and {} that keep it were not accused",
        right(true),
        right(false)
    );
    let wrong = controls.iter().filter(|control| control.is_right() != Some(true));
    let wrong: Vec<&Controlled> = wrong.take(MOST_REASONS).collect();
    if wrong.is_empty() { format!("{counts}.") } else { format!("{counts}; {}.", words(wrong)) }
}

fn record(nth: usize, control: &Controlled) -> Option<Record> {
    let came = control.found.as_ref().ok()?;
    let Controlled { name, family, .. } = control;
    let label = format!("{name} ({family}), {}: {}", came.word(), came.record.label);
    let of = Some(came.record.id.clone());
    Some(Record {
        id: format!("controls.{}", nth + 1),
        label,
        control_of: of,
        ..came.record.clone()
    })
}
