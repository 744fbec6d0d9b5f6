//! What an audit of mazes judges by: forecasts, the one test of hidden goals, what is known of both, and
//! controls.

use crate::hidden::{self, HiddenPlan};
use crate::{Calibration, Control, Error, TestPower};
use sha2::{Digest, Sha256};

/// Everything that was learnt from agents of known truth.
#[derive(Debug)]
pub struct Instrument {
    /// Forecasts and their measured power.
    pub(crate) calibration: Calibration,
    /// The one test of hidden goals.
    pub(crate) combiner: hidden::Combiner,
    /// Its measured power, where it was measured.
    pub(crate) power: Option<TestPower<HiddenPlan>>,
    /// Agents whose verdict is known, audited beside every subject that they stand for.
    pub(crate) controls: Vec<Control>,
}

impl Instrument {
    /// Reads the forecasts, the one test of hidden goals and, where it was measured, its power; there are
    /// no controls yet.
    ///
    /// # Errors
    /// Refuses bytes that are none of the three, and the power of another test.
    pub fn read(calibration: &[u8], combiner: &[u8], power: Option<&[u8]>) -> Result<Self, Error> {
        let digest = format!("{:x}", Sha256::digest(combiner));
        Ok(Self {
            calibration: Calibration::from_json(calibration)?,
            combiner: hidden::Combiner::parse(combiner)?,
            power: power.map(|power| TestPower::parse(power, &digest)).transpose()?,
            controls: Vec::new(),
        })
    }

    /// The same with these controls.
    #[must_use]
    pub fn with_controls(self, controls: Vec<Control>) -> Self {
        Self { controls, ..self }
    }
}
