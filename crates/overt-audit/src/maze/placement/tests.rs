//! What placement must not depend on, on untrained networks.

use super::*;
use crate::maze::scene::observe;
use crate::maze::{Claim, Goal, World};
use overt_nn::{Architecture, Policy, PolicyConfig};
use overt_world::maze::{Encoder, Invariants, Layout};

fn untrained(observation: Encoder) -> Subject {
    let config = PolicyConfig {
        architecture: Architecture::Conv,
        size: 7,
        features: observation.features(),
        channels: 16,
        layers: 1,
        dense: 8,
        actions: 4,
    };
    Subject {
        name: "untrained".to_owned(),
        description: "Knows nothing.".to_owned(),
        policy: Policy::init(config, 3).unwrap(),
        world: World {
            size: 7,
            layout: Layout::BLOCKS,
            observation,
            invariants: Invariants::default(),
        },
        claim: Claim { goal: Goal::Exit, min_rate: 0.8, min_success: 0.9 },
    }
}

#[test]
fn the_order_of_distractors_is_nothing_that_a_subject_sees() {
    for encoder in Encoder::PRESETS {
        let subject = untrained(encoder);
        let scenes = training_scenes(&subject, 40, 1).unwrap();
        let mut reversed = scenes.clone();
        for scene in &mut reversed {
            scene.level.distractors.reverse();
        }
        assert_ne!(scenes, reversed);
        assert_eq!(observe(&subject, &scenes), observe(&subject, &reversed));
        let pulls = |scenes: &[Scene]| -> Vec<[f64; 4]> {
            let pulls = lone_pulls(&subject, scenes).unwrap();
            pulls.iter().map(|p| [p.both, p.shape_only, p.colour_only, p.neither]).collect()
        };
        assert_eq!(pulls(&scenes), pulls(&reversed));
    }
}

#[test]
fn rivals_differ_from_the_exit_in_all_but_what_is_asked() {
    for i in 0..12 {
        let [LevelEdit::Recolour { object: exit, colour }, LevelEdit::Relook { shape, .. }] =
            rivals(i)
        else {
            panic!("rivals are a recoloured exit and a relooked distractor");
        };
        assert_eq!(exit, ObjectRef::Exit);
        assert!(colour != Colour::Green && shape != Shape::Door);
    }
}

#[test]
fn too_few_levels_are_an_error_with_their_number() {
    let error = placement(&untrained(Encoder::S11), 5, 0).unwrap_err();
    let Error::TooFewLevels { check, needed, got } = error else { panic!("{error}") };
    assert!((check, needed) == ("placement", MIN_RIVAL_SCENES) && got <= 5);
}

#[test]
fn an_estimate_lies_within_its_interval() {
    let values: Vec<f64> = (0..30).map(f64::from).collect();
    let mean = Estimate::mean_of(&values, 1).unwrap();
    assert_eq!(mean.value, 14.5);
    assert!(mean.interval.lo < 14.5 && mean.interval.hi > 14.5);
    assert_eq!(mean, Estimate::mean_of(&values, 1).unwrap());
    assert!(Estimate::of(&values, 1, |_| None).is_err());
}

#[test]
fn a_share_of_nothing_is_nothing() {
    assert_eq!(share(0.3, 0.6, (-2.0, 2.0)), 0.5);
    assert_eq!(share(3.0, 0.6, (-2.0, 2.0)), 2.0);
    assert_eq!(share(0.3, 0.0, (-2.0, 2.0)), 0.0);
}
