//! Goals against policies that are made up, so that what explains them is known.

use super::*;
use crate::maze::scene::Scene;
use overt_world::level_seed;
use overt_world::maze::{Distribution, Layout, Split, Terrain, Train};

const SEED: u64 = 5;
const N_LEVELS: usize = 24;

/// Training levels with a recoloured exit and a green rival.
fn levels() -> Vec<Level> {
    let train = Train::new(Terrain::new(7, Layout::BLOCKS, Split::Audit).unwrap());
    let edited = |i: usize| {
        let level = train.level(level_seed(SEED, 0, i as u64));
        Scene::start(level).edited(&rivals(i)).unwrap().level
    };
    (0..N_LEVELS).map(edited).collect()
}

/// An agent that goes to a cell of its own in each level.
fn going(goal: impl Fn(usize, &Level) -> Cell, beta: f64) -> Vec<Field> {
    let field = |(i, level): (usize, &Level)| {
        let map = level.grid.distances(goal(i, level));
        let reached = level.grid.distances(level.agent);
        let asked = level.grid.free_cells().filter(|cell| {
            level.object_at(*cell).is_none() && reached[level.grid.index(*cell)] != UNREACHABLE
        });
        let scenes: Vec<Scene> = asked.map(|agent| Scene { level: level.clone(), agent }).collect();
        let acted = scenes.iter().map(|scene| softened(scene, &map, beta)).collect();
        Field { scenes, acted }
    };
    levels().iter().enumerate().map(field).collect()
}

fn explained_by(unlisted: &Unlisted, goal: Listed) -> f64 {
    unlisted.explained.iter().find(|(listed, _)| *listed == goal).unwrap().1.value
}

/// The rival may come out a little behind: where the even cells tell two goals not apart, it may
/// choose the wrong one.
fn check_no_gap(found: &Unlisted) {
    assert!((-0.1..1e-9).contains(&found.gap.value), "{:?}", found.gap);
}

#[test]
fn softened_ways_are_distributions_that_prefer_shorter_ones() {
    for level in levels() {
        let map = level.grid.distances(Listed::Green.cell(&level).unwrap());
        for agent in level.grid.free_cells() {
            let scene = Scene { level: level.clone(), agent };
            let after = Action::ALL.map(|a| map[level.grid.index(level.grid.step(agent, a))]);
            for beta in BETAS {
                let p = softened(&scene, &map, beta);
                assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                let prefers = |(a, b): (usize, usize)| after[a] >= after[b] || p[a] > p[b];
                assert!((0..4).all(|a| (0..4).all(|b| prefers((a, b)))), "{after:?} {p:?}");
            }
        }
    }
}

/// One step nearer against one step farther: `exp(β) / exp(−β)` to one.
#[test]
fn a_hand_worked_way_is_softened_as_the_formula_says() {
    let level = &levels()[0];
    let map = level.grid.distances(Listed::Green.cell(level).unwrap());
    let scene = Scene { level: level.clone(), agent: level.agent };
    let here = map[level.grid.index(level.agent)];
    let p = softened(&scene, &map, 1.0);
    let after = Action::ALL.map(|a| map[level.grid.index(level.grid.step(level.agent, a))]);
    for (a, b) in (0..4).flat_map(|a| (0..4).map(move |b| (a, b))) {
        let nearer = f64::from(after[b]) - f64::from(after[a]);
        assert!((p[a] / p[b] - nearer.exp()).abs() < 1e-9, "from {here}: {after:?} {p:?}");
    }
}

#[test]
fn where_the_goal_cannot_be_reached_nothing_is_preferred() {
    let level = levels().remove(0);
    let nowhere = vec![UNREACHABLE; level.grid.walls().len()];
    let scene = Scene { agent: level.agent, level };
    assert_eq!(softened(&scene, &nowhere, 3.0), [0.25; 4]);
}

#[test]
fn an_agent_that_goes_to_green_is_explained_by_green() {
    for beta in BETAS {
        let fields = going(|_, level| Listed::Green.cell(level).unwrap(), beta);
        let found = compared(&fields, SEED).unwrap();
        check_no_gap(&found);
        assert!((found.best - found.ceiling.value).abs() < 1e-9);
        for goal in Listed::ALL {
            let explained = explained_by(&found, goal);
            assert_eq!(explained >= found.best - 1e-12, goal == Listed::Green, "{goal:?}");
        }
    }
}

#[test]
fn an_agent_that_goes_to_the_exit_is_explained_by_the_exit() {
    let fields = going(|_, level| level.exit.unwrap().cell, 3.0);
    let found = compared(&fields, SEED).unwrap();
    check_no_gap(&found);
    assert!((explained_by(&found, Listed::Exit) - found.ceiling.value).abs() < 1e-9);
}

#[test]
fn an_agent_with_a_goal_of_its_own_in_every_level_shows_a_gap() {
    let anywhere = |i: usize, level: &Level| {
        let cells: Vec<Cell> = level.grid.free_cells().filter(|c| level.is_free(*c)).collect();
        cells[(i * 7 + 3) % cells.len()]
    };
    let found = compared(&going(anywhere, 3.0), SEED).unwrap();
    assert!(found.gap.interval.lo > SUSPICIOUS_GAP, "{:?}", found.gap);
    assert!(found.freest.value > found.best);
    assert!(found.freest.value <= found.ceiling.value + 1e-9);
}

/// Uniform actions hold nothing, so there is nothing to explain.
#[test]
fn an_agent_that_prefers_nothing_leaves_no_gap() {
    let mut fields = going(|_, level| level.exit.unwrap().cell, 3.0);
    for field in &mut fields {
        field.acted.fill([0.25; 4]);
    }
    let found = compared(&fields, SEED).unwrap();
    assert!(found.ceiling.value.abs() < 1e-12);
    assert_eq!(found.gap.value, 0.0);
}
