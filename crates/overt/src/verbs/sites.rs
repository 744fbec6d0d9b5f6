//! Lists every site of a language model, and what can be done there.

use crate::fault::Result;
use crate::models;
use crate::nn::ModelPath;
use crate::site::SiteSpec;
use serde::Serialize;

/// Which sites of which model.
#[derive(Clone, Debug)]
pub struct SitesOptions {
    /// The model.
    pub model: ModelPath,
    /// Positions of the run; 16, where nothing else is said.
    pub positions: u32,
    /// Only sites whose names match; `*` stands for any characters, and alone it is every site.
    pub only: String,
}

impl Default for SitesOptions {
    fn default() -> Self {
        Self { model: ModelPath::default(), positions: 16, only: "*".to_owned() }
    }
}

/// A site of a language model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedSite {
    /// Its name.
    pub site: String,
    /// Its axes, the batch first.
    pub axes: Vec<String>,
    /// How long each axis is, for a batch of one.
    pub shape: Vec<usize>,
    /// Whether its value can be kept.
    pub tap: bool,
    /// Whether its value can be changed.
    pub edit: bool,
    /// Whether a gradient can be taken there.
    pub gradient: bool,
}

/// Lists the sites of a language model, in the order of a forward pass. No weight is read.
///
/// ```
/// use overt::verbs::{SitesOptions, sites};
///
/// let model = concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/llama").into();
/// let only = "blocks.0.attn.k".to_owned();
/// let listed = sites(&SitesOptions { model, only, ..SitesOptions::default() })?;
/// assert_eq!(listed[0].axes, ["batch", "pos", "head", "d_head"]);
/// assert_eq!(listed[0].shape, [1, 16, 2, 6]);
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// A folder that holds no model that is known, and a pattern that matches no site.
pub fn sites(options: &SitesOptions) -> Result<Vec<ListedSite>> {
    let (sites, _) = models::sites(&options.model, options.positions as usize)?;
    Ok(sites.matching(&options.only)?.map(list).collect())
}

fn list(site: &SiteSpec) -> ListedSite {
    let axes = site.axes.iter().map(|(axis, _)| axis.to_string());
    ListedSite {
        site: site.name.clone(),
        axes: std::iter::once("batch".to_owned()).chain(axes).collect(),
        shape: site.shape(1),
        tap: true,
        edit: site.is_read,
        gradient: site.is_read,
    }
}
