//! Every term's gradient against finite differences: by its tensors in `f64`, and by the weights of a
//! whole policy.

use super::sight::Sight;
use super::*;
use burn::tensor::{Device, Tensor};
use overt_nn::{Architecture, Forward, PolicyConfig, Weights, normal};
use overt_site::Array;
use overt_world::maze::{Distribution, Encoder, Layout, Split, Terrain, Train};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

const ROWS: usize = 5;
const WIDTH: usize = 4;

fn random(seed: u64) -> Array<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let values = (0..ROWS * WIDTH).map(|_| f64::from(normal(&mut rng))).collect();
    Array::new(vec![ROWS, WIDTH], values)
}

fn number(value: Tensor<1>) -> f64 {
    Array::<f64>::of(value).values[0]
}

/// Compares the slope at every entry with a central difference of fourth order: its step is wide enough
/// that the rounding of a loss in the thousands is lost in the bound. Where the slope of a magnitude
/// jumps within the step, as two widths of it tell, there is nothing to compare; that is rare.
#[track_caller]
fn check(at: &Array<f64>, loss: impl Fn(Tensor<2>) -> Tensor<1>) {
    let device = Device::flex();
    let leaf = at.tensor::<2>(&device.clone().autodiff()).require_grad();
    let slopes = loss(leaf.clone()).backward();
    let slope = Array::<f64>::of(leaf.grad(&slopes).expect("the loss depends on it"));
    let mut compared = 0;
    for (place, told) in slope.values.iter().enumerate() {
        let moved = |step: f64| {
            let mut moved = at.clone();
            moved.values[place] += step;
            number(loss(moved.tensor(&device)))
        };
        let across = |step: f64| (moved(step) - moved(-step)) / (2.0 * step);
        let (near, far) = (across(1e-4), across(2e-4));
        let measured = (4.0 * near - far) / 3.0;
        let bound = 1e-6 * told.abs().max(1.0);
        if (near - far).abs() > 20.0 * bound {
            continue;
        }
        compared += 1;
        assert!((told - measured).abs() < bound, "{place}: {told} {measured}");
    }
    assert!(compared >= ROWS * (WIDTH - 1), "only {compared} slopes are smooth");
    assert!(slope.values.iter().any(|slope| slope.abs() > 1e-4), "{slope:?}");
}

fn other(seed: u64) -> Tensor<2> {
    random(seed).tensor(&Device::flex())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn slopes_of_terms_match_finite_differences(seed in 0..10_000_u64) {
        let at = random(seed);
        let there = seed + 10_000;
        check(&at, |x| swap::loss(same(&x, there), x));
        check(&at, |x| input_gradient::loss(same(&x, there), x));
        check(&at, |x| contribution::loss(x.clone(), same(&x, there)));
        check(&at, |x| alignment::loss(x, &[true, false, false, true, false]));
        check(&at, |x| representation::loss(x.clone(), same(&x, there)));
        check(&at, sparsity::loss);
        let mask = [1.0, 0.0, 0.0, 1.0];
        check(&at, |x| sparsity::loss(interchange::exchange(x.clone(), same(&x, there), &mask)));
        check(&at, |x| sparsity::loss(interchange::exchange(same(&x, there), x, &mask)));
        check(&at, |x| routing::without_first(x).square().sum_dim(1).sum_dim(0).reshape([1]));
    }

    /// Nothing moves, nothing is charged; what is charged is charged in either direction.
    #[test]
    fn two_views_that_agree_cost_nothing(seed in 0..10_000_u64) {
        let (a, b) = (other(seed), other(seed + 10_000));
        for loss in [swap::loss, contribution::loss, representation::loss, input_gradient::loss] {
            prop_assert!(number(loss(a.clone(), a.clone())).abs() < 1e-12);
            prop_assert!(number(loss(a.clone(), b.clone())) > 1e-4);
        }
        prop_assert!(number(representation::loss(a.clone(), b.clone())) <= 2.0);
    }

    /// A term without a unit does not care about scale, and logits not about what all have in common.
    #[test]
    fn scale_and_offset_change_nothing(seed in 0..10_000_u64, factor in 0.1..10.0_f64) {
        let (a, b) = (other(seed), other(seed + 10_000));
        let near = |x: f64, y: f64| (x - y).abs() < 1e-4 * x.abs().max(1e-3);
        let scaled = |x: &Tensor<2>| x.clone() * factor;
        prop_assert!(near(number(sparsity::loss(a.clone())), number(sparsity::loss(scaled(&a)))));
        prop_assert!(near(
            number(representation::loss(a.clone(), b.clone())),
            number(representation::loss(scaled(&a), scaled(&b))),
        ));
        for loss in [swap::loss, contribution::loss] {
            let moved = loss(a.clone() + factor, b.clone() - factor);
            prop_assert!(near(number(loss(a.clone(), b.clone())), number(moved)));
        }
    }
}

