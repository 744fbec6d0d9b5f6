//! A maze as a drawing.
//!
//! A cell is 20 units wide. Colours are classes and come from the token file alone.

use super::each::each;
use crate::{Maze, MazeObject};
use maud::{Markup, html};

/// Side of a cell in units of the drawing.
const CELL: usize = 20;

/// Least probability that is drawn as an arrow.
const FAINT: f64 = 0.04;

/// The shapes that mazes refer to, once for the whole page.
pub(super) const GLYPHS: &str = include_str!("glyphs.svg");

/// The maze as an `svg` element.
pub(super) fn maze(maze: &Maze) -> Markup {
    let side = usize::from(maze.size) * CELL;
    let label = describe(maze);
    html! {
        svg.maze viewBox={ "0 0 " (side) " " (side) } role="img" aria-label=(label) {
            title { (label) }
            rect.floor width=(side) height=(side) {}
            (heat(maze))
            path.wall d=(walls(maze)) {}
            @if let Some(cells) = &maze.arrows { path.arrow d=(arrows(maze, cells)) {} }
            (path(maze))
            @for it in &maze.objects { (object(it)) }
            @if let Some(cell) = maze.agent { (place("agent", "ink", cell)) }
        }
    }
}

/// The drawing in words.
fn describe(maze: &Maze) -> String {
    let at = |[row, col]: [u8; 2]| format!("row {}, column {}", row + 1, col + 1);
    let objects = each(&maze.objects, |object| {
        let MazeObject { cell, shape, colour, role } = object;
        format!(" {colour} {shape} ({role}) in {}.", at(*cell))
    });
    let agent = each(&maze.agent, |&cell| format!(" Agent in {}.", at(cell)));
    let walked = match maze.path.as_slice() {
        [from, steps @ .., to] => {
            let n_steps = steps.len() + 1;
            format!(" Path of {n_steps} steps from {} to {}.", at(*from), at(*to))
        }
        _ => String::new(),
    };
    format!("Maze of {0} by {0} cells.{objects}{agent}{walked}", maze.size)
}

/// Walls as the course of one path: each run of wall cells in a row is one rectangle.
fn walls(maze: &Maze) -> String {
    let size = usize::from(maze.size).max(1);
    each(maze.walls.chunks(size).enumerate(), |(row, cells)| {
        let mut col = 0;
        each(cells.chunk_by(|left, right| left == right), |run| {
            let (x, y, width) = (col * CELL, row * CELL, run.len() * CELL);
            col += run.len();
            if run[0] { format!("M{x} {y}h{width}v{CELL}h-{width}z") } else { String::new() }
        })
    })
}

/// The heat map, strongest where the number is farthest from zero, or largest if none is negative.
fn heat(maze: &Maze) -> Markup {
    let values = maze.heat.as_deref().unwrap_or_default();
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let strong = values.iter().enumerate().filter_map(|(idx, value)| {
        let strength = value.abs() / largest;
        (strength >= 0.02).then_some((corner(maze, idx), value, strength))
    });
    html! {
        @for ((x, y), value, strength) in strong {
            rect class=(if *value < 0.0 { "cold" } else { "heat" }) x=(x) y=(y) width=(CELL)
                height=(CELL) fill-opacity=(format!("{strength:.2}")) {}
        }
    }
}

/// What the policy does in each cell, as four kites as long as their probability.
fn arrows(maze: &Maze, cells: &[Option<[f64; 4]>]) -> String {
    each(cells.iter().enumerate(), |(idx, cell)| {
        let (x, y) = corner(maze, idx);
        let centre = ((x + CELL / 2) as f64, (y + CELL / 2) as f64);
        let ways = [(0.0, -1.0), (0.0, 1.0), (-1.0, 0.0), (1.0, 0.0)];
        each(cell.iter().flat_map(|cell| cell.iter().zip(ways)), |(&p, way)| kite(centre, way, p))
    })
}

fn kite((x, y): (f64, f64), (along_x, along_y): (f64, f64), probability: f64) -> String {
    if !(FAINT..=1.0).contains(&probability) {
        return String::new();
    }
    let (length, half) = (1.5 + 8.0 * probability, 0.8 + 2.0 * probability);
    let (side_x, side_y) = (along_y * half, along_x * half);
    let (tip_x, tip_y) = (x + along_x * length, y + along_y * length);
    let (left_x, left_y, right_x, right_y) = (x - side_x, y - side_y, x + side_x, y + side_y);
    format!("M{left_x:.1} {left_y:.1}L{tip_x:.1} {tip_y:.1}L{right_x:.1} {right_y:.1}z")
}

fn path(maze: &Maze) -> Markup {
    let [first, .., last] = maze.path.as_slice() else { return html! {} };
    let centre = |&[row, col]: &[u8; 2]| {
        (usize::from(col) * CELL + CELL / 2, usize::from(row) * CELL + CELL / 2)
    };
    let points = each(&maze.path, |cell| {
        let (x, y) = centre(cell);
        format!("{x},{y} ")
    });
    html! {
        polyline.walked points=(points.trim_end()) {}
        @for (x, y) in [centre(first), centre(last)] { circle.end cx=(x) cy=(y) r="4" {} }
    }
}

/// An object, with the first letter of its colour for readers who cannot tell the colours apart.
fn object(object: &MazeObject) -> Markup {
    let [row, col] = object.cell.map(usize::from);
    let class = colour(&object.colour);
    let initial: String = object.colour.chars().take(1).flat_map(char::to_uppercase).collect();
    html! {
        (place(shape(&object.shape), class, object.cell))
        text class={ "on-" (class) } x=(col * CELL + CELL / 2) y=(row * CELL + 14) { (initial) }
    }
}

fn place(glyph: &str, class: &str, [row, col]: [u8; 2]) -> Markup {
    let (x, y) = (usize::from(col) * CELL, usize::from(row) * CELL);
    html! { use class=(class) href={ "#glyph-" (glyph) } x=(x) y=(y) width=(CELL) height=(CELL) {} }
}

/// One object alone, for a legend.
pub(super) fn glyph(object: &MazeObject) -> Markup {
    alone(&self::object(&MazeObject { cell: [0, 0], ..object.clone() }))
}

/// The agent alone, for a legend.
pub(super) fn agent_glyph() -> Markup {
    alone(&place("agent", "ink", [0, 0]))
}

fn alone(drawn: &Markup) -> Markup {
    html! { svg.glyph viewBox="0 0 20 20" aria-hidden="true" { (drawn) } }
}

/// The glyph that is drawn for a shape.
fn shape(name: &str) -> &'static str {
    let known = ["door", "apple", "ball", "key", "sign"];
    known.into_iter().find(|&shape| shape == name).unwrap_or("thing")
}

/// The class that paints a colour.
fn colour(name: &str) -> &'static str {
    let known = ["green", "red", "blue", "yellow"];
    known.into_iter().find(|&colour| colour == name).unwrap_or("grey")
}

fn corner(maze: &Maze, idx: usize) -> (usize, usize) {
    let size = usize::from(maze.size).max(1);
    (idx % size * CELL, idx / size * CELL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_is_as_long_as_its_probability() {
        assert_eq!(kite((10.0, 10.0), (0.0, -1.0), 1.0), "M12.8 10.0L10.0 0.5L7.2 10.0z");
        assert_eq!(kite((10.0, 10.0), (0.0, -1.0), 0.01), "");
    }

    #[test]
    fn unknown_names_are_drawn_plainly() {
        assert_eq!([shape("door"), shape("\"><script>")], ["door", "thing"]);
        assert_eq!([colour("red"), colour("x onload=")], ["red", "grey"]);
    }
}
