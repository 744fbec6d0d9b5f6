//! Why a run cannot be trusted.

use overt_fault::Hint;

/// The fault of a run.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum Error {
    /// The network has no such place. An empty answer would look like a finding, so this is an error.
    #[error("no site `{site}` in this network; nearest: {}", list(nearest))]
    UnknownSite { site: String, nearest: Vec<String> },

    /// A silent no-op looks like a negative result.
    #[error("site `{site}` can be tapped only: nothing in the network reads it")]
    ReadOut { site: String },

    /// The trace was not asked to keep this site.
    #[error("site `{site}` was not tapped in this run")]
    NotTapped { site: String },

    /// A silent no-op looks like a negative result.
    #[error("edit at `{site}` never fired")]
    NeverFired { site: String },

    /// The network would go on with a value it does not expect.
    #[error("edit at `{site}` writes shape {got:?}, the site has {expected:?}")]
    ShapeChanged { site: String, expected: Vec<usize>, got: Vec<usize> },

    /// The edit names a place that the site does not have.
    #[error("edit at `{site}` selects {axis} {index}, the site has {extent}")]
    OutOfRange { site: String, axis: String, index: usize, extent: usize },

    /// An operation with a value that it does not take.
    #[error("edit at `{site}`: `{op}` does not take that value")]
    BadValue { site: String, op: String },

    /// The site has no such axis.
    #[error("edit at `{site}` selects along {axis}, which the site does not have")]
    NoAxis { site: String, axis: String },

    /// Nothing would be written.
    #[error("edit at `{site}` selects nothing")]
    SelectsNothing { site: String },

    /// A value that no trained network should meet.
    #[error("edit at `{site}` writes a value that is not finite")]
    NotFinite { site: String },

    /// The output asked for does not depend on the site.
    #[error("the scalar does not depend on `{site}`, so it has no gradient there")]
    NoGradient { site: String },
}

fn list(names: &[String]) -> String {
    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NotTapped { .. } => Some("add `.tap(site)` to the run".into()),
            Self::NeverFired { .. } => Some("the network never reached that site".into()),
            Self::BadValue { .. } => Some(
                "`set` and `add` take a number or one per entry of the last axis, `scale` a number, \
                 `zero` nothing"
                    .into(),
            ),
            Self::ReadOut { .. } => Some("edit what it is computed from".into()),
            _ => Some("`overt sites MODEL` lists every site with its axes".into()),
        }
    }
}
