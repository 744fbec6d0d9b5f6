//! The weights that a configuration asks for.

use super::config::LanguageConfig;
use super::names::Names;
use super::source::Source;
use super::weights;
use crate::{Error, WeightSpec};
use burn::tensor::{Device, Tensor};

/// Writes down what is asked for, and gives stand-ins of one number.
struct Asked {
    embed: String,
    specs: Vec<WeightSpec>,
}

impl Source for Asked {
    fn has(&self, name: &str) -> bool {
        // By the name of its embedding, a file shows that it was saved with a head.
        name == self.embed
    }

    fn take<const D: usize>(&mut self, want: WeightSpec) -> Result<Tensor<D>, Error> {
        self.specs.push(want);
        Ok(Tensor::zeros([1; D], &Device::flex()))
    }
}

/// Every weight that a configuration asks for, in the order of the forward pass.
pub(crate) fn specs(config: &LanguageConfig, names: &Names) -> Result<Vec<WeightSpec>, Error> {
    let embed = format!("{}{}", names.prefix, names.embed);
    let mut asked = Asked { embed, specs: Vec::new() };
    weights::take(&mut asked, &mut config.clone(), names)?;
    Ok(asked.specs)
}
