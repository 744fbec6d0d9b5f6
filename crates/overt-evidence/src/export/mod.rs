//! A statement in the formats of others: each says no more than the statement, and keeps every field of it.
//!
//! What a format has a place for stands in that place, for its own tools. Beside it every field of the
//! statement stands once more, under its own name, so that nothing is lost where a format has no place:
//! an interval's level, counts, a third answer beside pass and fail. `docs/formats/exports.md` says where.

mod cyclone_dx;
mod gsn;
mod in_toto;
mod model_card;
mod oscal;
mod record;
mod yaml;

use crate::{Error, Statement};
use record::{Record, pretty};
use serde_json::Value;

/// A format that others read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An in-toto statement with the predicate `test-result` v0.1, not signed.
    InToto,
    /// Assessment results of OSCAL 1.2.
    Oscal,
    /// A bill of materials of `CycloneDX` 1.7.
    CycloneDx,
    /// The `README.md` of a model, with the metadata that Hugging Face reads.
    ModelCard,
    /// A safety case in the Goal Structuring Notation, as YAML for gsn2x.
    Gsn,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::InToto, Self::Oscal, Self::CycloneDx, Self::ModelCard, Self::Gsn];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::InToto => "in-toto",
            Self::Oscal => "oscal",
            Self::CycloneDx => "cyclonedx",
            Self::ModelCard => "model-card",
            Self::Gsn => "gsn",
        }
    }

    /// How its tools expect a file to be called.
    pub fn file(self) -> &'static str {
        match self {
            Self::InToto => "test-result.intoto.json",
            Self::Oscal => "assessment-results.oscal.json",
            Self::CycloneDx => "bom.cdx.json",
            Self::ModelCard => "README.md",
            Self::Gsn => "case.gsn.yaml",
        }
    }
}

/// A statement in another format; with the record of a gate, if one judged it.
///
/// Of that record `statement`, `subject` and `verdict` are read and, of every entry of its list `gates`,
/// `id`, `metric` and `verdict` (`PASS`, `FAIL` or `INCONCLUSIVE`), beside the `reason`s; all else in it is
/// carried along as it is.
///
/// # Errors
/// Refuses a statement that contradicts itself, and a record that is not a gate's or judged another
/// statement.
pub fn export(
    format: Format,
    statement: &Statement,
    gate: Option<&Value>,
) -> Result<Vec<u8>, Error> {
    let record = Record::new(statement, gate)?;
    match format {
        Format::InToto => in_toto::write(&record),
        Format::Oscal => Ok(pretty(&oscal::write(&record)?)),
        Format::CycloneDx => Ok(pretty(&cyclone_dx::write(&record))),
        Format::ModelCard => Ok(model_card::write(&record).into_bytes()),
        Format::Gsn => Ok(gsn::write(&record).into_bytes()),
    }
}
