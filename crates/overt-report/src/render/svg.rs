//! A maze as a drawing.
//!
//! A cell is 20 units wide. Colours are classes and come from the token file alone.

use super::each;
use super::escape::escape;
use crate::{Maze, MazeObject};

/// Side of a cell in units of the drawing.
const CELL: usize = 20;

/// Least probability that is drawn as an arrow.
const FAINT: f64 = 0.04;

/// The shapes that mazes refer to, once for the whole page.
pub(super) const GLYPHS: &str = include_str!("glyphs.svg");

/// The maze as an `svg` element.
pub(super) fn maze(maze: &Maze) -> String {
    let side = usize::from(maze.size) * CELL;
    let label = escape(&describe(maze));
    format!(
        "<svg class=\"maze\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{label}\">\
         <title>{label}</title>\
         <rect class=\"floor\" width=\"{side}\" height=\"{side}\"/>{heat}{walls}{arrows}{path}\
         {objects}{agent}</svg>\n",
        heat = heat(maze),
        walls = walls(maze),
        arrows = arrows(maze),
        path = path(maze),
        objects = each(&maze.objects, object),
        agent = each(&maze.agent, |&cell| place("agent", "ink", cell)),
    )
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

/// Walls as one path: each run of wall cells in a row is one rectangle.
fn walls(maze: &Maze) -> String {
    let size = usize::from(maze.size).max(1);
    let drawn = each(maze.walls.chunks(size).enumerate(), |(row, cells)| {
        let mut col = 0;
        each(cells.chunk_by(|left, right| left == right), |run| {
            let (x, y, width) = (col * CELL, row * CELL, run.len() * CELL);
            col += run.len();
            if run[0] { format!("M{x} {y}h{width}v{CELL}h-{width}z") } else { String::new() }
        })
    });
    format!("<path class=\"wall\" d=\"{drawn}\"/>")
}

/// The heat map, strongest where the number is farthest from zero, or largest if none is negative.
fn heat(maze: &Maze) -> String {
    let values = maze.heat.as_deref().unwrap_or_default();
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    each(values.iter().enumerate(), |(idx, &value)| {
        let strength = value.abs() / largest;
        if strength.is_nan() || strength < 0.02 {
            return String::new();
        }
        let (x, y) = corner(maze, idx);
        let class = if value < 0.0 { "cold" } else { "heat" };
        format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{CELL}\" height=\"{CELL}\" \
             fill-opacity=\"{strength:.2}\"/>"
        )
    })
}

/// What the policy does in each cell, as four kites as long as their probability.
fn arrows(maze: &Maze) -> String {
    let Some(cells) = &maze.arrows else { return String::new() };
    let drawn = each(cells.iter().enumerate(), |(idx, cell)| {
        let (x, y) = corner(maze, idx);
        let centre = ((x + CELL / 2) as f64, (y + CELL / 2) as f64);
        let ways = [(0.0, -1.0), (0.0, 1.0), (-1.0, 0.0), (1.0, 0.0)];
        each(cell.iter().flat_map(|cell| cell.iter().zip(ways)), |(&p, way)| kite(centre, way, p))
    });
    format!("<path class=\"arrow\" d=\"{drawn}\"/>")
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

fn path(maze: &Maze) -> String {
    let [first, .., last] = maze.path.as_slice() else { return String::new() };
    let centre = |&[row, col]: &[u8; 2]| {
        (usize::from(col) * CELL + CELL / 2, usize::from(row) * CELL + CELL / 2)
    };
    let points = each(&maze.path, |cell| {
        let (x, y) = centre(cell);
        format!("{x},{y} ")
    });
    let ((from_x, from_y), (to_x, to_y)) = (centre(first), centre(last));
    format!(
        "<polyline class=\"walked\" points=\"{}\"/>\
         <circle class=\"end\" cx=\"{from_x}\" cy=\"{from_y}\" r=\"4\"/>\
         <circle class=\"end\" cx=\"{to_x}\" cy=\"{to_y}\" r=\"4\"/>",
        points.trim_end()
    )
}

fn object(object: &MazeObject) -> String {
    place(shape(&object.shape), colour(&object.colour), object.cell)
        + &letter(&object.colour, object.cell)
}

/// The first letter of a colour, for readers who cannot tell the colours apart.
fn letter(colour: &str, [row, col]: [u8; 2]) -> String {
    let (x, y) = (usize::from(col) * CELL + CELL / 2, usize::from(row) * CELL + 14);
    let initial: String = colour.chars().take(1).flat_map(char::to_uppercase).collect();
    let class = self::colour(colour);
    format!("<text class=\"on-{class}\" x=\"{x}\" y=\"{y}\">{}</text>", escape(&initial))
}

fn place(glyph: &str, class: &str, [row, col]: [u8; 2]) -> String {
    let (x, y) = (usize::from(col) * CELL, usize::from(row) * CELL);
    format!(
        "<use class=\"{class}\" href=\"#glyph-{glyph}\" x=\"{x}\" y=\"{y}\" \
         width=\"{CELL}\" height=\"{CELL}\"/>"
    )
}

/// One object alone, for a legend.
pub(super) fn glyph(object: &MazeObject) -> String {
    let alone = self::object(&MazeObject { cell: [0, 0], ..object.clone() });
    format!("<svg class=\"glyph\" viewBox=\"0 0 20 20\" aria-hidden=\"true\">{alone}</svg>")
}

/// The agent alone, for a legend.
pub(super) fn agent_glyph() -> String {
    let alone = place("agent", "ink", [0, 0]);
    format!("<svg class=\"glyph\" viewBox=\"0 0 20 20\" aria-hidden=\"true\">{alone}</svg>")
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
