//! Places in a forward pass, and the complete list of them.

use crate::Error;

/// The axes of every intermediate, with the same names everywhere. The first axis is always the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    /// Row of the maze.
    Row,
    /// Column of the maze.
    Col,
    /// Channel of a spatial layer.
    Channel,
    /// Unit of a dense layer, or feature of an observation cell.
    Feature,
    /// Action of the policy head.
    Action,
    /// Position of a token; of the query in attention.
    Pos,
    /// Position of the key in attention.
    KeyPos,
    /// Attention head; of the keys and values where several query heads share one.
    Head,
    /// Entry of the residual stream.
    DModel,
    /// Entry of one head.
    DHead,
    /// Neuron of an MLP.
    Neuron,
    /// Token of the vocabulary.
    Vocab,
}

impl std::fmt::Display for Axis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Row => "row",
            Self::Col => "col",
            Self::Channel => "channel",
            Self::Feature => "feature",
            Self::Action => "action",
            Self::Pos => "pos",
            Self::KeyPos => "key_pos",
            Self::Head => "head",
            Self::DModel => "d_model",
            Self::DHead => "d_head",
            Self::Neuron => "neuron",
            Self::Vocab => "vocab",
        })
    }
}

/// One place in a forward pass, named like the weights around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteSpec {
    /// The path, such as `conv.0.post`.
    pub name: String,
    /// The axes after the batch, outermost first, with their extents.
    pub axes: Vec<(Axis, usize)>,
    /// Whether the rest of the network reads it. A site that nothing reads can be tapped, but not edited.
    pub is_read: bool,
    /// Whether minus infinity marks the places where attention may not look.
    pub masked: bool,
}

impl SiteSpec {
    /// A site with these axes after the batch.
    pub fn new(name: impl Into<String>, axes: &[(Axis, usize)]) -> Self {
        Self { name: name.into(), axes: axes.to_vec(), is_read: true, masked: false }
    }

    /// The same as a read-out, which is computed only for its taps.
    #[must_use]
    pub fn read_out(self) -> Self {
        Self { is_read: false, ..self }
    }

    /// The same with minus infinity allowed.
    #[must_use]
    pub fn masked(self) -> Self {
        Self { masked: true, ..self }
    }

    /// The site itself, if an edit or a gradient has an effect there.
    ///
    /// # Errors
    /// [`Error::ReadOut`] for a read-out, because an edit there would silently change nothing.
    pub fn writable(&self) -> Result<&Self, Error> {
        if self.is_read { Ok(self) } else { Err(Error::ReadOut { site: self.name.clone() }) }
    }

    /// The shape of the site's value in a batch of `batch` rows.
    pub fn shape(&self, batch: usize) -> Vec<usize> {
        std::iter::once(batch).chain(self.axes.iter().map(|(_, n)| *n)).collect()
    }

    /// The position of an axis in the shape; the batch is 0.
    pub fn position(&self, axis: Axis) -> Option<usize> {
        self.axes.iter().position(|(a, _)| *a == axis).map(|idx| idx + 1)
    }
}

/// Every site of an architecture, in the order of the forward pass. The list is complete before any run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sites(Vec<SiteSpec>);

impl Sites {
    /// The list, in the order of the forward pass.
    pub fn new(sites: Vec<SiteSpec>) -> Self {
        Self(sites)
    }

    /// The site of that name.
    ///
    /// # Errors
    /// [`Error::UnknownSite`] with the nearest names.
    pub fn get(&self, name: &str) -> Result<&SiteSpec, Error> {
        self.0.iter().find(|site| site.name == name).ok_or_else(|| Error::UnknownSite {
            site: name.to_owned(),
            nearest: nearest(name, self.names()),
        })
    }

    /// The sites whose names match a pattern, in which `*` stands for any characters.
    ///
    /// ```
    /// use overt_site::{SiteSpec, Sites};
    /// let sites = Sites::new(["a.0.z", "a.1.z", "a.1.q"].map(|name| SiteSpec::new(name, &[])).into());
    /// let names: Vec<_> = sites.matching("a.*.z")?.map(|site| site.name.clone()).collect();
    /// assert_eq!(names, ["a.0.z", "a.1.z"]);
    /// assert!(sites.matching("b*").is_err());
    /// # Ok::<(), overt_site::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownSite`] if no name matches.
    pub fn matching(&self, pattern: &str) -> Result<impl Iterator<Item = &SiteSpec>, Error> {
        let matched: Vec<_> = self.0.iter().filter(|site| matches(pattern, &site.name)).collect();
        if matched.is_empty() {
            self.get(pattern)?;
        }
        Ok(matched.into_iter())
    }

    /// All names, in the order of the forward pass.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|site| site.name.as_str())
    }

    /// All sites, in the order of the forward pass.
    pub fn iter(&self) -> impl Iterator<Item = &SiteSpec> {
        self.0.iter()
    }
}

/// Whether a name matches a pattern in which `*` stands for any characters.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// The three names closest to a misspelt one.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut ranked: Vec<_> = known.map(|k| (strsim::osa_distance(name, k), k)).collect();
    ranked.sort_unstable();
    ranked.into_iter().take(3).map(|(_, k)| k.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_site_is_refused_with_the_nearest_names() {
        let sites = Sites::new(vec![
            SiteSpec::new("embed.post", &[(Axis::Channel, 2)]),
            SiteSpec::new("dense.post", &[(Axis::Feature, 2)]),
        ]);
        let error = sites.get("embd.post").unwrap_err();
        assert_eq!(
            error.to_string(),
            "no site `embd.post` in this network; nearest: `embed.post`, `dense.post`"
        );
    }
}
