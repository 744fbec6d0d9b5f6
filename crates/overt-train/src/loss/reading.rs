//! What the terms of a recipe read on a policy, on levels that no training saw.

use super::{Frame, LossRecipe, PolicySight, Terms};
use crate::Error;
use crate::maze::Recipe;
use burn::tensor::Device;
use overt_nn::{Forward, Policy};
use overt_world::maze::{Distribution, Split, Terrain, Train};
use overt_world::{Purpose, stream};
use rand::seq::IndexedRandom;

/// Frames that are read at a time.
const FRAMES: usize = 256;

/// What each term reads on a policy, without its weight, on `n` frames of unseen training levels; a
/// probe learns on as many others first.
///
/// ```
/// use overt_train::{LossRecipe, reading};
/// use overt_train::maze::{Recipe, Trainer};
///
/// let recipe = Recipe::parse(r#"
///     seed = 1
///     steps = 1
///     world = { size = 7, observation = "rh" }
///     network = { architecture = "impala", channels = 4, layers = 1, dense = 8 }
/// "#)?;
/// let swap: LossRecipe = toml::from_str("term = 'swap'\nconcept = 'colour'\nweight = 1").unwrap();
/// // An untrained policy hardly prefers any action, whatever it sees.
/// let policy = Trainer::new(recipe.clone())?.policy()?;
/// assert!(reading(&policy, &recipe, &[swap], (256, 0))?[0] < 1e-3);
/// # Ok::<(), overt_train::Error>(())
/// ```
///
/// # Errors
/// Terms that do not fit the network.
pub fn reading(
    policy: &Policy,
    recipe: &Recipe,
    losses: &[LossRecipe],
    (n, seed): (usize, u64),
) -> Result<Vec<f64>, Error> {
    LossRecipe::check_all(losses, policy.sites())?;
    let forward = Forward::new(*policy.config(), policy.weights(), &Device::flex().autodiff());
    let terrain = Terrain::new(recipe.world.size, recipe.world.layout, Split::Audit)?;
    let levels = Train::new(terrain);
    let look = |terms: &Terms, chunk: u64| {
        let mut rng = stream(overt_world::level_seed(seed, 1, chunk), Purpose::Redraw);
        let frame = |index: usize| {
            let level = levels.level(overt_world::level_seed(seed, chunk, index as u64));
            let free: Vec<_> =
                level.grid.free_cells().filter(|cell| level.is_free(*cell)).collect();
            let agent = free.choose(&mut rng).copied().unwrap_or(level.agent);
            Frame { level, agent }
        };
        let frames: Vec<Frame> = (0..FRAMES).map(frame).collect();
        let own = frames.iter().flat_map(|frame| frame.show(recipe.world.observation)).collect();
        let frames: Vec<&Frame> = frames.iter().collect();
        let sight = PolicySight::new(
            &forward,
            (*policy.config(), policy.sites()),
            recipe.world.observation,
            (own, &frames),
            terms.redraws(),
            &mut rng,
        );
        let (seen, _) = sight.own(terms.own_pass(), &terms.own_sites())?;
        Ok(terms.shard(&sight, &seen, 1.0, &mut rng)?)
    };
    Terms::new(losses)?.read(n.div_ceil(FRAMES) as u64, look)
}
