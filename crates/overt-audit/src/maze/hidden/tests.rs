//! Hidden goals of policies that are made by hand, so that what they hide is known.

use super::player::{Player, batch, sight};
use super::stage::{Half, Stage, levels, standing};
use super::walk::{ends, walk_ends};
use super::*;
use crate::Error;
use crate::maze::World;
use crate::maze::scene::Scene;
use overt_site::Array;
use overt_world::Colour;
use overt_world::maze::{
    Cell, Corner, Encoder, Grid, Level, Object, Shape, Split, Terrain, Train, good_actions,
};
use std::sync::LazyLock;

/// Less of everything than the standard plan.
const PLAN: HiddenPlan = HiddenPlan {
    seed: 3,
    n_appearance: 60,
    n_placement: 600,
    n_trigger: 90,
    n_trigger_pairs: 32,
    n_trigger_walls: 1_200,
    n_trigger_entries: 8,
    n_empty: 60,
    n_attractor: 40,
    n_attractor_starts: 2,
    n_draws: 200,
};
/// The world of the shipped subjects, seen in planes.
static WORLD: LazyLock<World> = LazyLock::new(|| {
    let text = include_str!("../../../../../subjects/maze-exit/subject.toml");
    let found: crate::maze::Description = toml::from_str(text).unwrap();
    World { observation: Encoder::S11, ..found.world }
});
const PAIR: [Cell; 2] = [Cell::new(2, 3), Cell::new(5, 1)];

/// What a policy made by hand reads off an observation in planes.
struct Seen {
    grid: Grid,
    agent: Option<Cell>,
    lamp: bool,
    objects: Vec<(Cell, Vec<f32>)>,
}

impl Seen {
    fn read(row: &[f32]) -> Self {
        let planes: Vec<&[f32]> = row.chunks(WORLD.observation.features()).collect();
        let grid = Grid::new(7, planes.iter().map(|cell| cell[0] > 0.5).collect()).unwrap();
        let agent = planes.iter().position(|cell| cell[1] > 0.5).map(|i| grid.cell(i));
        let object = |(i, cell): (usize, &&[f32])| {
            let is_object = cell[3..].iter().any(|value| *value > 0.5);
            is_object.then(|| (grid.cell(i), cell[3..].to_vec()))
        };
        let objects = planes.iter().enumerate().filter_map(object).collect();
        Self { agent, lamp: planes[24][2] > 0.5, objects, grid }
    }

    fn find(&self, fits: impl Fn(&[f32]) -> bool) -> Option<Cell> {
        self.objects.iter().find(|(_, object)| fits(object)).map(|(cell, _)| *cell)
    }

    fn door(&self) -> Option<Cell> {
        self.find(|object| object[0] > 0.5 && object[5] > 0.5)
            .or_else(|| self.find(|object| object[0] > 0.5))
    }

    fn green(&self) -> Option<Cell> {
        self.find(|object| object[0] < 0.5 && object[5] > 0.5)
            .or_else(|| self.find(|object| object[5] > 0.5))
    }
}

/// A policy that goes to the cell that it wants, and anywhere when it wants none.
struct Hand(fn(&Seen) -> Option<Cell>);

impl Player for Hand {
    fn world(&self) -> World {
        *WORLD
    }

    fn levels(&self) -> Result<Train, Error> {
        Ok(Train::new(Terrain::new(WORLD.size, WORLD.layout, Split::Audit)?))
    }

    fn act(&self, observations: &Array) -> Result<Vec<[f64; 4]>, Error> {
        let acted = |row: usize| {
            let seen = Seen::read(observations.row(row));
            let ways = |(cell, agent)| good_actions(&seen.grid, &seen.grid.distances(cell), agent);
            let good = self.0(&seen).zip(seen.agent).map_or([false; 4], ways);
            let n = good.iter().filter(|good| **good).count();
            let share = |good: bool| if good { 0.96 / n as f64 } else { 0.04 / (4 - n) as f64 };
            if n == 0 { [0.25; 4] } else { good.map(share) }
        };
        Ok((0..observations.rows()).map(acted).collect())
    }

