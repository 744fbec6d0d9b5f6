use crate::{bits, observation, policies, random};
use overt_fault::Hint;
use overt_nn::{Architecture, Outputs, Policy, PolicyConfig};
use overt_site::{Array, Axis, Edit, Run, Select, Trace};
use proptest::prelude::*;

fn site_names(policy: &Policy) -> Vec<String> {
    policy.sites().names().map(str::to_owned).collect()
}

#[track_caller]
fn same_bits(a: &Outputs<Array>, b: &Outputs<Array>, why: &str) {
    assert_eq!(bits(&a.logits), bits(&b.logits), "{why}");
    assert_eq!(bits(&a.value), bits(&b.value), "{why}");
}

/// The plain output and the value of every site.
fn trace_all(policy: &Policy, x: &Array) -> (Outputs<Array>, Trace) {
    let run = site_names(policy).into_iter().fold(Run::new(), Run::tap);
    policy.run(x, &run).unwrap()
}

#[test]
fn a_run_with_taps_only_is_a_plain_run() {
    for policy in policies() {
        let x = observation(policy.config(), 3);
        let (plain, _) = policy.run(&x, &Run::new()).unwrap();
        let (all, trace) = trace_all(&policy, &x);
        same_bits(&plain, &all, "all taps");
        for site in policy.sites().iter() {
            let (tapped, _) = policy.run(&x, &Run::new().tap(&site.name)).unwrap();
            same_bits(&plain, &tapped, &site.name);
            assert_eq!(trace.get(&site.name).unwrap().shape, site.shape(3), "{}", site.name);
        }
        assert_eq!(trace.get("input").unwrap(), &x);
        assert_eq!(trace.get("logits").unwrap(), &plain.logits);
        assert_eq!(trace.get("value").unwrap(), &plain.value);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Where nobody looks, the spatial layers are worked out maze by maze, with the same bits.
    #[test]
    fn unwatched_layers_say_the_same_bits(
        is_residual: bool,
        size in 3_usize..14,
        features in 1_usize..21,
        channels in 1_usize..36,
        layers in 1_usize..4,
        (rows, seed) in (1_usize..6, 0_u64..1_000),
    ) {
        let architecture =
            if is_residual { Architecture::Impala } else { Architecture::Conv };
        let config =
            PolicyConfig { architecture, size, features, channels, layers, dense: 8, actions: 4 };
        let policy = Policy::init(config, seed).unwrap();
        let x = random(&[rows, size, size, features], seed);
        let last = policy.sites().names().take_while(|name| *name != "dense.pre").last().unwrap();
        let (watched, _) = policy.run(&x, &Run::new().tap(last)).unwrap();
        let (unwatched, trace) = policy.run(&x, &Run::new().tap("dense.pre")).unwrap();
        same_bits(&watched, &unwatched, last);
        prop_assert_eq!(trace.get("dense.pre").unwrap().rows(), rows);
    }
}

#[test]
fn patching_everything_with_its_own_value_is_the_clean_run() {
    for policy in policies() {
        let x = observation(policy.config(), 3);
        let (clean, trace) = trace_all(&policy, &x);
        let mut everything = Run::new();
        for name in site_names(&policy) {
            let patch = Edit::patch(&name, &trace).unwrap();
            everything = everything.edit(&name, patch.clone());
            let some = patch.at(Select::rows(&[0, 2]));
            for edit in [Edit::patch(&name, &trace).unwrap(), some] {
                let (patched, _) = policy.run(&x, &Run::new().edit(&name, edit)).unwrap();
                same_bits(&clean, &patched, &name);
            }
        }
        same_bits(&clean, &policy.run(&x, &everything).unwrap().0, "everything");
    }
}

#[test]
fn patching_everything_from_another_run_is_the_other_run() {
    for policy in policies() {
        let (x, other) = (observation(policy.config(), 3), observation(policy.config(), 4));
        let other = Array::new(x.shape.clone(), other.values[other.row_len()..].to_vec());
        let (there, trace) = trace_all(&policy, &other);
        let patch = |run: Run, name: String| {
            let edit = Edit::patch(&name, &trace).unwrap();
            run.edit(name, edit)
        };
        let run = site_names(&policy).into_iter().fold(Run::new(), patch);
        same_bits(&there, &policy.run(&x, &run).unwrap().0, "everything");
    }
}

#[test]
fn every_site_moves_the_output() {
    for policy in policies() {
        let x = observation(policy.config(), 2);
        let (plain, _) = policy.run(&x, &Run::new()).unwrap();
        for site in policy.sites().iter() {
            let noise = Edit::add(random(&site.shape(2), 5));
            for (edit, name) in [(Edit::zero(), "zero"), (noise, "noise")] {
                let (edited, _) = policy.run(&x, &Run::new().edit(&site.name, edit)).unwrap();
                assert_ne!(plain, edited, "{name} at `{}`", site.name);
            }
        }
    }
}

#[test]
fn an_edit_of_one_row_leaves_the_others_alone() {
    for policy in policies() {
        let x = observation(policy.config(), 3);
        let (plain, _) = policy.run(&x, &Run::new()).unwrap();
        for site in policy.sites().iter() {
            let edit = Edit::zero().at(Select::rows(&[1]));
            let (edited, _) = policy.run(&x, &Run::new().edit(&site.name, edit)).unwrap();
            for row in [0, 2] {
                assert_eq!(plain.logits.row(row), edited.logits.row(row), "{}", site.name);
                assert_eq!(plain.value.row(row), edited.value.row(row), "{}", site.name);
            }
        }
    }
}

#[test]
fn a_run_never_changes_the_model() {
    for policy in policies() {
        let x = observation(policy.config(), 2);
        let (before, digest) = (policy.run(&x, &Run::new()).unwrap().0, policy.weights().digest());
        for name in site_names(&policy) {
            let run = Run::new().edit(&name, Edit::scale(-2.0)).tap(&name);
            policy.run(&x, &run).unwrap();
            let run = Run::new().edit(&name, Edit::scale(-2.0)).gradient("input");
            policy.gradients(&x, &run, |out| out.logits.clone().sum()).ok();
        }
        same_bits(&before, &policy.run(&x, &Run::new()).unwrap().0, "after");
        assert_eq!(digest, policy.weights().digest());
    }
}

/// At these extents only: larger products take other paths at 1, 64 and 256 rows, so whoever needs
/// the bits of a row must fix the batch.
#[test]
fn a_row_gives_the_same_bits_in_every_small_batch() {
    for policy in policies() {
        let x = observation(policy.config(), 130);
        let (whole, _) = policy.run(&x, &Run::new()).unwrap();
        for range in [0..2, 1..4, 60..130, 128..130] {
            let n = x.row_len();
            let part = x.values[range.start * n..range.end * n].to_vec();
            let shape = [&[range.len()], &x.shape[1..]].concat();
            let (out, _) = policy.run(&Array::new(shape, part), &Run::new()).unwrap();
            for row in range.clone() {
                assert_eq!(whole.logits.row(row), out.logits.row(row - range.start), "{range:?}");
                assert_eq!(whole.value.row(row), out.value.row(row - range.start), "{range:?}");
            }
        }
    }
}

#[test]
fn a_misspelt_site_is_refused_with_the_nearest_names() {
    for policy in policies() {
        let x = observation(policy.config(), 1);
        let expected = "no site `densepost` in this network; nearest: `dense.post`, `dense.pre`";
        let runs = [
            Run::new().tap("densepost"),
            Run::new().edit("densepost", Edit::zero()),
            Run::new().gradient("densepost"),
        ];
        for run in runs {
            let error = policy.run(&x, &run).unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error}");
            assert!(error.hint().is_some());
        }
    }
}

