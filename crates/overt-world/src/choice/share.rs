//! A share, 0 to 1.

use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::Error;

/// In which share of cases something holds, 0 to 1.
///
/// ```
/// use overt_world::choice::Share;
///
/// assert_eq!(Share::new(0.25)?.get(), 0.25);
/// assert!(Share::new(1.25).is_err());
/// # Ok::<(), overt_world::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Share(f64);

impl Share {
    /// In no case.
    pub const NONE: Self = Self(0.0);
    /// In half of all cases.
    pub const HALF: Self = Self(0.5);
    /// In every case.
    pub const ALL: Self = Self(1.0);

    /// That share; refused where it is not from 0 to 1.
    pub fn new(share: f64) -> Result<Self, Error> {
        if (0.0..=1.0).contains(&share) {
            Ok(Self(share))
        } else {
            Err(Error::OutOfRange { what: "share", min: 0.0, max: 1.0, got: share })
        }
    }

    /// That many of a hundred.
    ///
    /// # Panics
    ///
    /// If it is more than a hundred.
    pub const fn percent(percent: u8) -> Self {
        assert!(percent <= 100, "a share is at most 100 percent");
        Self(percent as f64 / 100.0)
    }

    /// The number, 0 to 1.
    pub fn get(self) -> f64 {
        self.0
    }

    /// Draws whether it holds this time.
    pub fn holds(self, rng: &mut impl Rng) -> bool {
        rng.random::<f64>() < self.0
    }
}

impl TryFrom<f64> for Share {
    type Error = Error;

    fn try_from(share: f64) -> Result<Self, Error> {
        Self::new(share)
    }
}

impl From<Share> for f64 {
    fn from(share: Share) -> Self {
        share.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Purpose, stream};

    #[test]
    fn none_never_holds_and_all_always_does() {
        let mut rng = stream(0, Purpose::Scene);
        for _ in 0..1_000 {
            assert!(!Share::NONE.holds(&mut rng) && Share::ALL.holds(&mut rng));
        }
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for share in [-0.01, 1.01, f64::NAN, f64::INFINITY] {
            assert!(Share::new(share).is_err(), "{share}");
        }
        let error = serde_json::from_str::<Share>("1.5").unwrap_err().to_string();
        assert!(error.starts_with("share must be from 0 to 1, got 1.5"), "{error}");
        assert_eq!(serde_json::to_string(&Share::percent(97)).unwrap(), "0.97");
    }
}
