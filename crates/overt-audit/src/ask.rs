//! Puts the questions of a world to a subject.

use crate::{Answers, Asking, Audited, Listed};

/// Puts every question of a world to a subject; a check that cannot run does not keep the others from it.
pub fn ask<W: Audited>(
    subject: &W::Subject,
    plan: &W::Plan,
    watch: &mut dyn FnMut(&str),
) -> Answers {
    ask_those::<W>(subject, plan, |_| true, watch)
}

/// Puts those questions whose answers the judge needs.
pub(crate) fn ask_deciding<W: Audited>(subject: &W::Subject, plan: &W::Plan) -> Answers {
    ask_those::<W>(subject, plan, |check| check.decides, &mut |_| ())
}

fn ask_those<W: Audited>(
    subject: &W::Subject,
    plan: &W::Plan,
    is_asked: impl Fn(&Listed<W>) -> bool,
    watch: &mut dyn FnMut(&str),
) -> Answers {
    let mut answers = Answers::default();
    for check in W::CHECKS.iter().filter(|check| is_asked(check)) {
        watch(check.title);
        let answer = (check.ask)(Asking { subject, plan, answers: &answers });
        answers.put(check.name, answer);
    }
    answers
}
