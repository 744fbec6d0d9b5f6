use overt_report::{Report, Style, UNDECIDED, html, terminal};

use crate::reports::sample;

fn undecided() -> Report {
    let mut report = sample();
    UNDECIDED.clone_into(&mut report.goal.named);
    "No single goal can be named.".clone_into(&mut report.goal.sentence);
    report
}

#[test]
fn the_screen_says_why_and_is_sure_of_nothing() {
    let screen = |report: &Report| {
        let screen = terminal(report, Style { colour: false, width: 80 }, "report.html");
        let rows = screen.lines().skip_while(|line| !line.starts_with("pursues"));
        rows.take_while(|line| !line.starts_with("forecast")).collect::<String>()
    };
    assert!(screen(&sample()).contains(" sure. "));
    assert_eq!(screen(&undecided()), "pursues    No single goal can be named.");
}

#[test]
fn the_page_shows_the_likeliest_without_being_sure() {
    let report = undecided();
    report.validate().unwrap();
    let page = html(&report);
    assert!(page.contains("<p class=\"big\">undecided <small>the likeliest goal has "));
    assert!(html(&sample()).contains("<p class=\"big\">green <small>probability "));
}