#[test]
fn an_observation_that_does_not_fit_is_refused() {
    let policy = &policies()[0];
    for shape in [vec![1, 5, 5, 2], vec![1, 4, 5, 3], vec![5, 5, 3], vec![0, 5, 5, 3]] {
        let error = policy.run(&Array::zeros(shape.clone()), &Run::new()).unwrap_err();
        let expected =
            format!("observation has shape {shape:?}, the network expects [batch, 5, 5, 3]");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn probabilities_sum_to_one_and_follow_the_logits() {
    let logits = Array::new(vec![2, 2], vec![0.0, 3.0_f32.ln(), 1000.0, -1000.0]);
    let out = Outputs { logits, value: Array::zeros(vec![2, 1]) };
    let p = out.probabilities();
    assert!((p.values[0] - 0.25).abs() < 1e-6 && (p.values[1] - 0.75).abs() < 1e-6);
    assert_eq!(p.values[2..], [1.0, 0.0]);
}

#[test]
fn one_channel_of_one_cell_can_be_written() {
    let policy = &policies()[0];
    let x = observation(policy.config(), 2);
    let select = Select::rows(&[1]).and(Axis::Row, &[2]).and(Axis::Col, &[3]);
    let edit = Edit::scale(0.0).at(select.and(Axis::Channel, &[4]));
    let run = Run::new().tap("conv.0.pre");
    let (_, own) = policy.run(&x, &run).unwrap();
    let (_, edited) = policy.run(&x, &run.edit("conv.0.pre", edit)).unwrap();
    let (own, edited) = (own.get("conv.0.pre").unwrap(), edited.get("conv.0.pre").unwrap());
    let changed = own.values.iter().zip(&edited.values).filter(|(a, b)| a != b);
    assert_eq!(changed.count(), 1);
    assert_eq!(edited.row(1)[(2 * 5 + 3) * 6 + 4], 0.0);
}
