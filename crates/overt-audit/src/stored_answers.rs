//! What the checks measured on a control that ships, measured once and taken many times.
//!
//! Such a control never changes, so what a check measures on it is a function of the control, the plan and its seed.
//! Stored answers are taken only under the key of all three. A few cheap checks are asked anew in every run, and where
//! one of them differs in a bit, all are.

use crate::ask::ask_deciding;
use crate::stored::StoredFile;
use crate::{Answers, Asking, Audited, Detects, Error, Listed, STORED_SCHEMA, Stored, StoredError};
use overt_report::Measured;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

impl Stored {
    /// Measures a control by every check that decides, as a file; `day` is written into it.
    ///
    /// # Errors
    /// A check that cannot run, or whose answer cannot be stored.
    pub fn measure<W: Audited>(
        subject: &W::Subject,
        plan: &W::Plan,
        day: &str,
    ) -> Result<String, Error> {
        if !deciding::<W>().any(|check| check.is_spot) {
            return Err(StoredError::NoSpotCheck.into());
        }
        let answers = ask_deciding::<W>(subject, plan);
        let mut stored = BTreeMap::new();
        for check in deciding::<W>() {
            let Some(answer) = written(check, &answers)? else {
                let missing = Error::MissingAnswer { check: check.name };
                return Err(answers.into_error().unwrap_or(missing));
            };
            stored.insert(check.name.to_owned(), answer);
        }
        let file = StoredFile {
            schema: STORED_SCHEMA.to_owned(),
            control: W::name(subject).to_owned(),
            key: Self::key::<W>(subject, plan)?,
            overt_version: env!("CARGO_PKG_VERSION").to_owned(),
            measured_on: day.to_owned(),
            answers: stored,
        };
        let json = serde_json::to_string(&file).map_err(StoredError::from)? + "\n";
        let read_back = Self::parse(json.as_bytes())?;
        match deciding::<W>().find(|check| !read_back.holds(check, &answers)) {
            Some(check) => Err(StoredError::NotTheSame { check: check.name }.into()),
            None => Ok(json),
        }
    }

    /// Under what measures count: SHA-256 over the world's detectors, all that checks see of the control, the plan with
    /// its seed, and the names of the checks.
    ///
    /// # Errors
    /// A plan that has no form as data.
    pub fn key<W: Audited>(subject: &W::Subject, plan: &W::Plan) -> Result<String, StoredError> {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        };
        add(STORED_SCHEMA);
        add(W::Detector::SCHEMA);
        add(&W::kind(subject));
        add(&W::seen(subject));
        add(&serde_json::to_string(plan)?);
        for check in deciding::<W>() {
            add(check.name);
        }
        Ok(format!("{:x}", hash.finalize()))
    }

    /// Whether it is of this control under this plan.
    pub fn is_of<W: Audited>(&self, subject: &W::Subject, plan: &W::Plan) -> bool {
        Self::key::<W>(subject, plan).is_ok_and(|key| key == self.file.key)
    }

    /// The stored answers, with those of the spot checks measured anew; the names of those that differ if any does.
    fn confirmed<W: Audited>(
        &self,
        subject: &W::Subject,
        plan: &W::Plan,
    ) -> Result<(Answers, Vec<String>), Vec<String>> {
        let mut answers = Answers::default();
        for check in deciding::<W>() {
            let stored = self.file.answers.get(check.name);
            let read = check.form.zip(stored).and_then(|(form, stored)| (form.read)(stored).ok());
            let Some(read) = read else { return Err(vec![check.name.to_owned()]) };
            answers.put(check.name, Ok(read));
        }
        let (mut same, mut differing) = (Vec::new(), Vec::new());
        for check in deciding::<W>().filter(|check| check.is_spot) {
            let anew = (check.ask)(Asking { subject, plan, answers: &answers });
            answers.put(check.name, anew);
            let names = if self.holds(check, &answers) { &mut same } else { &mut differing };
            names.push(check.name.to_owned());
        }
        if same.is_empty() || !differing.is_empty() { Err(differing) } else { Ok((answers, same)) }
    }

    /// Whether an answer is the stored one, bit for bit: numbers are written so that each bit is.
    fn holds<W: Audited>(&self, check: &Listed<W>, answers: &Answers) -> bool {
        let written = written(check, answers).ok().flatten();
        let stored = self.file.answers.get(check.name);
        let bits = |answer: &serde_json::Value| answer.to_string();
        written.zip(stored).is_some_and(|(one, other)| bits(&one) == bits(other))
    }
}

/// What the checks that decide answer on a control, and where the answers are from: stored ones, where they are of
/// this control under this plan and a spot check finds them right.
pub(crate) fn answers_of<W: Audited>(
    subject: &W::Subject,
    plan: &W::Plan,
    stored: &[Stored],
) -> (Answers, Measured) {
    let found = stored.iter().find(|stored| stored.is_of::<W>(subject, plan));
    let differing = match found.map(|stored| (stored, stored.confirmed::<W>(subject, plan))) {
        None => Vec::new(),
        Some((Stored { file, digest }, Ok((answers, again)))) => {
            let measured = Measured::Before {
                digest: digest.clone(),
                overt_version: file.overt_version.clone(),
                day: file.measured_on.clone(),
                again,
            };
            return (answers, measured);
        }
        Some((_, Err(differing))) => differing,
    };
    (ask_deciding::<W>(subject, plan), Measured::Now { differing })
}

fn deciding<W: Audited>() -> impl Iterator<Item = &'static Listed<W>> {
    W::CHECKS.iter().filter(|check| check.decides)
}

/// An answer as data; nothing where the check could not run.
fn written<W: Audited>(check: &Listed<W>, answers: &Answers) -> Result<Option<Value>, StoredError> {
    let form = check.form.ok_or(StoredError::NoForm { check: check.name })?;
    let answer = answers.get(check.name).map(form.write);
    Ok(answer.transpose()?)
}
