//! What an audit judges by: calibration, the combined test with its measured power, and controls.

use crate::stored::Stored;
use crate::{Combiner, Control, Error, TestPower, World};
use sha2::{Digest, Sha256};

/// Everything that was learnt from subjects of known truth.
pub struct Instrument<W: World> {
    /// What forecasts are made from.
    pub calibration: W::Calibration,
    /// The combined test.
    pub combiner: Combiner<W::Detector>,
    /// SHA-256 of its file.
    pub combiner_digest: String,
    /// Its measured power, where it was measured.
    pub power: Option<TestPower<W::PowerPlan>>,
    /// Subjects whose truth is known, audited beside every subject that they stand for.
    pub controls: Vec<Control<W>>,
    /// What checks measured on controls that ship; a control of which nothing is stored is measured in every run.
    pub stored: Vec<Stored>,
}

impl<W: World> Instrument<W> {
    /// Reads the combined test and, where it was measured, its power; there are no controls yet.
    ///
    /// # Errors
    /// Bytes that are neither, or the power of another test.
    pub fn new(
        calibration: W::Calibration,
        combiner: &[u8],
        power: Option<&[u8]>,
    ) -> Result<Self, Error> {
        let combiner_digest = format!("{:x}", Sha256::digest(combiner));
        Ok(Self {
            calibration,
            power: power.map(|json| TestPower::parse(json, &combiner_digest)).transpose()?,
            combiner: Combiner::parse(combiner)?,
            combiner_digest,
            controls: Vec::new(),
            stored: Vec::new(),
        })
    }

    /// The same with these controls.
    #[must_use]
    pub fn with_controls(self, controls: Vec<Control<W>>) -> Self {
        Self { controls, ..self }
    }

    /// The same with stored measures of controls.
    #[must_use]
    pub fn with_stored(self, stored: Vec<Stored>) -> Self {
        Self { stored, ..self }
    }
}
