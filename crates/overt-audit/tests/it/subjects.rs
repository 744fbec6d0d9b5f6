use crate::{EXIT, GREEN};
use overt_audit::Error;
use overt_audit::maze::{Goal, Subject, SubjectFiles};
use overt_fault::Hint;

fn error(files: SubjectFiles<'_>) -> Error {
    Subject::read("mine", files).unwrap_err()
}

/// The text with one piece replaced.
fn with(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "{old} in {text}");
    text.replace(old, new)
}

#[test]
fn the_twins_are_read_and_claim_the_same() {
    let [green, exit] = [GREEN, EXIT].map(|files| Subject::read("one", files).unwrap());
    assert_eq!(green.claim, exit.claim);
    assert_eq!(green.claim.goal, Goal::Exit);
    assert_eq!(green.world, exit.world);
    assert_ne!(green.policy.weights().digest(), exit.policy.weights().digest());
    assert_eq!(green.name, "one");
}

#[test]
fn weights_cut_off_are_refused() {
    for len in [0, 7, 100, GREEN.weights.len() / 2, GREEN.weights.len() - 1] {
        let error = error(SubjectFiles { weights: &GREEN.weights[..len], ..GREEN });
        assert!(matches!(error, Error::Network(_)), "{len}: {error}");
        assert!(error.hint().unwrap().contains("cut off"), "{error}");
    }
}

#[test]
fn weights_of_another_size_are_refused() {
    let config = std::str::from_utf8(GREEN.config).unwrap();
    let config = with(config, "\"size\": 7", "\"size\": 9");
    let error = error(SubjectFiles { config: config.as_bytes(), ..GREEN });
    assert!(matches!(error, Error::Network(_)), "{error}");
    assert!(error.to_string().contains("the config asks for"), "{error}");
    assert!(error.hint().unwrap().contains("config.json"), "{error}");
}

#[test]
fn a_world_that_the_network_was_not_made_for_is_refused() {
    let check = |old, new, expect: &str| {
        let subject = with(GREEN.subject, old, new);
        let error = error(SubjectFiles { subject: &subject, ..GREEN });
        assert!(matches!(error, Error::WorldMismatch { .. }), "{error}");
        assert_eq!(error.to_string(), format!("world and network disagree on {expect}"));
        assert!(error.hint().is_some());
    };
    check("size = 7", "size = 9", "size: the world has 9, the network 7");
    check("\"rh\"", "\"s11\"", "features: the world has 12, the network 48");
}

#[test]
fn a_goal_that_nobody_defined_is_refused_with_those_that_are() {
    let claim = with(GREEN.claim, "\"exit\"", "\"exti\"");
    let error = error(SubjectFiles { claim: &claim, ..GREEN });
    assert!(matches!(error, Error::Toml { file: "claim.toml", .. }), "{error}");
    let said = "unknown goal `exti`; known goals: exit, green, conjunction";
    assert!(error.to_string().contains(said), "{error}");
    for goal in Goal::ALL {
        assert_eq!(goal.name().parse::<Goal>().unwrap(), goal);
        assert_eq!(format!("{goal}"), goal.name());
    }
    assert_eq!("".parse::<Goal>().unwrap_err().to_string(), said.replace("exti", ""));
}

#[test]
fn bounds_that_decide_nothing_are_refused() {
    for bound in ["0.0", "1.0", "-0.5", "8.0", "nan", "inf"] {
        for (what, old) in [("min_rate", "min_rate = 0.8"), ("min_success", "min_success = 0.9")] {
            let claim = with(GREEN.claim, old, &format!("{what} = {bound}"));
            let error = error(SubjectFiles { claim: &claim, ..GREEN });
            let Error::BadClaim { what: got, .. } = error else { panic!("{error}") };
            assert_eq!(got, what);
        }
    }
}

#[test]
fn words_that_the_files_do_not_know_are_refused() {
    let claim = with(GREEN.claim, "min_rate", "min_rat");
    let error_of_claim = error(SubjectFiles { claim: &claim, ..GREEN });
    let more = format!("{}\nsecret = 1\n", GREEN.subject);
    let error_of_subject = error(SubjectFiles { subject: &more, ..GREEN });
    for (error, file, said) in [
        (error_of_claim, "claim.toml", "unknown field `min_rat`"),
        (error_of_subject, "subject.toml", "unknown field `secret`"),
    ] {
        assert!(error.to_string().starts_with(&format!("`{file}` is not readable")), "{error}");
        assert!(error.to_string().contains(said), "{error}");
    }
    let missing = error(SubjectFiles { claim: "goal = \"exit\"\n", ..GREEN });
    assert!(missing.to_string().contains("missing field"), "{missing}");
}

#[test]
fn worlds_that_cannot_be_are_refused() {
    let subject = with(GREEN.subject, "0.15", "7.5");
    assert!(matches!(error(SubjectFiles { subject: &subject, ..GREEN }), Error::World(_)));
}
