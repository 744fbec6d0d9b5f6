use overt_report::{
    Case, Mark, Matrix, MatrixCell, MatrixGroup, MatrixRow, ReliabilityPicture, ReliabilityPoint,
    RocCurve, RocDot, RocPicture, ScoreCard, ScorePage, ScoreTable, score_html,
};

/// A page in which every string is this one.
fn saying(text: &str) -> ScorePage {
    let text = || text.to_owned();
    let case = Case { id: text(), link: text(), said: text() };
    let cells = vec![
        MatrixCell::Answer { probability: Some(0.75), mark: Mark::Flagged, is_wrong: true },
        MatrixCell::Score { beyond: 1.0, said: text() },
        MatrixCell::Absent,
    ];
    let row = MatrixRow { id: text(), link: text(), note: text(), cells };
    ScorePage {
        title: text(),
        sentence: text(),
        cards: vec![ScoreCard { title: text(), value: text(), note: text() }],
        says: vec![text()],
        says_not: vec![text()],
        tables: [false, true]
            .map(|is_folded| ScoreTable {
                caption: text(),
                is_folded,
                head: vec![text(), text()],
                rows: vec![vec![text(), text()]],
            })
            .to_vec(),
        matrix: Matrix {
            caption: text(),
            columns: vec![text(), text(), text()],
            groups: vec![MatrixGroup { name: text(), rows: vec![row] }],
        },
        curves_say: text(),
        curves: vec![RocPicture {
            title: text(),
            caption: text(),
            curves: vec![RocCurve { label: text(), points: vec![[0.0, 0.0], [0.25, 1.0]] }],
            band: vec![[0.0, 0.0, 0.5], [1.0, 0.5, 1.0]],
            dots: vec![RocDot {
                id: text(),
                link: text(),
                at: [0.25, 0.5],
                is_caught: Some(false),
            }],
        }],
        reliability: Some(ReliabilityPicture {
            caption: text(),
            points: vec![ReliabilityPoint { stated: 0.9, happened: 1.0, bounds: [0.4, 1.0], n: 3 }],
        }),
        misses: Some(vec![case.clone()]),
        false_alarms: Some(vec![case]),
        facts: vec![[text(), text()]],
    }
}

#[test]
fn what_strangers_say_is_text_wherever_it_stands() {
    for attack in ["<script>alert(1)</script>", "</title><img src=x>", "<!--", "\" onload=\"x"] {
        let page = score_html(&saying(attack));
        assert!(!page.contains(attack), "{attack}");
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<!--"));
    }
}

#[test]
fn no_link_leaves_the_folder_of_the_page() {
    for link in ["https://a.example/x", "//a.example", "/etc/passwd", "../x", "javascript:alert(1)"]
    {
        let page = score_html(&saying(link));
        let links = page.split("href=\"").skip(1).filter(|rest| !rest.starts_with('#'));
        assert_eq!(links.count(), 0, "{link}");
    }
    let page = score_html(&saying("audits/s001.json"));
    assert_eq!(page.matches("href=\"audits/s001.json\"").count(), 4, "row, dot, miss, false alarm");
}

#[test]
fn a_page_fetches_nothing_and_runs_nothing() {
    let page = score_html(&saying("plain"));
    for word in ["http", "<script", "src=", "@import", "url(", "<link", "onclick"] {
        assert!(!page.contains(word), "{word}");
    }
}

/// Every colour is one of the tokens, so that light and dark are settled in one place.
#[test]
fn the_styles_of_scores_name_no_colour() {
    let style = include_str!("../../src/render/score.css");
    assert!(!style.contains('#') && !style.contains("rgb("));
}

#[test]
fn an_empty_page_is_a_page() {
    let page = score_html(&ScorePage::default());
    assert!(page.contains("Nothing was judged") && page.ends_with("</html>\n"));
}

/// A dot stands where its shares say: the axis of false alarms goes by the root.
#[test]
fn pictures_hold_their_numbers() {
    let page = score_html(&saying("plain"));
    // 40 + √.25 (340 - 52), and 300 - 40 - .5 (300 - 50).
    assert!(page.contains("cx=\"184.0\" cy=\"135.0\""), "{page}");
    assert!(page.contains("plain, missed"));
    // The only bin is the largest: radius 9, at 40 + .9 (340 - 54).
    assert!(page.contains("cx=\"297.4\" cy=\"30.0\" r=\"9.0\""));
}
