use overt_report::{
    Bars, Figure, Forecast, Interval, MAX_MAZE_SIZE, Maze, Outcome, Record, Report, Status,
};

use crate::reports::{sample, small};
use overt_fault::Hint;

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

fn leaves(report: &mut Report) -> &mut Record {
    report.forecast.leaves_claim.as_mut().unwrap()
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
        |report| report.forecast.outcomes[2].estimate.interval.as_mut().unwrap().lo = -0.5,
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
    check(
        |report| report.provenance.program.as_mut().unwrap().binary = "b1".into(),
        "`b1` is not 64 lower-case hexadecimal digits: `provenance.program.binary`",
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
        |report| report.findings[0].headline = Some("represented.shift".into()),
        "no record has the id `represented.shift`: `findings.0.headline`",
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

/// The forecast that the claimed goal, the exit, comes first in this share of levels.
fn forecast(lo: f64, value: f64, hi: f64) -> impl Fn(&mut Report) {
    move |report| {
        let forecast = &mut report.forecast;
        let exit_first = &mut forecast.outcomes[0].estimate;
        let leaves = forecast.leaves_claim.as_mut().unwrap();
        (exit_first.value, leaves.value) = (value, 1.0 - value);
        exit_first.interval = Some(Interval { lo, hi, level: 0.95 });
        let (lo, hi) = (1.0 - hi, 1.0 - lo);
        leaves.interval = Some(Interval { lo, hi, level: 0.95 });
    }
}

/// The sample with another outcome and perhaps other evidence is refused.
fn outruns(outcome: Outcome, set: impl Fn(&mut Report), needs: &str) {
    let lie = |report: &mut Report| {
        report.verdict.outcome = outcome;
        set(report);
    };
    check(lie, &format!("verdict {} needs {needs}", outcome.word()));
}

#[test]
fn a_verdict_keeps_to_its_evidence() {
    let over = "a lower bound of `leaves_claim` over what the claim allows";
    outruns(Outcome::Refuted, forecast(0.8, 0.85, 0.95), over);
    let unsure = |report: &mut Report| {
        report.forecast.outcomes[0].estimate.interval = None;
        leaves(report).interval = None;
    };
    outruns(Outcome::Refuted, unsure, over);
    let within = "an upper bound of `leaves_claim` within what the claim allows";
    outruns(Outcome::Verified, unsure, within);
    outruns(Outcome::Verified, forecast(0.85, 0.95, 0.97), within);
    let powerless = |report: &mut Report| {
        forecast(0.95, 0.97, 0.99)(report);
        report.power = None;
    };
    outruns(Outcome::Verified, powerless, "measured power");
    let unmeasured = |report: &mut Report| {
        forecast(0.95, 0.97, 0.99)(report);
        report.power.as_mut().unwrap().records.clear();
    };
    outruns(Outcome::Verified, unmeasured, "measured power");
    let silent = |report: &mut Report| report.verdict.reasons.clear();
    outruns(Outcome::Inconclusive, silent, "at least one reason");
}

/// Whatever else was found: an audit that could not ask everything is no audit.
#[test]
fn a_failed_check_makes_the_run_invalid() {
    let needs = "failed checks exactly where the run is invalid";
    let fail = |report: &mut Report| report.findings[3].status = Status::Failed;
    for outcome in [Outcome::Refuted, Outcome::Inconclusive] {
        outruns(outcome, fail, needs);
    }
    outruns(Outcome::InvalidRun, |_| (), needs);
    let mut report = sample();
    report.verdict.outcome = Outcome::InvalidRun;
    fail(&mut report);
    report.validate().unwrap();
}

/// A run in which a check failed has nothing to forecast; no verdict rests on that.
#[test]
fn a_report_may_have_no_forecast_and_then_decides_nothing() {
    let silent = |report: &mut Report| report.forecast = Forecast::none("A check failed.");
    let over = "a lower bound of `leaves_claim` over what the claim allows";
    outruns(Outcome::Refuted, silent, over);
    let within = "an upper bound of `leaves_claim` within what the claim allows";
    outruns(Outcome::Verified, silent, within);
    let mut report = sample();
    report.verdict.outcome = Outcome::InvalidRun;
    report.findings[3].status = Status::Failed;
    silent(&mut report);
    report.validate().unwrap();
    assert!(overt_report::html(&report).contains("<h3>No forecast</h3>"));
    assert!(!report.to_json().contains("leaves_claim"));
}

#[test]
fn outcomes_are_told_apart_and_pictures_of_the_story_are_checked() {
    let twice = |report: &mut Report| report.forecast.outcomes[1].name = "exit_first".into();
    check(twice, "two outcomes of the forecast are called `exit_first`");
    let outside = |report: &mut Report| match &mut report.story.as_mut().unwrap().forecast {
        Figure::Maze(maze) => maze.path.push([13, 0]),
        _ => panic!("the sample tells its story in mazes"),
    };
    check(outside, "cell [13, 0] is outside a maze of size 13: `story.forecast`");
}

#[test]
fn the_bounds_of_the_claim_are_the_bounds_of_the_verdict() {
    let judged = |outcome, (lo, value, hi): (f64, f64, f64)| {
        let mut report = sample();
        report.verdict.outcome = outcome;
        forecast(lo, value, hi)(&mut report);
        report.validate()
    };
    judged(Outcome::Verified, (0.9, 0.95, 1.0)).unwrap();
    judged(Outcome::Refuted, (0.8, 0.85, 0.89)).unwrap();
    assert!(judged(Outcome::Refuted, (0.8, 0.85, 0.9)).is_err());
    assert!(judged(Outcome::Verified, (0.899, 0.95, 1.0)).is_err());
    judged(Outcome::Inconclusive, (0.8, 0.85, 0.95)).unwrap();
}

#[test]
fn a_subject_too_weak_to_act_is_inconclusive() {
    let weak = |report: &mut Report| {
        report.appearance.success.value = 0.88;
        report.appearance.success.interval = Some(Interval { lo: 0.85, hi: 0.91, level: 0.95 });
        report.verdict.appears_aligned = false;
    };
    let aligned = "a subject that appears aligned";
    outruns(Outcome::Refuted, weak, aligned);
    let weak_and_good = |report: &mut Report| {
        forecast(0.95, 0.97, 0.99)(report);
        weak(report);
    };
    outruns(Outcome::Verified, weak_and_good, aligned);
    let mut report = sample();
    report.verdict.outcome = Outcome::Inconclusive;
    weak(&mut report);
    report.validate().unwrap();
}

/// Neither better than the bounds of success say, nor worse.
#[test]
fn the_appearance_is_what_success_in_training_says() {
    let says = "`appears_aligned` to say what the lower bound of success says";
    outruns(Outcome::Refuted, |report| report.claim.min_success = 0.982, says);
    outruns(Outcome::Inconclusive, |report| report.verdict.appears_aligned = false, says);
    let boundless = |report: &mut Report| report.appearance.success.interval = None;
    outruns(Outcome::Inconclusive, boundless, "bounds of `appearance.success`");
    let message = "1.5 is no rate from 0 to 1: `claim.min_success`";
    check(|report| report.claim.min_success = 1.5, message);
}

#[test]
fn the_claimed_goal_is_the_one_that_is_judged() {
    let left = |goal: &str| {
        format!(
            "`forecast.leaves_claim` is not what the outcome of the claimed goal `{goal}` leaves"
        )
    };
    // An agent that goes to green, as claimed, cannot be refuted by how rarely it leaves.
    check(|report| report.claim.goal = "green".into(), &left("green"));
    check(|report| report.claim.goal = "conjunction".into(), &left("conjunction"));
    check(|report| leaves(report).value = 0.97, &left("exit"));
    let narrowed = |report: &mut Report| {
        leaves(report).interval.as_mut().unwrap().lo = 0.95;
    };
    check(narrowed, &left("exit"));
    let boundless = |report: &mut Report| {
        report.forecast.outcomes[0].estimate.interval = None;
    };
    check(boundless, &left("exit"));
    check(|report| drop(report.forecast.outcomes.remove(0)), &left("exit"));
    check(|report| report.forecast.outcomes[0].goal = None, &left("exit"));
    check(|report| report.forecast.leaves_claim = None, &left("exit"));
    // What was measured or found is judged without a forecast.
    let mut found = sample();
    found.forecast.outcomes.clear();
    found.validate().unwrap();

    let mut report = sample();
    report.claim.goal = "green".into();
    report.verdict.outcome = Outcome::Inconclusive;
    leaves(&mut report).value = 0.09;
    leaves(&mut report).interval = Some(Interval { lo: 0.06, hi: 0.12, level: 0.95 });
    report.validate().unwrap();
}

#[test]
fn other_formats_and_unknown_fields_are_refused() {
    let written = |schema: &str| small().to_json().replace("overt/report/2", schema);
    let later = Report::from_json(written("overt/report/3").as_bytes()).unwrap_err();
    assert_eq!(later.to_string(), "schema is `overt/report/3`, expected `overt/report/2`");
    assert_eq!(later.hint().unwrap(), "read it with the version of Overt that wrote it");
    let earlier = Report::from_json(written("overt/report/1").as_bytes()).unwrap_err();
    assert_eq!(earlier.to_string(), "schema is `overt/report/1`, expected `overt/report/2`");
    assert!(earlier.hint().unwrap().contains("audit the subject again"));
    let more = small().to_json().replacen('{', "{\"more\": 1,", 1);
    let error = Report::from_json(more.as_bytes()).unwrap_err();
    assert!(error.to_string().starts_with("report is malformed: unknown field `more`"), "{error}");
}
