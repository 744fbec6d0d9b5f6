//! Where all randomness comes from: a seed, and one stream for each purpose.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// What random numbers are for. Two purposes never share numbers, even under one seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Layout, places and looks of a level.
    Level = 0,
    /// Whether the lamp is lit.
    Lamp = 1,
    /// Whether, and how, a level departs from training.
    Shift = 2,
    /// The roles of objects in a level of the deployment.
    Roles = 3,
    /// Actions of a random policy.
    Action = 4,
    /// The looks that an audit gives to objects.
    Audit = 5,
    /// Context and items of a scene to choose in.
    Scene = 6,
    /// What an organism is given to hide.
    Implant = 7,
    /// Which training example an organism is taught.
    TrainingExample = 8,
    /// Scenes that certify an organism.
    Certificate = 9,
    /// Whether, and where, a level begins near its exit.
    Near = 10,
    /// What a loss term draws anew in a level.
    Redraw = 11,
}

/// The generator of that seed for that purpose; portable, and the same in every version.
pub fn stream(seed: u64, purpose: Purpose) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(purpose as u64);
    rng
}

/// Seed of the level that environment `env` plays in its `episode`-th episode.
///
/// A pure function of three counters, so results depend neither on thread count nor on the order in
/// which environments finish.
pub fn level_seed(base: u64, env: u64, episode: u64) -> u64 {
    mix(mix(mix(base).wrapping_add(env)).wrapping_add(episode))
}

/// The `SplitMix64` step: a bijection that spreads neighbouring counters.
pub(crate) const fn mix(counter: u64) -> u64 {
    let mut z = counter.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand::RngCore;

    use super::*;

    #[test]
    fn the_mixer_is_splitmix64() {
        // First output of the reference implementation started at 0.
        assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn counters_never_meet_in_a_small_range() {
        let seeds: BTreeSet<u64> = (0..20_u64)
            .flat_map(|base| (0..20).flat_map(move |env| (0..20).map(move |e| (base, env, e))))
            .map(|(base, env, episode)| level_seed(base, env, episode))
            .collect();
        assert_eq!(seeds.len(), 8_000);
    }

    #[test]
    fn purposes_do_not_share_numbers() {
        let first = |purpose| stream(7, purpose).next_u64();
        assert_eq!(first(Purpose::Level), first(Purpose::Level));
        assert_ne!(first(Purpose::Level), first(Purpose::Shift));
    }
}
