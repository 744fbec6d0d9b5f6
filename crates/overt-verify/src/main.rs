//! The program `overt-verify`: checks the evidence of a report without the engine.
#![expect(clippy::disallowed_methods, reason = "a door reads files and the clock")]

use overt_evidence::bundle::{EVIDENCE, EVIDENCE_PAGE, FILES, MOST_BYTES};
use overt_evidence::verify::{Asked, verify};
use overt_evidence::{Bundle, Time, VerifyingKey};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

const USAGE: &str = "\
Checks the evidence of a report, offline and without the engine.

Usage: overt-verify REPORT_DIR [--key PUB] [--model DIR] [--json]
       overt-verify --version

  --key PUB    the public key of whoever signed, which you received by another way
  --model DIR  the folder of the model, whose digests are compared
  --json       prints JSON for a program instead of words

Example: overt-verify overt-report/maze-green --key my.key.pub

Exit codes: 0 all that was checked holds, 3 something does not, 2 malformed input
";
const MALFORMED: u8 = 2;

/// What was asked for.
#[derive(Debug, Default)]
struct Arguments {
    report: Option<PathBuf>,
    key: Option<PathBuf>,
    model: Option<PathBuf>,
    json: bool,
    help: bool,
    version: bool,
}

fn main() -> ExitCode {
    match arguments().and_then(|arguments| run(&arguments)) {
        Ok((text, code)) => {
            // Nobody is left to tell when the pipe is closed.
            std::io::stdout().write_all(text.as_bytes()).ok();
            ExitCode::from(code)
        }
        Err(error) => {
            std::io::stderr().write_all(format!("error: {error}\n").as_bytes()).ok();
            ExitCode::from(MALFORMED)
        }
    }
}

fn arguments() -> Result<Arguments, String> {
    let (mut asked, mut rest) = (Arguments::default(), std::env::args_os().skip(1));
    while let Some(argument) = rest.next() {
        let mut value = |name: &str| {
            rest.next().map(PathBuf::from).ok_or(format!("{name} needs a value\n{USAGE}"))
        };
        match argument.to_str() {
            Some("--key") => asked.key = Some(value("--key")?),
            Some("--model") => asked.model = Some(value("--model")?),
            Some("--json") => asked.json = true,
            Some("--help" | "-h") => asked.help = true,
            Some("--version" | "-V") => asked.version = true,
            Some(other) if other.starts_with('-') => {
                return Err(format!("unknown option {other:?}\n{USAGE}"));
            }
            _ if asked.report.is_some() => return Err(format!("more than one folder\n{USAGE}")),
            _ => asked.report = Some(PathBuf::from(argument)),
        }
    }
    Ok(asked)
}

fn run(asked: &Arguments) -> Result<(String, u8), String> {
    if asked.help {
        return Ok((USAGE.to_owned(), 0));
    }
    if asked.version {
        return Ok((format!("overt-verify {}\n", env!("CARGO_PKG_VERSION")), 0));
    }
    let report = asked.report.as_ref().ok_or(USAGE)?;
    let beside = Asked {
        key: asked.key.as_deref().map(key).transpose()?,
        model: asked.model.as_deref().map(model).transpose()?,
        now: now(),
    };
    let mut done = verify(&bundle(report)?, &beside);
    if report.join(EVIDENCE_PAGE).exists() {
        done.add_evidence_page();
    }
    let text = if asked.json { format!("{:#}\n", done.to_json()) } else { done.screen() };
    Ok((text, done.exit_code()))
}

fn bundle(dir: &Path) -> Result<Bundle, String> {
    let mut bundle = Bundle::default();
    for name in FILES {
        if let Some(bytes) = read(&dir.join(name))? {
            bundle.files.insert(name.to_owned(), bytes);
        }
    }
    if bundle.files.contains_key(EVIDENCE) {
        Ok(bundle)
    } else {
        Err(format!("folder {} holds no {EVIDENCE}", dir.display()))
    }
}

fn key(path: &Path) -> Result<VerifyingKey, String> {
    let bytes = read(path)?.ok_or(format!("no file {}", path.display()))?;
    let text = String::from_utf8(bytes).map_err(|why| format!("{}: {why}", path.display()))?;
    VerifyingKey::from_pem(&text).map_err(|error| format!("cannot use {}: {error}", path.display()))
}

/// Every file of a folder, without those of folders in it.
fn model(dir: &Path) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let problem = |error: std::io::Error| format!("cannot read {}: {error}", dir.display());
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(dir).map_err(problem)? {
        let path = entry.map_err(problem)?.path();
        if path.is_file()
            && let (Some(name), Some(bytes)) = (path.file_name(), read(&path)?)
        {
            files.insert(name.to_string_lossy().into_owned(), bytes);
        }
    }
    Ok(files)
}

/// A file that is a file; none where nothing is there.
fn read(path: &Path) -> Result<Option<Vec<u8>>, String> {
    let Ok(metadata) = std::fs::symlink_metadata(path) else { return Ok(None) };
    if !metadata.is_file() {
        return Err(format!("{} is a link or a folder, expected a file", path.display()));
    }
    if metadata.len() > MOST_BYTES {
        return Err(format!("{} is longer than {MOST_BYTES} bytes", path.display()));
    }
    let bytes = std::fs::read(path);
    bytes.map(Some).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// The present, or when the environment says that it is, as `overt` has it.
fn now() -> Option<Time> {
    let since = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(set) => set.parse().ok()?,
        Err(_) => SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs(),
    };
    let day: Time = "1970-01-01T00:00:00Z".parse().ok()?;
    let (days, second) = (u32::try_from(since / 86_400).ok()?, since % 86_400);
    let date = day.days_later(days).to_string();
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", &date[..10]).parse().ok()
}
