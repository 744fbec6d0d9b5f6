//! Path patching: the effect of one part on the answer through one other part alone.
//!
//! Source: Goldowsky-Dill et al., Localizing model behavior with path patching (2023); Wang et al.,
//! Interpretability in the wild (2022), section 3.1.

use crate::{Error, Metric};
use overt_nn::{Cell, LanguageModel, Tokens};
use overt_site::{Edit, Real, Run};

/// The metric over `base` when the receiver alone hears the sender as it was in `source`, straight
/// along the residual stream: every other module adds what it added without the change.
///
/// ```
/// # use overt_nn::{Cell, LanguageModel, Tokens};
/// # use overt_site::{Axis, Select};
/// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/gpt2");
/// let model = LanguageModel::<f32>::open(folder.as_ref())?;
/// let (base, source) = (Tokens::new(&[vec![3, 14, 15]])?, Tokens::new(&[vec![3, 14, 51]])?);
/// use overt_lens::{Metric, path_patching};
/// let sender = Cell { site: "blocks.0.attn.z".into(), select: Select::along(Axis::Head, &[1]) };
/// let receiver = Cell { site: "blocks.1.attn.v".into(), select: Select::All };
/// let metric = Metric::Logit(7);
/// let along = path_patching(&model, [&base, &source], [&sender, &receiver], metric)?;
/// assert!(along.is_finite());
/// assert!(path_patching(&model, [&base, &source], [&receiver, &sender], metric).is_err());
/// # Ok::<(), overt_lens::Error>(())
/// ```
///
/// # Errors
/// Prompts of different length, sites that are not there, a receiver that the sender does not
/// precede.
pub fn path_patching<T: Real>(
    model: &LanguageModel<T>,
    [base, source]: [&Tokens; 2],
    [sender, receiver]: [&Cell; 2],
    metric: Metric,
) -> Result<f64, Error> {
    if base.positions() != source.positions() {
        let (expected, got) = (base.positions(), source.positions());
        return Err(Error::LengthMismatch { what: "prompts", expected, got });
    }
    let sites = model.sites(base.positions());
    let order: Vec<&str> = sites.names().collect();
    let place = |name: &str| order.iter().position(|site| *site == name);
    for cell in [sender, receiver] {
        sites.get(&cell.site)?.writable()?;
    }
    if place(&sender.site) >= place(&receiver.site) {
        let (sender, receiver) = (sender.site.clone(), receiver.site.clone());
        return Err(Error::NotBefore { sender, receiver });
    }
    let (_, sent) = model.run(source, &Run::new().tap(&sender.site))?;
    let held = |site: &&&str| {
        let added = site.ends_with(".attn.added") || site.ends_with(".mlp.added");
        // What the sender adds itself is what shall be heard.
        added && place(site) > place(&sender.site) && !is_module_of(site, &sender.site)
    };
    let held: Vec<&str> = order.iter().filter(held).copied().collect();
    let taps = held.iter().fold(Run::new(), |run, site| run.tap(*site));
    let (_, plain) = model.run(base, &taps)?;
    let said = Edit::patch(&sender.site, &sent)?.at(sender.select.clone());
    let mut run = Run::new().edit(&sender.site, said).tap(&receiver.site);
    for site in held {
        run = run.edit(site, Edit::patch(site, &plain)?);
    }
    let (_, heard) = model.run(base, &run)?;
    let heard = Edit::patch(&receiver.site, &heard)?.at(receiver.select.clone());
    let (logits, _) = model.run(base, &Run::new().edit(&receiver.site, heard))?;
    Ok(metric.read(&logits, base)[0])
}

/// Whether a module's addition is that of the module in which a site lies.
fn is_module_of(added: &str, site: &str) -> bool {
    added.strip_suffix("added").is_some_and(|module| site.starts_with(module))
}
