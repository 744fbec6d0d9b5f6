//! A grid of numbers as a picture.

use super::each;
use super::escape::escape;

/// Width and height of one cell in units of the drawing.
const CELL: [usize; 2] = [34, 20];
/// Room for the names of rows, and for those of columns.
const MARGIN: [usize; 2] = [190, 60];

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
    let (width, height) =
        (MARGIN[0] + map.cols.len() * CELL[0] + 10, MARGIN[1] + map.rows.len() * CELL[1] + 10);
    let most = map.values.iter().filter(|v| v.is_finite()).fold(0.0_f64, |m, v| m.max(v.abs()));
    let title = escape(&map.title);
    let rows = each(map.rows.iter().enumerate(), |(row, name)| {
        let y = MARGIN[1] + row * CELL[1] + 14;
        format!(
            "<text x=\"{}\" y=\"{y}\" text-anchor=\"end\">{}</text>",
            MARGIN[0] - 6,
            escape(name)
        )
    });
    let cols = each(map.cols.iter().enumerate(), |(col, name)| {
        let (x, y) = (MARGIN[0] + col * CELL[0] + CELL[0] / 2, MARGIN[1] - 6);
        let name = escape(name);
        format!("<text transform=\"translate({x} {y}) rotate(-45)\">{name}</text>")
    });
    let cells = each(map.values.iter().enumerate(), |(flat, value)| {
        let (row, col) = (flat / map.cols.len(), flat % map.cols.len());
        let (x, y) = (MARGIN[0] + col * CELL[0], MARGIN[1] + row * CELL[1]);
        let (colour, [w, h]) = (colour(*value, most), CELL);
        let said = format!("{}, {}: {}", map.rows[row], map.cols[col], round(*value));
        let said = escape(&said);
        format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"{colour}\"><title>{said}</title></rect>"
        )
    });
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-label=\"{title}\" font-family=\"sans-serif\" \
         font-size=\"11\"><title>{title}</title><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\
         {rows}{cols}{cells}</svg>\n"
    )
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
