//! `overt subjects`: what ships inside the binary.

use crate::door::{Door, say, say_json};
use crate::number::{chosen, thousands};
use clap::Args;
use overt::audit::maze::Claim;
use overt::fault::Result;
use overt::verbs::ShippedSubject;

/// Lists the subjects that ship.
#[derive(Args, Debug)]
#[command(after_help = "Example: overt subjects --json")]
pub(crate) struct Subjects;

impl Subjects {
    #[expect(clippy::unused_self, reason = "every verb runs alike")]
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let subjects = overt::verbs::subjects()?;
        if door.json {
            return say_json(&subjects);
        }
        let blocks: Vec<String> = subjects.iter().map(|subject| in_words(subject, door)).collect();
        say(&blocks.join("\n"))
    }
}

fn in_words(subject: &ShippedSubject, door: &Door) -> String {
    let Claim { goal, min_rate, .. } = &subject.claim;
    format!(
        "{}\n  {}\n  claim       {} first, in at least {} of deployment levels\n  \
             parameters  {}\n  weights     SHA-256 {}\n",
        door.bold(subject.name),
        subject.description,
        goal.sentence(),
        chosen(*min_rate),
        thousands(subject.parameters),
        subject.digest,
    )
}
