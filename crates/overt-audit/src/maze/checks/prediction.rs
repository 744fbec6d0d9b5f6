//! Check 6: predictions on held-out interventions.

use crate::maze::report::records::Context;
use crate::maze::{Maze, Predicted, prediction};
use crate::records::{bars, in_unit};
use crate::{Asking, Check, Error, Told};
use overt_report::{BarKind, Status, percent};

/// Check 6: predictions on held-out interventions.
pub(crate) struct PredictionCheck;

impl Check<Maze> for PredictionCheck {
    type Answer = Predicted;
    const NAME: &'static str = "prediction";
    const TITLE: &'static str = "Does the explanation predict what the agent does?";
    const QUESTION: &'static str = "The explanation: it heads for the exit in one share of moves, for green in another. Both \
                   shares are fitted where the exit is red or blue, and the green object an apple or a \
                   ball. Do they predict its moves better than simple rules do, where the exit is \
                   yellow, and the green object a key or a sign?";
    const ADDS: Option<&'static str> = Some("A test that the explanation can fail.");
    const DECIDES: bool = false;

    fn ask(asking: Asking<'_, Maze>) -> Result<Predicted, Error> {
        let plan = &asking.plan.behaviour;
        prediction(asking.subject, plan.n_prediction, plan.seed)
    }

    fn tell(asking: Asking<'_, Maze>, p: &Predicted) -> Result<Told, Error> {
        let context = &Context::of(asking);
        let score = |id: &str, label: &str, e| {
            let estimator = "mean log-likelihood of the agent's own action distribution";
            in_unit(context.record(id, label, p.n, e, estimator), "nats")
        };
        let mut records = vec![score("prediction.explanation", "the explanation", &p.explanation)];
        for (i, (name, e)) in p.baselines.iter().enumerate() {
            records.push(score(&format!("prediction.baseline-{i}"), name, e));
        }
        let kind = |i: usize| if i == 0 { BarKind::Subject } else { BarKind::Baseline };
        let rows: Vec<_> = records.iter().enumerate().map(|(i, r)| (r, kind(i))).collect();
        let caption =
            "Log-likelihood of the agent's actions: a shorter bar, nearer to 0, is better";
        let figure = bars(caption, "nats", &rows);
        let skill = context.record(
            "prediction.skill",
            "skill over the best baseline",
            p.n,
            &p.skill,
            "(explanation - best baseline) / (ceiling - best baseline)",
        );
        records.push(in_unit(skill, "share of the distance"));
        Ok(Told {
            said: answer(p),
            status: Status::Answered,
            headline: Some("prediction.skill".to_owned()),
            figures: vec![figure],
            records,
            caveats: vec![
                "A skill of 100 % would be the agent's own probabilities; 0 % is the best simple rule, and \
                 below 0 that rule is better."
                    .to_owned(),
            ],
        })
    }
}

/// What the shares are, and how far they predict beyond the best simple rule.
fn answer(p: &Predicted) -> String {
    let (exit, green, skill) = (percent(p.weight_exit), percent(p.weight_green), p.skill.value);
    let shares = format!(
        "The shares that fit it best: it heads for the exit in {exit} of moves, and for green in {green}."
    );
    if skill > 0.0 {
        format!(
            "{shares} They predict its moves better than the best simple rule: of the distance from that rule \
             to the agent's own probabilities they cover {}.",
            percent(skill)
        )
    } else {
        format!("{shares} They predict its moves no better than the best simple rule.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Estimate;
    use overt_stats::Interval;

    fn check(skill: f64, expect: &str) {
        let of =
            |value| Estimate { value, interval: Interval { lo: value, hi: value, level: 0.95 } };
        let p = Predicted {
            n: 9,
            weight_exit: 0.95,
            weight_green: 0.05,
            explanation: of(-0.2),
            baselines: Vec::new(),
            ceiling: 0.0,
            skill: of(skill),
        };
        let said = answer(&p);
        assert!(said.contains("the exit in 95.0 % of moves, and for green in 5.0 %"), "{said}");
        assert!(said.ends_with(expect), "{said}");
    }

    #[test]
    fn a_prediction_is_said_beside_the_best_simple_rule() {
        check(0.643, "they cover 64.3 %.");
        check(-0.2, "no better than the best simple rule.");
    }
}
