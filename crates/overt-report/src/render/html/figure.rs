//! Pictures with their captions and legends.

use super::super::escape::escape;
use super::super::number::quantity;
use super::super::{each, svg};
use super::bars;
use crate::{Figure, Gallery, Maze, MazeObject};

pub(super) fn figure(figure: &Figure) -> String {
    match figure {
        Figure::Maze(maze) => single(maze),
        Figure::Bars(bars) => bars::figure(bars),
        Figure::Gallery(gallery) => self::gallery(gallery),
    }
}

/// Mazes side by side, with one key for what they share.
fn gallery(gallery: &Gallery) -> String {
    let mazes = &gallery.figures;
    let shared = [
        each(mazes.iter().find(|maze| maze.agent.is_some()), agent),
        each(mazes.iter().find(|maze| maze.arrows.is_some()), arrows),
    ];
    format!(
        "<figure class=\"gallery\">\n<figcaption>{}</figcaption>\n\
         <div class=\"mazes\">\n{}</div>\n{}</figure>\n",
        escape(&gallery.caption),
        each(mazes, |maze| picture(maze, &[objects(maze), heat(maze)])),
        legend(&shared)
    )
}

fn single(maze: &Maze) -> String {
    picture(maze, &[objects(maze), agent(maze), arrows(maze), heat(maze)])
}

fn picture(maze: &Maze, keys: &[String]) -> String {
    format!(
        "<figure class=\"picture\">\n{}<figcaption>{}</figcaption>\n{}</figure>\n",
        svg::maze(maze),
        escape(&maze.caption),
        legend(keys)
    )
}

fn legend(keys: &[String]) -> String {
    match keys.concat() {
        keys if keys.is_empty() => keys,
        keys => format!("<ul class=\"legend\">\n{keys}</ul>\n"),
    }
}

/// What stands in the maze, each kind once.
fn objects(maze: &Maze) -> String {
    let mut listed: Vec<&MazeObject> = Vec::new();
    for object in &maze.objects {
        let same = |other: &&MazeObject| (other.role == object.role) && looks(other, object);
        if !listed.iter().any(same) {
            listed.push(object);
        }
    }
    each(listed, entry)
}

fn agent(maze: &Maze) -> String {
    each(maze.agent, |_| format!("<li>{} agent</li>\n", svg::agent_glyph()))
}

fn looks(left: &MazeObject, right: &MazeObject) -> bool {
    (&left.shape, &left.colour) == (&right.shape, &right.colour)
}

fn entry(object: &MazeObject) -> String {
    let MazeObject { shape, colour, role, .. } = object;
    let said = format!("{colour} {shape}: {role}");
    format!("<li>{} {}</li>\n", svg::glyph(object), escape(&said))
}

fn arrows(maze: &Maze) -> String {
    let key = "<li><span class=\"key-arrow\" aria-hidden=\"true\"></span> \
               longer arrow: more likely step</li>\n";
    each(&maze.arrows, |_| key.to_owned())
}

fn heat(maze: &Maze) -> String {
    let values = maze.heat.as_deref().unwrap_or_default();
    if values.is_empty() {
        return String::new();
    }
    let lo = values.iter().copied().fold(f64::INFINITY, f64::min);
    let hi = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let label = escape(maze.heat_label.as_deref().unwrap_or("heat"));
    let class = if lo < 0.0 { "key-heat both" } else { "key-heat" };
    format!(
        "<li>{label}: {} <span class=\"{class}\" aria-hidden=\"true\"></span> {}</li>\n",
        quantity(lo, "", false),
        quantity(hi, "", false)
    )
}
