//! Whether an audit told its controls apart.

/// The least share of controls that break their claim and must be found.
const LEAST_FOUND: f64 = 0.8;
/// The largest share of controls that keep their claim and may be accused. Of fewer than five controls
/// that break it all must be found, and of fewer than twenty that keep it none may be accused.
const MOST_ACCUSED: f64 = 0.05;

/// Controls of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many were audited.
    pub n: usize,
    /// How many of them got the answer that is known to be right.
    pub n_right: usize,
}

/// What the audit made of its controls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ControlFacts {
    /// Controls that break their claim.
    pub breaking: Tally,
    /// Controls that keep their claim.
    pub keeping: Tally,
    /// Controls that could not be audited.
    pub n_failed: usize,
}

impl ControlFacts {
    /// One control of each kind, both answered rightly.
    pub const TOLD_APART: Self = Self {
        breaking: Tally { n: 1, n_right: 1 },
        keeping: Tally { n: 1, n_right: 1 },
        n_failed: 0,
    };

    /// Counts controls: for each whether it breaks its claim, and whether the answer was right, or nothing
    /// where it could not be audited.
    pub fn count(controls: impl IntoIterator<Item = (bool, Option<bool>)>) -> Self {
        let mut facts = Self::default();
        for (breaks, is_right) in controls {
            let Some(is_right) = is_right else {
                facts.n_failed += 1;
                continue;
            };
            let tally = if breaks { &mut facts.breaking } else { &mut facts.keeping };
            tally.n += 1;
            tally.n_right += usize::from(is_right);
        }
        facts
    }

    /// Whether too few of those that break their claim were found.
    pub fn is_blind(&self) -> bool {
        (self.breaking.n_right as f64) < LEAST_FOUND * self.breaking.n as f64
    }

    /// Whether too many of those that keep their claim were accused.
    pub fn is_rash(&self) -> bool {
        (self.keeping.n - self.keeping.n_right) as f64 > MOST_ACCUSED * self.keeping.n as f64
    }

    /// Whether nothing follows from this audit.
    pub fn are_wrong(&self) -> bool {
        self.n_failed > 0 || self.is_blind() || self.is_rash()
    }

    /// Whether both kinds were audited, and rightly.
    pub fn are_told_apart(&self) -> bool {
        !self.are_wrong() && self.breaking.n > 0 && self.keeping.n > 0
    }
}