/// The same random rows beside a leaf, on its device.
fn same(leaf: &Tensor<2>, seed: u64) -> Tensor<2> {
    random(seed).tensor(&leaf.device())
}

#[test]
fn terms_worked_by_hand() {
    let device = Device::flex();
    let rows = |values: &[f64], width: usize| -> Tensor<2> {
        Array::new(vec![values.len() / width, width], values.to_vec()).tensor(&device)
    };
    // Even odds against three to one: ½ ln(½ / ¾) + ½ ln(½ / ¼).
    let kl = number(swap::loss(rows(&[1.0, 1.0], 2), rows(&[3.0_f64.ln(), 0.0], 2)));
    assert!((kl - 0.5 * (2.0_f64 / 3.0).ln() - 0.5 * 2.0_f64.ln()).abs() < 1e-12);
    // Centred, 1 and -1 against 0 and 0.
    let part = number(contribution::loss(rows(&[3.0, 1.0], 2), rows(&[7.0, 7.0], 2)));
    assert!((part - 2.0).abs() < 1e-12);
    // Three and four: 7 / (√2 · 5); one alone: 1 / √2.
    let dense = number(sparsity::loss(rows(&[3.0, -4.0], 2)));
    assert!((dense - 7.0 / (2.0_f64.sqrt() * 5.0)).abs() < 1e-9);
    // 25 / (25 + 0).
    let apart = number(representation::loss(rows(&[3.0, 4.0], 2), rows(&[0.0, 0.0], 2)));
    assert!((apart - 1.0).abs() < 1e-6);
    // Even odds cost ln 2, whatever the other channels say.
    let unsure = number(alignment::loss(rows(&[0.0, 9.0, 0.0, -9.0], 2), &[true, false]));
    assert!((unsure - 2.0_f64.ln()).abs() < 1e-9);
    // Log-probabilities sum to ln(3/16) at three to one, to ln(1/4) at even odds, .02 apart.
    let slope = number(input_gradient::loss(rows(&[3.0_f64.ln(), 0.0], 2), rows(&[0.0, 0.0], 2)));
    assert!((slope.sqrt() - (0.75_f64.ln() / 0.02).abs()).abs() < 1e-9);
    let [half, none] = [0, 1].map(|_| interchange::half(8, 4, &mut ChaCha8Rng::seed_from_u64(3)));
    assert_eq!((half.iter().sum::<f32>(), &half[..4]), (4.0, &none[4..]));
}

