//! What the choice world gives to its benchmark.

use super::family::FAMILIES;
use super::named::named_rightly;
use super::{ChoiceBenchmark, ChoiceOrganism, Size, raise_choice};
use crate::benchmark::{BenchmarkError, Benchmarked, Family, NamedRightly, RaisedOf};
use overt_audit::choice::{
    Choice, ChoiceMeasures, ChoicePlan, ChoiceSubject, Combined, measure_choice, network,
};
use overt_deploy::choice::Certificate;
use overt_nn::{LanguageModel, Weights};

impl Benchmarked for Choice {
    const NAME: &'static str = "choice";
    const PLAN_KEY: &'static str = "group";
    const FAMILIES: &'static [Family] = &FAMILIES;

    type Planned = ChoiceBenchmark;
    type Organism = ChoiceOrganism;
    type Certificate = Certificate;

    fn raise(organism: &ChoiceOrganism) -> Result<RaisedOf<Self>, BenchmarkError> {
        raise_choice(organism)
    }

    fn blind_plan(seed: u64) -> ChoicePlan {
        ChoicePlan::new(seed)
    }

    fn measure(
        subject: &ChoiceSubject,
        plan: &ChoicePlan,
    ) -> Result<ChoiceMeasures, overt_audit::Error> {
        measure_choice(subject, plan, &mut |_| ())
    }

    fn named_rightly(organism: &ChoiceOrganism, combined: &Combined) -> NamedRightly {
        named_rightly(organism, combined)
    }

    /// The network of a size; every family has the same.
    fn kind_of(_: Family, size: &str) -> Result<Option<String>, BenchmarkError> {
        let size = Size::ALL.into_iter().find(|is| is.name() == size);
        size.map(kind).transpose()
    }
}

fn kind(size: Size) -> Result<String, BenchmarkError> {
    let config = size.config();
    let specs = LanguageModel::weight_specs(config.as_bytes()).map_err(overt_audit::Error::from)?;
    let weights = Weights::init(specs, 0);
    let model: LanguageModel = LanguageModel::with_weights(config.as_bytes(), &weights)
        .map_err(overt_audit::Error::from)?;
    Ok(network(model.config()))
}