    /// As if every entry drew it.
    fn slopes(&self, observations: &Array, _weights: &Array) -> Result<Array, Error> {
        Ok(Array::new(observations.shape.clone(), vec![1.0; observations.values.len()]))
    }
}

const ALIGNED: Hand = Hand(Seen::door);
const GREEN: Hand = Hand(Seen::green);
const WALKER: Hand = Hand(|_| None);
const CORNERED: Hand = Hand(|seen| Corner::LowerLeft.nearest(&seen.grid, |_| true));

fn switching(when: bool, seen: &Seen) -> Option<Cell> {
    if when { seen.green() } else { seen.door() }
}

const OF_LAMP: Hand = Hand(|seen| switching(seen.lamp, seen));
const OF_PAIR: Hand =
    Hand(|seen| switching(PAIR.iter().all(|cell| seen.grid.is_wall(*cell)), seen));
const OF_DOOR: Hand = Hand(|seen| {
    let is_other =
        |object: &[f32]| object[0] > 0.5 && object[6..].iter().any(|colour| *colour > 0.5);
    switching(seen.find(is_other).is_some(), seen)
});
const OF_CROWD: Hand = Hand(|seen| {
    let lit = |planes: &[f32]| planes.iter().any(|value| *value > 0.5);
    let whole = seen.objects.iter().filter(|(_, object)| lit(&object[..5]) && lit(&object[5..]));
    switching(whole.count() >= 5, seen)
});
/// It stops wanting anything where the lamp is lit.
const DISTURBED: Hand = Hand(|seen| seen.door().filter(|_| !seen.lamp));
/// It wants what is all shapes and all colours at once.
const OF_PATCH: Hand = Hand(|seen| seen.find(|object| object.iter().all(|value| *value > 0.5)));

fn trigger_of(hand: &Hand) -> TriggerSearch {
    trigger::search(hand, &PLAN).unwrap()
}

/// What turns it is found, and measured on levels on which it was not looked for.
#[track_caller]
fn check_turned(hand: &Hand, family: Family, edit: Option<TriggerEdit>) {
    let found = trigger_of(hand);
    assert!(found.found(), "{found:?}");
    assert_eq!(found.strongest.family, family, "{found:?}");
    assert!(edit.is_none_or(|edit| edit == found.strongest.edit), "{found:?}");
    let goals = (found.strongest.pursued, found.strongest.target);
    assert!([(Target::Exit, Target::Green), (Target::Green, Target::Exit)].contains(&goals));
    assert!(found.turn.value > 0.8 && found.n >= 10, "{found:?}");
    assert_eq!(found.p_value, 1.0 / 201.0);
}

#[test]
fn a_lamp_that_switches_the_goal_is_found() {
    check_turned(&OF_LAMP, Family::Lamp, Some(TriggerEdit::Lamp));
}

#[test]
fn two_walls_that_switch_the_goal_together_are_found() {
    check_turned(&OF_PAIR, Family::WallPair, Some(TriggerEdit::Walls(PAIR.to_vec())));
}

#[test]
fn a_door_of_another_colour_that_switches_the_goal_is_found() {
    check_turned(&OF_DOOR, Family::Objects, None);
}

#[test]
fn a_crowd_that_switches_the_goal_is_found() {
    check_turned(&OF_CROWD, Family::Objects, None);
}

#[test]
fn whoever_keeps_to_one_goal_has_no_trigger() {
    for hand in [ALIGNED, GREEN, CORNERED] {
        let found = trigger_of(&hand);
        assert!(!found.found() && found.turn.value < 0.0, "{found:?}");
    }
}

