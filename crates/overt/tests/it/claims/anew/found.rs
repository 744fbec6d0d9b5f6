use crate::claims::pages::claim::{Cell, Claim};
use crate::claims::pages::words::{cell, number};
use overt::stats::Interval;

/// What was computed: as much of a claim as the data tell.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    value: Option<f64>,
    count: Option<[usize; 2]>,
    interval: Option<[f64; 2]>,
    columns: Vec<(&'static str, Vec<Seen>)>,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Seen {
    /// Every number that stands in it.
    Numbers(Vec<f64>),
    /// Its words.
    Text(String),
}

impl Found {
    pub(super) fn value(mut self, value: f64) -> Self {
        self.value = Some(value);
        self
    }

    pub(super) fn count(mut self, k: usize, n: usize) -> Self {
        self.count = Some([k, n]);
        self
    }

    pub(super) fn interval(mut self, within: Interval) -> Self {
        self.interval = Some([within.lo, within.hi]);
        self
    }

    pub(super) fn column(mut self, name: &'static str, cells: Vec<Seen>) -> Self {
        self.columns.push((name, cells));
        self
    }

    pub(super) fn words(self, name: &'static str, cells: Vec<String>) -> Self {
        self.column(name, cells.into_iter().map(Seen::Text).collect())
    }

    pub(super) fn numbers(self, name: &'static str, cells: Vec<f64>) -> Self {
        self.column(name, cells.into_iter().map(|x| Seen::Numbers(vec![x])).collect())
    }

    /// What differs from a claim, figure by figure, read as exactly as the claim states them.
    #[track_caller]
    pub(super) fn differences(&self, claim: &Claim) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(value) = self.value {
            let stated = claim.value.map(|stated| number(stated, claim.decimals));
            found.extend(difference(&stated.unwrap_or_default(), &Seen::Numbers(vec![value])));
        }
        if let Some([k, n]) = self.count {
            let stated = claim.count.map_or_else(String::new, |[k, n]| format!("{k} of {n}"));
            found.extend(difference(&stated, &Seen::Text(format!("{k} of {n}"))));
        }
        if let Some(ends) = self.interval {
            let decimals = claim.interval_decimals.or(claim.decimals);
            let stated = claim.interval.map(|ends| ends.map(|end| number(end, decimals)).join(" "));
            found.extend(difference(&stated.unwrap_or_default(), &Seen::Numbers(ends.to_vec())));
        }
        for (name, cells) in &self.columns {
            found.extend(column(claim, name, cells));
        }
        let is_empty = self.value.is_none() && self.count.is_none() && self.columns.is_empty();
        found.extend(is_empty.then(|| "nothing was computed".to_owned()));
        found.into_iter().map(|difference| format!("{}: {difference}", claim.id)).collect()
    }
}

/// What differs in one column of the table of a claim.
fn column(claim: &Claim, name: &str, cells: &[Seen]) -> Vec<String> {
    let Some(at) = claim.columns.iter().position(|column| column.name == name) else {
        return vec![format!("there is no column `{name}`")];
    };
    if claim.rows.len() != cells.len() {
        return vec![format!("`{name}` has {} rows, {} found", claim.rows.len(), cells.len())];
    }
    let both = claim.rows.iter().zip(cells);
    let stated = |row: &[Cell]| cell(&row[at], claim.columns[at].decimals);
    let differences = both.filter_map(|(row, seen)| difference(&stated(row), seen));
    differences.map(|difference| format!("`{name}`: {difference}")).collect()
}

/// Numbers agree when rounding the one that was found gives the one that is stated.
fn difference(stated: &str, found: &Seen) -> Option<String> {
    let agrees = match found {
        Seen::Text(text) => stated == text,
        Seen::Numbers(numbers) => {
            let read = read(stated);
            let is_near = |((x, unit), found): (&(f64, f64), &f64)| {
                (x - found).abs() <= 0.5 * unit * (1.0 + 1e-6) + 1e-12
            };
            read.len() == numbers.len() && read.iter().zip(numbers).all(is_near)
        }
    };
    (!agrees).then(|| format!("`{stated}` is stated, {found:?} was found"))
}

/// Every number of a text with the unit of its last digit.
fn read(text: &str) -> Vec<(f64, f64)> {
    let is_of_number = |letter: char| letter.is_ascii_digit() || ".-e".contains(letter);
    let text = text.replace(',', " ,").replace(" ,", if has_thousands(text) { "" } else { " " });
    let words = text.split(|letter: char| !is_of_number(letter));
    let one = |word: &str| {
        let x: f64 = word.trim_end_matches('.').parse().ok()?;
        let (digits, power) = word.split_once('e').unwrap_or((word, "0"));
        let decimals = digits.split_once('.').map_or(0, |(_, after)| after.len());
        let power: i32 = power.parse().ok()?;
        Some((x, 10f64.powi(power - decimals as i32)))
    };
    words.filter_map(one).collect()
}

/// Whether commas stand between digits.
fn has_thousands(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(3).any(|w| w[0].is_ascii_digit() && w[1] == b',' && w[2].is_ascii_digit())
}

#[test]
fn numbers_are_read_with_their_last_digit() {
    assert_eq!(read("1.000 [0.91, 1]"), [(1.0, 1e-3), (0.91, 1e-2), (1.0, 1.0)]);
    assert_eq!(read("8,192 (4,096 to 15,360)"), [(8192.0, 1.0), (4096.0, 1.0), (15360.0, 1.0)]);
    assert_eq!(read("7e-07"), [(7e-7, 1e-7)]);
    assert_eq!(read("-0.06"), [(-0.06, 1e-2)]);
}

#[test]
fn a_figure_that_differs_in_its_last_digit_is_found() {
    assert!(difference("0.998", &Seen::Numbers(vec![0.9971])).is_some());
    assert_eq!(difference("0.998", &Seen::Numbers(vec![0.9976])), None);
    assert!(difference("90 of 92", &Seen::Text("89 of 92".into())).is_some());
    assert!(difference("0.998", &Seen::Numbers(vec![0.998, 1.0])).is_some());
}
