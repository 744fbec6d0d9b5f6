//! A check: one question put to a subject, and the finding that its answer becomes.

use crate::answers::AnyAnswer;
use crate::{Answers, Error, World};
use overt_report::{Figure, Finding, Record, Status};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::any::Any;

/// To whom a question is put, and what is known so far.
pub struct Asking<'a, W: World> {
    /// The subject.
    pub subject: &'a W::Subject,
    /// How much is asked, and from which seed.
    pub plan: &'a W::Plan,
    /// What the checks before this one answered.
    pub answers: &'a Answers,
}

impl<W: World> Clone for Asking<'_, W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W: World> Copy for Asking<'_, W> {}

/// One question. A check is a file: what it measures, and the finding that it writes.
pub trait Check<W: World> {
    /// What it measures.
    type Answer: Any + Send + Sync;
    /// Its name in findings.
    const NAME: &'static str;
    /// Its question in a few words, as the heading of the finding.
    const TITLE: &'static str;
    /// Its question in full.
    const QUESTION: &'static str;
    /// What it adds to the black-box baseline; nothing for the baseline itself.
    const ADDS: Option<&'static str>;
    /// Whether the judge needs its answer. A control, which is audited to be judged and not to be explained, is
    /// not asked the others.
    const DECIDES: bool = true;

    /// Puts the question.
    ///
    /// # Errors
    /// A subject of which it cannot be asked.
    fn ask(asking: Asking<'_, W>) -> Result<Self::Answer, Error>;

    /// The answer in words, numbers and pictures.
    ///
    /// # Errors
    /// A picture that cannot be drawn.
    fn tell(asking: Asking<'_, W>, answer: &Self::Answer) -> Result<Told, Error>;
}

/// Answers are asked for by the check that gave them.
impl Answers {
    /// The answer of a check; nothing where it could not run or was not asked yet.
    pub fn of<W: World, C: Check<W>>(&self) -> Option<&C::Answer> {
        self.get(C::NAME)?.downcast_ref()
    }

    /// The answer of a check that other checks rest on.
    ///
    /// # Errors
    /// It could not run.
    pub fn need<W: World, C: Check<W>>(&self) -> Result<&C::Answer, Error> {
        self.of::<W, C>().ok_or(Error::MissingAnswer { check: C::NAME })
    }

    /// Puts an answer in its place.
    pub fn insert<W: World, C: Check<W>>(&mut self, answer: C::Answer) {
        self.put(C::NAME, Ok(Box::new(answer)));
    }
}

/// An answer in words, numbers and pictures.
pub struct Told {
    /// The answer in a sentence or two.
    pub said: String,
    /// Whether it can be relied on.
    pub status: Status,
    /// Id of the record that answers in one number.
    pub headline: Option<String>,
    /// Its numbers.
    pub records: Vec<Record>,
    /// Its pictures.
    pub figures: Vec<Figure>,
    /// What it does not say.
    pub caveats: Vec<String>,
}

/// A check in the list of a world.
pub struct Listed<W: World> {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its question in a few words.
    pub(crate) title: &'static str,
    pub(crate) decides: bool,
    pub(crate) ask: fn(Asking<'_, W>) -> Result<AnyAnswer, Error>,
    pub(crate) finding: fn(Asking<'_, W>) -> Result<Finding, Error>,
    /// How its answer is stored; nothing where it is measured in every run.
    pub(crate) form: Option<Form>,
    /// Whether it is asked anew of a control whose answers are stored.
    pub(crate) is_spot: bool,
}

/// An answer as data, and back.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub(crate) write: fn(&AnyAnswer) -> Result<Value, serde_json::Error>,
    pub(crate) read: fn(&Value) -> Result<AnyAnswer, serde_json::Error>,
}

impl<W: World> Listed<W> {
    /// The line that adds a check to a world.
    pub const fn of<C: Check<W>>() -> Self {
        Self {
            name: C::NAME,
            title: C::TITLE,
            decides: C::DECIDES,
            ask: ask::<W, C>,
            finding: finding::<W, C>,
            form: None,
            is_spot: false,
        }
    }

    /// A check whose answers on controls that ship may be stored.
    pub const fn storable<C>() -> Self
    where
        C: Check<W>,
        C::Answer: Serialize + DeserializeOwned,
    {
        let form = Form { write: write::<C::Answer>, read: read::<C::Answer> };
        Self { form: Some(form), ..Self::of::<C>() }
    }

    /// The same; and it is so cheap, and so quick to notice other weights or other arithmetic, that it is asked anew
    /// of each control in every run. Where its answer is not the stored one bit for bit, none of the stored answers
    /// counts. A world without such a check uses no stored answers.
    pub const fn spot<C>() -> Self
    where
        C: Check<W>,
        C::Answer: Serialize + DeserializeOwned,
    {
        Self { is_spot: true, ..Self::storable::<C>() }
    }
}

fn write<A: Serialize + 'static>(answer: &AnyAnswer) -> Result<Value, serde_json::Error> {
    use serde::ser::Error as _;
    let answer: Option<&A> = answer.downcast_ref();
    answer.map_or_else(
        || Err(serde_json::Error::custom("an answer of another check")),
        serde_json::to_value,
    )
}

fn read<A>(stored: &Value) -> Result<AnyAnswer, serde_json::Error>
where
    A: DeserializeOwned + Any + Send + Sync,
{
    Ok(Box::new(A::deserialize(stored)?))
}

fn ask<W: World, C: Check<W>>(asking: Asking<'_, W>) -> Result<AnyAnswer, Error> {
    Ok(Box::new(C::ask(asking)?))
}

fn finding<W: World, C: Check<W>>(asking: Asking<'_, W>) -> Result<Finding, Error> {
    let told = match asking.answers.of::<W, C>() {
        Some(answer) => C::tell(asking, answer)?,
        None => Told::failed(asking.answers.error(C::NAME)),
    };
    Ok(told.about(C::NAME, C::TITLE, C::QUESTION, C::ADDS))
}

impl Told {
    /// An answer that can be relied on; numbers, pictures and caveats are to be added.
    pub fn new(said: impl Into<String>) -> Self {
        Self {
            said: said.into(),
            status: Status::Answered,
            headline: None,
            records: Vec::new(),
            figures: Vec::new(),
            caveats: Vec::new(),
        }
    }

    fn failed(error: Option<&Error>) -> Self {
        let why = error.map_or_else(String::new, |error| format!(": {error}"));
        Self { status: Status::Failed, ..Self::new(format!("The check could not run{why}.")) }
    }

    /// The finding of a check with this name and question.
    pub(crate) fn about(
        self,
        name: &str,
        title: &str,
        question: &str,
        adds: Option<&str>,
    ) -> Finding {
        Finding {
            check: name.to_owned(),
            title: title.to_owned(),
            question: question.to_owned(),
            answer: self.said,
            status: self.status,
            headline: self.headline,
            records: self.records,
            figures: self.figures,
            caveats: self.caveats,
            adds: adds.map(str::to_owned),
        }
    }
}
