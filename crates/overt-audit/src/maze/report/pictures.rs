//! Pictures as data: mazes with the policy as arrows, and maps of what is represented where.

use crate::Error;
use crate::maze::placement::rivals;
use crate::maze::representation::{Candidate, map_of, probed_sites};
use crate::maze::scene::{Scene, act, training_scenes};
use crate::maze::{Acting, Plan, Subject, play_level};
use overt_report::{Figure, Gallery, Maze, MazeObject, Story};
use overt_world::Colour;
use overt_world::maze::{Cell, Level, LevelEdit, ObjectRef, Shape};

/// Whole episodes in training levels, as `overt watch` draws them.
pub(crate) fn episodes(subject: &Subject) -> Result<Figure, Error> {
    let train = subject.training_levels()?;
    let encoder = subject.world.observation;
    let episode = |seed: u64| -> Result<Maze, Error> {
        let played = play_level(&subject.policy, &train, encoder, Acting::Sampled, seed)?;
        let end = if played.success { "reaches the exit" } else { "runs out of time" };
        let caption = format!("level {seed}: {end} after {} steps", played.path.len() - 1);
        let path = played.path.iter().map(|cell| [cell.row, cell.col]).collect();
        Ok(Maze { path, ..maze(&played.level, &caption) })
    };
    let figures: Result<Vec<Maze>, Error> = (0..3).map(episode).collect();
    Ok(Figure::Gallery(Gallery {
        caption: format!("Episodes in training: overt watch {} --level N", subject.name),
        figures: figures?,
    }))
}

/// One level as it is trained, and under each counterfactual.
pub(crate) fn counterfactuals(subject: &Subject, plan: &Plan) -> Result<Figure, Error> {
    let scene = parting_scene(subject, plan)?;
    let object = ObjectRef::Exit;
    let variants: [(&str, Vec<LevelEdit>); 4] = [
        ("as in training", vec![]),
        ("the exit turns red", vec![LevelEdit::Recolour { object, colour: Colour::Red }]),
        (
            "the exit becomes a green apple",
            vec![LevelEdit::Reshape { object, shape: Shape::Apple }],
        ),
        ("a red exit and another object that is green", rivals(0).to_vec()),
    ];
    let figures: Result<Vec<Maze>, Error> = variants
        .into_iter()
        .map(|(caption, edits)| policy_map(subject, &scene.edited(&edits)?, caption))
        .collect();
    Ok(Figure::Gallery(Gallery {
        caption: "Where the agent would step, in every cell of one level".to_owned(),
        figures: figures?,
    }))
}

/// Levels that are tried for a story in which the agent comes to something.
const STORIES: usize = 20;

/// A level as it is trained, beside the same level with a red exit and a green rival, each with the way that
/// the agent most likely goes. It is the first level in which both ways come to an object, whichever that
/// is: always taking the likeliest step, an agent may turn round in a corner, where in truth it goes on.
pub(crate) fn story(subject: &Subject, plan: &Plan) -> Result<Story, Error> {
    let told = |scene: &Scene| -> Result<[Maze; 2], Error> {
        let training = "A level as in training, and the way it most likely goes";
        let forecast = "The same level with a red exit and something else in green";
        let rival = scene.edited(&rivals(0))?;
        Ok([
            policy_map(subject, scene, training)?.walked(),
            policy_map(subject, &rival, forecast)?.walked(),
        ])
    };
    let mut story = told(&parting_scene(subject, plan)?)?;
    for scene in
        training_scenes(subject, 200, plan.seed)?.iter().filter(|scene| parts(scene)).take(STORIES)
    {
        if story.iter().all(comes_to_an_object) {
            break;
        }
        story = told(scene)?;
    }
    let [training, forecast] = story.map(Figure::Maze);
    Ok(Story::new(training, forecast))
}

/// Whether the way in a maze ends at an object.
fn comes_to_an_object(maze: &Maze) -> bool {
    maze.objects.iter().any(|object| maze.path.last() == Some(&object.cell))
}

/// Where the network represents each candidate, in the level with rivals.
pub(crate) fn representations(subject: &Subject, plan: &Plan) -> Result<Figure, Error> {
    let scene = parting_scene(subject, plan)?.edited(&rivals(0))?;
    let sites = probed_sites(&subject.policy);
    let site = sites.last().map_or("embed.post", String::as_str);
    let figures: Result<Vec<Maze>, Error> = Candidate::ALL
        .into_iter()
        .map(|candidate| {
            let draw = (plan.n_representation, plan.seed);
            let heat = map_of(subject, &scene, candidate, site, draw)?;
            let caption = format!("read as \"{}\" at {site}", candidate.name());
            Ok(Maze {
                heat: Some(heat),
                heat_label: Some(format!("probe score for {}", candidate.name())),
                ..maze(&scene.level, &caption)
            })
        })
        .collect();
    Ok(Figure::Gallery(Gallery {
        caption: "Where the network represents each candidate, with a red exit and another object that is green"
            .to_owned(),
        figures: figures?,
    }))
}

/// The first training level in which the ways to exit and rival part at the start.
fn parting_scene(subject: &Subject, plan: &Plan) -> Result<Scene, Error> {
    let scenes = training_scenes(subject, 200, plan.seed)?;
    let found = scenes.iter().find(|scene| parts(scene)).or(scenes.first()).cloned();
    found.ok_or(Error::TooFewLevels { check: "pictures", needed: 1, got: 0 })
}

/// Whether the ways to exit and rival part at the start.
fn parts(scene: &Scene) -> bool {
    let cells = [ObjectRef::Exit, ObjectRef::Distractor(0)].map(|r| scene.level.object(r));
    let [Ok(exit), Ok(rival)] = cells else { return false };
    let ways = scene.toward(exit.cell).into_iter().zip(scene.toward(rival.cell));
    let far = |cell: Cell| scene.level.grid.distances(scene.agent)[scene.index(cell)] >= 3;
    !ways.into_iter().any(|(a, b)| a && b) && far(exit.cell) && far(rival.cell)
}

/// A level with the policy as arrows in every cell that the agent could stand on.
fn policy_map(subject: &Subject, scene: &Scene, caption: &str) -> Result<Maze, Error> {
    let level = &scene.level;
    let asked: Vec<Cell> =
        level.grid.free_cells().filter(|cell| level.object_at(*cell).is_none()).collect();
    let scenes: Vec<Scene> =
        asked.iter().map(|agent| Scene { level: level.clone(), agent: *agent }).collect();
    let mut arrows = vec![None; level.grid.walls().len()];
    for (cell, p) in asked.iter().zip(act(subject, &scenes)?) {
        arrows[level.grid.index(*cell)] = Some(p);
    }
    Ok(Maze { arrows: Some(arrows), ..maze(level, caption) })
}

fn maze(level: &Level, caption: &str) -> Maze {
    let cell = |cell: Cell| [cell.row, cell.col];
    Maze {
        caption: caption.to_owned(),
        size: level.grid.size() as u8,
        walls: level.grid.walls().to_vec(),
        agent: Some(cell(level.agent)),
        objects: level
            .objects()
            .map(|(role, object)| MazeObject {
                cell: cell(object.cell),
                shape: object.shape.to_string(),
                colour: object.colour.to_string(),
                role: if role == ObjectRef::Exit { "exit" } else { "distractor" }.to_owned(),
            })
            .collect(),
        arrows: None,
        path: Vec::new(),
        heat: None,
        heat_label: None,
    }
}
