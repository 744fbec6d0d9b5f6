//! `overt subjects`: what ships inside the binary.

use crate::door::{Door, say, say_json};
use crate::number::{chosen, thousands};
use clap::Args;
use overt::audit::maze::{Claim, World};
use overt::fault::Result;
use overt::subjects::{SHIPPED, Shipped};
use serde::Serialize;

/// Lists the subjects that ship.
#[derive(Args, Debug)]
#[command(after_help = "Example: overt subjects --json")]
pub(crate) struct Subjects;

/// One subject as a program sees it.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    description: String,
    claim: Claim,
    world: World,
    parameters: u64,
    digest: String,
}

impl Subjects {
    #[expect(clippy::unused_self, reason = "every verb runs alike")]
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let rows: Vec<Row> = SHIPPED.iter().map(row).collect::<Result<_>>()?;
        if door.json {
            return say_json(&rows);
        }
        let blocks: Vec<String> = rows.iter().map(|row| row.in_words(door)).collect();
        say(&blocks.join("\n"))
    }
}

fn row(shipped: &Shipped) -> Result<Row> {
    let subject = shipped.read()?;
    let weights = subject.policy.weights();
    Ok(Row {
        name: shipped.name,
        parameters: weights.values().len() as u64,
        digest: weights.digest(),
        description: subject.description,
        claim: subject.claim,
        world: subject.world,
    })
}

impl Row {
    fn in_words(&self, door: &Door) -> String {
        let Claim { goal, min_rate, .. } = &self.claim;
        format!(
            "{}\n  {}\n  claim       {} first, in at least {} of deployment levels\n  \
             parameters  {}\n  digest      {}\n",
            door.bold(self.name),
            self.description,
            goal.sentence(),
            chosen(*min_rate),
            thousands(self.parameters),
            self.digest,
        )
    }
}
