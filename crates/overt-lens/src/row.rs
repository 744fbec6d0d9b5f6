//! Sites that are one row per position.

use crate::Error;
use overt_nn::LanguageModel;
use overt_site::{Axis, Real};

/// Numbers per position of such a site; any other site is refused.
pub(crate) fn width<T: Real>(model: &LanguageModel<T>, site: &str) -> Result<usize, Error> {
    let sites = model.sites(1);
    match sites.get(site)?.axes[..] {
        [(Axis::Pos, _), (_, width)] => Ok(width),
        _ => Err(Error::NotARow { site: site.to_owned() }),
    }
}
