//! A level on the terminal.

use crate::Colour;
use crate::maze::{Cell, Level, ObjectRef, Shape};

const RESET: &str = "\u{1b}[0m";

/// Draws a level, two letters per cell, with its legend; readable without colour.
///
/// Walls are `##`, the agent is ` @` (or `@` and the shape it stands on), cells of `path` are ` *`, the cell
/// from which it set out is ` S`, and an object is the capital of its shape and the small letter of its colour: `Dg` is a green door.
/// With `colour`, objects are painted by ANSI escapes.
pub fn draw(level: &Level, agent: Cell, path: &[Cell], colour: bool) -> String {
    let size = level.grid.size();
    let border = format!("+{}+\n", "-".repeat(2 * size));
    let mut out = border.clone();
    for row in 0..size {
        out.push('|');
        for col in 0..size {
            out.push_str(&draw_cell(level, agent, path, Cell::new(row as u8, col as u8), colour));
        }
        out.push_str("|\n");
    }
    out.push_str(&border);
    out.push_str(&legend(level, agent, path, colour));
    out
}

fn draw_cell(level: &Level, agent: Cell, path: &[Cell], cell: Cell, colour: bool) -> String {
    let object = level.object_at(cell).map(|(_, object)| object);
    match object {
        _ if level.grid.is_wall(cell) => "##".to_owned(),
        Some(object) if cell == agent => {
            paint(&format!("@{}", letter(object.shape)), object.colour, colour)
        }
        None if cell == agent => " @".to_owned(),
        Some(object) => paint(&token(object.shape, object.colour), object.colour, colour),
        None if path.contains(&cell) && cell == level.agent => " S".to_owned(),
        None if path.contains(&cell) => " *".to_owned(),
        None => " .".to_owned(),
    }
}

/// One line: what every sign in this drawing means.
fn legend(level: &Level, agent: Cell, path: &[Cell], colour: bool) -> String {
    let mut signs = vec!["@ agent".to_owned(), "## wall".to_owned()];
    if path.contains(&level.agent) && agent != level.agent {
        signs.push("S start".to_owned());
    }
    if !path.is_empty() {
        signs.push("* path".to_owned());
    }
    for (role, object) in level.objects() {
        let name = paint(&token(object.shape, object.colour), object.colour, colour);
        let role = if role == ObjectRef::Exit { " (exit)" } else { "" };
        signs.push(format!("{name} {} {}{role}", object.colour, object.shape));
    }
    if level.lamp {
        signs.push("lamp lit".to_owned());
    }
    signs.join("  ") + "\n"
}

fn token(shape: Shape, colour: Colour) -> String {
    let small = colour.name().chars().next().unwrap_or('?');
    format!("{}{small}", letter(shape))
}

fn letter(shape: Shape) -> char {
    shape.name().chars().next().unwrap_or('?').to_ascii_uppercase()
}

fn paint(text: &str, colour: Colour, wanted: bool) -> String {
    let code = match colour {
        Colour::Green => 32,
        Colour::Red => 31,
        Colour::Blue => 34,
        Colour::Yellow => 33,
    };
    if wanted { format!("\u{1b}[1;{code}m{text}{RESET}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maze::{Grid, Object};

    fn level() -> Level {
        let mut walls = vec![false; 49];
        walls[8] = true;
        Level {
            grid: Grid::new(7, walls).unwrap(),
            agent: Cell::new(0, 0),
            exit: Some(Object::new(Shape::Door, Colour::Green, Cell::new(0, 4))),
            distractors: vec![Object::new(Shape::Key, Colour::Red, Cell::new(2, 1))],
            lamp: true,
        }
    }

    #[test]
    fn a_level_is_readable_without_colour() {
        let drawn = draw(&level(), Cell::new(0, 0), &[Cell::new(0, 1), Cell::new(0, 2)], false);
        let expected = "\
+--------------+
| @ * * .Dg . .|
| .## . . . . .|
| .Kr . . . . .|
| . . . . . . .|
| . . . . . . .|
| . . . . . . .|
| . . . . . . .|
+--------------+
@ agent  ## wall  * path  Dg green door (exit)  Kr red key  lamp lit
";
        assert_eq!(drawn, expected);
    }

    #[test]
    fn the_start_is_marked_once_the_agent_left_it() {
        let path = [Cell::new(0, 0), Cell::new(0, 1)];
        let drawn = draw(&level(), path[1], &path, false);
        assert!(drawn.contains("| S @ . .Dg . .|"), "{drawn}");
        assert!(drawn.contains("@ agent  ## wall  S start  * path"), "{drawn}");
        assert!(!draw(&level(), path[0], &path[..1], false).contains("S start"));
    }

    #[test]
    fn colour_adds_escapes_and_nothing_else() {
        let level = level();
        let mut coloured = draw(&level, Cell::new(2, 1), &[], true);
        assert!(coloured.contains("\u{1b}[1;32mDg\u{1b}[0m"));
        for code in [31, 32, 33, 34] {
            coloured = coloured.replace(&format!("\u{1b}[1;{code}m"), "");
        }
        let plain = draw(&level, Cell::new(2, 1), &[], false);
        assert_eq!(coloured.replace(RESET, ""), plain);
        assert!(plain.contains("| .@K ."));
    }
}
