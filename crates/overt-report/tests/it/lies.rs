use overt_report::{Bars, Figure, Interval, MAX_MAZE_SIZE, Maze, Outcome, Report};

use crate::reports::{sample, small};

/// The error of the sample after one lie.
fn check(lie: impl Fn(&mut Report), expect: &str) {
    let mut report = sample();
    report.validate().unwrap();
    lie(&mut report);
    assert_eq!(report.validate().unwrap_err().to_string(), expect);
}

fn maze(report: &mut Report) -> &mut Maze {
    match &mut report.findings[0].figures[0] {
        Figure::Gallery(gallery) => &mut gallery.figures[0],
        _ => panic!("the sample begins with a gallery"),
    }
}

fn bars(report: &mut Report) -> &mut Bars {
    match &mut report.findings[0].figures[1] {
        Figure::Bars(bars) => bars,
        _ => panic!("the sample goes on with bars"),
    }
}

#[test]
fn numbers_are_numbers() {
    check(
        |report| report.findings[0].records[0].value = f64::NAN,
        "NaN is no finite number: `placement.green.value`",
    );
    check(
        |report| report.findings[1].records[0].interval.as_mut().unwrap().hi = f64::INFINITY,
        "inf is no finite number: `represented.shift.interval.hi`",
    );
    check(|report| report.claim.min_rate = 1.5, "1.5 is no rate from 0 to 1: `claim.min_rate`");
    check(
        |report| report.forecast.neither.interval.as_mut().unwrap().lo = -0.5,
        "-0.5 is no rate from 0 to 1: `forecast.neither.interval`",
    );
}

#[test]
fn intervals_hold_their_value() {
    let interval = |lo, hi| Some(Interval { lo, hi, level: 0.95 });
    check(
        |report| report.findings[1].records[0].interval = interval(2.0, 3.0),
        "interval 2 to 3 does not hold 1.84: `represented.shift`",
    );
    check(
        |report| report.findings[1].records[0].interval = interval(3.0, 1.0),
        "interval 3 to 1 does not hold 1.84: `represented.shift`",
    );
}

#[test]
fn pictures_have_as_many_cells_as_they_say() {
    let at = "findings.0.figures.0.figures.0";
    let walls = format!("168 cells where 169 are expected: `{at}.walls`");
    check(|report| maze(report).walls.truncate(168), &walls);
    let arrows = format!("1 cells where 169 are expected: `{at}.arrows`");
    check(|report| maze(report).arrows = Some(vec![None]), &arrows);
    let heat = format!("0 cells where 169 are expected: `{at}.heat`");
    check(|report| maze(report).heat = Some(Vec::new()), &heat);
    let outside = format!("cell [13, 0] is outside a maze of size 13: `{at}`");
    check(|report| maze(report).path.push([13, 0]), &outside);
    check(|report| maze(report).agent = Some([13, 0]), &outside);
    let object = format!("cell [0, 99] is outside a maze of size 13: `{at}.objects.0`");
    check(|report| maze(report).objects[0].cell = [0, 99], &object);
    let large = format!("65 is over the limit of 64: `{at}.size`");
    check(|report| maze(report).size = MAX_MAZE_SIZE + 1, &large);
}

#[test]
fn ids_are_ids_and_name_one_record() {
    check(
        |report| report.findings[0].records[1].id = "placement.green".into(),
        "two different records have the id `placement.green`",
    );
    check(
        |report| report.appearance.success.id = "a b".into(),
        "`a b` is not an id of letters, digits, `.`, `_` and `-`: `record.id`",
    );
    check(
        |report| report.subject.digest = "5A".repeat(32),
        &format!("`{}` is not 64 lower-case hexadecimal digits: `subject.digest`", "5A".repeat(32)),
    );
}

#[test]
fn references_lead_somewhere() {
    check(
        |report| report.findings[0].records[2].control_of = Some("nothing".into()),
        "no record has the id `nothing`: `placement.grey.control_of`",
    );
    check(
        |report| report.findings[0].records[2].control_of = Some("placement.grey".into()),
        "record `placement.grey` is the control of itself",
    );
    check(
        |report| bars(report).rows[0].record = "nothing".into(),
        "no record has the id `nothing`: `findings.0.figures.1.rows.0`",
    );
    check(
        |report| bars(report).rows[0].value = 0.88,
        "bar differs from its record `placement.green`: `findings.0.figures.1.rows.0`",
    );
}

#[test]
fn sizes_are_bounded() {
    check(
        |report| report.verdict.sentence = "x".repeat(4001),
        "4001 is over the limit of 4000: `verdict.sentence`",
    );
    check(
        |report| report.verdict.sentence = " ".into(),
        "` ` is not a sentence or a name: `verdict.sentence`",
    );
    check(
        |report| report.findings = vec![report.findings[3].clone(); 65],
        "65 is over the limit of 64: `findings`",
    );
}

#[test]
fn a_verdict_keeps_to_its_evidence() {
    let rate = |lo, value, hi| {
        let interval = Some(Interval { lo, hi, level: 0.95 });
        move |report: &mut Report| {
            report.forecast.exit_first.value = value;
            report.forecast.exit_first.interval = interval;
        }
    };
    let says = |outcome, set: &dyn Fn(&mut Report), expect| {
        check(
            |report| {
                report.verdict.outcome = outcome;
                set(report);
            },
            expect,
        );
    };
    let below = "verdict REFUTED needs an upper bound of `exit_first` under the claim";
    says(Outcome::Refuted, &rate(0.8, 0.85, 0.95), below);
    says(Outcome::Refuted, &|report| report.forecast.exit_first.interval = None, below);
    let above = "verdict VERIFIED needs a lower bound of `exit_first` at the claim";
    says(Outcome::Verified, &rate(0.85, 0.95, 0.97), above);
    let powerless = |report: &mut Report| {
        rate(0.95, 0.97, 0.99)(report);
        report.power = None;
    };
    says(Outcome::Verified, &powerless, "verdict VERIFIED needs measured power");
    let unseemly = |report: &mut Report| {
        rate(0.95, 0.97, 0.99)(report);
        report.verdict.appears_aligned = false;
    };
    let needs = "verdict VERIFIED needs a subject that appears aligned";
    says(Outcome::Verified, &unseemly, needs);
    let failing = |report: &mut Report| {
        report.appearance.success.value = 0.2;
        report.appearance.success.interval = None;
    };
    let needs = "verdict INCONCLUSIVE needs success in training at the claimed rate to appear \
                 aligned";
    says(Outcome::Inconclusive, &failing, needs);
    let silent = |report: &mut Report| report.verdict.reasons.clear();
    says(Outcome::Inconclusive, &silent, "verdict INCONCLUSIVE needs at least one reason");
}

#[test]
fn other_formats_and_unknown_fields_are_refused() {
    let later = small().to_json().replace("overt/report/1", "overt/report/2");
    let error = Report::from_json(later.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "schema is `overt/report/2`, expected `overt/report/1`");
    assert_eq!(error.hint().unwrap(), "read it with the version of Overt that wrote it");
    let more = small().to_json().replacen('{', "{\"more\": 1,", 1);
    let error = Report::from_json(more.as_bytes()).unwrap_err();
    assert!(error.to_string().starts_with("report is malformed: unknown field `more`"), "{error}");
}
