//! Edits as data, which a person writes into a file, and which a report can hold.

use crate::{Array, Axis, Edit, Error, Real, Select, SiteSpec};
use serde::{Deserialize, Serialize};

/// The operation of an edit on the entries that it selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Zero instead.
    Zero,
    /// `value` instead.
    Set,
    /// `value` added.
    Add,
    /// Times `value`.
    Scale,
}

/// One number for every entry, or one per entry of the last axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// The same everywhere.
    One(f64),
    /// Along the last axis.
    Along(Vec<f64>),
}

/// One edit of one site, as a file holds it. An axis that is not named is taken whole.
///
/// ```
/// use overt_site::{Axis, DeclaredEdit, SiteSpec};
/// let json = r#"{"site": "blocks.0.attn.z", "op": "zero", "head": [1], "pos": [0]}"#;
/// let edit: DeclaredEdit = serde_json::from_str(json)?;
/// let z = SiteSpec::new("blocks.0.attn.z", &[(Axis::Pos, 2), (Axis::Head, 2), (Axis::DHead, 4)]);
/// assert!(edit.at::<f32>(&z, 1).is_ok());
/// assert!(serde_json::from_str::<DeclaredEdit>(r#"{"site": "x", "op": "zero", "haed": [1]}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredEdit {
    /// Where.
    pub site: String,
    /// The operation.
    pub op: Op,
    /// Its value; absent for zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// Rows of the batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Vec<usize>>,
    /// Positions; of the query in attention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pos: Option<Vec<usize>>,
    /// Positions of the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_pos: Option<Vec<usize>>,
    /// Heads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Vec<usize>>,
    /// Neurons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neuron: Option<Vec<usize>>,
}

impl DeclaredEdit {
    /// The edit at a site in a batch of `batch` rows.
    ///
    /// # Errors
    /// Refuses a value that the operation does not take, or that does not fit the last axis.
    pub fn at<T: Real>(&self, site: &SiteSpec, batch: usize) -> Result<Edit<T>, Error> {
        let edit = match (self.op, &self.value) {
            (Op::Zero, None) => Edit::zero(),
            (Op::Scale, Some(Value::One(factor))) => Edit::scale(T::nearest(*factor)),
            (Op::Set, Some(value)) => Edit::replace(Self::filled(value, site, batch)?),
            (Op::Add, Some(value)) => Edit::add(Self::filled(value, site, batch)?),
            _ => {
                let (site, op) = (site.name.clone(), format!("{:?}", self.op).to_lowercase());
                return Err(Error::BadValue { site, op });
            }
        };
        Ok(edit.at(self.select()))
    }

    fn select(&self) -> Select {
        let axes = [
            (Axis::Pos, &self.pos),
            (Axis::KeyPos, &self.key_pos),
            (Axis::Head, &self.head),
            (Axis::Neuron, &self.neuron),
        ];
        let named = axes.into_iter().filter_map(|(axis, list)| Some((axis, list.clone()?)));
        Select::Along { batch: self.batch.clone(), axes: named.collect() }
    }

    fn filled<T: Real>(value: &Value, site: &SiteSpec, batch: usize) -> Result<Array<T>, Error> {
        let shape = site.shape(batch);
        let n = shape.iter().product();
        let values: Vec<T> = match value {
            Value::One(value) => vec![T::nearest(*value); n],
            Value::Along(row) => {
                let width = shape.last().copied().unwrap_or(0);
                if row.len() != width {
                    let (site, got) = (site.name.clone(), vec![row.len()]);
                    return Err(Error::ShapeChanged { site, expected: vec![width], got });
                }
                row.iter().map(|v| T::nearest(*v)).cycle().take(n).collect()
            }
        };
        Ok(Array::new(shape, values))
    }
}
