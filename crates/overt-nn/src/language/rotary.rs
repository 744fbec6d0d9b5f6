//! How queries and keys are turned by their position (Su et al. 2021), and how that is stretched to
//! longer contexts.

use super::keys::Keys;
use crate::Error;

/// The turn of one position: pairs of entries, half a head apart, each at its own speed.
#[derive(Clone, Debug, PartialEq)]
pub struct Rotary {
    /// Radians per position, one per pair, rounded to `f32` as in training.
    pub speeds: Vec<f32>,
    /// Factor of sine and cosine (`YaRN`).
    pub factor: f64,
}

/// What a family says of its rotary embedding.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// Entries of a head.
    pub(crate) d_head: usize,
    /// The share of them that is turned; some families may say another one.
    pub(crate) share: f64,
    pub(crate) may_be_partial: bool,
    /// The base of the speeds, if the configuration has none.
    pub(crate) base: f64,
    /// The longest prompt.
    pub(crate) context: usize,
}

impl Turn {
    /// Refuses to turn more than a head, or half a pair.
    fn check(&self) -> Result<(), Error> {
        let width = self.width();
        if (2..=self.d_head).contains(&width) && width.is_multiple_of(2) {
            return Ok(());
        }
        Err(Error::ConfigKey {
            key: "partial_rotary_factor".into(),
            got: self.share.to_string(),
            expected: format!("an even number of a head's {} entries", self.d_head),
        })
    }

    /// Entries of a head that are turned.
    fn width(&self) -> usize {
        (self.d_head as f64 * self.share) as usize
    }
}

impl Rotary {
    /// Reads one object of rotary parameters: that of transformers 5, or `rope_scaling` with the base
    /// apart.
    ///
    /// Sources: linear scaling, Chen et al. 2023; `YaRN`, Peng et al. 2023, section 3; `llama3`, the
    /// release of Llama 3.1.
    pub(crate) fn read(keys: Option<&Keys>, turn: Turn) -> Result<Self, Error> {
        let Some(keys) = keys else {
            turn.check()?;
            return Ok(Self::plain(turn.width(), turn.base));
        };
        let share = keys.find_number("partial_rotary_factor")?.unwrap_or(turn.share);
        if share != turn.share && !turn.may_be_partial {
            return Err(keys.refuse("partial_rotary_factor", "none: this family turns whole heads"));
        }
        let turn = Turn { share, ..turn };
        turn.check()?;
        let kind = match keys.find_word("rope_type")? {
            Some(kind) => kind,
            None => keys.find_word("type")?.unwrap_or_else(|| "default".into()),
        };
        // Files that went through several versions say it twice.
        keys.must("type", kind.as_str())?;
        let base = keys.find_number("rope_theta")?.unwrap_or(turn.base);
        if base <= 1.0 {
            return Err(keys.refuse("rope_theta", "more than 1"));
        }
        let plain = Self::plain(turn.width(), base);
        let rotary = match kind.as_str() {
            "default" => plain,
            "linear" => plain.slowed(factor(keys)?),
            "llama3" => plain.llama3(keys)?,
            "yarn" => Self::yarn(keys, Turn { base, ..turn })?,
            _ => return Err(keys.refuse("rope_type", "default, linear, llama3 or yarn")),
        };
        keys.finish()?;
        Ok(rotary)
    }

    /// Speeds `base^(−2i/width)`.
    pub(crate) fn plain(width: usize, base: f64) -> Self {
        let speed = |i: usize| (1.0 / base.powf(2.0 * i as f64 / width as f64)) as f32;
        Self { speeds: (0..width / 2).map(speed).collect(), factor: 1.0 }
    }

    /// Entries of a head that are turned.
    pub fn width(&self) -> usize {
        2 * self.speeds.len()
    }

    /// The angle of every pair at a position, in radians.
    pub(crate) fn angles(&self, position: usize) -> impl Iterator<Item = f64> {
        self.speeds.iter().map(move |speed| f64::from(position as f32 * speed))
    }

    fn slowed(self, factor: f64) -> Self {
        let slowed = |speed: f32| speed / factor as f32;
        Self { speeds: self.speeds.into_iter().map(slowed).collect(), ..self }
    }

    /// Slow turns are slowed by the factor, fast ones kept, with a ramp between two wavelengths.
    fn llama3(self, keys: &Keys) -> Result<Self, Error> {
        let (factor, low, high) =
            (factor(keys)?, keys.number("low_freq_factor")?, keys.number("high_freq_factor")?);
        let context = keys.count("original_max_position_embeddings")? as f64;
        if high <= low {
            return Err(keys.refuse("high_freq_factor", "more than `low_freq_factor`"));
        }
        let stretched = |speed: f32| {
            let speed = f64::from(speed);
            let wavelengths = context * speed / std::f64::consts::TAU;
            let kept = ((wavelengths - low) / (high - low)).clamp(0.0, 1.0);
            ((1.0 - kept) * speed / factor + kept * speed) as f32
        };
        Ok(Self { speeds: self.speeds.into_iter().map(stretched).collect(), ..self })
    }

    fn yarn(keys: &Keys, turn: Turn) -> Result<Self, Error> {
        let factor = factor(keys)?;
        let context = keys.find_count("original_max_position_embeddings")?;
        let context = context.unwrap_or(turn.context) as f64;
        let fast = keys.find_number("beta_fast")?.unwrap_or(32.0);
        let slow = keys.find_number("beta_slow")?.unwrap_or(1.0);
        let whole = keys.flag("truncate", true)?;
        // The pair that makes this many turns within the context.
        let pair = |turns: f64| {
            let ratio = context / (turns * std::f64::consts::TAU);
            turn.width() as f64 * ratio.ln() / (2.0 * turn.base.ln())
        };
        let (low, high) = (pair(fast), pair(slow));
        let (low, high) = if whole { (low.floor(), high.ceil()) } else { (low, high) };
        let (low, high) = (low.max(0.0), high.min(turn.width() as f64 - 1.0));
        let span = if high > low { high - low } else { 0.001 };
        let plain = Self::plain(turn.width(), turn.base);
        let stretched = |(i, speed): (usize, f32)| {
            let slowed = ((i as f64 - low) / span).clamp(0.0, 1.0);
            let speed = f64::from(speed);
            (speed / factor * slowed + speed * (1.0 - slowed)) as f32
        };
        let speeds = plain.speeds.into_iter().enumerate().map(stretched).collect();
        Ok(Self { speeds, factor: yarn_factor(keys, factor)? })
    }
}

/// The factor of sine and cosine: given, or from the stretch and its two coefficients.
fn yarn_factor(keys: &Keys, stretch: f64) -> Result<f64, Error> {
    let given = keys.find_number("attention_factor")?;
    let (one, all) = (keys.find_number("mscale")?, keys.find_number("mscale_all_dim")?);
    let mscale = |coefficient: f64| {
        if stretch <= 1.0 { 1.0 } else { 0.1 * coefficient * stretch.ln() + 1.0 }
    };
    Ok(match (given, one, all) {
        (Some(factor), _, _) => factor,
        (None, Some(one), Some(all)) if one != 0.0 && all != 0.0 => mscale(one) / mscale(all),
        _ => mscale(1.0),
    })
}

fn factor(keys: &Keys) -> Result<f64, Error> {
    let factor = keys.number("factor")?;
    if factor >= 1.0 { Ok(factor) } else { Err(keys.refuse("factor", "at least 1")) }
}
