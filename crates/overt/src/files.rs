//! Files appear whole or not at all.
#![expect(clippy::disallowed_methods, reason = "this is the room that touches files")]

use crate::fault::{Context, Refused, Result};
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// The largest file that is read into memory, in bytes.
const LARGEST: u64 = 1 << 30;

/// Writes a file: to a neighbour first, then renamed over the name.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let dir = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(dir)?;
        draft(dir, bytes)?.persist(path).map_err(|error| error.error)?;
        keep_names(dir)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Writes a file that nobody else may read.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let dir = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(dir)?;
        // Without other permissions a file that `tempfile` makes is its owner's alone.
        let mut file = NamedTempFile::new_in(dir)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Does work while no other program does work under the lock of this path. The lock is a file of its own
/// beside it, because the file itself is replaced when it is written.
pub fn locked<T>(path: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let beside = PathBuf::from(beside);
    let lock = || -> std::io::Result<std::fs::File> {
        let dir = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(dir)?;
        let file = std::fs::File::options().create(true).append(true).open(&beside)?;
        file.lock()?;
        Ok(file)
    };
    let held = lock().map_err(|error| {
        let fact = format!("cannot lock {}: {error}", beside.display());
        Refused::new(fact, "the folder must be writable, and on a disk that knows locks")
    })?;
    let done = work();
    // Closing the file would give the lock back, too; this says so.
    held.unlock().ok();
    done
}

/// Writes several files into a folder, all or none: every one is complete before the first appears.
pub fn write_together(dir: &Path, files: &[(&str, &[u8])]) -> Result<()> {
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(dir)?;
        let drafts: std::io::Result<Vec<_>> =
            files.iter().map(|(name, bytes)| Ok((dir.join(name), draft(dir, bytes)?))).collect();
        for (path, draft) in drafts? {
            draft.persist(path).map_err(|error| error.error)?;
        }
        keep_names(dir)
    };
    write().with_context(|| format!("cannot write to {}", dir.display()))
}

/// Writes a folder that is not there yet or is empty, whole or not at all: it is filled beside its place, and then
/// takes its name.
pub fn write_folder(dir: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let parent = dir.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let begin = || -> std::io::Result<tempfile::TempDir> {
        std::fs::create_dir_all(parent)?;
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        builder.tempdir_in(parent)
    };
    let draft = begin().with_context(|| format!("cannot write to {}", dir.display()))?;
    fill(draft.path())?;
    let end = || -> std::io::Result<()> {
        // A folder that holds something is no folder to remove.
        if dir.exists() {
            std::fs::remove_dir(dir)?;
        }
        std::fs::rename(draft.path(), dir)?;
        keep_names(parent)
    };
    end().with_context(|| format!("cannot write to {}", dir.display()))
}

/// A new file in a folder that is being filled, which is written piece by piece.
pub fn part(path: &Path) -> Result<std::io::BufWriter<std::fs::File>> {
    let file = std::fs::File::create_new(path);
    let file = file.with_context(|| format!("cannot write {}", path.display()))?;
    Ok(std::io::BufWriter::new(file))
}

/// Refuses a folder that cannot take these files, before any work is done for them. It leaves no
/// trace: where the folder is not there yet, the nearest one above it is tried.
pub fn check_folder(dir: &Path, names: &[&str]) -> Result<()> {
    let paths: Vec<_> = names.iter().map(|name| dir.join(name)).collect();
    check(dir, &paths, "name another folder with `--out`")
}

/// The same for one file, with advice of its own.
pub fn check_file(path: &Path, hint: &str) -> Result<()> {
    check(path.parent().unwrap_or(Path::new(".")), &[path.to_owned()], hint)
}

/// Refuses a folder in which something lies already.
pub fn check_empty(dir: &Path) -> Result<()> {
    let is_taken = std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    if is_taken {
        let fact = format!("{} is not empty", dir.display());
        return Err(Refused::new(fact, "name another folder with `--out`").into());
    }
    check(dir, &[], "name another folder with `--out`")
}

fn check(dir: &Path, paths: &[PathBuf], hint: &str) -> Result<()> {
    let try_out = || temporary(nearest_there(dir))?.close();
    try_out().map_err(|error| {
        Refused::new(format!("cannot write to folder {}: {error}", dir.display()), hint)
    })?;
    match paths.iter().find(|path| path.is_dir()) {
        Some(path) => {
            let fact = format!("{} is a folder, expected a file or nothing", path.display());
            Err(Refused::new(fact, hint).into())
        }
        None => Ok(()),
    }
}

/// The folder itself, or the nearest one above it that is there.
fn nearest_there(dir: &Path) -> &Path {
    let there = dir.ancestors().find(|above| above.symlink_metadata().is_ok());
    there.unwrap_or(Path::new("."))
}

/// Makes the names in a folder durable, where a folder can be opened like a file.
fn keep_names(dir: &Path) -> std::io::Result<()> {
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    if cfg!(unix) { std::fs::File::open(dir)?.sync_all() } else { Ok(()) }
}

/// A finished file without its name; it goes when it is dropped.
fn draft(dir: &Path, bytes: &[u8]) -> std::io::Result<NamedTempFile> {
    let mut file = temporary(dir)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// A file without a name to keep, as readable to others as any new file.
fn temporary(dir: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(dir)
}

/// A file of lines that grows: what was written before is kept, so that long work goes on where it stopped.
#[derive(Debug)]
pub struct Lines(std::fs::File);

impl Lines {
    /// Opens or makes the file; also the lines that it holds. A last line that is not whole is taken off.
    pub fn open(path: &Path) -> Result<(Self, Vec<String>)> {
        let mut before = if path.exists() { read_text_lossy(path)? } else { String::new() };
        before.truncate(before.rfind('\n').map_or(0, |at| at + 1));
        let open = || -> std::io::Result<std::fs::File> {
            if let Some(dir) = path.parent() {
                std::fs::create_dir_all(dir)?;
            }
            let file = std::fs::File::options().create(true).append(true).open(path)?;
            file.set_len(before.len() as u64)?;
            Ok(file)
        };
        let file = open().with_context(|| format!("cannot write {}", path.display()))?;
        Ok((Self(file), before.lines().map(str::to_owned).collect()))
    }

    /// Adds a line.
    pub fn add(&mut self, line: &str) -> Result<()> {
        Ok(self.0.write_all(format!("{line}\n").as_bytes())?)
    }
}

/// The whole text of a file, up to where it is no text.
fn read_text_lossy(path: &Path) -> Result<String> {
    let bytes = read(path)?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned()
        }
    })
}

/// Reads a whole file of a sane size.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let refuse = |why: &dyn std::fmt::Display| {
        let fact = format!("cannot read {}: {why}", path.display());
        Refused::new(fact, "check the path and who may read it")
    };
    let metadata = std::fs::metadata(path).map_err(|error| refuse(&error))?;
    if !metadata.is_file() {
        return Err(refuse(&"it is not a file").into());
    }
    if metadata.len() > LARGEST {
        let why = format!("it has {} bytes, expected at most {LARGEST}", metadata.len());
        return Err(refuse(&why).into());
    }
    Ok(std::fs::read(path).map_err(|error| refuse(&error))?)
}

/// Reads a whole text file.
pub fn read_text(path: &Path) -> Result<String> {
    let text = String::from_utf8(read(path)?);
    Ok(text.map_err(|error| {
        let byte = error.utf8_error().valid_up_to();
        let fact = format!("{} is not UTF-8 text, first at byte {byte}", path.display());
        Refused::new(fact, "the file may be damaged, or another file under this name")
    })?)
}
