//! Pictures with their captions and legends.

use super::super::number::quantity;
use super::super::svg;
use super::bars::{self, Levels};
use crate::{Figure, Gallery, Maze, MazeObject};
use maud::{Markup, html};

pub(super) fn figure(figure: &Figure, levels: &Levels<'_>) -> Markup {
    match figure {
        Figure::Maze(maze) => single(maze),
        Figure::Bars(bars) => bars::figure(bars, levels),
        Figure::Gallery(gallery) => self::gallery(gallery),
    }
}

/// Mazes side by side, with one key for what they share.
fn gallery(gallery: &Gallery) -> Markup {
    let mazes = &gallery.figures;
    let shared = html! {
        @if mazes.iter().any(|maze| maze.agent.is_some()) { (agent()) }
        @if mazes.iter().any(|maze| maze.arrows.is_some()) { (arrows()) }
    };
    html! {
        figure.gallery {
            figcaption { (gallery.caption) }
            div.mazes {
                @for maze in mazes { (picture(maze, &html! { (objects(maze)) (heat(maze)) })) }
            }
            (legend(&shared))
        }
    }
}

fn single(maze: &Maze) -> Markup {
    let keys = html! {
        (objects(maze))
        @if maze.agent.is_some() { (agent()) }
        @if maze.arrows.is_some() { (arrows()) }
        (heat(maze))
    };
    picture(maze, &keys)
}

fn picture(maze: &Maze, keys: &Markup) -> Markup {
    html! { figure.picture { (svg::maze(maze)) figcaption { (maze.caption) } (legend(keys)) } }
}

fn legend(keys: &Markup) -> Markup {
    html! { @if !keys.0.is_empty() { ul.legend { (keys) } } }
}

/// What stands in the maze, each kind once.
fn objects(maze: &Maze) -> Markup {
    let mut listed: Vec<&MazeObject> = Vec::new();
    for object in &maze.objects {
        let same = |other: &&MazeObject| (other.role == object.role) && looks(other, object);
        if !listed.iter().any(same) {
            listed.push(object);
        }
    }
    html! {
        @for object in listed {
            li { (svg::glyph(object)) " " (object.colour) " " (object.shape) ": " (object.role) }
        }
    }
}

fn looks(left: &MazeObject, right: &MazeObject) -> bool {
    (&left.shape, &left.colour) == (&right.shape, &right.colour)
}

fn agent() -> Markup {
    html! { li { (svg::agent_glyph()) " agent" } }
}

fn arrows() -> Markup {
    html! { li { span.key-arrow aria-hidden="true" {} " longer arrow: more likely step" } }
}

fn heat(maze: &Maze) -> Markup {
    let values = maze.heat.as_deref().unwrap_or_default();
    if values.is_empty() {
        return html! {};
    }
    let lo = values.iter().copied().fold(f64::INFINITY, f64::min);
    let hi = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let class = if lo < 0.0 { "key-heat both" } else { "key-heat" };
    html! {
        li {
            (maze.heat_label.as_deref().unwrap_or("heat")) ": " (quantity(lo, "", false)) " "
            span class=(class) aria-hidden="true" {} " " (quantity(hi, "", false))
        }
    }
}
