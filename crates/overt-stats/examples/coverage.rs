//! Prints how often intervals hold a truth that is known, as a table in Markdown.
//!
//! `cargo run --release -p overt-stats --example coverage`
#![expect(clippy::print_stdout, reason = "an example is a door")]

mod simulation;

use overt_stats::{
    Cluster, Interval, Moments, Pairs, Result, auroc_interval, bernstein_lower, bernstein_upper,
    bootstrap, bootstrap_auroc, clopper_pearson, clopper_pearson_lower, clopper_pearson_upper,
    cluster_rate, cluster_rate_lower, cluster_rate_upper, conformal_interval, mean, mean_interval,
    paired_difference, paired_difference_lower, paired_difference_upper, wilson,
};
use simulation::{Kind, Source, totals};

/// Draws for each row; a tenth where each is resampled.
const RUNS: u32 = 20_000;

/// What is measured in one row.
struct Case {
    estimator: &'static str,
    drawn: String,
    truth: f64,
    level: f64,
    runs: u32,
}

/// An estimate and the interval around it.
type Stated = Result<(f64, Interval)>;

fn main() -> Result<()> {
    println!("| estimator | drawn | truth | nominal | runs (refused) | covered | width |");
    println!("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
    proportions()?;
    pairs()?;
    bounded()?;
    clusters()?;
    others()
}

fn proportions() -> Result<()> {
    type Estimator = fn(u64, u64, f64) -> Result<Interval>;
    let estimators: [(&str, Estimator); 4] = [
        ("`clopper_pearson`", clopper_pearson),
        ("`clopper_pearson_lower`", clopper_pearson_lower),
        ("`clopper_pearson_upper`", clopper_pearson_upper),
        ("`wilson`", wilson),
    ];
    for (estimator, interval) in estimators {
        for (trials, truth) in [(20, 0.1), (59, 0.05), (300, 0.5), (300, 0.01), (3_000, 0.001)] {
            let case = Case::new(estimator, format!("{trials} trials"), truth, RUNS);
            case.print(|source| {
                let successes = source.successes(trials, truth);
                let estimate = successes as f64 / trials as f64;
                Ok((estimate, interval(successes, trials, case.level)?))
            })?;
        }
    }
    Ok(())
}

fn pairs() -> Result<()> {
    type Estimator = fn(Pairs, f64) -> Result<Interval>;
    let estimators: [(&str, Estimator); 3] = [
        ("`paired_difference`", paired_difference),
        ("`paired_difference_lower`", paired_difference_lower),
        ("`paired_difference_upper`", paired_difference_upper),
    ];
    for (estimator, interval) in estimators {
        for (n_pairs, subject, reference) in
            [(100, 0.1, 0.1), (300, 0.03, 0.03), (300, 0.06, 0.01), (3_000, 0.002, 0.001)]
        {
            let drawn = format!("{n_pairs} pairs, alone {subject} and {reference}");
            let case = Case::new(estimator, drawn, subject - reference, RUNS);
            case.print(|source| {
                let pairs = source.pairs(n_pairs, subject, reference);
                let seen = pairs.only_subject as f64 - pairs.only_reference as f64;
                Ok((seen / n_pairs as f64, interval(pairs, case.level)?))
            })?;
        }
    }
    Ok(())
}

fn bounded() -> Result<()> {
    type Estimator = fn(Moments, (f64, f64), f64) -> Result<Interval>;
    type Draw = fn(&mut Source) -> f64;
    let estimators: [(&str, Estimator); 2] =
        [("`bernstein_lower`", bernstein_lower), ("`bernstein_upper`", bernstein_upper)];
    let rare: Draw = |source| f64::from(u8::from(source.uniform() < 0.02));
    let square: Draw = |source| source.uniform().powi(2);
    for (estimator, interval) in estimators {
        for (what, truth, draw, n) in [
            ("squares of uniform values", 1.0 / 3.0, square, 100),
            ("squares of uniform values", 1.0 / 3.0, square, 1_000),
            ("zeros and ones", 0.02, rare, 1_000),
        ] {
            let case = Case::new(estimator, format!("{n} {what}"), truth, RUNS);
            case.print(|source| {
                let values: Vec<f64> = (0..n).map(|_| draw(source)).collect();
                let moments = Moments::of(&values)?;
                Ok((moments.mean, interval(moments, (0.0, 1.0), case.level)?))
            })?;
        }
    }
    Ok(())
}

fn clusters() -> Result<()> {
    type Estimator = fn(&[Cluster], usize, f64, u64) -> Result<Interval>;
    let estimators: [(&str, Estimator); 3] = [
        ("`cluster_rate`", cluster_rate),
        ("`cluster_rate_lower`", cluster_rate_lower),
        ("`cluster_rate_upper`", cluster_rate_upper),
    ];
    for (estimator, interval) in estimators {
        for (n_clusters, kind, what) in [
            (20, Kind::Even, "rates uniform in [.1, .5]"),
            (20, Kind::Low, "rates uniform in [0, .1]"),
            (60, Kind::Low, "rates uniform in [0, .1]"),
            (20, Kind::Rare, "one in ten at .9, others at .01"),
            (60, Kind::Rare, "one in ten at .9, others at .01"),
        ] {
            let drawn = format!("{n_clusters} clusters, {what}");
            let case = Case::new(estimator, drawn, kind.truth(), RUNS / 10);
            case.print(|source| {
                let clusters = source.clusters(n_clusters, kind);
                Ok((rate(&clusters), interval(&clusters, 999, case.level, 7)?))
            })?;
        }
    }
    clusters_taken_wrongly()
}

/// What rates over clusters would cover by other ways: the reason for ours.
fn clusters_taken_wrongly() -> Result<()> {
    let drawn = "20 clusters, rates uniform in [0, .1]";
    let case = Case::new("percentiles, `_upper`", drawn.into(), Kind::Low.truth(), RUNS / 10);
    case.print(|source| {
        let clusters = source.clusters(20, Kind::Low);
        let again = |units: &[&Cluster]| Some(rate(&units.iter().map(|c| **c).collect::<Vec<_>>()));
        let both = bootstrap(&clusters, 999, 2.0 * case.level - 1.0, 7, again)?;
        Ok((rate(&clusters), Interval::new(0.0, both.hi, case.level)?))
    })?;
    let drawn = "20 clusters, rates uniform in [.1, .5]";
    let case =
        Case::new("`clopper_pearson` of all trials", drawn.into(), Kind::Even.truth(), RUNS / 10);
    case.print(|source| {
        let clusters = source.clusters(20, Kind::Even);
        let (events, trials) = totals(&clusters);
        Ok((rate(&clusters), clopper_pearson(events, trials, case.level)?))
    })
}

fn rate(clusters: &[Cluster]) -> f64 {
    let (events, trials) = totals(clusters);
    events as f64 / trials as f64
}

/// Two normals one apart: the area is Φ(1/√2).
fn others() -> Result<()> {
    let case = Case::new("`mean_interval`", "5 normal values".into(), 2.0, RUNS);
    case.print(|source| {
        let values = source.normals(5, 2.0);
        Ok((mean(&values)?, mean_interval(&values, case.level)?))
    })?;
    for n in [5, 40] {
        let case = Case::new("`bootstrap` of a mean", format!("{n} normal values"), 2.0, RUNS / 10);
        case.print(|source| {
            let values = source.normals(n, 2.0);
            let average =
                |units: &[&f64]| mean(&units.iter().map(|x| **x).collect::<Vec<_>>()).ok();
            Ok((mean(&values)?, bootstrap(&values, 999, case.level, 3, average)?))
        })?;
    }
    let area = 0.760_249_938_906_523_7;
    let drawn = "15 and 10 normal scores, one apart";
    let case = Case::new("`auroc_interval`", drawn.into(), area, RUNS / 10);
    case.print(|source| {
        let (pos, neg) = (source.normals(15, 1.0), source.normals(10, 0.0));
        Ok((area, auroc_interval(&pos, &neg, case.level)?))
    })?;
    let case = Case::new("`bootstrap_auroc`", drawn.into(), area, RUNS / 10);
    case.print(|source| {
        let (pos, neg) = (source.normals(15, 1.0), source.normals(10, 0.0));
        Ok((area, bootstrap_auroc(&pos, &neg, 999, case.level, 3)?))
    })?;
    let case = Case::new("`conformal_interval`", "39 scores, one new value".into(), 0.0, RUNS);
    case.print(|source| {
        let scores: Vec<f64> = source.normals(39, 0.0).iter().map(|score| score.abs()).collect();
        Ok((0.0, conformal_interval(source.normal(), 1.0, &scores, case.level)?))
    })
}

impl Case {
    fn new(estimator: &'static str, drawn: String, truth: f64, runs: u32) -> Self {
        Self { estimator, drawn, truth, level: 0.95, runs }
    }

    /// Draws, counts and prints. What is refused covers nothing and is counted apart.
    fn print(&self, mut stated: impl FnMut(&mut Source) -> Stated) -> Result<()> {
        let mut source = Source::seeded(2_026);
        let (mut held, mut answered, mut width) = (0, 0, 0.0);
        for _ in 0..self.runs {
            let Ok((estimate, interval)) = stated(&mut source) else { continue };
            answered += 1;
            held += u64::from(interval.contains(self.truth));
            width += self.width(estimate, interval);
        }
        let measured = clopper_pearson(held, answered, 0.95)?;
        let rate = held as f64 / answered as f64;
        let percent = |share: f64| format!("{:.1}", 100.0 * share);
        println!(
            "| {} | {} | {:.4} | {} % | {} ({}) | {} % [{}, {}] | {:.4} |",
            self.estimator,
            self.drawn,
            self.truth,
            percent(self.level),
            self.runs,
            u64::from(self.runs) - answered,
            percent(rate),
            percent(measured.lo),
            percent(measured.hi),
            width / answered as f64,
        );
        Ok(())
    }

    /// From end to end, or from the estimate to the bound where there is one bound.
    fn width(&self, estimate: f64, interval: Interval) -> f64 {
        if self.estimator.contains("_upper") {
            interval.hi - estimate
        } else if self.estimator.contains("_lower") {
            estimate - interval.lo
        } else {
            interval.width()
        }
    }
}
