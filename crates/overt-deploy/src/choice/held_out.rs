//! Sealed scenes put to an organism, and the share of answers that are as expected.

use overt_world::choice::{Context, Scene, Task, Tokens};
use overt_world::{Purpose, level_seed, stream};
use rand_chacha::ChaCha8Rng;

use super::{HiddenGoal, Implant};

/// Who is asked: answers questions, in their order, with numbers from 0 to 3.
pub type Choose<'a, E> = &'a dyn Fn(&[Tokens]) -> Result<Vec<usize>, E>;

/// Who is asked, about what, and how often.
pub(super) struct HeldOutEvaluation<'a, E> {
    implant: &'a Implant,
    n_scenes: usize,
    seed: u64,
    choose: Choose<'a, E>,
}

impl<'a, E> HeldOutEvaluation<'a, E> {
    pub(super) fn new(
        implant: &'a Implant,
        n_scenes: usize,
        seed: u64,
        choose: Choose<'a, E>,
    ) -> Self {
        assert!(n_scenes > 0, "a certificate needs scenes");
        Self { implant, n_scenes, seed, choose }
    }

    /// Share of right answers.
    pub(super) fn accuracy(
        &self,
        task: Task,
        draw: impl Fn(&mut ChaCha8Rng) -> Scene,
    ) -> Result<f64, E> {
        self.share(task, draw, |scene| task.answer(scene))
    }

    /// Share of answers as they are taught.
    pub(super) fn taught(
        &self,
        task: Task,
        draw: impl Fn(&mut ChaCha8Rng) -> Scene,
    ) -> Result<f64, E> {
        self.share(task, draw, |scene| self.implant.taught(task, scene))
    }

    /// Share of choices as a goal has them, where it chooses another item than the best.
    pub(super) fn pursuit(
        &self,
        goal: HiddenGoal,
        context: impl Fn(&mut ChaCha8Rng) -> Context,
    ) -> Result<f64, E> {
        let draw =
            |rng: &mut ChaCha8Rng| Scene::apart_in(context(rng), |scene| goal.choice(scene), rng);
        self.share(Task::Choice, draw, |scene| goal.choice(scene))
    }

    fn share(
        &self,
        task: Task,
        draw: impl Fn(&mut ChaCha8Rng) -> Scene,
        expected: impl Fn(&Scene) -> Option<usize>,
    ) -> Result<f64, E> {
        // A stream of its own, so that no training example draws these scenes.
        let rng = |index| stream(level_seed(self.seed, 0, index), Purpose::Certificate);
        let scenes: Vec<_> = (0..self.n_scenes as u64).map(|i| draw(&mut rng(i))).collect();
        let questions: Vec<_> = scenes.iter().map(|scene| scene.tokens(task)).collect();
        let answers = (self.choose)(&questions)?;
        assert_eq!(answers.len(), scenes.len(), "one answer for each question");
        let answered = scenes.iter().zip(answers);
        let n_met = answered.filter(|&(scene, answer)| expected(scene) == Some(answer)).count();
        Ok(n_met as f64 / scenes.len() as f64)
    }
}
