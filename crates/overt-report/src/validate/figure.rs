//! Checks of pictures.

use super::form::{FEW, LONG, MANY, SHORT, count, finite, rate, text};
use super::record::{Records, holds};
use crate::{Bar, Bars, Error, Figure, Interval, Maze, MazeObject};

/// Longest side of a maze, in cells.
pub const MAX_MAZE_SIZE: u8 = 64;

pub(super) fn check(at: &str, figure: &Figure, records: &Records) -> Result<(), Error> {
    match figure {
        Figure::Maze(maze) => check_maze(at, maze),
        Figure::Gallery(gallery) => {
            text(&format!("{at}.caption"), &gallery.caption, LONG)?;
            count(&format!("{at}.figures"), gallery.figures.len(), FEW)?;
            let mut mazes = gallery.figures.iter().enumerate();
            mazes.try_for_each(|(idx, maze)| check_maze(&format!("{at}.figures.{idx}"), maze))
        }
        Figure::Bars(bars) => check_bars(at, bars, records),
    }
}

fn check_maze(at: &str, maze: &Maze) -> Result<(), Error> {
    text(&format!("{at}.caption"), &maze.caption, LONG)?;
    let label = maze.heat_label.as_deref().unwrap_or_default();
    text(&format!("{at}.heat_label"), label, SHORT)?;
    count(&format!("{at}.size"), maze.size.into(), MAX_MAZE_SIZE.into())?;
    let n_cells = usize::from(maze.size).pow(2);
    cells(&format!("{at}.walls"), n_cells, maze.walls.len())?;
    check_arrows(&format!("{at}.arrows"), n_cells, maze)?;
    check_heat(&format!("{at}.heat"), n_cells, maze)?;
    check_places(at, maze)
}

fn check_arrows(at: &str, n_cells: usize, maze: &Maze) -> Result<(), Error> {
    let Some(arrows) = &maze.arrows else { return Ok(()) };
    cells(at, n_cells, arrows.len())?;
    arrows.iter().flatten().flatten().try_for_each(|&probability| rate(at, probability))
}

fn check_heat(at: &str, n_cells: usize, maze: &Maze) -> Result<(), Error> {
    let Some(heat) = &maze.heat else { return Ok(()) };
    cells(at, n_cells, heat.len())?;
    heat.iter().try_for_each(|&value| finite(at, value))
}

fn check_places(at: &str, maze: &Maze) -> Result<(), Error> {
    count(&format!("{at}.path"), maze.path.len(), MANY)?;
    count(&format!("{at}.objects"), maze.objects.len(), FEW)?;
    let mut cells = maze.path.iter().chain(&maze.agent);
    cells.try_for_each(|&cell| inside(at, cell, maze.size))?;
    for (idx, object) in maze.objects.iter().enumerate() {
        check_object(&format!("{at}.objects.{idx}"), object, maze.size)?;
    }
    Ok(())
}

fn check_object(at: &str, object: &MazeObject, size: u8) -> Result<(), Error> {
    inside(at, object.cell, size)?;
    text(&format!("{at}.shape"), &object.shape, SHORT)?;
    text(&format!("{at}.colour"), &object.colour, SHORT)?;
    text(&format!("{at}.role"), &object.role, SHORT)
}

fn cells(at: &str, expected: usize, got: usize) -> Result<(), Error> {
    if expected == got {
        return Ok(());
    }
    Err(Error::CellCount { at: at.to_owned(), expected, got })
}

fn inside(at: &str, cell: [u8; 2], size: u8) -> Result<(), Error> {
    if cell.iter().all(|&idx| idx < size) {
        return Ok(());
    }
    Err(Error::CellOutside { at: at.to_owned(), cell, size })
}

fn check_bars(at: &str, bars: &Bars, records: &Records) -> Result<(), Error> {
    text(&format!("{at}.caption"), &bars.caption, LONG)?;
    text(&format!("{at}.unit"), &bars.unit, SHORT)?;
    count(&format!("{at}.rows"), bars.rows.len(), MANY)?;
    for (idx, bar) in bars.rows.iter().enumerate() {
        check_bar(&format!("{at}.rows.{idx}"), bar, records)?;
    }
    Ok(())
}

/// A bar draws its record and nothing else, so no picture can say more than the numbers.
fn check_bar(at: &str, bar: &Bar, records: &Records) -> Result<(), Error> {
    text(&format!("{at}.label"), &bar.label, SHORT)?;
    let record = records.find(at, &bar.record)?;
    let value = record.value;
    finite(at, bar.value)?;
    holds(at, &Interval { lo: bar.lo, hi: bar.hi, level: 0.0 }, bar.value)?;
    let (lo, hi) = record.interval.map_or((value, value), |interval| (interval.lo, interval.hi));
    if (bar.value, bar.lo, bar.hi) == (value, lo, hi) {
        return Ok(());
    }
    Err(Error::BarDiffers { at: at.to_owned(), record: record.id.clone() })
}
