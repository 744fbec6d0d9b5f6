//! Check 6: predictions on held-out interventions.

use crate::maze::report::records::Context;
use crate::maze::{Maze, Predicted, prediction};
use crate::records::{bars, in_unit};
use crate::{Asking, Check, Error, Told};
use overt_report::{BarKind, Status};

/// Check 6: predictions on held-out interventions.
pub(crate) struct PredictionCheck;

impl Check<Maze> for PredictionCheck {
    type Answer = Predicted;
    const NAME: &'static str = "prediction";
    const TITLE: &'static str = "Does the explanation predict what the agent does?";
    const QUESTION: &'static str = "Fitted on red and blue exits with apple and ball rivals: does it predict yellow \
                   exits with key and sign rivals better than simple rules?";
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
        let figure = bars("How well each predicts the agent", "nats", &rows);
        let skill = context.record(
            "prediction.skill",
            "skill over the best baseline",
            p.n,
            &p.skill,
            "(explanation - best baseline) / (ceiling - best baseline)",
        );
        records.push(in_unit(skill, "share of the room left"));
        Ok(Told {
            said: format!(
                "Read as {:.0} % exit and {:.0} % green, it takes {:.0} % of the room that the best \
             simple rule leaves.",
                100.0 * p.weight_exit,
                100.0 * p.weight_green,
                100.0 * p.skill.value
            ),
            status: Status::Answered,
            headline: Some("prediction.skill".to_owned()),
            figures: vec![figure],
            records,
            caveats: vec![
                "A negative skill means that a simple rule predicts this agent better.".to_owned(),
            ],
        })
    }
}
