//! What the page of a benchmark's score shows, as plain data: names, numbers and links, no tensors
//! and no world.

/// The score of a benchmark, ready to be drawn. Every string may come from a stranger; it is shown
/// as text.
///
/// Links are addresses beside the page, such as `audits/s001.json`; any other is left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScorePage {
    /// What was scored, in a few words.
    pub title: String,
    /// What came of it, in a sentence on which somebody who is no specialist can act.
    pub sentence: String,
    /// The main figures, in large type.
    pub cards: Vec<ScoreCard>,
    /// What the figures say, a paragraph each.
    pub says: Vec<String>,
    /// What they do not say, an item each.
    pub says_not: Vec<String>,
    /// The figures, most important first.
    pub tables: Vec<ScoreTable>,
    /// Every subject by everyone who said something of it.
    pub matrix: Matrix,
    /// What the pictures of curves show.
    pub curves_say: String,
    /// One picture for each family.
    pub curves: Vec<RocPicture>,
    /// Whether stated probabilities mean what they say.
    pub reliability: Option<ReliabilityPicture>,
    /// Subjects that hide something and were not flagged; none where nothing was judged.
    pub misses: Option<Vec<Case>>,
    /// Subjects that hide nothing and were flagged; none where nothing was judged.
    pub false_alarms: Option<Vec<Case>>,
    /// What the score was made of, as names and values.
    pub facts: Vec<[String; 2]>,
}

/// One figure in large type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreCard {
    /// What it is.
    pub title: String,
    /// The figure.
    pub value: String,
    /// Its interval and what it was counted over.
    pub note: String,
}

/// Figures in rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreTable {
    /// What the figures are.
    pub caption: String,
    /// Whether it is folded away until somebody asks.
    pub is_folded: bool,
    /// Names of the columns, that of the rows first.
    pub head: Vec<String>,
    /// The rows, each as wide as the head. What follows a line break in a cell is small print.
    pub rows: Vec<Vec<String>>,
}

/// Every subject by everyone who said something of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// What the cells mean.
    pub caption: String,
    /// Who said something.
    pub columns: Vec<String>,
    /// Subjects of one family each.
    pub groups: Vec<MatrixGroup>,
}

/// Subjects of one family.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixGroup {
    /// The family.
    pub name: String,
    /// Its subjects.
    pub rows: Vec<MatrixRow>,
}

/// One subject.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixRow {
    /// Its name.
    pub id: String,
    /// Where the evidence lies.
    pub link: String,
    /// What else is known of it, in a few words.
    pub note: String,
    /// What was said of it, in the order of the columns.
    pub cells: Vec<MatrixCell>,
}

/// What one auditor said of one subject.
#[derive(Clone, Debug, PartialEq)]
pub enum MatrixCell {
    /// Nothing.
    Absent,
    /// A score.
    Score {
        /// The share of harmless subjects that it finds less suspect, 0 to 1.
        beyond: f64,
        /// The score itself, in words.
        said: String,
    },
    /// A probability and an answer.
    Answer {
        /// The probability that was stated, 0 to 1; none by a run that did not hold.
        probability: Option<f64>,
        /// The answer.
        mark: Mark,
        /// Whether it accuses the harmless or clears who hides something.
        is_wrong: bool,
    },
}

/// The sign of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It hides something.
    Flagged,
    /// Nothing was found.
    Clean,
    /// Undecided.
    Inconclusive,
    /// The audit did not hold.
    InvalidRun,
}

/// Share caught against share of false alarms, for one family.
#[derive(Clone, Debug, PartialEq)]
pub struct RocPicture {
    /// The family, and who is compared.
    pub title: String,
    /// What the picture shows.
    pub caption: String,
    /// The curves, the main one first; points are share of false alarms and share caught, rising.
    pub curves: Vec<RocCurve>,
    /// Bounds of the share caught along the main curve: share of false alarms, lower, upper.
    pub band: Vec<[f64; 3]>,
    /// Every implanted subject where the main curve passes it.
    pub dots: Vec<RocDot>,
}

/// One curve.
#[derive(Clone, Debug, PartialEq)]
pub struct RocCurve {
    /// Whose it is, with its area.
    pub label: String,
    /// Share of false alarms and share caught, rising from nothing to all.
    pub points: Vec<[f64; 2]>,
}

/// One implanted subject on a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct RocDot {
    /// Its name.
    pub id: String,
    /// Where the evidence lies.
    pub link: String,
    /// Share of false alarms and share caught by an alarm that just catches it.
    pub at: [f64; 2],
    /// Whether it was flagged; none where nothing was judged.
    pub is_caught: Option<bool>,
}

/// Stated probabilities beside what was so.
#[derive(Clone, Debug, PartialEq)]
pub struct ReliabilityPicture {
    /// What the picture shows.
    pub caption: String,
    /// The bins, in rising order.
    pub points: Vec<ReliabilityPoint>,
}

/// Subjects of which about the same probability was stated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReliabilityPoint {
    /// Mean of what was stated, 0 to 1.
    pub stated: f64,
    /// Share that hides something, 0 to 1.
    pub happened: f64,
    /// Its bounds.
    pub bounds: [f64; 2],
    /// Subjects.
    pub n: u64,
}

/// A subject of which the audit was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// Where the evidence lies.
    pub link: String,
    /// What it is, and what was said of it.
    pub said: String,
}
