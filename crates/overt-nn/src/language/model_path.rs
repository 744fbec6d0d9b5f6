//! Which model a person means: where its files lie, and what is said of them.

use std::path::{Path, PathBuf};

/// Which model is opened, and how.
///
/// ```
/// use overt_nn::ModelPath;
///
/// let model = ModelPath::from("models/smollm2");
/// assert_eq!(model.path, std::path::Path::new("models/smollm2"));
/// assert_eq!(model.adapter, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelPath {
    /// A Hugging Face folder, or a `.gguf` file.
    pub path: PathBuf,
    /// The folder of a PEFT adapter that is put on the model.
    pub adapter: Option<PathBuf>,
    /// Keys of the configuration that a person says change no number, though this engine does not know them.
    pub accepted_keys: Vec<String>,
}

impl From<PathBuf> for ModelPath {
    fn from(path: PathBuf) -> Self {
        Self { path, ..Self::default() }
    }
}

impl From<&Path> for ModelPath {
    fn from(path: &Path) -> Self {
        path.to_path_buf().into()
    }
}

impl From<&str> for ModelPath {
    fn from(path: &str) -> Self {
        PathBuf::from(path).into()
    }
}