#[test]
fn routing_lets_gradients_through_one_half_and_takes_the_other_out() {
    let device = Device::flex().autodiff();
    let leaf = random(1).tensor::<2>(&device).require_grad();
    let routed = routing::into_first(leaf.clone());
    assert_eq!(Array::<f64>::of(routed.clone().inner()).values, random(1).values);
    let slopes = routed.sum_dim(1).sum_dim(0).backward();
    let slope = Array::<f64>::of(leaf.grad(&slopes).unwrap()).values;
    assert!(slope.chunks_exact(WIDTH).all(|row| row == [1.0, 1.0, 0.0, 0.0]));
    let silent = Array::<f64>::of(routing::without_first(leaf).inner()).values;
    assert!(silent.chunks_exact(WIDTH).all(|row| row[..2] == [0.0; 2] && row[2] != 0.0));

    let config = config();
    let weights = Weights::init(config.weights(), 3);
    let ablated = routing::ablated(&weights);
    for ((spec, before), (_, after)) in weights.spans().zip(ablated.spans()) {
        let silent = if matches!(spec.name.as_str(), "policy.weight" | "value.weight") {
            before.len() / 2
        } else {
            0
        };
        assert!(after[..silent].iter().all(|weight| *weight == 0.0));
        assert_eq!(before[silent..], after[silent..], "{}", spec.name);
    }
}

fn config() -> PolicyConfig {
    PolicyConfig {
        architecture: Architecture::Impala,
        size: 7,
        features: Encoder::RH.features(),
        channels: 4,
        layers: 2,
        dense: 16,
        actions: 4,
    }
}

/// A term of each kind.
fn losses() -> Vec<LossRecipe> {
    let sites = |term: Term| match term {
        Term::Routing => "sites = ['dense.post']",
        _ if term.needs_sites() => "sites = ['blocks.0.out', 'trunk.post']",
        _ => "",
    };
    let table = |term: Term| {
        let concept = if term.needs_concept() { "concept = 'colour'" } else { "" };
        let text = format!("term = '{term}'\nweight = 2.0\n{concept}\n{}", sites(term));
        toml::from_str(&text).unwrap()
    };
    Term::ALL.into_iter().map(table).collect()
}

/// Along the gradient by all weights the loss changes as the gradient says. Where a term holds its
/// teacher still, it is held still here.
#[test]
fn slopes_by_the_weights_of_a_policy_match_finite_differences() {
    let config = config();
    let (sites, encoder) = (config.sites(), Encoder::RH);
    let train = Train::new(Terrain::new(7, Layout::BLOCKS, Split::Train).unwrap());
    let frames: Vec<Frame> = (0..24)
        .map(|seed| train.level(seed))
        .map(|level| Frame { agent: level.agent, level })
        .collect();
    let frames: Vec<&Frame> = frames.iter().collect();
    let shown = || frames.iter().flat_map(|frame| frame.show(encoder)).collect::<Vec<f32>>();
    // Far from even odds, so that slopes are not lost in rounding.
    let start = Weights::init(config.weights(), 5);
    let start = start.with_values(start.values().iter().map(|weight| weight * 1.5).collect());
    let device = Device::flex().autodiff();
    for loss in losses() {
        let mut terms = Terms::new(std::slice::from_ref(&loss)).unwrap();
        let detaches = matches!(loss.term, Term::Swap | Term::Interchange | Term::Routing);
        let look = |terms: &Terms, weights: &Weights, teacher: Option<&Tensor<2>>| {
            let forward = Forward::new(config, weights, &device).differentiable();
            let mut rng = ChaCha8Rng::seed_from_u64(9);
            let seen = (shown(), &frames[..]);
            let sight = PolicySight::new(
                &forward,
                (config, &sites),
                encoder,
                seen,
                terms.redraws(),
                &mut rng,
            );
            // The other view alone: what routing does to the step's own gradient is tested above.
            let own = sight.look(sight::View::Own, overt_site::Pass::plain(), &terms.own_sites());
            let mut own = own.unwrap();
            own.logits = teacher.cloned().unwrap_or(own.logits);
            let logits = own.logits.clone();
            let shard = terms.shard(&sight, &own, 1.0, &mut rng).unwrap();
            let slope = shard
                .total
                .as_ref()
                .map(|total| forward.parameters().gradient(weights, &total.backward()));
            (shard, slope, logits)
        };
        let (first, _, logits) = look(&terms, &start, None);
        terms.remember(&first.seen);
        let teacher = detaches.then_some(&logits);
        let (_, slope, _) = look(&terms, &start, teacher);
        let slope = slope.expect("something is charged");
        let norm = slope.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>().sqrt();
        assert!(norm > 1e-4, "{}: {norm}", loss.term);
        let moved = |step: f64| {
            let step = (step / norm) as f32;
            let values = start.values().iter().zip(&slope).map(|(w, s)| w + step * s).collect();
            f64::from(look(&terms, &start.with_values(values), teacher).0.values[0])
        };
        let step = 2e-3;
        let measured = 2.0 * (moved(step) - moved(-step)) / (2.0 * step);
        assert!((measured / norm - 1.0).abs() < 0.05, "{}: {measured} {norm}", loss.term);
    }
}

