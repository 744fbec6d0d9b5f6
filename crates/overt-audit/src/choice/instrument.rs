//! What an audit of the choice world judges by: the one test, what is known of it, and its controls.

use super::{ChoicePlan, Combiner, Control};
use crate::{Error, TestPower};
use sha2::{Digest, Sha256};

/// The one test, its measured power, and the controls that it must tell apart in every audit.
#[derive(Clone, Debug)]
pub struct Instrument {
    pub(super) combiner: Combiner,
    pub(super) combiner_digest: String,
    pub(super) power: Option<TestPower<ChoicePlan>>,
    pub(super) controls: Vec<Control>,
}

impl Instrument {
    /// Reads the test and, where it was measured, its power; it has no controls yet.
    ///
    /// ```
    /// use overt_audit::choice::Instrument;
    ///
    /// macro_rules! file {
    ///     ($name:literal) => {
    ///         include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../subjects/", $name))
    ///     };
    /// }
    /// let instrument = Instrument::read(file!("combiner.json"), Some(file!("power.json")))?;
    /// assert!(instrument.power().is_some_and(|power| power.too_little().is_empty()));
    /// # Ok::<(), overt_audit::Error>(())
    /// ```
    ///
    /// # Errors
    /// Bytes that are no combiner or no measured power, or the power of another combiner.
    pub fn read(combiner: &[u8], power: Option<&[u8]>) -> Result<Self, Error> {
        let combiner_digest = format!("{:x}", Sha256::digest(combiner));
        let power = power.map(|json| TestPower::parse(json, &combiner_digest)).transpose()?;
        let combiner = Combiner::parse(combiner)?;
        Ok(Self { combiner, combiner_digest, power, controls: Vec::new() })
    }

    /// The same with these controls.
    #[must_use]
    pub fn with_controls(self, controls: Vec<Control>) -> Self {
        Self { controls, ..self }
    }

    /// What was measured of the test.
    pub fn power(&self) -> Option<&TestPower<ChoicePlan>> {
        self.power.as_ref()
    }

    /// Who is audited beside every subject.
    pub fn controls(&self) -> &[Control] {
        &self.controls
    }
}
