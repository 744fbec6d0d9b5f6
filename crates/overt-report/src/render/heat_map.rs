//! A grid of numbers as a picture.

use super::escape::printable;
use maud::{Markup, html};

/// Width and height of one cell in units of the drawing.
const CELL: [usize; 2] = [34, 20];
/// Width of a letter, roughly.
const LETTER: f64 = 6.2;
/// Room for the title.
const TITLE: usize = 24;
/// Room for the scale below the grid.
const SCALE: usize = 40;

/// A grid with its names; a number that is not finite is left blank.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// What is shown.
    pub title: String,
    /// Names of the rows, from the top.
    pub rows: Vec<String>,
    /// Names of the columns, from the left.
    pub cols: Vec<String>,
    /// Numbers, row after row.
    pub values: Vec<f64>,
}

/// The grid as a whole SVG file: blue below zero, red above, white at zero; each cell says its number
/// when pointed at.
///
/// ```
/// use overt_report::{HeatMap, heat_map};
/// let map = HeatMap {
///     title: "effect".into(),
///     rows: vec!["layer 0".into()],
///     cols: vec!["a".into(), "b".into()],
///     values: vec![-1.0, 0.5],
/// };
/// let svg = heat_map(&map);
/// assert!(svg.starts_with("<svg") && svg.contains("layer 0, b: 0.5"));
/// ```
///
/// # Panics
/// When the numbers do not fill the grid: a bug of the caller.
#[must_use]
pub fn heat_map(map: &HeatMap) -> String {
    assert_eq!(map.values.len(), map.rows.len() * map.cols.len(), "numbers of the grid");
    let most = map.values.iter().filter(|v| v.is_finite()).fold(0.0_f64, |m, v| m.max(v.abs()));
    let (left, up) = (room(&map.rows, 1.0), TITLE + room(&map.cols, 0.71));
    let (right, down) = (left + map.cols.len() * CELL[0], up + map.rows.len() * CELL[1]);
    // Slanted names reach beyond the last column.
    let width = (right + up - TITLE).max(left + 260);
    let height = down + SCALE;
    let cells = map.values.iter().enumerate().map(|(flat, value)| {
        let (row, col) = (flat / map.cols.len(), flat % map.cols.len());
        let said = format!("{}, {}: {}", map.rows[row], map.cols[col], round(*value));
        cell([left + col * CELL[0], up + row * CELL[1]], CELL, &colour(*value, most), &said)
    });
    let scale = (-4..=4).map(|step| {
        let value = f64::from(step) / 4.0 * most;
        let x = (left + 60).saturating_add_signed(step as isize * 14 + 56);
        cell([x, down + 14], [14, 12], &colour(value, most), &round(value))
    });
    let svg = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (width) " " (height) } width=(width)
            height=(height) role="img" aria-label=(map.title) font-family="sans-serif" font-size="11" {
            title { (map.title) }
            rect width="100%" height="100%" fill="#fff" {}
            text x="6" y="16" font-weight="bold" { (map.title) }
            @for (row, name) in map.rows.iter().enumerate() {
                text x=(left - 6) y=(up + row * CELL[1] + 14) text-anchor="end" { (name) }
            }
            @for (col, name) in map.cols.iter().enumerate() {
                text transform=(slanted(left + col * CELL[0] + CELL[0] / 2, up - 6)) { (name) }
            }
            @for cell in cells { (cell) }
            @for cell in scale { (cell) }
            text x=(left + 56) y=(down + 24) text-anchor="end" { (round(-most)) }
            text x=(left + 192) y=(down + 24) { (round(most)) }
        }
    };
    printable(&svg.0) + "\n"
}

/// Names of columns are slanted, so that long ones have room.
fn slanted(x: usize, y: usize) -> String {
    format!("translate({x} {y}) rotate(-45)")
}

/// Units that the longest of these names needs, of which this share lies in the direction.
fn room(names: &[String], share: f64) -> usize {
    let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    (longest as f64 * LETTER * share).ceil() as usize + 16
}

/// One rectangle, which says what it stands for when pointed at.
fn cell([x, y]: [usize; 2], [width, height]: [usize; 2], colour: &str, said: &str) -> Markup {
    html! {
        rect x=(x) y=(y) width=(width) height=(height) fill=(colour) stroke="#eee" {
            title { (said) }
        }
    }
}

/// Four digits that count.
fn round(value: f64) -> String {
    let short: f64 = format!("{value:.3e}").parse().unwrap_or(value);
    short.to_string()
}

/// Towards red with the share of the largest number, towards blue below zero.
fn colour(value: f64, most: f64) -> String {
    if !value.is_finite() {
        return "#ddd".into();
    }
    let share = if most > 0.0 { (value / most).clamp(-1.0, 1.0) } else { 0.0 };
    let fade = |to: f64| (255.0 - (255.0 - to) * share.abs()).round() as u8;
    let (r, g, b) = if share >= 0.0 { (178.0, 24.0, 43.0) } else { (33.0, 102.0, 172.0) };
    format!("#{:02x}{:02x}{:02x}", fade(r), fade(g), fade(b))
}
