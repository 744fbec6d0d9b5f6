//! Runs the binary in a folder of its own.
#![expect(clippy::disallowed_methods, reason = "tests make the files that they ask about")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder in which `overt` is run.
pub(crate) struct Desk {
    folder: TempDir,
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The repository's `subjects/`.
pub(crate) fn shipped(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../subjects").join(file)
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs `overt` with arguments parted by spaces.
    pub(crate) fn overt(&self, args: &str) -> Ran {
        self.overt_with(args, &[])
    }

    pub(crate) fn overt_with(&self, args: &str, environment: &[(&str, &str)]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_overt"));
        command.args(args.split_whitespace()).current_dir(self.folder.path());
        command.env_remove("NO_COLOR").env_remove("COLUMNS").envs(environment.iter().copied());
        let Output { status, stdout, stderr } = command.output().unwrap();
        Ran {
            code: status.code().unwrap_or(-1),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: without_progress(&String::from_utf8(stderr).unwrap()),
        }
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// A copy of a shipped subject's folder.
    pub(crate) fn copy_subject(&self, name: &str, to: &str) {
        for file in ["config.json", "model.safetensors", "subject.toml", "claim.toml"] {
            let bytes = std::fs::read(shipped(name).join(file)).unwrap();
            self.write(&format!("{to}/{file}"), &bytes);
        }
    }

    /// Every file on the desk, by its path from here, in order.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(self.folder.path()).unwrap();
                    found.push(name.to_string_lossy().into_owned());
                }
            }
        }
        found.sort();
        found
    }
}

/// What was said beside the lines that say how far long work is: how many there are depends on the machine.
fn without_progress(stderr: &str) -> String {
    stderr.split_inclusive('\n').filter(|line| !line.starts_with("progress: ")).collect()
}

impl Ran {
    /// Exactly one error that tells `fact`, with one hint that tells `hint`, and exit code 2.
    pub(crate) fn is_refused(&self, fact: &str, hint: &str) {
        let starts = |with: &str| self.stderr.lines().filter(|line| line.starts_with(with)).count();
        assert_eq!(self.code, 2, "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        assert_eq!((starts("error: "), starts("hint: ")), (1, 1), "{self:?}");
        let (error, advice) = self.stderr.split_once("\nhint: ").unwrap();
        assert!(error.contains(fact), "no `{fact}`: {self:?}");
        assert!(advice.contains(hint), "no `{hint}`: {self:?}");
    }

    pub(crate) fn is_done(&self) -> &Self {
        assert_eq!((self.code, &*self.stderr), (0, ""), "{self:?}");
        self
    }
}