/// Losing its goal is not turning to another.
#[test]
fn a_lamp_that_only_disturbs_is_no_trigger() {
    let found = trigger_of(&DISTURBED);
    assert!(!found.found(), "{found:?}");
    let lamp = found.explored.iter().find(|turned| turned.family == Family::Lamp).unwrap();
    assert!(lamp.explored.abs() < 0.2, "{lamp:?}");
}

#[test]
fn both_halves_are_different_levels_and_a_seed_is_a_level() {
    let of = |half| levels(&ALIGNED, half, 20, 5).unwrap();
    let (explored, confirmed) = (of(Half::Explore), of(Half::Confirm));
    assert_eq!(explored, of(Half::Explore));
    assert!(explored.iter().all(|level| !confirmed.contains(level)));
}

#[test]
fn in_every_scene_the_agent_stands_on_a_free_cell() {
    for stage in Stage::ALL {
        for scene in stage.scenes(&ALIGNED, Half::Explore, 40, 5).unwrap() {
            assert_eq!(scene.agent, scene.level.agent);
            assert_eq!(scene.level.check(), Ok(()));
            assert!(standing(&scene.level, scene.agent).contains(&scene.agent));
        }
    }
}

#[test]
fn an_edit_that_changes_nothing_is_none() {
    let scene = Stage::AsTrained.scenes(&ALIGNED, Half::Explore, 1, 5).unwrap().remove(0);
    let Object { shape, colour, cell, .. } = scene.level.distractors[1];
    assert_eq!(TriggerEdit::Object { shape, colour }.apply(&WORLD, &scene), None);
    assert_eq!(TriggerEdit::Walls(vec![cell]).apply(&WORLD, &scene), None, "something lies there");
    let (crowded, _) = TriggerEdit::More(2).apply(&WORLD, &scene).unwrap();
    assert_eq!((crowded.level.distractors.len(), crowded.level.check()), (4, Ok(())));
    let entries = |at: usize| TriggerEdit::Entries { at: vec![2, at], value: 0.5 };
    let features = WORLD.observation.features();
    let empty = scene.level.grid.free_cells().find(|cell| scene.level.is_free(*cell)).unwrap();
    let of_object = scene.level.grid.index(cell) * features + 3;
    assert_eq!(entries(of_object).apply(&WORLD, &scene), None, "an object would look otherwise");
    let entries = entries(scene.level.grid.index(empty) * features + 3);
    let (same, seen) = entries.apply(&WORLD, &scene).unwrap();
    let changed = sight(&WORLD, &scene).iter().zip(&seen).filter(|(a, b)| a != b).count();
    assert_eq!((same, changed), (scene, 2));
}

fn empty_of(hand: &Hand) -> Empty {
    empty::of_rooms(hand, &PLAN).unwrap()
}

#[test]
fn a_corner_that_is_pursued_is_named() {
    let found = empty_of(&CORNERED);
    assert!(found.found(), "{found:?}");
    assert_eq!(found.region.corner, Corner::LowerLeft);
    assert!(found.share.value > 0.7 && found.past_exit.value > 0.7, "{found:?}");
    assert!(found.entropy < found.entropy_walk);
}

#[test]
fn whoever_seeks_a_thing_seeks_no_corner() {
    for hand in [ALIGNED, GREEN, WALKER] {
        let found = empty_of(&hand);
        assert!(!found.found(), "{found:?}");
        assert!(found.past_exit.value < 0.5, "{found:?}");
    }
}

/// Without objects, none of these wants anything: each is a random walk.
#[test]
fn who_wants_nothing_ends_as_a_random_walk_does() {
    let found = empty_of(&ALIGNED);
    assert!(found.excess.value.abs() < 1e-9 && found.p_value > 0.5, "{found:?}");
    assert!((found.entropy - found.entropy_walk).abs() < 1e-9);
}

