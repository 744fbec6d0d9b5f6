//! A claim, a study, and how they are read.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;
use toml::value::Datetime;

/// One claim that Overt makes of itself: a file of `evidence/claims`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claim {
    /// The name of its file: the study, then what is claimed.
    pub(crate) id: String,
    /// The study that measured it.
    pub(crate) study: String,
    /// One plain sentence.
    #[serde(rename = "claim")]
    pub(crate) sentence: String,
    /// Its short name on the scoreboard; absent where it does not stand there.
    pub(crate) headline: Option<String>,
    /// The figure, in its unit.
    pub(crate) value: Option<f64>,
    /// Digits after the point, of the value and its interval.
    pub(crate) decimals: Option<usize>,
    /// Digits after the point of the interval, where they differ.
    pub(crate) interval_decimals: Option<usize>,
    /// So many of so many.
    pub(crate) count: Option<[u64; 2]>,
    /// The figure in words, where it is no number.
    pub(crate) text: Option<String>,
    /// Both ends of the interval of the value, or of the share that the count gives.
    pub(crate) interval: Option<[f64; 2]>,
    /// How often such an interval holds the truth, in per cent.
    pub(crate) level: Option<u32>,
    /// How the interval was made.
    pub(crate) method: Option<String>,
    /// The unit of the value.
    pub(crate) unit: Option<String>,
    /// How many were measured.
    pub(crate) n: Option<u64>,
    /// What was measured or counted.
    pub(crate) of: Option<String>,
    /// What was to be reached.
    pub(crate) target: Option<Target>,
    /// Whether it was.
    pub(crate) status: Status,
    /// When it was measured.
    pub(crate) date: Datetime,
    /// Where: a name in `evidence/machines.toml`.
    pub(crate) machine: String,
    /// The commands that measure it again; absent where none does.
    pub(crate) command: Option<String>,
    /// The recomputation that a test makes from the data of the population.
    pub(crate) recompute: Option<String>,
    /// What a reader must know beside it.
    #[serde(default)]
    pub(crate) notes: Vec<String>,
    /// Columns of the table.
    #[serde(default)]
    pub(crate) columns: Vec<Column>,
    /// Rows of the table.
    #[serde(default)]
    pub(crate) rows: Vec<Vec<Cell>>,
    /// The data that it was measured on.
    #[serde(default)]
    pub(crate) population: Vec<Population>,
}

/// What a claim was to reach, in the unit of its value; counts are judged in per cent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Target {
    /// The least value that meets it.
    pub(crate) at_least: Option<f64>,
    /// The largest value that meets it.
    pub(crate) at_most: Option<f64>,
    /// The target in words, where it is no number.
    pub(crate) text: Option<String>,
}

/// What came of a claim.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// The target was reached.
    Met,
    /// It was not.
    Missed,
    /// No target was set.
    Reported,
}

/// A column of a table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Column {
    /// Its heading.
    pub(crate) name: String,
    /// Digits after the point.
    pub(crate) decimals: Option<usize>,
}

/// A cell of a table.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Cell {
    /// A figure.
    Number(f64),
    /// A figure with both ends of its interval.
    Interval([f64; 3]),
    /// Words.
    Text(String),
}

/// A file of data, as it was when the claim was measured.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Population {
    /// Its path from the root.
    pub(crate) file: String,
    /// Its digest.
    pub(crate) sha256: String,
}

/// One study: a file of `evidence/studies`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Study {
    /// The name of its file and of its page.
    pub(crate) id: String,
    /// Its place among the studies.
    pub(crate) order: u32,
    /// Its heading.
    pub(crate) title: String,
    /// The part of the scoreboard that it belongs to.
    pub(crate) area: String,
    /// What was asked, and how.
    pub(crate) about: String,
    /// Its claims, part by part.
    pub(crate) section: Vec<Section>,
}

/// A part of a study.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Section {
    /// Its heading.
    pub(crate) title: String,
    /// What is to know of this part.
    #[serde(default)]
    pub(crate) text: String,
    /// Names of its claims.
    pub(crate) claims: Vec<String>,
}

/// All claims and studies.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    /// Studies in their order.
    pub(crate) studies: Vec<Study>,
    /// Claims by name.
    pub(crate) claims: BTreeMap<String, Claim>,
    /// Machines by name.
    pub(crate) machines: BTreeMap<String, String>,
}

impl Evidence {
    /// Reads everything under `evidence/`.
    ///
    /// # Panics
    /// A file that cannot be read, or that has a key nobody knows.
    pub(crate) fn read(root: &Path) -> Self {
        let evidence = root.join("evidence");
        let mut studies: Vec<Study> = folder(&evidence.join("studies")).into_values().collect();
        studies.sort_by_key(|study| study.order);
        let claims = folder(&evidence.join("claims"));
        Self { studies, claims, machines: file(&evidence.join("machines.toml")) }
    }

    /// The claims of a section.
    pub(crate) fn claims_of<'a>(&'a self, section: &'a Section) -> impl Iterator<Item = &'a Claim> {
        section.claims.iter().map(|id| {
            self.claims.get(id).unwrap_or_else(|| panic!("a study names `{id}`, which is no claim"))
        })
    }
}

/// Every file of a folder by its name without the ending.
fn folder<T: DeserializeOwned>(path: &Path) -> BTreeMap<String, T> {
    let entries = std::fs::read_dir(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let paths = entries.map(|entry| entry.expect("an entry of a folder can be read").path());
    let named = |path: std::path::PathBuf| {
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        (name, file(&path))
    };
    paths.map(named).collect()
}

fn file<T: DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
