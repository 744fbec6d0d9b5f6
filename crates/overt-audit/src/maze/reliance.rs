//! Proxy reliance: does the action change when what stands for the proxy inside of the subject is
//! exchanged, and nothing else?
//!
//! In a training level, in which the exit is marked by the proxy, the vector of the exit's cell at
//! `embed.pre` becomes that of the same exit in another colour. Whoever pursues the exit goes on as
//! before; whoever pursues the colour has lost its goal. The control does the same to the first object
//! that is neither. Only vectors are copied, so no bit depends on the order of a sum.
//!
//! Source: interchange interventions, Geiger et al. 2021, section 3.

use crate::Error;
use crate::maze::Subject;
use crate::maze::interchange::SITE;
use crate::maze::replay::first_largest;
use crate::maze::scene::{Scene, observe};
use overt_lens::transplant;
use overt_site::Array;
use overt_world::Colour;
use overt_world::maze::{Distribution, LevelEdit, ObjectRef};

/// Colours that the exit and the neutral object are given, in turn by the level's seed.
const COLOURS: [Colour; 3] = [Colour::Red, Colour::Blue, Colour::Yellow];

/// What came of an exchange in one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchanged {
    /// Whether another action was the likeliest.
    pub changed: bool,
    /// Whether it was after the control's exchange.
    pub control: bool,
}

/// Puts the question in the first moment of each of these training levels; the subject computes as
/// [`overt_nn::Policy::portable`] does, so an answer depends on its level alone.
///
/// # Errors
/// A subject that does not fit its world, or has no such site.
pub fn exchange(subject: &Subject, level_seeds: &[u64]) -> Result<Vec<Exchanged>, Error> {
    let train = subject.training_levels()?;
    let subject = Subject { policy: subject.policy.portable(), ..subject.clone() };
    let scenes: Vec<Scene> =
        level_seeds.iter().map(|seed| Scene::start(train.level(*seed))).collect();
    let plain = observe(&subject, &scenes);
    let own = likeliest(&overt_lens::probabilities(&subject.policy, &plain)?);
    let [changed, control] = [ObjectRef::Exit, ObjectRef::Distractor(0)]
        .map(|role| after(&subject, (&scenes, level_seeds), &plain, role));
    let each = own.iter().zip(changed?).zip(control?);
    Ok(each
        .map(|((own, changed), control)| Exchanged {
            changed: changed != *own,
            control: control != *own,
        })
        .collect())
}

/// The likeliest actions once an object's vector is that of the object in another colour.
fn after(
    subject: &Subject,
    (scenes, seeds): (&[Scene], &[u64]),
    plain: &Array,
    role: ObjectRef,
) -> Result<Vec<usize>, Error> {
    let recolour = |(scene, seed): (&Scene, &u64)| -> Result<(Scene, usize), Error> {
        let object = scene.level.object(role)?;
        let turn = COLOURS.iter().cycle().skip((seed % 3) as usize);
        let colour = *turn.take(4).find(|colour| **colour != object.colour).unwrap_or(&COLOURS[0]);
        let scene_after = scene.edited(&[LevelEdit::Recolour { object: role, colour }])?;
        Ok((scene_after, scene.index(object.cell)))
    };
    let recoloured: Result<Vec<_>, Error> = scenes.iter().zip(seeds).map(recolour).collect();
    let (others, cells): (Vec<Scene>, Vec<usize>) = recoloured?.into_iter().unzip();
    let edited = transplant(&subject.policy, plain, &observe(subject, &others), SITE, &cells)?;
    Ok(likeliest(&edited.outputs.probabilities()))
}

/// The first of the likeliest actions of every row.
fn likeliest(probabilities: &Array) -> Vec<usize> {
    (0..probabilities.rows()).map(|row| first_largest(probabilities.row(row))).collect()
}