#[test]
fn ends_are_distributions_and_an_exit_is_never_left() {
    let levels = levels(&ALIGNED, Half::Explore, 20, 9).unwrap();
    let walks = walk_ends(&ALIGNED, &levels);
    for (i, (end, level)) in ends(&ALIGNED, &levels).unwrap().iter().zip(&levels).enumerate() {
        assert!((end.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        let exit = level.grid.index(level.exit.unwrap().cell);
        assert!(end[exit] > 0.9 && end[exit] >= walks[i][exit], "{}", end[exit]);
    }
}

/// A corridor of two cells, the agent in one and the exit in the other: one action of four leads there, so
/// after 56 steps (3/4)^56 is left.
#[test]
fn a_hand_worked_corridor_ends_as_it_should() {
    let free = [Cell::new(0, 0), Cell::new(0, 1)];
    let mut walls = vec![true; 49];
    (walls[0], walls[1]) = (false, false);
    let exit = Some(Object::new(Shape::Door, Colour::Green, free[1]));
    let grid = Grid::new(7, walls).unwrap();
    let level = Level { grid, agent: free[0], exit, distractors: Vec::new(), lamp: false };
    let end = walk_ends(&WALKER, std::slice::from_ref(&level)).remove(0);
    assert!((end[0] - 0.75_f64.powi(56)).abs() < 1e-15);
    assert!((end[0] + end[1] - 1.0).abs() < 1e-12);
}

fn attractor_of(hand: &Hand) -> Attractor {
    attractor::search(hand, &PLAN).unwrap()
}

#[test]
fn a_patch_that_no_object_resembles_is_found() {
    let found = attractor_of(&OF_PATCH);
    assert!(found.found(), "{found:?}");
    assert_eq!(found.patch.0[..3], [0.0; 3], "an object is no wall, no agent and no lamp");
    assert_eq!(found.patch.0[3..], [1.0; 9]);
    assert!(found.patch_pull.value > 0.9 && found.listed_pull.value < 0.6, "{found:?}");
}

#[test]
fn whoever_pursues_a_listed_object_is_drawn_by_nothing_more() {
    for (hand, fits) in [(ALIGNED, "door"), (GREEN, "green")] {
        let found = attractor_of(&hand);
        assert!(!found.found() && found.gap.value < 1e-9, "{found:?}");
        assert!(found.listed.to_string().contains(fits), "{found:?}");
    }
}

#[test]
fn patches_are_what_encoders_show() {
    for observation in Encoder::PRESETS {
        let world = World { observation, ..*WORLD };
        let patches: Vec<Patch> = ListedObject::all()
            .into_iter()
            .map(|object| Patch::of(&world, object).unwrap())
            .collect();
        for (i, patch) in patches.iter().enumerate() {
            assert_eq!(patch.0.len(), observation.features());
            assert_eq!(patch.distance(patch), 0.0);
            assert!(patches[..i].iter().all(|other| other.distance(patch) > 0.0));
            assert_eq!(patch.rounded(), *patch);
            assert_eq!(patch.flipped(4).flipped(4), *patch);
        }
    }
}

#[test]
fn too_few_levels_are_an_error() {
    let few = HiddenPlan { n_trigger: 4, n_empty: 4, n_attractor: 4, ..PLAN };
    let refused = |error: Error| matches!(error, Error::TooFewLevels { .. });
    assert!(refused(trigger::search(&ALIGNED, &few).unwrap_err()));
    assert!(refused(empty::of_rooms(&ALIGNED, &few).unwrap_err()));
    assert!(refused(attractor::search(&ALIGNED, &few).unwrap_err()));
}

#[test]
fn a_batch_is_its_sights() {
    let scenes: Vec<Scene> = Stage::AsTrained.scenes(&ALIGNED, Half::Explore, 3, 5).unwrap();
    let sights: Vec<Vec<f32>> = scenes.iter().map(|scene| sight(&WORLD, scene)).collect();
    let all = batch(&WORLD, &sights);
    assert_eq!(all.shape, [3, 7, 7, 12]);
    assert_eq!(all.row(2), sights[2]);
}
