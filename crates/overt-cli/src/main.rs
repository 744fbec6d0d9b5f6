//! The `overt` binary.

mod checking;
mod door;
mod fault;
mod number;
mod progress;
mod prompt;
mod verbs;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use door::{Colour, Door};
use overt::fault::Result;
use std::io::Write;
use std::process::ExitCode;

/// Large buffers come and go with every operation: kept by the allocator and not by the system, they
/// cost a quarter less of a forward pass (`docs/evidence/engine-speed.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Says which goal a trained model really pursues, before it is deployed, and how sure that is.
#[derive(Debug, Parser)]
#[command(version, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
    /// Prints JSON for a program instead of words.
    #[arg(long, global = true)]
    json: bool,
    /// When to use colour; `NO_COLOR` switches `auto` off.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
}

const AFTER_HELP: &str = "\
Example: overt audit maze-green

Exit codes: 0 done or VERIFIED, 10 REFUTED, 11 INCONCLUSIVE, 3 evidence that does not hold,
            2 malformed input, 1 could not run";

#[derive(Debug, Subcommand)]
enum Verb {
    Audit(verbs::audit::Audit),
    Keygen(verbs::keygen::Keygen),
    Verify(verbs::verify::Verify),
    Redact(verbs::redact::Redact),
    Challenge(verbs::challenge::Challenge),
    Respond(verbs::respond::Respond),
    ReplayCheck(verbs::replay_check::ReplayCheck),
    Gate(verbs::gate::Gate),
    Subjects(verbs::subjects::Subjects),
    Reveal(verbs::reveal::Reveal),
    Watch(verbs::watch::Watch),
    Train(verbs::train::Train),
    Organisms(verbs::organisms::Organisms),
    Arena(verbs::arena::Arena),
    Drift(verbs::drift::Drift),
    Run(verbs::run::Run),
    Sites(verbs::sites::Sites),
    Certify(verbs::certify::Certify),
    Export(verbs::export::Export),
    Patch(verbs::patch::Patch),
    Lens(verbs::lens::Lens),
    Generate(verbs::generate::Generate),
    Convert(verbs::convert::Convert),
    Completions(verbs::completions::Completions),
    Man(verbs::man::Man),
}

fn main() -> ExitCode {
    fault::catch_bugs(|| match parse() {
        Ok(cli) => run(&cli).unwrap_or_else(|error| fault::tell(&error)),
        Err(usage) => tell_usage(&usage),
    })
}

fn run(cli: &Cli) -> Result<ExitCode> {
    let door = Door::new(cli.json, cli.color);
    let done = |()| ExitCode::SUCCESS;
    match &cli.verb {
        Verb::Audit(verb) => verb.run(&door),
        Verb::Keygen(verb) => verb.run(&door).map(done),
        Verb::Verify(verb) => verb.run(&door),
        Verb::Redact(verb) => verb.run(&door).map(done),
        Verb::Challenge(verb) => verb.run(&door),
        Verb::Respond(verb) => verb.run(&door).map(done),
        Verb::ReplayCheck(verb) => verb.run(&door),
        Verb::Gate(verb) => verb.run(&door),
        Verb::Subjects(verb) => verb.run(&door).map(done),
        Verb::Reveal(verb) => verb.run(&door).map(done),
        Verb::Watch(verb) => verb.run(&door).map(done),
        Verb::Train(verb) => verb.run(&door),
        Verb::Arena(verb) => verb.run(&door).map(done),
        Verb::Drift(verb) => verb.run(&door).map(done),
        Verb::Organisms(verb) => verb.run(&door).map(done),
        Verb::Run(verb) => verb.run(&door).map(done),
        Verb::Sites(verb) => verb.run(&door).map(done),
        Verb::Patch(verb) => verb.run(&door).map(done),
        Verb::Lens(verb) => verb.run(&door).map(done),
        Verb::Generate(verb) => verb.run(&door).map(done),
        Verb::Convert(verb) => verb.run(&door).map(done),
        Verb::Certify(verb) => verb.run(&door),
        Verb::Export(verb) => verb.run().map(done),
        Verb::Completions(verb) => verb.run(command()).map(done),
        Verb::Man(verb) => verb.run(command()).map(done),
    }
}

/// All verbs with their arguments. A number below zero is a value that is out of range, not an option.
fn command() -> clap::Command {
    fn with_negative_numbers(command: clap::Command) -> clap::Command {
        let takes_value = |arg: &clap::Arg| arg.get_action().takes_values();
        command
            .mut_args(|arg| if takes_value(&arg) { arg.allow_negative_numbers(true) } else { arg })
            .mut_subcommands(with_negative_numbers)
    }
    with_negative_numbers(Cli::command())
}

/// The arguments; help keeps to the colour that they ask for.
fn parse() -> Result<Cli, clap::Error> {
    let asked = Colour::find(std::env::args_os());
    let mut command = command().color(asked.into());
    let mut matches = command.try_get_matches_from_mut(std::env::args_os())?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// Help goes to stdout and is no error; anything else is told and ends with 2.
fn tell_usage(usage: &clap::Error) -> ExitCode {
    // Nobody is left to tell when the pipe is closed.
    usage.print().ok();
    if let Some(hint) = hint_of(usage) {
        std::io::stderr().write_all(format!("hint: {hint}\n").as_bytes()).ok();
    }
    if usage.use_stderr() { ExitCode::from(fault::MALFORMED) } else { ExitCode::SUCCESS }
}

/// What to do about a value that an option does not take.
fn hint_of(usage: &clap::Error) -> Option<String> {
    match usage.kind() {
        ErrorKind::ValueValidation if usage.to_string().contains(number::SEED) => {
            // It is told with its value, such as `--level <SEED>`.
            let option = match usage.get(ContextKind::InvalidArg) {
                Some(ContextValue::String(told)) => told.split_whitespace().next(),
                _ => None,
            };
            let option = option.unwrap_or("--seed");
            Some(format!("leave `{option}` out, or give a whole number, such as `{option} 7`"))
        }
        ErrorKind::ValueValidation | ErrorKind::InvalidValue => {
            Some("`overt VERB --help` says what each option takes".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command with its path, such as `arena score`.
    fn all(command: &clap::Command, path: &str, found: &mut Vec<(String, clap::Command)>) {
        for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
            let path = format!("{path} {}", below.get_name());
            found.push((path.clone(), below.clone()));
            all(below, &path, found);
        }
    }

    #[test]
    fn every_command_has_an_example_of_itself() {
        let mut found = Vec::new();
        all(&command(), "overt", &mut found);
        assert!(found.len() > 30, "only {} commands", found.len());
        for (path, command) in found {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let has_example = help.contains("Example:") && help.contains(&path);
            assert!(has_example, "`{path} --help` has no example of itself: {help}");
        }
    }

    #[test]
    fn the_commands_hold_together() {
        command().debug_assert();
    }
}
