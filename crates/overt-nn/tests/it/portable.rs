use crate::{bits, lively, random};
use overt_nn::{Architecture, Policy, PolicyConfig, Profile, Weights};
use overt_site::{Array, Run};
use proptest::prelude::*;

/// Products in one sum of a dense layer, as `docs/formats/portable.md` says.
const BLOCK: usize = 256;

fn weight<'a>(weights: &'a Weights, name: &str) -> &'a [f32] {
    weights.spans().find(|(spec, _)| spec.name == name).unwrap().1
}

/// A convolution of one sample, one number after the other.
fn conv(weights: &Weights, name: &str, size: usize, x: &[f32]) -> Vec<f32> {
    let bias = weight(weights, &format!("{name}.bias"));
    let weight = weight(weights, &format!("{name}.weight"));
    let (outputs, inputs) = (bias.len(), x.len() / (size * size));
    let window = if weight.len() == 9 * inputs * outputs { 3 } else { 1 };
    let place = |at: usize, tap: usize| (at + tap).checked_sub(window / 2).filter(|at| *at < size);
    let number = |cell: usize, o: usize| {
        (0..window * window * inputs).fold(bias[o], |sum, k| {
            let tap = k / inputs;
            let row = place(cell / size, tap / window);
            let at = row.zip(place(cell % size, tap % window));
            let x = at.map_or(0.0, |(row, col)| x[(row * size + col) * inputs + k % inputs]);
            x.mul_add(weight[k * outputs + o], sum)
        })
    };
    (0..size * size)
        .flat_map(|cell| (0..outputs).map(move |o| (cell, o)))
        .map(|(c, o)| number(c, o))
        .collect()
}

/// A dense layer of one sample, one number after the other.
fn dense(weights: &Weights, name: &str, x: &[f32]) -> Vec<f32> {
    let bias = weight(weights, &format!("{name}.bias"));
    let weight = weight(weights, &format!("{name}.weight"));
    let number = |o: usize| {
        (0..x.len()).step_by(BLOCK).fold(bias[o], |sum, first| {
            let block = first..x.len().min(first + BLOCK);
            sum + block.fold(0.0, |sum, k| x[k].mul_add(weight[k * bias.len() + o], sum))
        })
    };
    (0..bias.len()).map(number).collect()
}

fn relu(x: Vec<f32>) -> Vec<f32> {
    x.into_iter().map(|x| if x > 0.0 { x } else { 0.0 }).collect()
}

/// Logits and value of one sample.
fn plain(config: &PolicyConfig, weights: &Weights, x: &[f32]) -> [Vec<f32>; 2] {
    let conv = |name: &str, x: &[f32]| conv(weights, name, config.size, x);
    let mut x = relu(conv("embed", x));
    for i in 0..config.layers {
        x = match config.architecture {
            Architecture::Conv => relu(conv(&format!("conv.{i}"), &x)),
            Architecture::Impala => {
                let inner = relu(conv(&format!("blocks.{i}.conv.0"), &x));
                let inner = conv(&format!("blocks.{i}.conv.1"), &inner);
                x.iter().zip(inner).map(|(x, inner)| x + inner).collect()
            }
        };
    }
    let hidden = relu(dense(weights, "dense", &relu(x)));
    ["policy", "value"].map(|head| dense(weights, head, &hidden))
}

fn configs() -> impl Strategy<Value = PolicyConfig> {
    let families = prop_oneof![Just(Architecture::Conv), Just(Architecture::Impala)];
    (families, 1_usize..9, 1_usize..20, 1_usize..20, 0_usize..3, 1_usize..40).prop_map(
        |(architecture, size, features, channels, layers, dense)| PolicyConfig {
            architecture,
            size,
            features,
            channels,
            layers,
            dense,
            actions: 4,
        },
    )
}

fn on_threads<T: Send>(n: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(work)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_portable_profile_is_the_plain_formula_bit_for_bit(
        config in configs(),
        batch in prop_oneof![1_usize..6, Just(64), Just(130)],
    ) {
        let weights = lively(config);
        let policy = Policy::new(config, weights.clone()).unwrap().portable();
        let x = random(&[batch, config.size, config.size, config.features], 5);
        for threads in [1, 2, 4] {
            let (out, _) = on_threads(threads, || policy.run(&x, &Run::new()).unwrap());
            for row in [0, batch / 2, batch - 1] {
                let [logits, value] = plain(&config, &weights, x.row(row));
                let of = |array: &Array| bits(&Array::new(vec![array.row_len()], array.row(row).to_vec()));
                prop_assert_eq!(of(&out.logits), logits.iter().map(|v| v.to_bits()).collect::<Vec<_>>());
                prop_assert_eq!(of(&out.value), value.iter().map(|v| v.to_bits()).collect::<Vec<_>>());
            }
        }
    }
}

#[test]
fn the_profiles_say_the_same_but_for_rounding() {
    for policy in crate::policies() {
        let x = crate::observation(policy.config(), 7);
        let (native, _) = policy.run(&x, &Run::new()).unwrap();
        let (portable, _) = policy.portable().run(&x, &Run::new()).unwrap();
        for (a, b) in native.logits.values.iter().zip(&portable.logits.values) {
            assert!((a - b).abs() < 1e-5, "{a} and {b}");
        }
        assert_eq!(policy.profile(), Profile::Native);
        assert_eq!(policy.portable().profile(), Profile::Portable);
    }
}

/// Taps and gradients come from the forward pass that gives the bits.
#[test]
fn every_way_of_running_keeps_the_profile() {
    for policy in crate::policies().iter().map(Policy::portable) {
        let x = crate::observation(policy.config(), 7);
        let (plain, trace) = policy.run(&x, &Run::new().tap("logits")).unwrap();
        assert_eq!(bits(trace.get("logits").unwrap()), bits(&plain.logits));
        let ask = Run::new().gradient("dense.pre");
        let (out, _) = policy.gradients(&x, &ask, |out| out.logits.clone().sum()).unwrap();
        assert_eq!(bits(&out.logits), bits(&plain.logits));
    }
}
