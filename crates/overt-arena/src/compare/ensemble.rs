//! Several policies that decide together.

use overt_audit::maze::Actor;
use overt_nn::{Error, Policy};
use overt_site::Array;
use sha2::{Digest, Sha256};

/// Policies whose actions are drawn from the mean of their probabilities.
#[derive(Clone, Debug)]
pub struct Ensemble {
    members: Vec<Policy>,
}

impl Ensemble {
    /// At least one policy; all see the same.
    ///
    /// # Panics
    /// Without a policy.
    pub fn new(members: Vec<Policy>) -> Self {
        assert!(!members.is_empty(), "an ensemble has a member");
        Self { members }
    }

    /// Who decides.
    pub fn members(&self) -> &[Policy] {
        &self.members
    }

    /// SHA-256 of the weights of the only member, or of the digests of several, one after the other.
    pub fn digest(&self) -> String {
        let digests: Vec<String> =
            self.members.iter().map(|member| member.weights().digest()).collect();
        joint_digest(&digests)
    }
}

/// The only digest, or the SHA-256 of several, one after the other.
pub(super) fn joint_digest(digests: &[String]) -> String {
    match digests {
        [alone] => alone.clone(),
        several => format!("{:x}", Sha256::digest(several.concat())),
    }
}

impl Actor for Ensemble {
    fn probabilities(&self, seen: &Array) -> Result<Array, Error> {
        let mut mean = self.members[0].probabilities(seen)?;
        for member in &self.members[1..] {
            let more = member.probabilities(seen)?;
            mean.values.iter_mut().zip(more.values).for_each(|(sum, p)| *sum += p);
        }
        let n = self.members.len() as f32;
        mean.values.iter_mut().for_each(|p| *p /= n);
        Ok(mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overt_nn::{Architecture, PolicyConfig};

    fn policy(seed: u64) -> Policy {
        let config = PolicyConfig {
            architecture: Architecture::Conv,
            size: 7,
            features: 3,
            channels: 2,
            layers: 1,
            dense: 4,
            actions: 4,
        };
        Policy::init(config, seed).unwrap()
    }

    fn seen() -> Array {
        let values = (0..2 * 7 * 7 * 3).map(|i| (i % 5) as f32 / 5.0);
        Array::new(vec![2, 7, 7, 3], values.collect())
    }

    #[test]
    fn a_member_alone_decides_as_without_an_ensemble() {
        let alone = Ensemble::new(vec![policy(1)]);
        assert_eq!(
            alone.probabilities(&seen()).unwrap(),
            policy(1).probabilities(&seen()).unwrap()
        );
        assert_eq!(alone.digest(), policy(1).weights().digest());
    }

    #[test]
    fn two_members_meet_in_the_middle() {
        let [one, two] = [1, 2].map(|seed| policy(seed).probabilities(&seen()).unwrap());
        let both = Ensemble::new(vec![policy(1), policy(2)]).probabilities(&seen()).unwrap();
        for (both, (one, two)) in both.values.iter().zip(one.values.iter().zip(two.values)) {
            assert_eq!(*both, f32::midpoint(*one, two));
        }
    }
}
