//! `overt verify`: checks evidence, and runs random cases again.

use crate::checking::Checking;
use crate::door::{Door, say, say_json};
use clap::Args;
use overt::fault::Result;
use std::path::PathBuf;
use std::process::ExitCode;

/// Checks the evidence of a report, offline, and says what was checked and what was not.
#[derive(Args, Debug)]
#[command(after_help = "\
Example: overt verify overt-report/maze-green --key my.key.pub --replay

Exit codes: 0 all that was checked holds, 3 something does not, 2 malformed input")]
pub(crate) struct Verify {
    /// Folder of a report with evidence, such as overt-report/maze-exit.
    report: PathBuf,
    #[command(flatten)]
    checking: Checking,
}

impl Verify {
    pub(crate) fn run(&self, door: &Door) -> Result<ExitCode> {
        self.checking.tell_apart();
        let done = overt::verbs::verify(&self.report, &self.checking.options())?;
        if door.json {
            say_json(&done.to_json())?;
        } else {
            say(&door.fit(&done.screen()))?;
        }
        Ok(ExitCode::from(done.exit_code()))
    }
}
