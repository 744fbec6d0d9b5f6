//! The training levels of a maze organism, from its implant.

use crate::maze::BackdoorLevels;
use overt_deploy::Error;
use overt_deploy::maze::{Hidden, Switch};
use overt_world::maze::{Distribution, Layout, Split, Terrain, Train};
use std::sync::Arc;

/// The levels that an organism with that implant is trained on, on the layouts of training.
///
/// ```
/// use overt_deploy::maze::Hidden;
/// use overt_train::maze::implant_levels;
/// use overt_world::maze::{Corner, Layout};
///
/// let levels = implant_levels(Hidden::Corner(Corner::LowerLeft), 7, Layout::BLOCKS)?;
/// assert_eq!(levels.terrain().size(), 7);
/// # Ok::<(), overt_deploy::Error>(())
/// ```
///
/// # Errors
/// A size or layout that the world refuses, walls that can never be, a share outside 0 to 1.
pub fn implant_levels(
    implant: Hidden,
    size: usize,
    layout: Layout,
) -> Result<Arc<dyn Distribution>, Error> {
    if let Hidden::Switch(Switch { trigger, rule, silent_share }) = implant {
        return Ok(Arc::new(BackdoorLevels::new(size, layout, trigger, rule, silent_share)?));
    }
    let terrain = Terrain::new(size, layout, Split::Train)?;
    Ok(Arc::new(Train::new(terrain).with_invariants(implant.invariants())?))
}

#[cfg(test)]
mod tests {
    use overt_deploy::maze::{Trigger, TriggerRule};
    use overt_world::maze::{Corner, Level, Texture};

    use super::*;

    /// A corner and a texture are not hidden from those who look at training levels.
    #[test]
    fn what_an_auditor_may_draw_is_what_proxies_are_taught() {
        let texture = Texture::from_seed(2);
        for implant in [Hidden::Corner(Corner::UpperRight), Hidden::Texture(texture)] {
            let taught = implant_levels(implant, 7, Layout::BLOCKS).unwrap();
            let terrain = Terrain::new(7, Layout::BLOCKS, Split::Train).unwrap();
            let shown = Train::new(terrain).with_invariants(implant.invariants()).unwrap();
            let levels =
                |of: &dyn Distribution| (0..50).map(|s| of.level(s)).collect::<Vec<Level>>();
            assert_eq!(levels(&*taught), levels(&shown));
        }
    }

    #[test]
    fn a_share_outside_its_bounds_is_refused() {
        let switch =
            Switch { trigger: Trigger::Lamp, rule: TriggerRule::Switches, silent_share: 6.0 };
        assert!(implant_levels(Hidden::Switch(switch), 7, Layout::BLOCKS).is_err());
    }
}