#[test]
fn tables_that_cannot_be_followed_are_refused_by_name() {
    let sites = config().sites();
    let refused = |table: &str| {
        let loss: LossRecipe = toml::from_str(table).unwrap();
        loss.check(&sites).unwrap_err().to_string()
    };
    for (table, expected) in [
        ("term = 'swap'\nweight = 1", "`concept` of the loss term `swap` is absent"),
        ("term = 'swap'\nconcept = 'colour'\nweight = -1", "`weight` of the loss term `swap`"),
        ("term = 'swap'\nconcept = 'colour'\nweight = nan", "`weight` of the loss term `swap`"),
        (
            "term = 'swap'\nconcept = 'colour'\nweight = { from = 0, to = 1, over = 0 }",
            "`weight` of the loss term `swap`",
        ),
        (
            "term = 'swap'\nconcept = 'colour'\nsites = ['trunk.post']\nweight = 1",
            "`sites` of the loss term `swap`",
        ),
        (
            "term = 'swap'\nconcept = 'colour'\nvalues = ['green', 'pink']\nweight = 1",
            "unknown colour `pink`: expected one of green, red, blue, yellow",
        ),
        (
            "term = 'probe'\nconcept = 'colour'\nweight = 1",
            "`sites` of the loss term `probe` is []",
        ),
        (
            "term = 'probe'\nconcept = 'colour'\nsites = ['blocks.7.out']\nweight = 1",
            "no site `blocks.7.out` in this network",
        ),
        (
            "term = 'alignment'\nconcept = 'colour'\nsites = ['dense.post']\nweight = 1",
            "`sites` of the loss term `alignment` is `dense.post`, expected a map of the maze",
        ),
        (
            "term = 'routing'\nconcept = 'colour'\nsites = ['trunk.post']\nweight = 1",
            "`sites` of the loss term `routing` is `trunk.post`, expected `dense.post`",
        ),
        ("term = 'sparsity'\nconcept = 'colour'\nsites = ['trunk.post']\nweight = 1", "`concept`"),
        (
            "term = 'swap'\nconcept = 'colour'\nreads = 'must'\nweight = 1",
            "`reads` of the loss term `swap` is given",
        ),
    ] {
        let error = refused(table);
        assert!(error.contains(expected), "{error}");
    }
    let unknown = |table: &str| toml::from_str::<LossRecipe>(table).unwrap_err().to_string();
    assert!(unknown("term = 'swop'\nweight = 1").contains("unknown variant `swop`"));
    assert!(
        unknown("term = 'swap'\nconcept = 'hue'\nweight = 1").contains("unknown variant `hue`")
    );
    assert!(unknown("term = 'swap'\nsite = 'input'\nweight = 1").contains("unknown field `site`"));
    let many = vec![losses()[0].clone(); 17];
    let error = LossRecipe::check_all(&many, &sites).unwrap_err().to_string();
    assert_eq!(error, "recipe: `loss` is 17 tables, expected at most 16");
}
