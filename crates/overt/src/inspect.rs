//! Where an Inspect log goes, and under which name.

use crate::fault::{Refused, Result};
use crate::report::{InspectRun, Report, inspect_log};
use crate::{clock, files};
use std::path::{Path, PathBuf};

/// How files of the log end.
const ENDING: &str = "eval";
/// Digits of a digest that tell one run from another.
const ID_DIGITS: usize = 22;

/// A log that will be written once the audits are there.
#[derive(Debug)]
pub struct InspectFile {
    path: PathBuf,
    run: InspectRun,
}

impl InspectFile {
    /// Refuses a path that cannot become a log, before any work is done for it. `model` is what was
    /// audited, `digest` tells it from others.
    pub fn new(asked: &Path, model: &str, digest: &str) -> Result<Self> {
        let run = InspectRun {
            moment: clock::now()?,
            model: format!("overt/{model}"),
            id: digest.chars().take(ID_DIGITS).collect(),
            commit: option_env!("OVERT_COMMIT").map(str::to_owned),
        };
        let path = if asked.is_dir() { asked.join(run.file_name()) } else { asked.to_owned() };
        if path.extension().is_none_or(|ending| ending != ENDING) {
            let fact = format!("{} does not end in `.{ENDING}`", path.display());
            let hint = format!(
                "Inspect lists logs such as {}; or name a folder that is there",
                run.file_name()
            );
            return Err(Refused::new(fact, hint).into());
        }
        files::check_file(&path, "name another file with `--inspect`")?;
        Ok(Self { path, run })
    }

    /// What a person should know of the name, where it is not like those that Inspect gives.
    pub fn remark(&self) -> Option<String> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let like = self.run.file_name();
        (!begins_with_a_time(&name))
            .then(|| format!("Inspect's own logs begin with their time, such as {like}"))
    }

    /// The bytes of the log of these reports.
    pub fn bytes(&self, reports: &[Report]) -> Result<Vec<u8>> {
        Ok(inspect_log(reports, &self.run)?)
    }

    /// Writes the log.
    pub fn write(&self, bytes: &[u8]) -> Result<()> {
        files::write_whole(&self.path, bytes)
    }
}

/// Whether a name begins as Inspect's own do: `2026-11-22T09-00-00`.
fn begins_with_a_time(name: &str) -> bool {
    let pattern = "dddd-dd-ddTdd-dd-dd";
    let fits = |(form, got): (char, char)| match form {
        'd' => got.is_ascii_digit(),
        '-' => got == '-' || got == ':',
        other => got == other,
    };
    name.len() > pattern.len() && pattern.chars().zip(name.chars()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Moment;

    #[test]
    fn names_of_inspect_begin_with_a_time() {
        let own = Moment::after_1970(0).map(|moment| InspectRun {
            moment,
            model: String::new(),
            id: "a1".into(),
            commit: None,
        });
        assert!(begins_with_a_time(&own.unwrap().file_name()));
        assert!(begins_with_a_time("2026-11-22T09:00:00_x.eval"));
        assert!(!begins_with_a_time("maze.eval") && !begins_with_a_time("2026-11-22.eval"));
    }
}
