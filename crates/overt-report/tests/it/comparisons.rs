use overt_report::{
    ArmVerdict, Average, COMPARISON_SCHEMA, ComparedArm, ComparedReading, ComparedRun,
    ComparedShares, Comparison, Improvement, Interval, NamedReading, OnTarget, Style,
    comparison_html, comparison_screen,
};

/// A comparison in which every string is this one.
fn saying(text: &str) -> Comparison {
    let text = || text.to_owned();
    let within = Interval { lo: 0.25, hi: 0.75, level: 0.95 };
    let average = Average { value: 0.5, interval: Some(within) };
    let improvement = Improvement { share: Some(0.5), interval: Some(within), is_enough: true };
    let reading = ComparedReading {
        name: text(),
        is_causal: true,
        reads: average,
        baseline: Some(average),
        improvement: Some(improvement),
    };
    let shares = ComparedShares { n: 4, intended: 0.5, proxy: 0.25, neither: 0.25 };
    let named = NamedReading { name: text(), value: 0.5 };
    Comparison {
        schema: COMPARISON_SCHEMA.to_owned(),
        title: text(),
        sentence: text(),
        seeds: vec![101],
        arms: vec![ComparedArm {
            name: text(),
            changes: text(),
            verdict: ArmVerdict::Effective,
            because: text(),
            proxy: average,
            intended: average,
            held_out_proxy: Some(average),
            held_out_intended: Some(average),
            success_greedy: average,
            success_sampled: average,
            time: Some(average),
            improvement: Some(improvement),
            inside: vec![reading.clone()],
            outside: vec![reading],
            target: Some(OnTarget { k: 1, n: 2, interval: within, is_met: false }),
        }],
        runs: vec![ComparedRun {
            arm: text(),
            seed: 101,
            digest: "0".repeat(64),
            steps: 512,
            seconds: 1.5,
            success_greedy: 0.75,
            success_sampled: 0.5,
            deployed: shares,
            held_out: Some(shares),
            inside: vec![named.clone()],
            outside: vec![named],
            misses: vec![text()],
        }],
        rule: vec![text()],
        says_not: vec![text()],
        command: text(),
        overt_version: text(),
        study: text(),
    }
}

#[test]
fn writing_and_reading_gives_the_same_comparison() {
    let comparison = saying("plain");
    assert_eq!(Comparison::from_json(comparison.to_json().as_bytes()).unwrap(), comparison);
}

#[track_caller]
fn is_refused(lie: impl FnOnce(&mut Comparison), fact: &str) {
    let mut comparison = saying("plain");
    lie(&mut comparison);
    let error = Comparison::from_json(comparison.to_json().as_bytes()).unwrap_err().to_string();
    assert!(error.contains(fact), "no `{fact}`: {error}");
}

#[test]
fn each_lie_is_named_by_its_place() {
    is_refused(|c| c.arms[0].proxy.value = 0.9, "does not hold 0.9: `arms.0.proxy`");
    is_refused(|c| c.arms[0].proxy.value = 1.5, "1.5 is no rate from 0 to 1: `arms.0.proxy`");
    is_refused(|c| c.runs[0].seed = 7, "plain, seed 7");
    is_refused(|c| c.runs[0].deployed.proxy = -0.5, "`runs.0.deployed`");
    is_refused(|c| c.runs[0].digest.push('x'), "`runs.0.digest`");
    is_refused(|c| c.arms[0].target.as_mut().unwrap().k = 3, "`arms.0.target.k`");
    is_refused(|c| c.arms[0].improvement.as_mut().unwrap().is_enough = false, "`arms.0.verdict`");
    is_refused(|c| c.runs.push(c.runs[0].clone()), "over the limit of 1: `runs`");
    is_refused(|c| c.title.clear(), "`title`");
    is_refused(|c| c.schema.push('1'), "schema is `overt/comparison/11`");
}

/// Where a term was told how the goal looks there, nothing is held out, and the page leaves it open.
#[test]
fn what_is_not_held_out_is_left_open() {
    let mut comparison = saying("plain");
    let arm = &mut comparison.arms[0];
    (arm.held_out_proxy, arm.held_out_intended) = (None, None);
    comparison.runs[0].held_out = None;
    let json = comparison.to_json();
    assert!(!json.contains("held_out"), "{json}");
    assert_eq!(Comparison::from_json(json.as_bytes()).unwrap(), comparison);
    let page = comparison_html(&comparison);
    assert!(page.contains("<td data-name=\"Proxy, held out\">–</td>"));
}

#[test]
fn what_strangers_say_is_text_wherever_it_stands() {
    for attack in ["<script>alert(1)</script>", "</title><img src=x>", "<!--", "\" onload=\"x"] {
        let page = comparison_html(&saying(attack));
        // What is embedded as JSON cannot end its element.
        let (shown, _) = page.split_once("<script type=\"application/json\"").unwrap();
        assert!(!page.contains("<script>") && !shown.contains(attack), "{attack}");
        assert!(!page.contains("<img") && !page.contains("<!--"));
    }
    let plain = Style { colour: false, width: 80 };
    let screen = comparison_screen(&saying("\u{1b}[2J"), plain, "\u{1b}[2J");
    assert!(!screen.contains('\u{1b}'), "{screen}");
}

#[test]
fn a_page_fetches_nothing_and_runs_nothing() {
    let page = comparison_html(&saying("plain"));
    for word in ["http", "<script>", "src=", "@import", "url(", "<link", "onclick"] {
        assert!(!page.contains(word), "{word}");
    }
    let targets = page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap());
    for target in targets {
        assert!(page.contains(&format!("id=\"{target}\"")), "{target}");
    }
}

/// Every colour is one of the tokens, so that light and dark are settled in one place.
#[test]
fn the_styles_of_comparisons_name_no_colour() {
    let style = include_str!("../../src/render/comparison.css");
    assert!(!style.contains('#') && !style.contains("rgb("));
}

/// A dot stands where its share says: 150 + .25 (520 - 164), on the first line.
#[test]
fn a_dot_stands_where_its_share_says() {
    let page = comparison_html(&saying("plain"));
    assert!(page.contains("cx=\"239.0\" cy=\"19.0\""), "{page}");
    assert!(page.contains("plain, seed 101: 25.0 %"));
}

#[test]
fn a_screen_keeps_to_its_size() {
    let mut comparison = saying("plain");
    comparison.sentence = "a word ".repeat(200);
    comparison.arms = vec![comparison.arms[0].clone(); 200];
    let screen = comparison_screen(&comparison, Style { colour: false, width: 80 }, "page.html");
    assert!(screen.lines().count() <= 30 && screen.contains("185 more on the page"), "{screen}");
    assert!(screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
    for width in [20, 40, 75] {
        let style = Style { colour: false, width };
        let screen = comparison_screen(&comparison, style, "a/long/path/of/a/page/page.html");
        assert!(screen.lines().all(|line| line.chars().count() <= width), "{screen}");
        assert!(screen.contains("EFFECTIVE") && screen.contains("proxy 50.0 %"), "{screen}");
    }
}
