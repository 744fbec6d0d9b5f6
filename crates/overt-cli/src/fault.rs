//! What a person is told when something goes wrong, and the exit code of it.

use overt::fault::{Blame, Fault};
use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::Once;

/// Exit code of input or usage that is malformed.
pub(crate) const MALFORMED: u8 = 2;
/// Exit code of what was judged and does not hold.
pub(crate) const REFUTED: u8 = 10;
/// Exit code of what does not decide.
pub(crate) const INCONCLUSIVE: u8 = 11;
/// Exit code of evidence that does not hold together.
pub(crate) const TAMPERED: u8 = 3;
/// Exit code of what could not run.
const COULD_NOT_RUN: u8 = 1;

/// Tells an error once, with a hint where there is one, and gives its exit code.
pub(crate) fn tell(fault: &Fault) -> ExitCode {
    let hint = fault.hint();
    let hint = hint.map_or_else(String::new, |hint| format!("hint: {}\n", printable(&hint)));
    let text = format!("error: {}\n{hint}", printable(&fault.to_string()));
    // Nobody is left to tell when the pipe is closed.
    std::io::stderr().write_all(text.as_bytes()).ok();
    ExitCode::from(match fault.blame() {
        Blame::Input => MALFORMED,
        Blame::Evidence => TAMPERED,
        Blame::Run => COULD_NOT_RUN,
    })
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

    #[test]
    fn text_from_files_cannot_steer_the_terminal() {
        assert_eq!(printable("no `\u{1b}[2J`"), "no `\\u{1b}[2J`");
    }
}
