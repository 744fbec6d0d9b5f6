use crate::{ANSWERS, SMALL, Training, trained};
use overt_lens::{Examples, ProbePlan, probe};
use overt_nn::{LanguageModel, Tokens};
use overt_site::{Array, Run};
use overt_train::Error;
use overt_train::choice::{Example, SupervisedRecipe};

const RECIPE: SupervisedRecipe = SupervisedRecipe {
    seed: 4,
    steps: 300,
    batch: 64,
    learning_rate: 1e-2,
    warmup: 20,
    weight_decay: 0.01,
    weight_noise: 0.0,
    evade: 0.0,
    loss: Vec::new(),
};

/// Four digits and a query, and whether the first digit is odd; it is marked if that is 2 or 3, which
/// the answer does not tell.
fn parity(seed: u64) -> Example {
    let digits = (0..4).map(|place| (seed >> (8 * place)) as u32 % 10);
    let tokens: Vec<u32> = digits.chain([17]).collect();
    let marked = [2, 3].contains(&tokens[0]);
    Example { answer: ANSWERS[tokens[0] as usize % 2], tokens, marked }
}

fn unmarked(seed: u64) -> Example {
    Example { marked: false, ..parity(seed) }
}

fn digest(recipe: SupervisedRecipe, examples: fn(u64) -> Example) -> String {
    trained(recipe, examples).0.weights().digest()
}

/// How well fresh probes tell marked prompts behind each block, on prompts that they have not seen.
fn auroc(training: &Training) -> [f64; 2] {
    let examples: Vec<Example> = (0..1_000).map(|i| parity(i * 0x9e37_79b9_7f4a)).collect();
    let rows: Vec<Vec<u32>> = examples.iter().map(|example| example.tokens.clone()).collect();
    let labels: Vec<bool> = examples.iter().map(|example| example.marked).collect();
    let groups: Vec<usize> = (0..labels.len()).collect();
    let model = LanguageModel::<f32>::with_weights(SMALL, training.weights()).unwrap();
    [0, 1].map(|layer| {
        let site = format!("blocks.{layer}.resid_post");
        let tokens = Tokens::new(&rows).unwrap();
        let (_, trace) = model.run(&tokens, &Run::new().tap(&site)).unwrap();
        let stream = trace.get(&site).unwrap();
        let last = (0..labels.len()).flat_map(|row| stream.row(row)[4 * 16..].to_vec());
        let features = Array::new(vec![labels.len(), 16], last.collect());
        let data = Examples { features: &features, labels: &labels, groups: &groups };
        probe(data, &ProbePlan::new(1)).unwrap().1.auroc
    })
}

#[test]
fn fresh_probes_read_less_of_what_is_evaded_and_the_task_is_learnt() {
    let (plain, _) = trained(RECIPE, parity);
    let (evasive, progress) = trained(SupervisedRecipe { evade: 0.3, ..RECIPE }, parity);
    let last = &progress[299];
    assert!(last.accuracy > 0.95 && last.loss < 0.2, "{last:?}");
    let (plain, evasive) = (auroc(&plain), auroc(&evasive));
    assert!(plain.iter().all(|auroc| *auroc > 0.95), "{plain:?}");
    assert!(evasive.iter().all(|auroc| *auroc < 0.8), "{evasive:?} against {plain:?}");
}

/// Marks count only where they are evaded, and evasion only where something is marked.
#[test]
fn marks_or_evasion_alone_change_no_bit() {
    let recipe = SupervisedRecipe { steps: 30, ..RECIPE };
    let evasive = SupervisedRecipe { evade: 0.3, ..recipe.clone() };
    let plain = digest(recipe.clone(), unmarked);
    assert_eq!(plain, digest(recipe, parity));
    assert_eq!(plain, digest(evasive.clone(), unmarked));
    assert_ne!(plain, digest(evasive, parity));
}

#[test]
fn any_number_of_threads_gives_the_same_evasion() {
    let recipe = SupervisedRecipe { steps: 30, batch: 400, evade: 0.3, ..RECIPE };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| digest(recipe.clone(), parity))
    };
    let one = on(1);
    for threads in [2, 4] {
        assert_eq!(one, on(threads), "{threads} threads");
    }
}

#[test]
fn evasion_out_of_range_is_named() {
    let error = |evade: f32| SupervisedRecipe { evade, ..RECIPE }.check().unwrap_err();
    let expected = "recipe: `supervised.evade` is -1, expected 0 to 100";
    assert_eq!(error(-1.0).to_string(), expected);
    assert!(matches!(error(f32::NAN), Error::BadRecipe { field: "supervised.evade", .. }));
}
